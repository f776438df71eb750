import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../../cli/base-command.ts';
import { devnetNameFlag } from '../../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../../cli/flags/dry-run.ts';
import type { RestoredSnapshot } from '../../../devnet/snapshots/index.ts';

/** In a dry run what only the running devnet can tell is null. */
type Data =
  | RestoredSnapshot
  | { snapshot: RestoredSnapshot['snapshot']; changed: null; before: null; aside: null; missing: null };

export default class SnapshotRestore extends SaharaCommand<typeof SnapshotRestore, Data> {
  static override summary = 'Make the devnet what it was when a snapshot was saved.';
  static override description =
    'The snapshot is checked in full before anything is touched, and how the devnet is now is saved as before-restore. Its clock goes on from the snapshot. Ports stay; a command that is under way meanwhile fails and can be run again.';
  static override writes = ['services', 'files'] as const;
  static override examples = [
    '<%= config.bin %> devnet snapshot restore before-launch',
    '<%= config.bin %> devnet snapshot restore before-restore',
  ];
  static override args = { snapshot: Args.string({ description: 'Its name.', required: true }) };
  static override flags = { ...devnetNameFlag, ...dryRunFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
    progress,
  }: Invocation<typeof SnapshotRestore>): Promise<Outcome<Data>> {
    const [{ foreseeRestore, restoreSnapshot }, { snapshotPlace }, { snapshotFacts }] = await Promise.all([
      import('../../../devnet/snapshots/index.ts'),
      import('../../../cli/snapshot-place.ts'),
      import('../../../cli/ui/snapshots.ts'),
    ]);
    const place = await snapshotPlace(session, flags.name, { signal, logger });
    if (flags['dry-run']) {
      const snapshot = await foreseeRestore(place, args.snapshot);
      const text = `The snapshot is whole. Would make the devnet what it says: ${snapshotFacts(snapshot)}.`;
      return { data: { snapshot, changed: null, before: null, aside: null, missing: null }, text };
    }
    progress.start('Restoring the snapshot');
    const data = await restoreSnapshot(place, args.snapshot);
    progress.done();
    for (const cid of data.missing)
      logger.warn(`${cid} cannot be pinned any more: its content is not there.`);
    const { snapshot, before, aside } = data;
    const kept = before
      ? ` How it was before is saved as ${before}.`
      : aside
        ? ` What was there could not be loaded; it is kept in ${aside}.`
        : '';
    return {
      data,
      text: data.changed
        ? `The devnet is what it was: ${snapshotFacts(snapshot)}.${kept}`
        : 'The devnet is just so already; nothing was done.',
      next: before
        ? [{ command: `sahara devnet snapshot restore ${before}`, when: 'to take this back' }]
        : [],
    };
  }
}
