import { SaharaError } from '../../base/errors.ts';
import type { Hex } from '../../base/hex.ts';
import type { Progress } from '../../base/progress.ts';
import type { JsonRpc } from '../../chain/json-rpc.ts';
import { isShowable, momentText } from './span.ts';

/** What mining came to. */
export type MinedBlocks = {
  /** How many blocks were made. */
  mined: number;
  /** The newest block afterwards. */
  head: {
    number: number;
    /** Null in a dry run. */
    hash: Hex | null;
    /** ISO 8601; null in a dry run. */
    time: string | null;
  };
};

export type MineOptions = {
  /** Seconds between the blocks; null for what the clock says, which stands still meanwhile. */
  intervalSeconds?: number | null;
  progress?: Pick<Progress, 'advance'>;
  signal?: AbortSignal;
  dryRun?: boolean;
};

/** More blocks at once than anybody waits for. */
export const MAX_BLOCKS = 100_000;
/** Blocks of the first request; how many the next ones have follows from how long it took. */
const FIRST = 8;
/** What one request may take, so that Ctrl-C is heard and progress is seen. Milliseconds. */
const STEP_MS = 200;

/**
 * Makes blocks on a devnet. Between requests it can be ended by its signal; the blocks of earlier ones stay.
 *
 * @param rpc the chain's own, by which what is done is noted as to be made durable
 * @throws TIME_TOO_FAR, CHAIN_UNREACHABLE
 */
export async function mineBlocks(
  rpc: JsonRpc,
  count: number,
  options: MineOptions = {},
): Promise<MinedBlocks> {
  const { intervalSeconds = null, progress, signal, dryRun } = options;
  const before = await headOf(rpc);
  if (!isShowable(Number(before.timestamp) + count * (intervalSeconds ?? 0)))
    throw new SaharaError('TIME_TOO_FAR', { now: momentText(Number(before.timestamp)) });
  if (dryRun)
    return { mined: count, head: { number: Number(before.number) + count, hash: null, time: null } };
  for (let left = count, step = FIRST; left > 0; ) {
    signal?.throwIfAborted();
    const now = Math.min(left, step);
    const begun = performance.now();
    await rpc({ method: 'anvil_mine', params: intervalSeconds === null ? [now] : [now, intervalSeconds] });
    const perBlock = (performance.now() - begun) / now;
    left -= now;
    progress?.advance(now);
    // At most twice as many, as one measurement says little.
    step = Math.max(1, Math.min(2 * now, Math.floor(STEP_MS / perBlock)));
  }
  const { number, hash, timestamp } = await headOf(rpc);
  return { mined: count, head: { number: Number(number), hash, time: momentText(Number(timestamp)) } };
}

async function headOf(rpc: JsonRpc): Promise<{ number: Hex; hash: Hex; timestamp: Hex }> {
  return (await rpc({ method: 'eth_getBlockByNumber', params: ['latest', false] })) as Awaited<
    ReturnType<typeof headOf>
  >;
}
