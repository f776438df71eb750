import { Args, Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { AddedNetwork } from '../../networks/index.ts';

export default class NetworkAdd extends SaharaCommand<typeof NetworkAdd, AddedNetwork> {
  static override summary = 'Add a network to the project’s settings, once it has answered.';
  static override description =
    'Any chain that speaks Ethereum’s JSON-RPC will do. Comments and other settings of the file stay as they are.';
  static override examples = [
    '<%= config.bin %> network add staging --rpc https://rpc.example.org',
    '<%= config.bin %> network add staging --rpc https://rpc.example.org --chain-id 8600 --coin TST',
    '<%= config.bin %> network add sahara-testnet',
  ];
  static override args = {
    name: Args.string({ description: 'What the network is to be called here.', required: true }),
  };
  static override flags = {
    ...dryRunFlag,
    rpc: Flags.string({ description: 'Its JSON-RPC endpoint; known networks have one.', helpValue: 'URL' }),
    'chain-id': Flags.integer({ description: 'The chain id that must answer.', min: 1, helpValue: 'N' }),
    explorer: Flags.string({ description: 'Its block explorer.', helpValue: 'URL' }),
    coin: Flags.string({ description: 'What its native coin is called.', helpValue: 'SYMBOL' }),
  };
  static override writes = ['files'] as const;

  override async execute(invocation: Invocation<typeof NetworkAdd>): Promise<Outcome<AddedNetwork>> {
    const { args, flags, session, signal } = invocation;
    const { addNetwork } = await import('../../networks/index.ts');
    const { name } = args;
    const data = await addNetwork(session.project, await session.loaded(), {
      name,
      rpcUrl: flags.rpc ?? null,
      chainId: flags['chain-id'] ?? null,
      explorer: flags.explorer ?? null,
      coin: flags.coin ?? null,
      dryRun: flags['dry-run'],
      signal,
    });
    const done = flags['dry-run'] ? 'Would add' : 'Added';
    return {
      data,
      text: data.changed
        ? `${done} ${name} to ${data.file}: chain id ${data.chainId} at ${data.rpcUrl}.`
        : `${name} is in the settings already; nothing was changed.`,
      next: [
        { command: `sahara network use ${name}`, when: 'to let commands of this project use it' },
        { command: `sahara network deploy ${name} --dry-run`, when: 'to see what deploying there costs' },
      ],
    };
  }
}
