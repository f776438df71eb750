import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { ListedNetwork } from '../../networks/index.ts';

export default class NetworkList extends SaharaCommand<typeof NetworkList, ListedNetwork[]> {
  static override summary = 'List the networks: chain id, whether the protocol is there, in use.';
  static override description =
    'Every network of the settings is asked, and its code compared with this toolkit’s. Known networks that nobody has added are not asked.';
  static override examples = [
    '<%= config.bin %> network list',
    '<%= config.bin %> network list --fields name,chainId,state',
  ];

  override async execute({ session }: Invocation<typeof NetworkList>): Promise<Outcome<ListedNetwork[]>> {
    const [{ listNetworks }, { liveDevnet }, { table }, config] = await Promise.all([
      import('../../networks/index.ts'),
      import('../../devnet/live.ts'),
      import('../../cli/ui/table.ts'),
      session.config(),
    ]);
    const live = liveDevnet(session.project.stateDir, config.devnet.name);
    const data = await listNetworks(config, live?.chain.rpcUrl ?? null);
    const bare = data.find((n) => n.added && (n.state === 'bare' || n.state === 'unfinished'));
    return {
      data,
      text: () =>
        table(
          ['name', 'chain id', 'protocol', 'rpc'],
          data.map((n) => [
            n.selected ? `${n.name} (in use)` : n.name,
            String(n.chainId),
            n.reason === null ? n.state : `${n.state}: ${n.reason}`,
            n.rpcUrl ?? '-',
          ]),
        ),
      next: [
        ...(bare && bare.name !== 'devnet'
          ? [
              {
                command: `sahara network deploy ${bare.name} --dry-run`,
                when: 'to see what the protocol would cost there',
              },
            ]
          : []),
        { command: 'sahara network add --help', when: 'to see how a network is added' },
      ],
    };
  }
}
