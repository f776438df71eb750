import { Flags } from '@oclif/core';
import { formatBytes } from '../../base/amount.ts';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { remoteFlag } from '../../cli/flags/remote.ts';
import { yesFlag } from '../../cli/flags/yes.ts';

type Data = {
  /** Blocks that no pin keeps. */
  blocks: number;
  /** Of these blocks together. */
  bytes: number;
  /** False: there was nothing to remove, or the answer was no. */
  changed: boolean;
};

export default class ContentGc extends SaharaCommand<typeof ContentGc, Data> {
  static override summary = 'Remove from the content node what no pin keeps.';
  static override description =
    'What is pinned stays, with all that is below it; so does, for some minutes, what an unfinished upload left. What an asset on the chain is registered with is not taken, unless --force says that another node keeps it. There is no way back.';
  static override writes = ['chain'] as const;
  static override examples = ['<%= config.bin %> content gc --dry-run', '<%= config.bin %> content gc --yes'];
  static override flags = {
    ...dryRunFlag,
    ...remoteFlag,
    ...yesFlag,
    force: Flags.boolean({ description: 'Also what an asset on the chain is registered with.' }),
  };

  override async execute({
    flags,
    session,
    signal,
    progress,
    logger,
    output,
  }: Invocation<typeof ContentGc>): Promise<Outcome<Data>> {
    const [{ collectGarbage, findGarbage }, { assertNoneRegistered }, { confirm }, { counted, onRemote }] =
      await Promise.all([
        import('../../content/index.ts'),
        import('../../assets/registered-content.ts'),
        import('../../cli/confirm.ts'),
        import('../../cli/ui/content-text.ts'),
      ]);
    const access = await session.content(flags.remote);
    const garbage = await findGarbage(access, { signal, progress });
    const found = { blocks: garbage.blocks, bytes: garbage.bytes };
    const what = `${counted(found.blocks, 'block')}, ${formatBytes(found.bytes)}`;
    if (found.blocks === 0)
      return {
        data: { ...found, changed: false },
        text: 'A pin keeps all that is there; nothing to remove.',
        // To do nothing for real is no next step.
        dryRun: flags['dry-run'],
        next: [{ command: `sahara content ls${onRemote(flags.remote)}`, when: 'to see all that is pinned' }],
      };
    if (!flags.force) await assertNoneRegistered(access, garbage, () => session.context(), logger);
    if (flags['dry-run']) return { data: { ...found, changed: true }, text: `Would remove ${what}.` };
    if (!flags.yes) {
      const answer = await confirm(
        { output, signal },
        `Remove ${what}${flags.remote ? ` from ${flags.remote}` : ''}, for ever?`,
      );
      if (answer === 'no-terminal')
        throw new SaharaError('CONFIRMATION_NEEDED', { action: 'Removing content', flag: '--yes' });
      if (answer === 'no') return { data: { ...found, changed: false }, text: 'Nothing was removed.' };
    }
    const gone = await collectGarbage(access, garbage, { signal, progress });
    if (gone.blocks < found.blocks)
      logger.warn(
        `${counted(found.blocks - gone.blocks, 'block')} stay for some minutes: an upload that broke off may need them`,
      );
    return {
      data: { ...gone, changed: true },
      text: `Removed ${counted(gone.blocks, 'block')}, ${formatBytes(gone.bytes)}.`,
      next: [{ command: `sahara content stat${onRemote(flags.remote)}`, when: 'to see what is left' }],
    };
  }
}
