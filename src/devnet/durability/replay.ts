import type { Hex } from '../../base/hex.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { headOf } from './blocks.ts';
import type { BlockRecord, Place } from './types.ts';

/** Making one block of a large state takes long. Milliseconds. */
const BLOCK_TIMEOUT_MS = 60_000;

/**
 * Makes the blocks once more, on an anvil that mines when it is told to, first in first out. Each must get the hash that
 * it had, which holds its state root, its time and all before it.
 *
 * @returns how many came out the same; fewer than there are when one did not, which then is the newest one there
 */
export async function replay(rpcUrl: string, from: number, blocks: readonly BlockRecord[]): Promise<number> {
  // Without it, no time before anvil's own start is taken for the next block.
  await jsonRpc(rpcUrl, 'evm_setTime', [from]);
  let miner: Hex | undefined;
  let gasLimit: Hex | undefined;
  for (const [done, block] of blocks.entries()) {
    try {
      await jsonRpc(rpcUrl, 'evm_setNextBlockTimestamp', [block.timestamp]);
      await jsonRpc(rpcUrl, 'anvil_setNextBlockBaseFeePerGas', [block.baseFeePerGas]);
      if (block.miner !== miner) await jsonRpc(rpcUrl, 'anvil_setCoinbase', [block.miner]);
      if (block.gasLimit !== gasLimit) await jsonRpc(rpcUrl, 'evm_setBlockGasLimit', [block.gasLimit]);
      ({ miner, gasLimit } = block);
      for (const transaction of block.transactions) {
        if (typeof transaction === 'string') await jsonRpc(rpcUrl, 'eth_sendRawTransaction', [transaction]);
        else {
          await jsonRpc(rpcUrl, 'anvil_impersonateAccount', [transaction.from]);
          await jsonRpc(rpcUrl, 'eth_sendTransaction', [transaction.call]);
        }
      }
      await jsonRpc(rpcUrl, 'evm_mine', [], BLOCK_TIMEOUT_MS);
    } catch {
      // What is not taken now was taken then: it is another state.
      return done;
    }
    if ((await headOf(rpcUrl)).hash !== block.hash) return done;
  }
  return blocks.length;
}

/** True when what follows can begin there. */
export async function standsAt(rpcUrl: string, { hash }: Place): Promise<boolean> {
  return (await headOf(rpcUrl)).hash === hash;
}
