import { Args } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';
import type { Deployment } from '../../networks/index.ts';

export default class NetworkDeploy extends SaharaCommand<typeof NetworkDeploy, Deployment> {
  static override summary = 'Deploy the protocol on a network, at its addresses everywhere.';
  static override description =
    'What is there is left alone, so a run that was cut off is taken up by the next. The account that deploys administers the protocol. All code is compared with this toolkit’s.';
  static override examples = [
    '<%= config.bin %> network deploy staging --account alice --dry-run',
    '<%= config.bin %> network deploy staging --account alice --yes',
  ];
  static override args = { network: Args.string({ description: 'Which network.', required: true }) };
  static override flags = { ...accountFlag, ...sendingFlags };
  static override writes = ['chain'] as const;

  override async execute(invocation: Invocation<typeof NetworkDeploy>): Promise<Outcome<Deployment>> {
    const { args, flags, session, progress } = invocation;
    const [{ deploy, foreseeDeploy }, { openNetwork }, { deploymentText }, { openNetworkAccount }] =
      await Promise.all([
        import('../../networks/index.ts'),
        import('../../cli/open-network.ts'),
        import('../../cli/ui/deployment.ts'),
        import('../../context/network-signer.ts'),
      ]);
    const name = args.network;
    const dryRun = flags['dry-run'];
    const { chain, coin } = await openNetwork({ ...invocation, yes: flags.yes }, name);
    const account = openNetworkAccount(chain, (await session.config()).account ?? 'protocol');
    const data = dryRun
      ? await foreseeDeploy(chain, account.address)
      : await deploy(chain, await account.signer(), progress);
    return {
      data,
      text: () => deploymentText(name, data, coin, dryRun),
      next: [
        { command: `sahara network use ${name}`, when: 'to let commands of this project use it' },
        { command: 'sahara network list', when: 'to see how the networks stand' },
      ],
    };
  }
}
