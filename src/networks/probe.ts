import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { carryOverHttp } from '../chain/carry-http.ts';
import { createJsonRpc, type JsonRpc } from '../chain/json-rpc.ts';
import { readCode } from '../chain/network/code.ts';

/** How long a network is waited for that may not be there, milliseconds. */
const TIMEOUT_MS = 5_000;

/** JSON-RPC to a network that may not answer. @throws CHAIN_UNREACHABLE */
export function rpcTo(url: string, timeoutMs: number = TIMEOUT_MS): JsonRpc {
  return createJsonRpc(url, carryOverHttp(url, timeoutMs));
}

/** The chain id that answers there. @throws CHAIN_UNREACHABLE, also for what is no chain */
export async function chainIdOf(url: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const unreachable = (reason: string) => new SaharaError('CHAIN_UNREACHABLE', { url, reason });
  const answer = await rpcTo(url)({ method: 'eth_chainId' }).catch((error: Error) => {
    throw error instanceof SaharaError ? error : unreachable(error.message);
  });
  const id = typeof answer === 'string' ? Number(answer) : Number.NaN;
  if (!Number.isSafeInteger(id) || id < 1) throw unreachable('it does not tell a chain id');
  return id;
}

/**
 * How a network stands. `ready`: the protocol is there, code for code. `bare`: it is not there. `unfinished`: some of
 * it is. `other`: other code stands at its addresses. `wrong-chain`: another chain answers. `offline`: nobody does.
 */
export type NetworkState = 'ready' | 'bare' | 'unfinished' | 'other' | 'wrong-chain' | 'offline';

/** @param chainId the id that must answer */
export async function probe(
  url: string,
  chainId: number,
): Promise<{ state: NetworkState; reason: string | null }> {
  const rpc = rpcTo(url);
  try {
    const [id, codes] = await Promise.all([
      rpc({ method: 'eth_chainId' }) as Promise<Hex>,
      readCode(rpc, chainId),
    ]);
    if (Number(id) !== chainId) return { state: 'wrong-chain', reason: `chain id ${Number(id)} answers` };
    const other = codes.find((c) => c.state === 'other');
    if (other) return { state: 'other', reason: `${other.contract} at ${other.address}` };
    const there = codes.filter((c) => c.state === 'same').length;
    if (there === codes.length) return { state: 'ready', reason: null };
    if (there === 0) return { state: 'bare', reason: null };
    return { state: 'unfinished', reason: `${there} of ${codes.length} contracts` };
  } catch (error) {
    const reason =
      error instanceof SaharaError && error.id === 'CHAIN_UNREACHABLE'
        ? (error.params as { reason: string }).reason
        : (error as Error).message;
    return { state: 'offline', reason };
  }
}
