import { Args, Flags } from '@oclif/core';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { MinedBlocks } from '../../devnet/time.ts';

export default class DevnetMine extends SaharaCommand<typeof DevnetMine, MinedBlocks> {
  static override summary = 'Make blocks, as if nothing had happened meanwhile.';
  static override description =
    'Transactions that wait are in the first one. Ctrl-C ends it; the blocks that were made stay.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> devnet mine',
    '<%= config.bin %> devnet mine 100',
    '<%= config.bin %> devnet mine 7200 --interval 12s',
  ];
  static override args = {
    count: Args.string({ description: 'How many, 100000 at most (default: 1).' }),
  };
  static override flags = {
    ...devnetNameFlag,
    ...dryRunFlag,
    interval: Flags.string({
      description: 'Time between them, by which the clock moves on (default: none).',
      helpValue: '12s',
    }),
  };

  override async execute({
    args,
    flags,
    session,
    progress,
    signal,
    logger,
  }: Invocation<typeof DevnetMine>): Promise<Outcome<MinedBlocks>> {
    const { MAX_BLOCKS, mineBlocks, parseTimeTarget } = await import('../../devnet/time.ts');
    const usage = (message: string) => new SaharaError('USAGE', { message, command: 'devnet mine' });
    const text = args.count ?? '1';
    const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > MAX_BLOCKS)
      throw usage(`COUNT is a number from 1 to ${MAX_BLOCKS}, not ${text}.`);
    const interval = flags.interval === undefined ? null : parseTimeTarget(`+${flags.interval}`);
    if (interval === undefined)
      throw usage(`--interval ${flags.interval} is no time; write it like 12s or 1m.`);
    const [{ runningDevnet }, { openDevnetRpc }] = await Promise.all([
      import('../../cli/running-devnet.ts'),
      import('../../devnet/devnet-rpc.ts'),
    ]);
    const { asking, changing } = await openDevnetRpc(await runningDevnet(session, flags.name), {
      signal,
      logger,
    });
    const dryRun = flags['dry-run'];
    if (!dryRun) progress.start('Making blocks', count, 'items');
    const data = await mineBlocks(dryRun ? asking : changing, count, {
      intervalSeconds: interval && 'by' in interval ? interval.by : null,
      progress,
      signal,
      dryRun,
    });
    progress.done();
    const blocks = data.mined === 1 ? '1 block' : `${data.mined} blocks`;
    return {
      data,
      text: dryRun
        ? `Would make ${blocks}; the newest would be ${data.head.number}.`
        : `Made ${blocks}; the newest is ${data.head.number}, of ${data.head.time}.`,
      next: [{ command: 'sahara devnet time', when: 'to see the chain’s clock' }],
    };
  }
}
