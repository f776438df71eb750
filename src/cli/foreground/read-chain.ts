import { carryOverHttp } from '../../chain/carry-http.ts';
import { createViemClient } from '../../chain/client.ts';
import { createEconomyReader, type EconomicEvent } from '../../chain/economy.ts';
import { createJsonRpc } from '../../chain/json-rpc.ts';
import type { LiveState } from '../../devnet/live-state.ts';

export type BlockSeen = {
  number: number;
  /** Milliseconds since 1970, by the chain's own clock. */
  time: number;
  transactions: number;
  gasUsed: number;
};

/** What there is on a chain that was not there when it was last read. */
export type ChainNews = {
  /** What was read before is not this chain's any more: it begins anew. */
  isAnew: boolean;
  /** Oldest first; the newest of them only, where there are many. */
  blocks: BlockSeen[];
  events: EconomicEvent[];
};

/** Blocks that are kept, and so read at most. */
export const MOST_BLOCKS = 120;
/** Events that are kept: more than any screen has lines. */
export const MOST_EVENTS = 200;
/** How far back a first look goes for events. Blocks. */
const EVENTS_BACK = 2000;
/** A chain that has not answered by then is shown as silent. Milliseconds. */
const PATIENCE_MS = 5000;

type Block = { number: string; hash: string; timestamp: string; transactions: unknown[]; gasUsed: string };

/**
 * Reads a devnet's chain: each time what is new since the time before, in two round trips.
 *
 * @throws CHAIN_UNREACHABLE; what was missed comes the next time
 */
export function createChainReader({ rpcUrl, chainId }: LiveState['chain']): () => Promise<ChainNews> {
  // Not over the Unix socket: a question that hangs there keeps the process for a minute.
  const rpc = createJsonRpc(rpcUrl, carryOverHttp(rpcUrl, PATIENCE_MS));
  const client = createViemClient(rpc, rpcUrl, chainId);
  const readEvents = createEconomyReader({ rpcUrl, chainId, isDevnet: true, client, rpc }, MOST_EVENTS);
  let last: { number: number; hash: string } | undefined;
  const block = async (which: number | 'latest') => {
    const number = which === 'latest' ? which : `0x${which.toString(16)}`;
    return (await rpc({ method: 'eth_getBlockByNumber', params: [number, false] })) as Block | null;
  };
  return async () => {
    const [head, again] = await Promise.all([block('latest'), last ? block(last.number) : null]);
    if (!head) return { isAnew: false, blocks: [], events: [] };
    const isAnew = last === undefined || again?.hash !== last.hash;
    const to = Number(head.number);
    const from = isAnew || !last ? Math.max(0, to - EVENTS_BACK) : last.number + 1;
    if (from > to) return { isAnew: false, blocks: [], events: [] };
    const first = Math.max(isAnew ? 0 : from, to - MOST_BLOCKS + 1);
    const [events, ...blocks] = await Promise.all([
      readEvents(from, to),
      ...Array.from({ length: to - first }, (_, i) => block(first + i)),
    ]);
    last = { number: to, hash: head.hash };
    return { isAnew, blocks: [...blocks.filter((b) => b !== null), head].map(seen), events };
  };
}

const seen = ({ number, timestamp, transactions, gasUsed }: Block): BlockSeen => ({
  number: Number(number),
  time: Number(timestamp) * 1000,
  transactions: transactions.length,
  gasUsed: Number(gasUsed),
});
