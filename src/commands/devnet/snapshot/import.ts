import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../../cli/base-command.ts';
import { devnetNameFlag } from '../../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../../cli/flags/dry-run.ts';
import type { SavedSnapshot } from '../../../devnet/snapshots/index.ts';

export default class SnapshotImport extends SaharaCommand<typeof SnapshotImport, SavedSnapshot> {
  static override summary = 'Take in a snapshot from a file, to restore it here.';
  static override description =
    'The whole file is checked before anything is touched, its chain is loaded once and its content checked block by block. The devnet stays as it is until the snapshot is restored.';
  static override writes = ['files', 'services'] as const;
  static override examples = [
    '<%= config.bin %> devnet snapshot import economy.snapshot',
    '<%= config.bin %> devnet snapshot import economy.snapshot --as theirs',
  ];
  static override args = { file: Args.string({ description: 'What was exported.', required: true }) };
  static override flags = {
    ...devnetNameFlag,
    ...dryRunFlag,
    as: Flags.string({ description: 'The name that it gets (default: its own).', helpValue: 'SNAPSHOT' }),
    force: Flags.boolean({ description: 'Replace a snapshot of that name.' }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
    progress,
  }: Invocation<typeof SnapshotImport>): Promise<Outcome<SavedSnapshot>> {
    const [{ importSnapshot }, { snapshotPlace }, { snapshotFacts }] = await Promise.all([
      import('../../../devnet/snapshots/import.ts'),
      import('../../../cli/snapshot-place.ts'),
      import('../../../cli/ui/snapshots.ts'),
    ]);
    const place = await snapshotPlace(session, flags.name, { signal, logger });
    const { as, force, 'dry-run': dryRun } = flags;
    const data = await importSnapshot(place, args.file, {
      ...{ force, dryRun, progress },
      ...(as === undefined ? {} : { as }),
    });
    const done = dryRun ? 'The file is whole and right. Would import it' : 'Imported';
    return {
      data,
      text: data.changed
        ? `${done} as ${data.name}: ${snapshotFacts(data)}.`
        : `It is there already, as ${data.name}; nothing was done.`,
      next: [
        {
          command: `sahara devnet snapshot diff ${data.name}`,
          when: 'to see how it differs from the devnet',
        },
        { command: `sahara devnet snapshot restore ${data.name}`, when: 'to make the devnet what it says' },
      ],
    };
  }
}
