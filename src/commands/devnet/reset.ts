import { Flags } from '@oclif/core';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

export default class DevnetReset extends SaharaCommand<typeof DevnetReset, { removed: string }> {
  static override summary = 'Stop the devnet and remove everything that was on it.';
  static override examples = ['<%= config.bin %> devnet reset --yes'];
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  override async execute({
    flags,
    session,
  }: Invocation<typeof DevnetReset>): Promise<Outcome<{ removed: string }>> {
    const { confirm } = await import('../../cli/confirm.ts');
    if (!flags.yes && !(await confirm('Remove the chain, the content store and the logs of this devnet?')))
      throw new SaharaError('CONFIRMATION_NEEDED', { action: 'Removing the devnet', flag: '--yes' });
    const { resetDevnet } = await import('../../devnet/index.ts');
    const data = await resetDevnet(session.project.stateDir);
    return {
      data,
      text: `Removed ${data.removed}.`,
      next: [{ command: 'sahara devnet start', when: 'to begin with an empty chain' }],
    };
  }
}
