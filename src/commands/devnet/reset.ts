import { Flags } from '@oclif/core';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

/** The folder that was removed; null when the answer was no. */
type Data = { removed: string | null };

export default class DevnetReset extends SaharaCommand<typeof DevnetReset, Data> {
  static override summary = 'Stop the devnet and remove everything that was on it.';
  static override examples = ['<%= config.bin %> devnet reset --yes'];
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  override async execute({
    flags,
    session,
    output,
    signal,
  }: Invocation<typeof DevnetReset>): Promise<Outcome<Data>> {
    const { confirm } = await import('../../cli/confirm.ts');
    const { stateDir } = session.project;
    const answer = flags.yes
      ? 'yes'
      : await confirm(
          { output, signal },
          `Remove the chain, the content store and the logs under ${stateDir}/devnet?`,
        );
    if (answer === 'no-terminal')
      throw new SaharaError('CONFIRMATION_NEEDED', { action: 'Removing the devnet', flag: '--yes' });
    if (answer === 'no') return { data: { removed: null }, text: 'Nothing was removed.' };
    const { resetDevnet } = await import('../../devnet/index.ts');
    const data = await resetDevnet(stateDir);
    return {
      data,
      text: `Removed ${data.removed}.`,
      next: [{ command: 'sahara devnet start', when: 'to begin with an empty chain' }],
    };
  }
}
