import { type Invocation, type Outcome, SaharaCommand } from '../../../cli/base-command.ts';
import { devnetNameFlag } from '../../../cli/flags/devnet-name.ts';
import type { ListedSnapshot } from '../../../devnet/snapshots/index.ts';

export default class SnapshotList extends SaharaCommand<typeof SnapshotList, ListedSnapshot[]> {
  static override summary = 'List the snapshots of the devnet, the oldest first.';
  static override description =
    'The devnet need not run. Sizes are without the content, which the content node has.';
  static override examples = [
    '<%= config.bin %> devnet snapshot list',
    '<%= config.bin %> devnet snapshot list --fields name,createdAt',
  ];
  static override flags = { ...devnetNameFlag };

  override async execute({
    flags,
    session,
    logger,
  }: Invocation<typeof SnapshotList>): Promise<Outcome<ListedSnapshot[]>> {
    const [{ listSnapshots }, { snapshotTable }] = await Promise.all([
      import('../../../devnet/snapshots/index.ts'),
      import('../../../cli/ui/snapshots.ts'),
    ]);
    const name = await session.devnet(flags.name);
    const data = listSnapshots({ stateDir: session.project.stateDir, name }, (_, reason) =>
      logger.warn(reason),
    );
    return {
      data,
      text: () => (data.length === 0 ? 'There are no snapshots.' : snapshotTable(data)),
      next: [{ command: 'sahara devnet snapshot save', when: 'to save the devnet as it is' }],
    };
  }
}
