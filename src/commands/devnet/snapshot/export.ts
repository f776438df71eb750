import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../../cli/base-command.ts';
import { devnetNameFlag } from '../../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../../cli/flags/dry-run.ts';
import type { ExportedSnapshot } from '../../../devnet/snapshots/export.ts';

export default class SnapshotExport extends SaharaCommand<typeof SnapshotExport, ExportedSnapshot> {
  static override summary = 'Write a snapshot to one file, with all of its content.';
  static override description =
    'devnet snapshot import takes it in, on this machine or another. Private document keys are left out unless they are asked for. The file appears complete or not at all.';
  static override writes = ['files', 'services'] as const;
  static override examples = ['<%= config.bin %> devnet snapshot export before-launch economy.snapshot'];
  static override args = {
    snapshot: Args.string({ description: 'Its name.', required: true }),
    file: Args.string({ description: 'The file to write.', required: true }),
  };
  static override flags = {
    ...devnetNameFlag,
    ...dryRunFlag,
    force: Flags.boolean({ description: 'Replace the file where it exists.' }),
    'with-keys': Flags.boolean({
      description:
        'Put the private document keys in as well: whoever has the file can sign as the publishers.',
    }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
    progress,
  }: Invocation<typeof SnapshotExport>): Promise<Outcome<ExportedSnapshot>> {
    const [{ exportSnapshot }, { snapshotPlace }, { formatBytes }] = await Promise.all([
      import('../../../devnet/snapshots/export.ts'),
      import('../../../cli/snapshot-place.ts'),
      import('../../../base/amount.ts'),
    ]);
    const place = await snapshotPlace(session, flags.name, { signal, logger });
    const { force, 'with-keys': withKeys, 'dry-run': dryRun } = flags;
    const data = await exportSnapshot(place, args.snapshot, args.file, { force, withKeys, dryRun, progress });
    if (withKeys)
      logger.warn('Private document keys are in the file: give it only to whom you would give them.');
    return {
      data,
      text:
        data.bytes === null
          ? `Would write ${data.file}.`
          : `Wrote ${data.file}: ${formatBytes(data.bytes)}.\nsha256  ${data.sha256}`,
      next: [{ command: 'sahara help devnet snapshot import', when: 'to see how it is taken in elsewhere' }],
    };
  }
}
