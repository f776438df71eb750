import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fromHex, type Hex } from '../../base/hex.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { headOf } from './blocks.ts';
import { mayHaveStrays, withoutStrays } from './stray-blocks.ts';

/** For anvil to dump a chain, which grows with what is on it. */
const DUMP_TIMEOUT_MS = 120_000;
const TRIES = 5;

/** The whole state as JSON. The making of blocks has to be held meanwhile, see `holdBlocks`. */
export async function dumpState(rpcUrl: string): Promise<Uint8Array> {
  for (let tries = 1; ; tries++) {
    const before = await headOf(rpcUrl);
    const bytes = fromHex(await jsonRpc<Hex>(rpcUrl, 'anvil_dumpState', [], DUMP_TIMEOUT_MS));
    // Somebody may have asked for a block all the same.
    if ((await headOf(rpcUrl)).hash !== before.hash) {
      if (tries === TRIES) throw new Error('blocks are made faster than they can be saved');
      continue;
    }
    const state =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? await promisify(gunzip)(bytes) : Buffer.from(bytes);
    // A fork has no first block of its own, and would ask its network for it.
    const first = mayHaveStrays(state) ? await firstBlock(rpcUrl) : undefined;
    return first ? withoutStrays(state, first) : state;
  }
}

/** The one that block 1 follows, whatever else has the number 0; undefined where there is no block 1 yet. */
async function firstBlock(rpcUrl: string): Promise<{ stateRoot: Hex; timestamp: Hex } | undefined> {
  const next = await jsonRpc<{ parentHash: Hex } | null>(rpcUrl, 'eth_getBlockByNumber', ['0x1', false]);
  if (!next) return undefined;
  return (
    (await jsonRpc<{ stateRoot: Hex; timestamp: Hex } | null>(rpcUrl, 'eth_getBlockByHash', [
      next.parentHash,
      false,
    ])) ?? undefined
  );
}

/**
 * Ends the making of blocks, and returns what begins it again. Anvil dumps its blocks first and its accounts after
 * them: a block made meanwhile would be half in the dump.
 */
export async function holdBlocks(rpcUrl: string): Promise<() => Promise<void>> {
  const interval = await jsonRpc<number | null>(rpcUrl, 'anvil_getIntervalMining', []);
  const isInstant = await jsonRpc<boolean>(rpcUrl, 'anvil_getAutomine', []);
  await jsonRpc(rpcUrl, 'evm_setIntervalMining', [0]);
  // A transaction waits until its block is complete, and one block is made after the other: when this one is, all are.
  const { pending } = await jsonRpc<{ pending: Hex }>(rpcUrl, 'txpool_status', []);
  if (BigInt(pending) > 0n) await jsonRpc(rpcUrl, 'evm_mine', [], DUMP_TIMEOUT_MS);
  return async () => {
    if (isInstant) await jsonRpc(rpcUrl, 'evm_setAutomine', [true]);
    else if (interval) await jsonRpc(rpcUrl, 'evm_setIntervalMining', [interval]);
  };
}
