import { SaharaError } from '../../base/errors.ts';
import type { Hex } from '../../base/hex.ts';
import type { JsonRpc } from '../../chain/json-rpc.ts';
import { isShowable, momentText, type TimeTarget } from './span.ts';

/** What a chain's clock says, and the clock of this machine. */
export type DevnetClock = {
  /** The time that a block would get that is made now. ISO 8601. */
  chain: string;
  /** The clock of this machine. ISO 8601. */
  host: string;
  /** How far the chain is ahead; negative where it is behind. Seconds. */
  offsetSeconds: number;
  /** The newest block: contracts that are asked something see its time. */
  head: {
    number: number;
    /** ISO 8601. */
    time: string;
  };
};

/** How a clock was moved, or would be. */
export type MovedClock = {
  /** By how much. Seconds. */
  bySeconds: number;
  /** Where it stood before. ISO 8601. */
  from: string;
  /** Where it stands now. ISO 8601. */
  to: string;
  /** The block that was made with the new time, so that the clock is kept. */
  block: number;
};

type Reading = { head: number; headTime: number; now: number; host: number };

/** @throws CHAIN_UNREACHABLE */
export async function readClock(rpc: JsonRpc): Promise<DevnetClock> {
  const { head, headTime, now, host } = await read(rpc);
  return {
    chain: momentText(now),
    host: momentText(host),
    offsetSeconds: now - host,
    head: { number: head, time: momentText(headTime) },
  };
}

/**
 * Moves a devnet's clock forward and makes one block, which has the new time and so keeps it. Transactions that wait
 * are in that block.
 *
 * @param rpc the chain's own, by which what is done is noted as to be made durable
 * @param dryRun say what would come of it, and change nothing
 * @throws TIME_BACKWARDS, TIME_TOO_FAR, CHAIN_UNREACHABLE
 */
export async function advanceTime(
  rpc: JsonRpc,
  target: TimeTarget,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<MovedClock> {
  const { head, headTime, now } = await read(rpc);
  const to = 'by' in target ? now + target.by : target.at;
  if (to < now) throw new SaharaError('TIME_BACKWARDS', { now: momentText(now), wanted: shown(to) });
  if (!isShowable(to)) throw new SaharaError('TIME_TOO_FAR', { now: momentText(now) });
  const moved = { bySeconds: to - now, from: momentText(now), to: momentText(to) };
  if (dryRun) return { ...moved, block: head + 1 };
  // Anvil takes no time that the newest block has already.
  await rpc({ method: 'evm_setNextBlockTimestamp', params: [Math.max(to, headTime)] });
  await rpc({ method: 'evm_mine', params: [] });
  // Another program may have made a block with that time first.
  const block = (await rpc({ method: 'eth_blockNumber' })) as Hex;
  return { ...moved, block: Number(block) };
}

async function read(rpc: JsonRpc): Promise<Reading> {
  const [block, offset] = await Promise.all([
    rpc({ method: 'eth_getBlockByNumber', params: ['latest', false] }) as Promise<{
      number: Hex;
      timestamp: Hex;
    }>,
    // By nothing: anvil has no other way to tell how far its clock has been moved. Seconds.
    rpc({ method: 'evm_increaseTime', params: [0] }) as Promise<number | Hex>,
  ]);
  const host = Math.floor(Date.now() / 1000);
  const headTime = Number(block.timestamp);
  return { head: Number(block.number), headTime, now: Math.max(headTime, host + Number(offset)), host };
}

/** Whatever was asked for may be before any year that can be shown. */
function shown(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : momentText(seconds);
}
