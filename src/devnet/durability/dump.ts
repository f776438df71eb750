import { gunzip } from 'node:zlib';
import { fromHex, type Hex } from '../../base/hex.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { headOf } from './blocks.ts';

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
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    return new Promise((resolve, reject) =>
      gunzip(bytes, (error, json) => (error ? reject(error) : resolve(json))),
    );
  }
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
