import {
  type Client,
  type CustomTransport,
  createClient,
  custom,
  defineChain,
  type Chain as ViemChain,
} from 'viem';
import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { carryOverIpc } from './carry-ipc.ts';
import { CONTRACTS } from './contracts.ts';
import type { DryRun } from './dry-run.ts';
import { createJsonRpc, type JsonRpc } from './json-rpc.ts';
import { noting } from './written.ts';

/** A chain that has answered and is known to be the right one. */
export type Chain = {
  rpcUrl: string;
  chainId: number;
  /**
   * True for a local development chain: balances can be set, and its id is that of no network. What is signed for an
   * anvil that has a network's id is valid on that network as well.
   */
  isDevnet: boolean;
  /** Present where transactions are more than play: on networks that are no devnet. */
  sending?: Sending;
  /** The viem client: pass it to viem's actions. Calls made in one turn travel as one batch. */
  client: Client<CustomTransport, ViemChain>;
  rpc: JsonRpc;
  /** Present where nothing may be sent: see `dryRunChain`. */
  dryRun?: DryRun;
};

/** How transactions are sent on a network that is no devnet. */
export type Sending = {
  /** The folder in which what was sent and not yet answered is remembered; null where nothing is. */
  outbox: string | null;
  /** Asked before anything is signed. Rejects where the cost is not agreed to; absent where a script decides. */
  approve?: (cost: Cost) => Promise<void>;
  /**
   * Called when a transaction is done, with what forgets it: to be called once that was reported. A process that ends in
   * between leaves it to the next, which does not send it again. Absent: it is forgotten at once.
   */
  untilReported?: (forget: () => void) => void;
  /** Told what a person should know, such as that an earlier run's transaction was found. */
  tell?: (message: string) => void;
};

/** What a transaction costs. Amounts in wei of the network's native coin. */
export type Cost = {
  /** The call in words: "RevenueVault.pay". */
  what: string;
  chainId: number;
  gas: bigint;
  /** For each unit of gas: what is expected, and what it cannot exceed. */
  gasPrice: bigint;
  maxGasPrice: bigint;
  /** Sent along. */
  value: bigint;
};

/** The chain id of devnets, and of no network. */
export const DEVNET_CHAIN_ID = 31337;

export type ChainOptions = {
  rpcUrl: string;
  chainId: number;
  /** A socket with the same JSON-RPC, tried first. */
  ipc?: string | null;
  /** The anvil process that must answer; null when the chain is not ours to know. */
  instanceId: Hex | null;
  /** The socket of the supervisor that makes it durable; null when it has none. */
  supervisor?: string | null;
  /** What holds where the chain is no devnet. */
  sending?: Sending;
  /** False where the protocol need not be there, as it is yet to be deployed. */
  needsProtocol?: boolean;
};

/**
 * Connects, and proves in one round trip that the chain is the right one and has the protocol.
 *
 * @throws CHAIN_UNREACHABLE, CHAIN_WRONG, CHAIN_FOREIGN, PROTOCOL_MISSING
 */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const { rpcUrl, ipc, chainId, instanceId, supervisor, sending, needsProtocol = true } = options;
  const carry = (ipc && (await carryOverIpc(ipc))) || (await import('./carry-http.ts')).carryOverHttp(rpcUrl);
  const plain = createJsonRpc(rpcUrl, carry);
  const rpc = supervisor && instanceId ? noting(plain, { supervisor, instanceId }) : plain;
  const address = CONTRACTS.AssetRegistry.address;
  const [id, code, metadata] = await Promise.all([
    rpc({ method: 'eth_chainId' }) as Promise<Hex>,
    rpc({ method: 'eth_getCode', params: [address, 'latest'] }) as Promise<Hex>,
    rpc({ method: 'anvil_metadata' }).catch(ignoreUnsupported) as Promise<{ instanceId: Hex } | undefined>,
  ]);
  if (Number(id) !== chainId)
    throw new SaharaError('CHAIN_WRONG', { url: rpcUrl, expected: chainId, found: Number(id) });
  if (instanceId !== null && metadata?.instanceId !== instanceId)
    throw new SaharaError('CHAIN_FOREIGN', { url: rpcUrl });
  if (code === '0x' && needsProtocol) throw new SaharaError('PROTOCOL_MISSING', { url: rpcUrl, address });
  const isDevnet = metadata !== undefined && chainId === DEVNET_CHAIN_ID;
  return {
    rpcUrl,
    chainId,
    isDevnet,
    ...(isDevnet ? {} : { sending: sending ?? { outbox: null } }),
    client: createViemClient(rpc, rpcUrl, chainId),
    rpc,
  };
}

export function createViemClient(
  rpc: JsonRpc,
  rpcUrl: string,
  chainId: number,
): Client<CustomTransport, ViemChain> {
  const chain = defineChain({
    id: chainId,
    name: 'Sahara',
    nativeCurrency: { name: 'SAHARA', symbol: 'SAHARA', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  return createClient({
    chain,
    transport: custom({ request: rpc }, { retryCount: 0 }),
    pollingInterval: 40,
    cacheTime: 0,
  });
}

function ignoreUnsupported(error: unknown): undefined {
  if (error instanceof SaharaError) throw error;
  return undefined;
}
