import type { EconomicEvent } from '../../chain/economy.ts';
import type { Happening, ServiceState, StopStep } from '../../devnet/happenings.ts';
import type { LiveState } from '../../devnet/live-state.ts';
import { type BlockSeen, type ChainNews, MOST_BLOCKS, MOST_EVENTS } from './read-chain.ts';

export type Logs = readonly { log: string; lines: readonly string[] }[];
/** What was paid for an asset, as far as that was seen. Wei. */
export type Revenue = { asset: string; amount: bigint };

/** All that a dashboard shows. */
export type Board = {
  name: string;
  /** True of a devnet that ran already: it goes on when the dashboard is left. */
  isGuest: boolean;
  live: LiveState;
  services: readonly ServiceState[];
  stopping: boolean;
  step: StopStep | null;
  /** The chain runs, and did not answer when it was last read. */
  isSilent: boolean;
  /** Oldest first. */
  blocks: readonly BlockSeen[];
  /** Oldest first. */
  events: readonly EconomicEvent[];
  /** By the asset's id. */
  revenue: ReadonlyMap<bigint, Revenue>;
  /** In place of blocks and events. */
  page: 'chain' | 'logs' | 'help';
  logs: Logs;
  /** What came of the last key; null before one was pressed. */
  message: { text: string; tone: 'good' | 'busy' | 'bad' } | null;
};

export type BoardEvent =
  | Exclude<Happening, { type: 'ended' | 'blocks' }>
  | { type: 'chain'; news: ChainNews }
  | { type: 'silent' }
  | { type: 'page'; page: 'logs' | 'help' }
  | { type: 'logs'; logs: Logs }
  | { type: 'message'; message: Board['message'] };

export const emptyBoard = (live: LiveState, isGuest: boolean): Board => ({
  name: live.name,
  isGuest,
  live,
  services: [],
  stopping: false,
  step: null,
  isSilent: false,
  blocks: [],
  events: [],
  revenue: new Map(),
  page: 'chain',
  logs: [],
  message: null,
});

/** What a dashboard shows after something has happened. */
export function reduce(board: Board, event: BoardEvent): Board {
  switch (event.type) {
    case 'services':
      return {
        ...board,
        live: event.live,
        services: event.services,
        stopping: event.stopping,
        // A stop that could not save the chain is over.
        step: event.stopping ? board.step : null,
      };
    case 'stopping':
      return { ...board, stopping: true, step: event.step };
    case 'chain':
      return withNews(board, event.news);
    case 'silent':
      return { ...board, isSilent: true };
    case 'page':
      return { ...board, page: board.page === event.page ? 'chain' : event.page };
    case 'logs':
      return { ...board, logs: event.logs };
    case 'message':
      return { ...board, message: event.message };
  }
}

function withNews(board: Board, { isAnew, blocks, events }: ChainNews): Board {
  const before = isAnew ? { blocks: [], events: [], revenue: new Map<bigint, Revenue>() } : board;
  return {
    ...board,
    isSilent: false,
    blocks: [...before.blocks, ...blocks].slice(-MOST_BLOCKS),
    events: [...before.events, ...events].slice(-MOST_EVENTS),
    revenue: withPayments(before.revenue, events),
  };
}

function withPayments(
  revenue: ReadonlyMap<bigint, Revenue>,
  events: readonly EconomicEvent[],
): ReadonlyMap<bigint, Revenue> {
  const payments = events.filter(({ what }) => what === 'paid' || what === 'bought');
  if (payments.length === 0) return revenue;
  const sums = new Map(revenue);
  for (const { assetId, asset, amount } of payments)
    sums.set(assetId, { asset, amount: (sums.get(assetId)?.amount ?? 0n) + (amount ?? 0n) });
  return sums;
}
