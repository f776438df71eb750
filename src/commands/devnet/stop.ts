import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';

export default class DevnetStop extends SaharaCommand<typeof DevnetStop, { wasRunning: boolean }> {
  static override summary = 'Stop the devnet and keep everything that is on it.';
  static override writes = ['services'] as const;
  static override examples = ['<%= config.bin %> devnet stop', '<%= config.bin %> devnet stop --json'];

  static override flags = { ...devnetNameFlag, ...dryRunFlag };

  override async execute({
    flags,
    session,
    progress,
  }: Invocation<typeof DevnetStop>): Promise<Outcome<{ wasRunning: boolean }>> {
    const { foreseeStop, stopDevnet } = await import('../../devnet/index.ts');
    const name = await session.devnet(flags.name);
    if (flags['dry-run']) {
      const { wasRunning } = await foreseeStop(session.project.stateDir, name);
      const text = wasRunning
        ? 'Would stop the devnet and keep what is on it.'
        : 'The devnet is not running.';
      return { data: { wasRunning }, text };
    }
    progress.start('Saving the chain and stopping');
    const data = await stopDevnet(session.project.stateDir, name);
    progress.done();
    return {
      data,
      text: data.wasRunning
        ? 'The devnet has stopped; what was on it is kept.'
        : 'The devnet was not running.',
      next: [{ command: 'sahara devnet start', when: 'to go on where it stopped' }],
    };
  }
}
