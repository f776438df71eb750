import { Args } from '@oclif/core';
import type { AssetDetails } from '../../assets/index.ts';
import { formatBps } from '../../base/amount.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

export default class AssetShow extends SaharaCommand<typeof AssetShow, AssetDetails> {
  static override summary = 'Show an asset: version, addresses, relations, terms.';
  static override examples = [
    '<%= config.bin %> asset show penguins',
    '<%= config.bin %> asset show curator/penguins@1 --json',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name, with @N for a version.', required: true }),
  };

  override async execute({ args, session }: Invocation<typeof AssetShow>): Promise<Outcome<AssetDetails>> {
    const [{ showAsset }, { describeTerms }, { fields, oneLine }] = await Promise.all([
      import('../../assets/show.ts'),
      import('../../licensing/terms.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const data = await showAsset(await session.context(), args.asset);
    const { version } = data;
    return {
      data,
      text: fields([
        ['asset', `${data.id}  ${data.kind} ${data.name}`],
        ['state', data.state],
        ['owner', data.owner],
        [
          'version',
          `${version.number} of ${data.versions}, published ${version.createdAt} by ${version.publisher}`,
        ],
        ['release', version.cid],
        [
          'content',
          version.firstWithContent
            ? `${version.contentCid}  (first published as ${version.firstWithContent})`
            : version.contentCid,
        ],
        ['signed by', version.keyFingerprint],
        [
          'rests on',
          data.relations
            .map((r) => `${r.type} ${r.asset} (royalty ${formatBps(r.royaltyBps)})`)
            .join('\n          ') || '-',
        ],
        [
          'contributors',
          data.contributors.count === 0
            ? '-'
            : `${data.contributors.count}, sharing ${formatBps(data.contributors.shareBps)} of what stays`,
        ],
        [
          'terms',
          data.terms.map((t) => `${t.id}: ${oneLine(describeTerms(t))}`).join('\n              ') || '-',
        ],
      ]),
      next: [
        { command: `sahara asset verify ${version.ref}`, when: 'to check content and signature' },
        { command: `sahara revenue show ${version.ref.replace(/@\d+$/, '')}`, when: 'to see what it earns' },
      ],
    };
  }
}
