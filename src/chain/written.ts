import type { Hex } from '../base/hex.ts';
import type { JsonRpc } from './json-rpc.ts';

/** A devnet of ours that this process has changed. */
export type Written = {
  /** The socket of its supervisor. */
  supervisor: string;
  /** The anvil process that took it. */
  instanceId: Hex;
  /** The newest block that a receipt was seen from; null where none was. */
  block: Hex | null;
};

/** Calls that only ask. Whatever else a node of ours is told may change it. */
const ASKS =
  /^(eth_(?!send)|net_|web3_|txpool_|debug_|trace_|rpc_|anvil_(get|metadata|nodeInfo|dumpState)|evm_snapshot)/;

const written = new Map<Hex, Written>();

/** The same connection, by which it is remembered what was changed through it: see {@link takeWritten}. */
export function noting(rpc: JsonRpc, { supervisor, instanceId }: Omit<Written, 'block'>): JsonRpc {
  return async (request) => {
    // Before it is sent: an answer that never comes says nothing about what was done.
    if (!ASKS.test(request.method) && !written.has(instanceId))
      written.set(instanceId, { supervisor, instanceId, block: null });
    const answer = await rpc(request);
    const note = written.get(instanceId);
    if (note && request.method === 'eth_getTransactionReceipt' && answer !== null)
      note.block = (answer as { blockHash?: Hex }).blockHash ?? note.block;
    return answer;
  };
}

/** What this process has changed and nobody has yet asked to be made durable. From then on it begins anew. */
export function takeWritten(): Written[] {
  const all = [...written.values()];
  written.clear();
  return all;
}

/** It is on disk by other means, or nobody wants it any more. */
export function forgetWritten(instanceId: Hex): void {
  written.delete(instanceId);
}
