import type { Hex } from '../base/hex.ts';
import { deployments } from './generated/deployments.ts';
import { createJsonRpc, type JsonRpc } from './json-rpc.ts';

/** What is on a chain, in numbers. */
export type ChainOverview = {
  /** How many assets are registered. */
  assets: number;
  /** Terms that are attached to assets; null where there are too many assets to count at once. */
  offers: number | null;
  /** Paid, and not yet moved to those whom it belongs to. Wei. */
  unsettled: bigint;
};

/** The newest block of a chain. */
export type ChainHead = {
  number: number;
  hash: Hex;
  /** By the chain's own clock. Milliseconds since 1970. */
  time: number;
};

/** First four bytes of the keccak-256 of each signature (ABI specification); a test works them out anew. */
export const SELECTORS = {
  'assetCount()': '0xeafe7a74',
  'termsOf(uint64)': '0xf8ba3f3e',
  'totals()': '0xc038a38e',
} as const satisfies Record<string, Hex>;

/** More assets than this are not asked one by one. */
const COUNTABLE = 150;

/**
 * Looks at a chain in two round trips, with no ABI library loaded: for the first screen, which has to be there at once.
 *
 * @param ipc a Unix socket with the same JSON-RPC, tried first
 * @throws CHAIN_UNREACHABLE, or what a chain without the protocol makes of the calls
 */
export async function chainOverview(rpcUrl: string, ipc: string | null): Promise<ChainOverview> {
  const carried = ipc ? await (await import('./carry-ipc.ts')).carryOverIpc(ipc) : undefined;
  return overviewOver(
    createJsonRpc(rpcUrl, carried ?? (await import('./carry-http.ts')).carryOverHttp(rpcUrl)),
  );
}

/** @throws CHAIN_UNREACHABLE */
export async function headOver(rpc: JsonRpc): Promise<ChainHead> {
  const block = (await rpc({ method: 'eth_getBlockByNumber', params: ['latest', false] })) as Block;
  return { number: Number(block.number), hash: block.hash, time: Number(block.timestamp) * 1000 };
}
type Block = { number: Hex; hash: Hex; timestamp: Hex };

/** What {@link chainOverview} gives, for who looks at a chain again and again over a way that stays open. */
export async function overviewOver(rpc: JsonRpc): Promise<ChainOverview> {
  const call = async (to: Hex, selector: Hex, argument?: number): Promise<bigint[]> => {
    const data = argument === undefined ? selector : selector + argument.toString(16).padStart(64, '0');
    return wordsOf((await rpc({ method: 'eth_call', params: [{ to, data }, 'latest'] })) as Hex);
  };
  const [[count = 0n], [paidIn = 0n, fees = 0n, , pooled = 0n]] = await Promise.all([
    call(deployments.assetRegistry, SELECTORS['assetCount()']),
    call(deployments.revenueVault, SELECTORS['totals()']),
  ]);
  const assets = Number(count);
  // A list is answered as where it begins, its length, and its members.
  const lists = await Promise.all(
    Array.from({ length: assets <= COUNTABLE ? assets : 0 }, (_, i) =>
      call(deployments.licenseRegistry, SELECTORS['termsOf(uint64)'], i + 1),
    ),
  );
  return {
    assets,
    offers: assets <= COUNTABLE ? lists.reduce((sum, [, length = 0n]) => sum + Number(length), 0) : null,
    unsettled: paidIn - fees - pooled,
  };
}

const wordsOf = (answer: Hex): bigint[] =>
  (answer.slice(2).match(/.{64}/g) ?? []).map((w) => BigInt(`0x${w}`));
