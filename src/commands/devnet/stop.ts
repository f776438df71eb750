import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

export default class DevnetStop extends SaharaCommand<typeof DevnetStop, { wasRunning: boolean }> {
  static override summary = 'Stop the devnet and keep everything that is on it.';
  static override examples = ['<%= config.bin %> devnet stop', '<%= config.bin %> devnet stop --json'];

  override async execute({
    session,
    progress,
  }: Invocation<typeof DevnetStop>): Promise<Outcome<{ wasRunning: boolean }>> {
    const { stopDevnet } = await import('../../devnet/index.ts');
    progress.start('Saving the chain and stopping');
    const data = await stopDevnet(session.project.stateDir);
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
