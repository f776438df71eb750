import { keccak256, type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem';
import { estimateFeesPerGas, getBlock, getTransactionCount, getTransactionReceipt } from 'viem/actions';
import { SaharaError } from '../../base/errors.ts';
import type { Address, Hex } from '../../base/hex.ts';
import type { Chain, Cost } from '../client.ts';
import type { Signer } from '../transact.ts';
import { isBeingSent, type Outbox, openOutbox, type Sent, startOf, whileSending } from './outbox.ts';

type Transaction = { to: Address; data: Hex; value: bigint; gas: bigint; what: string };

const POLL_MS = 200;
/** How long a transaction is waited for, and the number that another process holds. Milliseconds. */
const PATIENCE_MS = 180_000;
/** After so many answers that a transaction is unknown it was dropped, and is sent once more as it is. */
const UNKNOWN_BEFORE_RESEND = 5;

/**
 * Sends a transaction on a network that is no devnet, and waits until it is in a block. Two processes never take the
 * same number.
 *
 * @param options.patienceMs how long it is waited for until it is in a block, milliseconds
 * @throws TRANSACTION_REPLACED when another transaction has its number, TRANSACTION_PENDING when it is in no block in
 *   time, NONCE_CONTENTION, and whatever `approve` throws: then nothing was sent
 */
export async function deliverOnNetwork(
  chain: Chain,
  signer: Signer,
  transaction: Transaction,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): Promise<TransactionReceipt> {
  const outbox = outboxOf(chain, signer);
  const fees = await feesOf(chain);
  await chain.sending?.approve?.(costOf(chain, transaction, fees));
  const sent = await signed(chain, signer, outbox, transaction, fees);
  return await whileSending(sent.hash, async () => {
    await send(chain, outbox, sent);
    return await settle(chain, signer.account.address, outbox, sent, patienceMs);
  });
}

const outboxOf = (chain: Chain, { account }: Signer) =>
  openOutbox(chain.sending?.outbox ?? null, chain.chainId, account.address);

/**
 * Before anything is sent: the receipt of the same call, where an earlier run has sent it and not seen its end. What
 * can never be done any more is forgotten.
 *
 * @throws TRANSACTION_REPLACED, TRANSACTION_PENDING
 */
export async function takeUpEarlier(
  chain: Chain,
  signer: Signer,
  { to, data, value }: Pick<Transaction, 'to' | 'data' | 'value'>,
): Promise<TransactionReceipt | undefined> {
  const outbox = outboxOf(chain, signer);
  const { address } = signer.account;
  for (const sent of outbox.list()) {
    if (isBeingSent(sent)) continue;
    const isSame =
      sent.to.toLowerCase() === to.toLowerCase() && sent.data === data && sent.value === String(value);
    const isOver = (await mined(chain, address)) > sent.nonce;
    if (isSame && (await isKnown(chain, sent.hash))) {
      chain.sending?.tell?.(
        `An earlier run sent this transaction (${sent.hash}) and did not see its end: it is not sent a second time.`,
      );
      return await settle(chain, address, outbox, sent);
    }
    // Of a number only one transaction can be done, and what no node knows may never have been sent.
    if (isOver || isSame) outbox.drop(sent);
  }
  return undefined;
}

type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint; expected: bigint } | { gasPrice: bigint };

async function feesOf(chain: Chain): Promise<Fees> {
  const block = await getBlock(chain.client);
  const base = block.baseFeePerGas;
  if (base === null || base === undefined)
    return { gasPrice: BigInt((await chain.rpc({ method: 'eth_gasPrice' })) as Hex) };
  const { maxFeePerGas, maxPriorityFeePerGas } = await estimateFeesPerGas(chain.client, {
    chain: chain.client.chain,
    type: 'eip1559',
  });
  return { maxFeePerGas, maxPriorityFeePerGas, expected: base + maxPriorityFeePerGas };
}

function pricesOf(fees: Fees): { gasPrice: bigint; maxGasPrice: bigint } {
  if ('gasPrice' in fees) return { gasPrice: fees.gasPrice, maxGasPrice: fees.gasPrice };
  return { gasPrice: fees.expected, maxGasPrice: fees.maxFeePerGas };
}

function costOf({ chainId }: Chain, { what, gas, value }: Transaction, fees: Fees): Cost {
  return { what, chainId, gas, value, ...pricesOf(fees) };
}

/** What gas costs now, wei for each unit: as expected, and at most. */
export async function gasPrices(chain: Chain): Promise<{ gasPrice: bigint; maxGasPrice: bigint }> {
  return pricesOf(await feesOf(chain));
}

/** Signs it with the account's next number, and notes it down: from then on the number is ours. */
async function signed(
  chain: Chain,
  { name, account }: Signer,
  outbox: Outbox,
  { to, data, value, gas, what }: Transaction,
  fees: Fees,
): Promise<Sent> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause()) {
    const nonce = await getTransactionCount(chain.client, { address: account.address, blockTag: 'pending' });
    const common = { to, data, value, gas, nonce, chainId: chain.chainId };
    const raw = await ('gasPrice' in fees
      ? account.signTransaction({ ...common, type: 'legacy', gasPrice: fees.gasPrice })
      : account.signTransaction({
          ...common,
          type: 'eip1559',
          maxFeePerGas: fees.maxFeePerGas,
          maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
        }));
    const { pid } = process;
    const hash = keccak256(raw);
    const sent: Sent = { nonce, hash, raw, to, data, value: `${value}`, what, pid, started: startOf(pid) };
    if (outbox.take(sent)) return sent;
    // Whoever has it lives and is about to send, or is gone without having sent: then the number is free.
    const other = outbox.list().find((s) => s.nonce === nonce);
    if (other && !isBeingSent(other) && !(await isKnown(chain, other.hash))) outbox.drop(other);
  }
  throw new SaharaError('NONCE_CONTENTION', { account: name ?? account.address });
}

async function send(chain: Chain, outbox: Outbox, sent: Sent): Promise<void> {
  try {
    await chain.rpc({ method: 'eth_sendRawTransaction', params: [sent.raw] });
  } catch (error) {
    // No answer says nothing about whether it arrived: it stays noted down.
    if (error instanceof SaharaError) throw error;
    const { message } = error as Error;
    // Then somebody else's transaction has the number, which is found out and told while ours is waited for.
    if (/already known|already imported|nonce too low|replacement transaction underpriced/i.test(message))
      return;
    outbox.drop(sent);
    throw error;
  }
}

/**
 * The receipt of what was sent, once it is in a block, or of the same call sent again by a wallet for a higher fee.
 * In the end it is no longer noted down, unless it may still be done.
 *
 * @throws TRANSACTION_REPLACED, TRANSACTION_PENDING
 */
async function settle(
  chain: Chain,
  account: Address,
  outbox: Outbox,
  sent: Sent,
  patienceMs: number = PATIENCE_MS,
): Promise<TransactionReceipt> {
  let unknown = 0;
  for (const end = Date.now() + patienceMs; Date.now() < end; await pause()) {
    // In this order: a count that has risen before the receipt is there would look like somebody else's transaction.
    const taken = (await mined(chain, account)) > sent.nonce;
    const receipt = await receiptOf(chain, sent.hash);
    if (receipt) {
      outbox.drop(sent);
      return receipt;
    }
    if (await isKnown(chain, sent.hash)) {
      unknown = 0;
      continue;
    }
    unknown += 1;
    if (unknown < UNKNOWN_BEFORE_RESEND) continue;
    if (taken) {
      const other = await inItsPlace(chain, account, sent);
      outbox.drop(sent);
      if (other?.isSame) return await getTransactionReceipt(chain.client, { hash: other.hash });
      const { what, hash, nonce } = sent;
      throw new SaharaError('TRANSACTION_REPLACED', { what, tx: hash, nonce, by: other?.hash ?? null });
    }
    // Dropped: the same bytes again, which can be done once at most.
    unknown = 0;
    await chain.rpc({ method: 'eth_sendRawTransaction', params: [sent.raw] }).catch((error) => {
      if (error instanceof SaharaError) throw error;
    });
  }
  const { what, hash, nonce } = sent;
  throw new SaharaError('TRANSACTION_PENDING', { what, tx: hash, nonce, seconds: patienceMs / 1000 });
}

/** How many blocks back the transaction that was done instead is looked for. */
const LOOK_BACK = 20n;

/** The transaction that has our number, where it is in one of the last blocks, and whether it is the same call. */
async function inItsPlace(
  chain: Chain,
  account: Address,
  sent: Sent,
): Promise<{ hash: Hex; isSame: boolean } | undefined> {
  const { number } = await getBlock(chain.client);
  for (let n = number; n >= 0n && n > number - LOOK_BACK; n--) {
    const { transactions } = await getBlock(chain.client, { blockNumber: n, includeTransactions: true });
    const other = transactions.find(
      (t) => t.from.toLowerCase() === account.toLowerCase() && t.nonce === sent.nonce,
    );
    if (!other) continue;
    const isSame =
      other.to?.toLowerCase() === sent.to.toLowerCase() &&
      other.input === sent.data &&
      other.value === BigInt(sent.value);
    return { hash: other.hash, isSame };
  }
  return undefined;
}

async function receiptOf(chain: Chain, hash: Hex): Promise<TransactionReceipt | undefined> {
  try {
    return await getTransactionReceipt(chain.client, { hash });
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return undefined;
    throw error;
  }
}

const mined = (chain: Chain, address: Address) =>
  getTransactionCount(chain.client, { address, blockTag: 'latest' });

async function isKnown(chain: Chain, hash: Hex): Promise<boolean> {
  return (await chain.rpc({ method: 'eth_getTransactionByHash', params: [hash] })) !== null;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
