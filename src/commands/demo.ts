import { join, relative, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { formatBps } from '../base/amount.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';
import type { DemoPlan, DemoResult } from '../demo/index.ts';

export default class Demo extends SaharaCommand<typeof Demo, DemoResult | DemoPlan> {
  static override summary = 'From an empty folder to an asset that pays everyone behind it.';
  static override description =
    'Starts a devnet of its own, makes a dataset, a model trained on it and an agent that uses the model, publishes, sells, settles and pays out. Everything stays for you to look at; the devnet goes on running unless --stop is given.';
  static override writes = ['files', 'services', 'chain'] as const;
  static override examples = [
    '<%= config.bin %> demo',
    '<%= config.bin %> demo --stop --json',
    '<%= config.bin %> demo --dir /tmp/first-light',
  ];
  static override flags = {
    ...dryRunFlag,
    dir: Flags.string({
      description:
        'Folder to make; that of an earlier demo is made anew, what was changed in it is kept aside.',
      default: 'sahara-demo',
    }),
    stop: Flags.boolean({ description: 'Stop the devnet at the end.' }),
  };

  override async execute({
    flags,
    session,
    progress,
    logger,
    signal,
  }: Invocation<typeof Demo>): Promise<Outcome<DemoResult | DemoPlan>> {
    const [
      { foreseeDemo, runDemo },
      { drawLineage },
      { earningsTable, conservationLine },
      { bold, table },
      config,
    ] = await Promise.all([
      import('../demo/index.ts'),
      import('../assets/index.ts'),
      import('../cli/ui/revenue.ts'),
      import('../cli/ui/text.ts'),
      session.config(),
    ]);
    const { rpcPort, apiPort, gatewayPort } = config.devnet;
    const options = {
      dir: flags.dir,
      progress,
      logger,
      signal,
      ports: { rpc: rpcPort, api: apiPort, gateway: gatewayPort },
      contentNode: config.content.node,
    };
    if (flags['dry-run']) {
      const data = await foreseeDemo(options);
      const assets = data.assets.map((a) => `the ${a.kind} ${a.name}`).join(', ');
      return { data, text: `Would start a devnet in ${data.dir}, publish ${assets}, sell and settle.` };
    }
    const { liveDevnet, stopDevnet } = await import('../devnet/index.ts');
    const stateDir = join(resolve(flags.dir), '.sahara');
    // At once, and not when the work has ended: it may be ended by force.
    const warnOfDevnet = () => {
      if (liveDevnet(stateDir))
        logger.warn(
          `the devnet of the demo goes on running; stop it with: sahara devnet stop --project ${shellQuote(flags.dir)}`,
        );
    };
    if (!flags.stop) signal.addEventListener('abort', warnOfDevnet, { once: true });
    const run = async () => {
      try {
        return await runDemo(options);
      } finally {
        if (flags.stop) await stopDevnet(stateDir);
      }
    };
    const data = await run();
    signal.removeEventListener('abort', warnOfDevnet);
    const dir = relative(process.cwd(), data.dir) || '.';
    return {
      data,
      text: () =>
        [
          bold('Lineage'),
          drawLineage(data.lineage, formatBps),
          '',
          table(
            ['asset', 'kind', 'owner', 'release'],
            data.assets.map((a) => [`${a.name}@${a.version}`, a.kind, a.owner, a.cid]),
          ),
          '',
          bold('Who earned what'),
          earningsTable(data.earnings),
          '',
          conservationLine(data.conservation),
        ].join('\n'),
      next: [
        { command: `cd ${shellQuote(dir)}`, when: 'where the assets, the devnet and REPORT.md are' },
        ...(flags.stop ? [{ command: 'sahara devnet start', when: 'to go on with it' }] : []),
        {
          command: 'sahara agent run penguin-guide --once "bill 50 x 15 mm, flipper 220 mm, 5.2 kg"',
          when: 'to ask the agent yourself',
        },
        { command: 'sahara revenue show', when: 'to see the books' },
        { command: 'sahara devnet stop', when: 'to stop the devnet' },
      ],
    };
  }
}
