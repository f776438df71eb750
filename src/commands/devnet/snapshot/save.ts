import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../../cli/base-command.ts';
import { devnetNameFlag } from '../../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../../cli/flags/dry-run.ts';
import type { ListedSnapshot } from '../../../devnet/snapshots/index.ts';

/** In a dry run all but the name is null. */
type Data = ListedSnapshot | ({ name: string } & Record<Exclude<keyof ListedSnapshot, 'name'>, null>);

export default class SnapshotSave extends SaharaCommand<typeof SnapshotSave, Data> {
  static override summary = 'Save all of the devnet under a name, to come back to it.';
  static override description =
    'Chain, clock, way of mining, pins with their content, signed releases, journals of batches and document keys. The devnet goes on meanwhile; one that is stopped is started for it, and stopped again.';
  static override writes = ['files', 'services'] as const;
  static override examples = [
    '<%= config.bin %> devnet snapshot save',
    '<%= config.bin %> devnet snapshot save before-launch',
    '<%= config.bin %> devnet snapshot save before-launch --force',
  ];
  static override args = {
    snapshot: Args.string({ description: 'Its name (default: snapshot-1, then -2 and so on).' }),
  };
  static override flags = {
    ...devnetNameFlag,
    ...dryRunFlag,
    force: Flags.boolean({ description: 'Replace a snapshot of that name.' }),
  };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
    progress,
  }: Invocation<typeof SnapshotSave>): Promise<Outcome<Data>> {
    const [{ foreseeSave, saveSnapshot }, { snapshotPlace }, { snapshotFacts }] = await Promise.all([
      import('../../../devnet/snapshots/index.ts'),
      import('../../../cli/snapshot-place.ts'),
      import('../../../cli/ui/snapshots.ts'),
    ]);
    const place = await snapshotPlace(session, flags.name, { signal, logger });
    const options = {
      force: flags.force,
      ...(args.snapshot === undefined ? {} : { snapshot: args.snapshot }),
    };
    if (flags['dry-run']) {
      const { snapshot: name } = foreseeSave(place, options);
      const unknown = { createdAt: null, head: null, assets: null, pins: null, bytes: null };
      return { data: { name, ...unknown }, text: `Would save the devnet as ${name}.` };
    }
    progress.start('Saving the devnet');
    const { changed: _, ...data } = await saveSnapshot(place, options);
    progress.done();
    return {
      data,
      text: `Saved as ${data.name}: ${snapshotFacts(data)}.`,
      next: [
        { command: `sahara devnet snapshot restore ${data.name}`, when: 'to come back to it' },
        { command: `sahara devnet snapshot diff ${data.name}`, when: 'to see what is different since' },
      ],
    };
  }
}
