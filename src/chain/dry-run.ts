import { formatLog, InsufficientFundsError, numberToHex, type RpcLog, type TransactionReceipt } from 'viem';
import { estimateFeesPerGas } from 'viem/actions';
import type { Address, Hex } from '../base/hex.ts';
import { type Chain, createViemClient } from './client.ts';
import type { JsonRpc } from './json-rpc.ts';

/** A transaction that is not sent. Amounts in wei. */
export type PretendedTransaction = { from: Address; to: Address; data: Hex; value: bigint; gas: bigint };

/** What a chain has when nothing may be sent to it. */
export type DryRun = {
  /** Works out what the transaction would do; whatever is asked of the chain afterwards sees that as done. */
  pretend(transaction: PretendedTransaction): Promise<TransactionReceipt>;
  /** All that were pretended with success, in their order. */
  readonly transactions: readonly PretendedTransaction[];
  /** Another dry run that begins where this one stands. What is asked of several of them alike is asked once. */
  fork(): Chain & { dryRun: DryRun };
};

/** State that differs from the chain's, by lower-case address: the form that `eth_call` takes. */
type Overrides = Record<string, AccountOverride>;
export type AccountOverride = {
  balance?: Hex;
  nonce?: Hex;
  code?: Hex;
  stateDiff?: Record<Hex, Hex>;
};

/** What may be asked in a dry run besides the calls that are answered below. None of them changes anything. */
const READS = new Set([
  'anvil_metadata',
  'anvil_nodeInfo',
  'eth_blockNumber',
  'eth_chainId',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getCode',
  'eth_getTransactionByHash',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
]);

const ZERO_HASH: Hex = `0x${'0'.repeat(64)}`;

/**
 * The same chain, to which nothing is sent. A transaction is simulated on top of those that were pretended before,
 * its logs are answered as a receipt, and its changes of state (geth's `prestateTracer`, which anvil has) are laid
 * over every later question. So a flow of several transactions with reads in between goes as it really would.
 */
export function dryRunChain(chain: Chain): Chain & { dryRun: DryRun } {
  return begin(chain, {}, [], new Map());
}

/**
 * @param logs of what was pretended
 * @param asked answers that hold as long as nothing was pretended besides `overrides`
 */
function begin(
  chain: Chain,
  overrides: Overrides,
  logs: RpcLog[],
  asked: Map<string, Promise<unknown>>,
): Chain & { dryRun: DryRun } {
  const transactions: PretendedTransaction[] = [];
  let fee: Promise<{ maxFeePerGas: bigint }> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let answers = asked;

  const rpc: JsonRpc = async (request) => {
    const { method } = request;
    const params = (request.params ?? []) as unknown[];
    if (method === 'eth_call' || method === 'eth_estimateGas') {
      const [call, block = 'latest', given] = params as [unknown, unknown, Overrides | undefined];
      const known = answers;
      const key = JSON.stringify([method, call, block, given]);
      const answer =
        known.get(key) ?? chain.rpc({ method, params: [call, block, merged(overrides, given ?? {})] });
      known.set(key, answer);
      return answer;
    }
    if (method === 'eth_getBalance' || method === 'eth_getTransactionCount') {
      const known = overrides[String(params[0]).toLowerCase()];
      const value = method === 'eth_getBalance' ? known?.balance : known?.nonce;
      return value ?? chain.rpc(request);
    }
    if (method === 'anvil_setBalance') {
      const [address, balance] = params as [Address, Hex];
      overrides[address.toLowerCase()] = { ...overrides[address.toLowerCase()], balance };
      answers = new Map();
      return null;
    }
    if (method === 'eth_getLogs') {
      const found = (await chain.rpc(request)) as RpcLog[];
      return [...found, ...logs.filter((log) => isAskedFor(log, params[0] as LogFilter))];
    }
    if (READS.has(method)) return chain.rpc(request);
    // A command that would change something past this file is a bug, and must not get through.
    throw new Error(`a dry run does not send ${method}`);
  };
  const client = createViemClient(rpc, chain.rpcUrl, chain.chainId);

  async function pretend(transaction: PretendedTransaction): Promise<TransactionReceipt> {
    const { from, to, data, value, gas } = transaction;
    fee ??= estimateFeesPerGas(client) as Promise<{ maxFeePerGas: bigint }>;
    const { maxFeePerGas } = await fee;
    const balance = BigInt((await rpc({ method: 'eth_getBalance', params: [from, 'latest'] })) as Hex);
    // A node refuses what the account might not be able to pay for.
    if (balance < value + gas * maxFeePerGas) throw new InsufficientFundsError();
    const call = { from, to, data, value: numberToHex(value), gas: numberToHex(gas) };
    const [blocks, diff] = (await Promise.all([
      chain.rpc({
        method: 'eth_simulateV1',
        params: [{ blockStateCalls: [{ stateOverrides: overrides, calls: [call] }] }, 'latest'],
      }),
      chain.rpc({
        method: 'debug_traceCall',
        params: [
          call,
          'latest',
          {
            tracer: 'prestateTracer',
            tracerConfig: { diffMode: true, disableCode: true },
            stateOverrides: overrides,
          },
        ],
      }),
    ])) as [{ calls: SimulatedCall[] }[], StateDiff];
    const outcome = blocks[0]?.calls[0];
    if (!outcome) throw new Error('the chain simulated nothing');
    const status = BigInt(outcome.status) === 1n ? 'success' : 'reverted';
    const gasUsed = BigInt(outcome.gasUsed);
    if (status === 'success') {
      lay(diff, overrides);
      transactions.push(transaction);
      logs.push(...outcome.logs);
    }
    answers = new Map();
    const sender = from.toLowerCase();
    const after = BigInt(overrides[sender]?.balance ?? numberToHex(balance));
    overrides[sender] = { ...overrides[sender], balance: numberToHex(after - gasUsed * maxFeePerGas) };
    return {
      status,
      gasUsed,
      cumulativeGasUsed: gasUsed,
      effectiveGasPrice: maxFeePerGas,
      logs: outcome.logs.map((log) => formatLog(log)),
      transactionHash: ZERO_HASH,
      from,
      to,
    } as unknown as TransactionReceipt;
  }

  const dryRun: DryRun = {
    transactions,
    fork: () => begin(chain, structuredClone(overrides), [...logs], answers),
    pretend(transaction) {
      // One after the other: each is worked out on top of the one before.
      const result = last.then(() => pretend(transaction));
      last = result.catch(() => undefined);
      return result;
    },
  };
  return { ...chain, rpc, client, dryRun };
}

type SimulatedCall = { status: Hex; gasUsed: Hex; logs: RpcLog[] };
type TracedAccount = { balance?: Hex; nonce?: number | Hex; code?: Hex; storage?: Record<Hex, Hex> };
type StateDiff = { pre: Record<string, TracedAccount>; post: Record<string, TracedAccount> };

function lay({ pre, post }: StateDiff, onto: Overrides): void {
  for (const [address, { balance, nonce, code, storage = {} }] of Object.entries(post)) {
    const key = address.toLowerCase();
    // A slot that became zero is left out of what is there afterwards.
    const cleared = Object.keys(pre[address]?.storage ?? {}).map((slot) => [slot, ZERO_HASH]);
    const stateDiff = { ...onto[key]?.stateDiff, ...Object.fromEntries(cleared), ...storage };
    onto[key] = {
      ...onto[key],
      ...(balance === undefined ? {} : { balance }),
      ...(nonce === undefined ? {} : { nonce: numberToHex(BigInt(nonce)) }),
      ...(code === undefined ? {} : { code }),
      ...(Object.keys(stateDiff).length === 0 ? {} : { stateDiff }),
    };
  }
}

type LogFilter = { address?: Address; topics?: readonly (Hex | readonly Hex[] | null)[] };

/** In which block it would be nobody can say, so that only a filter by what was said can leave it out. */
function isAskedFor(log: RpcLog, { address, topics = [] }: LogFilter): boolean {
  if (address && log.address.toLowerCase() !== address.toLowerCase()) return false;
  return topics.every((wanted, i) => wanted === null || [wanted].flat().includes(log.topics[i] as Hex));
}

function merged(under: Overrides, over: Overrides): Overrides {
  const result = { ...under };
  for (const [address, account] of Object.entries(over))
    result[address.toLowerCase()] = { ...under[address.toLowerCase()], ...account };
  return result;
}
