import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../../cli/base-command.ts';
import { devnetNameFlag } from '../../../cli/flags/devnet-name.ts';
import type { SnapshotDiff } from '../../../devnet/snapshots/diff.ts';

export default class SnapshotDiffCommand extends SaharaCommand<typeof SnapshotDiffCommand, SnapshotDiff> {
  static override summary = 'Show what differs between two snapshots, or one and now.';
  static override description =
    'Assets with their versions and owners, balances of named accounts, totals of the revenue vault, pins, newest block and clock.';
  static override examples = [
    '<%= config.bin %> devnet snapshot diff before-launch',
    '<%= config.bin %> devnet snapshot diff before-launch after-launch --json',
  ];
  static override args = {
    snapshot: Args.string({ description: 'How it was: the name of a snapshot.', required: true }),
    other: Args.string({ description: 'How it is: a snapshot (default: the devnet now).' }),
  };
  static override flags = { ...devnetNameFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
    progress,
  }: Invocation<typeof SnapshotDiffCommand>): Promise<Outcome<SnapshotDiff>> {
    const [{ diffSnapshots }, { snapshotPlace }, { diffText }] = await Promise.all([
      import('../../../devnet/snapshots/diff.ts'),
      import('../../../cli/snapshot-place.ts'),
      import('../../../cli/ui/snapshots.ts'),
    ]);
    const place = await snapshotPlace(session, flags.name, { signal, logger });
    progress.start('Reading both');
    const data = await diffSnapshots(place, args.snapshot, args.other ?? null);
    progress.done();
    return {
      data,
      text: () => diffText(data),
      next: data.same
        ? []
        : [{ command: `sahara devnet snapshot restore ${data.from}`, when: `to go back to ${data.from}` }],
    };
  }
}
