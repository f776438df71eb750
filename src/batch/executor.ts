import {
  type BaseError,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  numberToHex,
  parseEventLogs,
  type TransactionReceipt,
} from 'viem';
import { estimateFeesPerGas } from 'viem/actions';
import { formatSahara } from '../base/amount.ts';
import { type ErrorName, SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import { balanceOf, type Chain, CONTRACTS, PROTOCOL_ERRORS, type Signer } from '../chain/index.ts';
import type { PlannedItem } from './types.ts';

const { address: EXECUTOR, abi } = CONTRACTS.BatchExecutor;
/** What an account's code is while it delegates (EIP-7702). */
const DELEGATED = '0xef0100';
/** A transaction may not have more, wherever EIP-7825 holds (2^24), less room for what is not counted here. */
const MAX_GAS = 16_000_000n;
/** For the transaction, its authorization and the way into the executor. */
const BASE_GAS = 120_000n;
/** For telling of an item, and for handing it its calls. */
const ITEM_GAS = 40_000n;
/** For each byte of the call's data: the floor of EIP-7623, and that it is copied once. */
const BYTE_GAS = 50n;
const NOTHING: Address = `0x${'0'.repeat(40)}`;

/** What came of an item: `reason` is what it reverted with; `begun` is false where it was left out. */
export type Tried = { begun: boolean; done: boolean; gasUsed: bigint; reason: Hex };

/** The most gas that one transaction of a batch may have on this chain. */
export async function gasCeiling(chain: Chain): Promise<bigint> {
  const block = (await chain.rpc({ method: 'eth_getBlockByNumber', params: ['latest', false] })) as {
    gasLimit: Hex;
  };
  const ofBlock = (BigInt(block.gasLimit) * 9n) / 10n;
  return ofBlock < MAX_GAS ? ofBlock : MAX_GAS;
}

/** Gas that a transaction with these items must have, so that none of them can lack any. */
export function gasOf(items: readonly { calls: PlannedItem['calls']; gas: bigint }[]): bigint {
  return items.reduce((sum, { calls, gas }) => sum + itemGas(calls, gas), BASE_GAS);
}

function itemGas(calls: PlannedItem['calls'], gas: bigint): bigint {
  // 32 bytes more than its length at most, and some words around it.
  const bytes = calls.reduce((sum, { data }) => sum + data.length / 2 + 200, 200);
  return (gas * 64n) / 63n + ITEM_GAS + BigInt(Math.ceil(bytes)) * BYTE_GAS;
}

type Limited = PlannedItem & { gas: bigint };

function encode(items: readonly Limited[], stopAtFailure: boolean): Hex {
  const list = items.map(({ calls, gas }) => ({
    gasLimit: gas,
    calls: calls.map(({ to, value, data }) => ({ to, value, data })),
  }));
  return encodeFunctionData({ abi, functionName: 'tryAll', args: [list, stopAtFailure] });
}

/** What would come of the items, one after the other, if they were sent now. */
export async function tryOut(
  chain: Chain,
  account: Address,
  items: readonly Limited[],
  stopAtFailure: boolean,
): Promise<Tried[]> {
  const answer = (await chain.rpc({
    method: 'eth_call',
    params: [
      { from: account, to: account, data: encode(items, stopAtFailure), gas: numberToHex(gasOf(items)) },
      'latest',
      { [account]: { code: `${DELEGATED}${EXECUTOR.slice(2).toLowerCase()}` } },
    ],
  })) as Hex;
  const results = decodeFunctionResult({ abi, functionName: 'tryAll', data: answer });
  return results.map(({ done, gasUsed, reason }) => ({ begun: gasUsed > 0n, done, gasUsed, reason }));
}

/** Room for the fee to rise while a transaction waits to be sent again. */
export const FEE_ROOM = 2n;

/** A signed transaction that does the items, or with none of them gives the account back its former delegation. */
export async function sign(
  chain: Chain,
  { account }: Signer,
  nonce: number,
  items: readonly Limited[],
  options: { stopAtFailure?: boolean; delegate?: Address | null } = {},
): Promise<Hex> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await estimateFeesPerGas(chain.client, {
    chain: chain.client.chain,
    type: 'eip1559',
  });
  const address = items.length > 0 ? EXECUTOR : (options.delegate ?? NOTHING);
  if (!account.signAuthorization) throw new Error('an account that signs no authorizations');
  const { chainId } = chain;
  return account.signTransaction({
    type: 'eip7702',
    chainId,
    nonce,
    to: account.address,
    value: 0n,
    data: items.length > 0 ? encode(items, options.stopAtFailure ?? false) : '0x',
    gas: gasOf(items),
    maxFeePerGas: maxFeePerGas * FEE_ROOM,
    maxPriorityFeePerGas,
    // The transaction itself takes the number before it.
    authorizationList: [await account.signAuthorization({ address, chainId, nonce: nonce + 1 })],
  });
}

/** What an account delegates to; null where it is a plain account. */
export async function delegateOf(chain: Chain, address: Address): Promise<Address | null> {
  const code = (await chain.rpc({ method: 'eth_getCode', params: [address, 'latest'] })) as Hex;
  return code.startsWith(DELEGATED) ? `0x${code.slice(DELEGATED.length)}` : null;
}

export const isExecutor = (delegate: Address | null): boolean =>
  delegate?.toLowerCase() === EXECUTOR.toLowerCase();

/** @throws BATCH_UNSUPPORTED where there is no executor */
export async function assertExecutor(chain: Chain): Promise<void> {
  const code = await chain.rpc({ method: 'eth_getCode', params: [EXECUTOR, 'latest'] });
  if (code === '0x')
    throw new SaharaError('BATCH_UNSUPPORTED', {
      url: chain.rpcUrl,
      reason: `it has no BatchExecutor at ${EXECUTOR}`,
    });
}

/** What a transaction tells of each of its items, with the events of the item's own calls. */
export function outcomesOf(
  receipt: TransactionReceipt,
  account: Address,
  count: number,
): (Tried & { logs: TransactionReceipt['logs'] })[] {
  const outcomes = Array.from({ length: count }, () => ({
    begun: false,
    done: false,
    gasUsed: 0n,
    reason: '0x' as Hex,
    logs: [] as TransactionReceipt['logs'],
  }));
  let from = 0;
  for (const [i, log] of receipt.logs.entries()) {
    if (log.address.toLowerCase() !== account.toLowerCase()) continue;
    const [event] = parseEventLogs({ abi, logs: [log], eventName: ['ItemDone', 'ItemFailed'] });
    const outcome = event && outcomes[Number(event.args.index)];
    if (!event || !outcome) continue;
    outcome.begun = true;
    outcome.done = event.eventName === 'ItemDone';
    if (event.eventName === 'ItemFailed') outcome.reason = event.args.reason;
    outcome.logs = receipt.logs.slice(from, i);
    from = i + 1;
  }
  return outcomes;
}

/** Why an item failed, as the command of that name would say it. */
export async function failureOf(
  chain: Chain,
  { name, account }: Signer,
  { item, calls }: PlannedItem,
  reason: Hex,
  /** Wei that items before it in the same transaction send away. */
  spent = 0n,
): Promise<SaharaError<ErrorName>> {
  const needed = calls.reduce((sum, { value }) => sum + value, 0n);
  const native = (await balanceOf(chain, account.address)).native - spent;
  if (reason === '0x' && native < needed)
    return new SaharaError('FUNDS_MISSING', {
      account: name ?? account.address,
      needed: formatSahara(needed),
      has: formatSahara(native),
      token: 'SAHARA',
      isDevnet: chain.isDevnet,
    }) as SaharaError;
  const [contract = 'account', call = item.op] = item.op.split('.');
  return new SaharaError('TRANSACTION_REVERTED', { contract, call, ...decoded(reason) }) as SaharaError;
}

function decoded(data: Hex): { error: string; args: string[] } {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: PROTOCOL_ERRORS, data });
    return { error: errorName, args: args.map(String) };
  } catch (error) {
    return { error: 'Unknown', args: [data, (error as BaseError).shortMessage ?? ''] };
  }
}
