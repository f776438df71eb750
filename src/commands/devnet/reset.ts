import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { yesFlag } from '../../cli/flags/yes.ts';

/** The folder that was removed; null when the answer was no. */
type Data = { removed: string | null };

export default class DevnetReset extends SaharaCommand<typeof DevnetReset, Data> {
  static override summary = 'Stop the devnet and remove everything that was on it.';
  static override writes = ['services', 'files'] as const;
  static override examples = ['<%= config.bin %> devnet reset --yes'];
  static override flags = { ...devnetNameFlag, ...dryRunFlag, ...yesFlag };

  override async execute({
    flags,
    session,
    output,
    signal,
  }: Invocation<typeof DevnetReset>): Promise<Outcome<Data>> {
    const { confirm } = await import('../../cli/confirm.ts');
    const { stateDir } = session.project;
    const name = await session.devnet(flags.name);
    if (flags['dry-run']) {
      const { foreseeStop } = await import('../../devnet/index.ts');
      const { wasRunning, dir } = await foreseeStop(stateDir, name);
      return {
        data: { removed: dir },
        text: `Would ${wasRunning ? 'stop the devnet and ' : ''}remove ${dir}.`,
      };
    }
    const answer = flags.yes
      ? 'yes'
      : await confirm(
          { output, signal },
          `Remove the chain, the content store, the snapshots and the logs under ${stateDir}/devnet/${name}?`,
        );
    if (answer === 'no-terminal')
      throw new SaharaError('CONFIRMATION_NEEDED', { action: 'Removing the devnet', flag: '--yes' });
    if (answer === 'no') return { data: { removed: null }, text: 'Nothing was removed.' };
    const { resetDevnet } = await import('../../devnet/index.ts');
    const data = await resetDevnet(stateDir, name);
    return {
      data,
      text: `Removed ${data.removed}.`,
      next: [{ command: 'sahara devnet start', when: 'to begin with an empty chain' }],
    };
  }
}
