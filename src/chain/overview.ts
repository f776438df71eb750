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
  'versionCount()': '0x8aad29e1',
  'sums(uint64,uint64)': '0x7e7af5d9',
} as const satisfies Record<string, Hex>;

/** More assets than this are not asked one by one. */
const COUNTABLE = 150;
/** Versions that the vault adds up per call. */
const SUMMED_AT_ONCE = 1_000;

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
  const call = async (to: Hex, selector: Hex, ...args: number[]): Promise<bigint[]> => {
    const data = selector + args.map((argument) => argument.toString(16).padStart(64, '0')).join('');
    return wordsOf((await rpc({ method: 'eth_call', params: [{ to, data }, 'latest'] })) as Hex);
  };
  const [[count = 0n], [versions = 0n]] = await Promise.all([
    call(deployments.assetRegistry, SELECTORS['assetCount()']),
    call(deployments.assetRegistry, SELECTORS['versionCount()']),
  ]);
  const assets = Number(count);
  const [lists, sums] = await Promise.all([
    // A list is answered as where it begins, its length, and its members.
    Promise.all(
      Array.from({ length: assets <= COUNTABLE ? assets : 0 }, (_, i) =>
        call(deployments.licenseRegistry, SELECTORS['termsOf(uint64)'], i + 1),
      ),
    ),
    Promise.all(
      Array.from({ length: Math.ceil(Number(versions) / SUMMED_AT_ONCE) }, (_, i) =>
        call(
          deployments.revenueVault,
          SELECTORS['sums(uint64,uint64)'],
          i * SUMMED_AT_ONCE + 1,
          Math.min((i + 1) * SUMMED_AT_ONCE, Number(versions)),
        ),
      ),
    ),
  ]);
  return {
    assets,
    offers: assets <= COUNTABLE ? lists.reduce((sum, [, length = 0n]) => sum + Number(length), 0) : null,
    unsettled: sums.reduce((sum, [unsettled = 0n]) => sum + unsettled, 0n),
  };
}

const wordsOf = (answer: Hex): bigint[] =>
  (answer.slice(2).match(/.{64}/g) ?? []).map((w) => BigInt(`0x${w}`));
