import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { ForeseenStart, Started } from '../../devnet/index.ts';

/** In a dry run, what only starting decides is null. */
type Data = (Started['live'] & Omit<Started, 'live'>) | (ForeseenStart['live'] & Omit<ForeseenStart, 'live'>);

export default class DevnetStart extends SaharaCommand<typeof DevnetStart, Data> {
  static override summary = 'Start the local chain and content node, with the protocol on it.';
  static override description = 'What an earlier run left is still there. Services listen on loopback only.';
  static override writes = ['services', 'files'] as const;
  static override examples = [
    '<%= config.bin %> devnet start',
    '<%= config.bin %> devnet start --rpc-port 9545',
    '<%= config.bin %> devnet start --name second',
    '<%= config.bin %> devnet start --foreground',
    '<%= config.bin %> devnet start --content-node embedded --json',
  ];
  static override flags = {
    ...devnetNameFlag,
    ...dryRunFlag,
    'rpc-port': Flags.integer({
      description: 'Port of the chain (default: 8545, else any free one).',
      min: 1,
      max: 65535,
    }),
    'api-port': Flags.integer({
      description: 'Port of the content RPC (default: 5001, else any free one).',
      min: 1,
      max: 65535,
    }),
    'gateway-port': Flags.integer({
      description: 'Port of the content gateway (default: 8080, else any free one).',
      min: 1,
      max: 65535,
    }),
    foreground: Flags.boolean({
      description: 'Stay and show the devnet; q or Ctrl-C stops it. Without a terminal as lines.',
    }),
    'content-node': Flags.option({ options: ['auto', 'embedded', 'kubo'] as const })({
      description: 'Which content node to run (default: auto).',
    }),
  };

  override async execute({
    flags,
    session,
    output,
    progress,
    logger,
    signal,
  }: Invocation<typeof DevnetStart>): Promise<Outcome<Data>> {
    const { foreseeStart, startDevnet, tellLoss } = await import('../../devnet/index.ts');
    const { fields } = await import('../../cli/ui/text.ts');
    const config = await session.config();
    const begin = flags['dry-run'] ? foreseeStart : startDevnet;
    if (!flags['dry-run']) progress.start('Starting the chain and the content node');
    const { externalContent, externalGateway } = config.devnet;
    const ports = {
      rpc: flags['rpc-port'] ?? config.devnet.rpcPort,
      api: flags['api-port'] ?? config.devnet.apiPort,
      gateway: flags['gateway-port'] ?? config.devnet.gatewayPort,
    };
    const started = await begin({
      stateDir: session.project.stateDir,
      name: await session.devnet(flags.name),
      ports,
      contentNode: flags['content-node'] ?? config.content.node,
      // Not the client's own endpoint: that may well be this devnet's, exported from an earlier run.
      externalContent: externalContent ? { api: externalContent, gateway: externalGateway } : null,
      signal,
    });
    const { live, alreadyRunning, lost } = started;
    progress.done();
    if (lost) logger.warn(tellLoss(lost));
    if (alreadyRunning)
      for (const [service, asked, url] of [
        ['chain', ports.rpc, live.chain.rpcUrl],
        // Somebody else's content node is where it is.
        ['content RPC', live.content.process && ports.api, live.content.api],
        ['gateway', live.content.process && ports.gateway, live.content.gateway],
      ] as const)
        if (asked !== null && url !== null && Number(new URL(url).port) !== asked)
          logger.warn(
            `Port ${asked} was asked for, but the devnet was running already, with its ${service} on ${url}. Stop it first to move it.`,
          );
    const data = { ...live, alreadyRunning, lost };
    if (flags.foreground && !flags['dry-run']) {
      const { inForeground } = await import('../../cli/foreground/in-foreground.ts');
      return inForeground({ started: started as Started, stateDir: session.project.stateDir, output, data });
    }
    return {
      data,
      text: `${alreadyRunning ? 'The devnet was running already.' : flags['dry-run'] ? 'Would start the devnet.' : 'The devnet is ready.'}\n\n${fields(
        [
          ['chain', `${live.chain.rpcUrl ?? 'any free port'}  (chain id ${live.chain.chainId})`],
          ['content', `${live.content.api ?? 'any free port'}  (${live.content.kind})`],
          ['gateway', live.content.gateway ?? 'any free port'],
        ],
      )}`,
      next: [
        alreadyRunning
          ? { command: 'sahara asset list', when: 'to see what is on it' }
          : { command: 'sahara new dataset my-data', when: 'to make an asset' },
        { command: 'sahara account list', when: 'to see the funded accounts' },
        { command: 'sahara devnet stop', when: 'to stop; everything is kept' },
      ],
    };
  }
}
