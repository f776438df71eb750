import { Args } from '@oclif/core';
import { isError, SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import type { LiveState } from '../../devnet/index.ts';
import type { DevnetClock, MovedClock } from '../../devnet/time.ts';

type Data = DevnetClock & {
  /** How the clock was moved; null where it was only read. */
  moved: MovedClock | null;
  /** How many licences have ended by that; null where the clock was only read, or nobody could count them. */
  licensesEnded: number | null;
};

export default class DevnetTime extends SaharaCommand<typeof DevnetTime, Data> {
  static override summary = 'Show the chain’s clock, or move it forward.';
  static override description =
    'Moving it makes one block, which has the new time. A chain’s clock never goes backwards.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> devnet time',
    '<%= config.bin %> devnet time +30d',
    '<%= config.bin %> devnet time +1d12h',
    '<%= config.bin %> devnet time 2031-01-01T00:00:00Z',
  ];
  static override args = {
    to: Args.string({
      description: 'How far, as +30d, +12h, +90s or +1y2d, or a moment in ISO 8601 (UTC without a zone).',
    }),
  };
  static override flags = { ...devnetNameFlag, ...dryRunFlag };

  override async execute({
    args,
    flags,
    session,
    signal,
    logger,
  }: Invocation<typeof DevnetTime>): Promise<Outcome<Data>> {
    const { advanceTime, parseTimeTarget, readClock } = await import('../../devnet/time.ts');
    const { clockText, movedText } = await import('../../cli/ui/clock.ts');
    const target = args.to === undefined ? undefined : parseTimeTarget(args.to);
    if (args.to !== undefined && !target)
      throw new SaharaError('USAGE', {
        message: `${args.to} is no time; write it like +30d, +12h, +1y2d or 2031-01-01T00:00:00Z.`,
        command: 'devnet time',
      });
    const [{ runningDevnet }, { openDevnetRpc }] = await Promise.all([
      import('../../cli/running-devnet.ts'),
      import('../../devnet/devnet-rpc.ts'),
    ]);
    const { asking, changing, live } = await openDevnetRpc(await runningDevnet(session, flags.name), {
      signal,
      logger,
    });
    const before = await readClock(asking);
    if (!target) {
      const data = { ...before, moved: null, licensesEnded: null };
      return {
        data,
        text: clockText(before),
        dryRun: false,
        next: [{ command: 'sahara devnet time +1d', when: 'to move it a day on' }],
      };
    }
    const dryRun = flags['dry-run'];
    const moved = await advanceTime(dryRun ? asking : changing, target, { dryRun });
    const licensesEnded = await countEnded(live, before.head.time, moved.to);
    const clock = dryRun ? foreseen(before, moved) : await readClock(asking);
    return {
      data: { ...clock, moved, licensesEnded },
      text: movedText(moved, licensesEnded, dryRun),
      next: [
        { command: 'sahara license list', when: 'to see which licences hold' },
        { command: 'sahara devnet time', when: 'to compare the clocks' },
      ],
    };
  }
}

/** The clock as it would be right after. */
function foreseen(before: DevnetClock, { to, bySeconds, block }: MovedClock): DevnetClock {
  const offsetSeconds = before.offsetSeconds + bySeconds;
  return { chain: to, host: before.host, offsetSeconds, head: { number: block, time: to } };
}

/** Null where there is no protocol, or too much on it. */
async function countEnded({ chain, socket }: LiveState, from: string, to: string): Promise<number | null> {
  const [{ openChain }, { countEnding }] = await Promise.all([
    import('../../chain/index.ts'),
    import('../../licensing/index.ts'),
  ]);
  const { rpcUrl, ipc, chainId, instanceId } = chain;
  const seconds = (moment: string) => Date.parse(moment) / 1000;
  try {
    const opened = await openChain({ rpcUrl, ipc, chainId, instanceId, supervisor: socket });
    return await countEnding(opened, seconds(from), seconds(to));
  } catch (error) {
    if (isError(error, 'PROTOCOL_MISSING')) return null;
    throw error;
  }
}
