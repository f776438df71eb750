import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../../cli/base-command.ts';
import { devnetNameFlag } from '../../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../../cli/flags/dry-run.ts';
import type { DeletedSnapshot } from '../../../devnet/snapshots/index.ts';

export default class SnapshotDelete extends SaharaCommand<typeof SnapshotDelete, DeletedSnapshot> {
  static override summary = 'Remove a snapshot of the devnet.';
  static override description =
    'Content that only this snapshot kept goes with the next sahara content gc. The devnet itself stays as it is.';
  static override writes = ['files'] as const;
  static override examples = ['<%= config.bin %> devnet snapshot delete before-launch'];
  static override args = { snapshot: Args.string({ description: 'Its name.', required: true }) };
  static override flags = { ...devnetNameFlag, ...dryRunFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
  }: Invocation<typeof SnapshotDelete>): Promise<Outcome<DeletedSnapshot>> {
    const [{ deleteSnapshot, foreseeDelete }, { snapshotPlace }] = await Promise.all([
      import('../../../devnet/snapshots/index.ts'),
      import('../../../cli/snapshot-place.ts'),
    ]);
    const place = await snapshotPlace(session, flags.name, { signal, logger });
    const dryRun = flags['dry-run'];
    const data = dryRun ? foreseeDelete(place, args.snapshot) : await deleteSnapshot(place, args.snapshot);
    return {
      data,
      text: `${dryRun ? 'Would remove' : 'Removed'} the snapshot ${data.name}.`,
      next: [{ command: 'sahara devnet snapshot list', when: 'to see those that are left' }],
    };
  }
}
