import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { LiveState } from '../../devnet/index.ts';

export default class DevnetStart extends SaharaCommand<
  typeof DevnetStart,
  LiveState & { alreadyRunning: boolean }
> {
  static override summary = 'Start the local chain and the content node, with the protocol already on it.';
  static override description = 'What an earlier run left is still there. Services listen on loopback only.';
  static override examples = [
    '<%= config.bin %> devnet start',
    '<%= config.bin %> devnet start --rpc-port 9545',
    '<%= config.bin %> devnet start --content-node embedded --json',
  ];
  static override flags = {
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
    'content-node': Flags.option({ options: ['auto', 'embedded', 'kubo'] as const })({
      description: 'Which content node to run (default: auto).',
    }),
  };

  override async execute({
    flags,
    session,
    progress,
    signal,
  }: Invocation<typeof DevnetStart>): Promise<Outcome<LiveState & { alreadyRunning: boolean }>> {
    const { startDevnet } = await import('../../devnet/index.ts');
    const { fields } = await import('../../cli/ui/text.ts');
    const config = await session.config();
    progress.start('Starting the chain and the content node');
    const { live, alreadyRunning } = await startDevnet({
      stateDir: session.project.stateDir,
      ports: {
        rpc: flags['rpc-port'] ?? config.devnet.rpcPort,
        api: flags['api-port'] ?? config.devnet.apiPort,
        gateway: flags['gateway-port'] ?? config.devnet.gatewayPort,
      },
      contentNode: flags['content-node'] ?? config.content.node,
      externalContent: config.content.api
        ? { api: config.content.api, gateway: config.content.gateway }
        : null,
      signal,
    });
    progress.done();
    return {
      data: { ...live, alreadyRunning },
      text: `${alreadyRunning ? 'The devnet was running already.' : 'The devnet is ready.'}\n\n${fields([
        ['chain', `${live.chain.rpcUrl}  (chain id ${live.chain.chainId})`],
        ['content', `${live.content.api}  (${live.content.kind})`],
        ['gateway', live.content.gateway],
      ])}`,
      next: [
        { command: 'sahara new dataset penguins', when: 'to make a first asset' },
        { command: 'sahara account list', when: 'to see the funded accounts' },
        { command: 'sahara devnet stop', when: 'to stop; everything is kept' },
      ],
    };
  }
}
