import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { createJsonRpc, type JsonRpc } from '../chain/json-rpc.ts';
import { noting } from '../chain/written.ts';
import type { LiveState } from './live-state.ts';
import { onReturningChain, type Waiting } from './returning.ts';

/** Two ways to the same chain. */
export type DevnetRpc = {
  /** To ask. */
  asking: JsonRpc;
  /** To change it: a command that did reports nothing before that is on disk. */
  changing: JsonRpc;
  /** The devnet as it is: another anvil runs in it than before where that had died. */
  live: LiveState;
};

/**
 * JSON-RPC to the chain of a devnet, whether it has the protocol or not.
 *
 * @throws CHAIN_UNREACHABLE; CHAIN_FOREIGN when another program answers there
 */
export function openDevnetRpc(live: LiveState, waiting?: Waiting): Promise<DevnetRpc> {
  return onReturningChain(live, open, waiting);
}

async function open(live: LiveState): Promise<DevnetRpc> {
  const { rpcUrl, ipc, instanceId } = live.chain;
  const carried = ipc && (await (await import('../chain/carry-ipc.ts')).carryOverIpc(ipc));
  const carry = carried || (await import('../chain/carry-http.ts')).carryOverHttp(rpcUrl);
  const asking = createJsonRpc(rpcUrl, carry);
  const metadata = (await asking({ method: 'anvil_metadata' })) as { instanceId?: Hex } | null;
  if (metadata?.instanceId !== instanceId) throw new SaharaError('CHAIN_FOREIGN', { url: rpcUrl });
  return { asking, changing: noting(asking, { supervisor: live.socket, instanceId }), live };
}
