import type { ChainHead, ChainOverview } from '../../chain/overview.ts';
import { type DevnetStatus, isLeft } from '../../devnet/status.ts';

/** A devnet as it is at one moment. */
export type DevnetGlance = {
  state: 'running' | 'stopping' | 'starting' | 'crashed' | 'stopped';
  /** When it was looked at (ISO 8601). */
  at: string;
  /** When the devnet was started (ISO 8601); null where it does not run. */
  startedAt: string | null;
  /** True when an earlier run left a chain to go on with, where it is not running. */
  hasSavedChain: boolean;
  /** None where it does not run. */
  services: ServiceGlance[];
  /** The newest block; null where the chain does not answer. */
  block: { number: number; time: string } | null;
  /** Over the last minute, or since the watch began; null while there is too little to tell. */
  blocksPerMinute: number | null;
  /** What is on the chain, money in wei; null where it does not answer. */
  holds: ChainOverview | null;
};

export type ServiceGlance = {
  service: 'chain' | 'content';
  /** `silent`: it did not answer, or nobody answered who would know. */
  state: 'running' | 'restarting' | 'failed' | 'silent';
  /** What is wrong with it, null when nothing is. */
  detail: string | null;
  /** URL at which it is to be asked. */
  address: string;
  /** Its process; null for one that is not the devnet's own. */
  pid: number | null;
};

/** What a chain answered. */
export type ChainAnswer = { head: ChainHead; holds: ChainOverview };

/** @param at milliseconds since 1970 */
export function glanceOf(
  status: DevnetStatus,
  chain: ChainAnswer | null,
  { at, blocksPerMinute }: { at: number; blocksPerMinute: number | null },
): DevnetGlance {
  const running = status.state === 'running' ? status : undefined;
  return {
    state: running?.stopping ? 'stopping' : isLeft(status) ? 'crashed' : status.state,
    at: new Date(at).toISOString(),
    startedAt: running?.live.startedAt ?? null,
    hasSavedChain: status.state === 'stopped' && status.hasSavedChain,
    services: running ? servicesOf(running, chain !== null) : [],
    block: chain && { number: chain.head.number, time: new Date(chain.head.time).toISOString() },
    blocksPerMinute,
    holds: chain?.holds ?? null,
  };
}

function servicesOf(
  { live, services }: Extract<DevnetStatus, { state: 'running' }>,
  chainAnswers: boolean,
): ServiceGlance[] {
  const one = (service: ServiceGlance['service'], address: string, pid: number | null): ServiceGlance => {
    const health = services.find((s) => s.service === service);
    const isSilent = !health || (service === 'chain' && health.state === 'running' && !chainAnswers);
    return {
      service,
      state: isSilent ? 'silent' : health.state,
      detail: health?.detail ?? null,
      address,
      pid,
    };
  };
  return [
    one('chain', live.chain.rpcUrl, live.chain.process.pid),
    one('content', live.content.api, live.content.process?.pid ?? null),
  ];
}

/** A block that was the newest one at a time (milliseconds, from any clock that does not run backwards). */
export type Mark = { at: number; number: number };

const WINDOW_MS = 60_000;
/** Less time than this tells no pace. */
const LEAST_MS = 3000;

/** Adds a mark; what is older than a minute goes. A chain that has gone back begins anew. */
export function withMark(marks: readonly Mark[], mark: Mark): Mark[] {
  if ((marks.at(-1)?.number ?? 0) > mark.number) return [mark];
  const start = marks.findLastIndex((m) => m.at <= mark.at - WINDOW_MS);
  return [...marks.slice(Math.max(0, start)), mark];
}

/** Blocks per minute, rounded to tenths; null while there is too little to tell. */
export function paceOf(marks: readonly Mark[]): number | null {
  const [first, last] = [marks[0], marks.at(-1)];
  if (!first || !last || last.at - first.at < LEAST_MS) return null;
  return Math.round(((last.number - first.number) / (last.at - first.at)) * WINDOW_MS * 10) / 10;
}
