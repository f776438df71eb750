import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { EditedSettings } from '../../networks/index.ts';

export default class NetworkRemove extends SaharaCommand<typeof NetworkRemove, EditedSettings> {
  static override summary = 'Take a network out of the project’s settings.';
  static override examples = ['<%= config.bin %> network remove staging'];
  static override args = { network: Args.string({ description: 'Which network.', required: true }) };
  static override flags = { ...dryRunFlag };
  static override writes = ['files'] as const;

  override async execute(invocation: Invocation<typeof NetworkRemove>): Promise<Outcome<EditedSettings>> {
    const { args, flags, session } = invocation;
    const { removeNetwork } = await import('../../networks/index.ts');
    const dryRun = flags['dry-run'];
    const data = removeNetwork(session.project, await session.loaded(), { name: args.network, dryRun });
    return {
      data,
      text: data.changed
        ? `${dryRun ? 'Would take' : 'Took'} ${data.name} out of ${data.file}.`
        : `${data.file} has no network ${data.name}; nothing was changed.`,
      next: [{ command: 'sahara network list', when: 'to see the networks that are left' }],
    };
  }
}
