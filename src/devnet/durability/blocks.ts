import type { Hex } from '../../base/hex.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import type { BlockRecord, Place, Sent } from './types.ts';

type RpcTransaction = Record<string, unknown> & { hash: Hex; from: Hex; type?: Hex; r?: Hex; s?: Hex };
type RpcBlock = {
  number: Hex;
  hash: Hex;
  parentHash: Hex;
  timestamp: Hex;
  baseFeePerGas?: Hex;
  miner: Hex;
  gasLimit: Hex;
  transactions: RpcTransaction[];
};

/** Blocks asked for at the same time. */
const AT_ONCE = 32;

export const hex = (value: number): Hex => `0x${value.toString(16)}`;

export async function headOf(rpcUrl: string): Promise<Place> {
  const head = await jsonRpc<RpcBlock>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
  return { number: Number(head.number), hash: head.hash };
}

/**
 * The blocks that follow `after`, up to `to`; undefined when they are no continuation of it (the chain was rewound), or
 * hold what cannot be sent again (a blob transaction, whose blobs are in no block).
 */
export async function readBlocks(
  rpcUrl: string,
  after: Place,
  to: number,
): Promise<BlockRecord[] | undefined> {
  const blocks: BlockRecord[] = [];
  let parent = after.hash;
  for (let from = after.number + 1; from <= to; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, to - from + 1) }, (_, i) => from + i);
    for (const block of await Promise.all(numbers.map((number) => readBlock(rpcUrl, number)))) {
      if (block?.parentHash !== parent) return undefined;
      blocks.push(block);
      parent = block.hash;
    }
  }
  return blocks;
}

async function readBlock(rpcUrl: string, number: number): Promise<BlockRecord | undefined> {
  const block = await jsonRpc<RpcBlock | null>(rpcUrl, 'eth_getBlockByNumber', [hex(number), true]);
  if (!block || block.transactions.some(({ type }) => type === '0x3')) return undefined;
  return {
    t: 'block',
    number,
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: Number(block.timestamp),
    baseFeePerGas: block.baseFeePerGas ?? '0x0',
    miner: block.miner,
    gasLimit: block.gasLimit,
    transactions: await Promise.all(block.transactions.map((one) => sent(rpcUrl, one))),
  };
}

/** A signed transaction as it was sent; one of an impersonated account, whose signature is empty, as it was called. */
async function sent(rpcUrl: string, transaction: RpcTransaction): Promise<Sent> {
  const { from, hash, r, s } = transaction;
  if (Number(r ?? 0) !== 0 || Number(s ?? 0) !== 0)
    return jsonRpc<Hex>(rpcUrl, 'debug_getRawTransaction', [hash]);
  const call: Record<string, unknown> = { data: transaction['input'] };
  const fees =
    transaction.type === '0x0' || transaction.type === '0x1'
      ? ['gasPrice']
      : ['maxFeePerGas', 'maxPriorityFeePerGas'];
  for (const name of [
    'from',
    'to',
    'nonce',
    'gas',
    'value',
    'type',
    'accessList',
    'authorizationList',
    ...fees,
  ])
    if (transaction[name] !== undefined && transaction[name] !== null) call[name] = transaction[name];
  return { from, call, hash };
}
