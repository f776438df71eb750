import type { AssetSummary } from '../../assets/index.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

export default class AssetList extends SaharaCommand<typeof AssetList, AssetSummary[]> {
  static override summary = 'List the assets on the chain.';
  static override examples = [
    '<%= config.bin %> asset list',
    '<%= config.bin %> asset list --fields name,owner,cid',
  ];

  override async execute({ session }: Invocation<typeof AssetList>): Promise<Outcome<AssetSummary[]>> {
    const [{ listAssets }, { assetLabels }, { safe, table }] = await Promise.all([
      import('../../assets/index.ts'),
      import('../../cli/ui/asset-labels.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await listAssets(await session.context());
    const labelOf = assetLabels(data);
    return {
      data,
      text: () =>
        data.length === 0
          ? 'There are no assets yet.'
          : table(
              ['id>', 'kind', 'name', 'version>', 'owner', 'state', 'release'],
              data.map((a) => [`${a.id}`, a.kind, safe(labelOf(a)), `${a.version}`, a.owner, a.state, a.cid]),
            ),
      next:
        data.length === 0 ? [{ command: 'sahara new dataset penguins', when: 'to make a first one' }] : [],
    };
  }
}
