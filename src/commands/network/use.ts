import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { EditedSettings } from '../../networks/index.ts';

export default class NetworkUse extends SaharaCommand<typeof NetworkUse, EditedSettings> {
  static override summary = 'Choose the network that commands of the project use.';
  static override description =
    'It is written into the project’s settings; SAHARA_NETWORK chooses for one shell or one command. devnet is the project’s own.';
  static override examples = [
    '<%= config.bin %> network use staging',
    '<%= config.bin %> network use devnet',
  ];
  static override args = {
    network: Args.string({ description: 'Which network, or devnet.', required: true }),
  };
  static override flags = { ...dryRunFlag };
  static override writes = ['files'] as const;

  override async execute(invocation: Invocation<typeof NetworkUse>): Promise<Outcome<EditedSettings>> {
    const { args, flags, session, logger } = invocation;
    const { chooseNetwork } = await import('../../networks/index.ts');
    const name = args.network;
    const dryRun = flags['dry-run'];
    // Settings that choose a network which is not there cannot be read: this is what mends them.
    const networks = name === 'devnet' ? {} : (await session.config()).networks;
    const data = chooseNetwork(session.project, networks, { name, dryRun });
    const variable = process.env['SAHARA_NETWORK'];
    if (variable && variable !== name) logger.warn(`SAHARA_NETWORK is ${variable}, which stands before it.`);
    return {
      data,
      text: data.changed
        ? `Commands of this project ${dryRun ? 'would use' : 'use'} ${name} (${data.file}).`
        : `Commands of this project use ${name} already; nothing was changed.`,
      next: [{ command: 'sahara network list', when: 'to see how the networks stand' }],
    };
  }
}
