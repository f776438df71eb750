import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { ListedDevnet } from '../../devnet/index.ts';

export default class DevnetList extends SaharaCommand<typeof DevnetList, ListedDevnet[]> {
  static override summary = 'List the devnets of this project: state, addresses, size.';
  static override description =
    'A project can have several, which run side by side. Commands mean the one that the setting devnet.name or SAHARA_DEVNET names.';
  static override examples = [
    '<%= config.bin %> devnet list',
    '<%= config.bin %> devnet list --fields name,state,rpcUrl',
  ];

  override async execute({ session }: Invocation<typeof DevnetList>): Promise<Outcome<ListedDevnet[]>> {
    const [{ listDevnets }, { table }, { formatBytes }] = await Promise.all([
      import('../../devnet/index.ts'),
      import('../../cli/ui/table.ts'),
      import('../../base/amount.ts'),
    ]);
    const data = await listDevnets(session.project.stateDir, await session.devnet());
    const isFork = data.some((d) => d.fork !== null);
    const running = data.filter((d) => d.state === 'running');
    return {
      data,
      text: () =>
        table(
          ['name', 'state', 'chain', 'content', 'gateway', 'size', ...(isFork ? ['fork of'] : [])],
          data.map((d) => [
            d.selected ? `${d.name} (selected)` : d.name,
            d.state,
            d.rpcUrl ?? '-',
            d.contentApi ?? '-',
            d.gateway ?? '-',
            formatBytes(d.bytes),
            ...(isFork ? [d.fork ? `${d.fork.url} at ${d.fork.block.number}` : '-'] : []),
          ]),
        ),
      next:
        running.length === 0
          ? [{ command: 'sahara devnet start', when: 'to start the selected one' }]
          : [{ command: 'sahara devnet start --name other', when: 'to have another one beside it' }],
    };
  }
}
