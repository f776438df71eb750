import { Args, Flags } from '@oclif/core';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { ForeseenStart, ForkInfo, Started } from '../../devnet/index.ts';

/** In a dry run, what only starting decides is null. */
type Data = (
  | (Started['live'] & Omit<Started, 'live'>)
  | (ForeseenStart['live'] & Omit<ForeseenStart, 'live'>)
) & {
  fork: ForkInfo;
};

export default class DevnetFork extends SaharaCommand<typeof DevnetFork, Data> {
  static override summary = 'Start a devnet with the state of a live network.';
  static override description =
    'It has chain id 31337 like every devnet, the funded accounts, and the protocol; nothing is ever sent to the network. Without the argument, the URL is taken from SAHARA_FORK_URL, where no list of processes shows it.';
  static override writes = ['services', 'files'] as const;
  static override examples = [
    '<%= config.bin %> devnet fork https://rpc.example.org',
    '<%= config.bin %> devnet fork https://rpc.example.org --block 1200000 --name mainnet',
  ];
  static override args = {
    url: Args.string({ description: 'JSON-RPC of the network, over HTTP or HTTPS.' }),
  };
  static override flags = {
    ...devnetNameFlag,
    ...dryRunFlag,
    block: Flags.integer({ description: 'Number of the block to begin with (default: the newest).', min: 0 }),
  };

  override async execute({
    args,
    flags,
    session,
    progress,
    logger,
    signal,
  }: Invocation<typeof DevnetFork>): Promise<Outcome<Data>> {
    const url = args.url ?? process.env['SAHARA_FORK_URL'];
    // What is started from here has no need of it.
    delete process.env['SAHARA_FORK_URL'];
    if (!url) throw new SaharaError('FORK_URL_INVALID', { reason: 'there is none' });
    const { foreseeFork, forkDevnet, tellLoss } = await import('../../devnet/index.ts');
    const { fields } = await import('../../cli/ui/text.ts');
    const { devnet, content } = await session.config();
    const dryRun = flags['dry-run'];
    if (!dryRun) progress.start('Asking the network, starting the chain and the content node');
    const { live, alreadyRunning, lost, fork } = await (dryRun ? foreseeFork : forkDevnet)({
      url,
      block: flags.block ?? null,
      stateDir: session.project.stateDir,
      name: await session.devnet(flags.name),
      ports: { rpc: devnet.rpcPort, api: devnet.apiPort, gateway: devnet.gatewayPort },
      contentNode: content.node,
      externalContent: devnet.externalContent
        ? { api: devnet.externalContent, gateway: devnet.externalGateway }
        : null,
      signal,
    });
    progress.done();
    if (lost) logger.warn(tellLoss(lost));
    return {
      data: { ...live, alreadyRunning, lost, fork },
      text: `${alreadyRunning ? 'The fork was running already.' : dryRun ? 'Would start the fork.' : 'The fork is ready.'}\n\n${fields(
        [
          ['fork of', `${fork.url}  chain id ${fork.chainId}`],
          ['block', `${fork.block.number}  ${fork.block.time}`],
          ['protocol', fork.protocol],
          ['chain', `${live.chain.rpcUrl ?? 'any free port'}  chain id ${live.chain.chainId}`],
          ['content', `${live.content.api ?? 'any free port'}  ${live.content.kind}`],
        ],
      )}`,
      // The line itself is not repeated: there may be a key in it.
      dryRun,
      next: [
        { command: 'sahara asset list', when: 'to see the assets that are on it' },
        { command: 'sahara devnet stop', when: 'to stop; everything is kept' },
      ],
    };
  }
}
