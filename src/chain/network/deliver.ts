import { keccak256, parseTransaction, type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem';
import { getBlock, getTransactionCount, getTransactionReceipt } from 'viem/actions';
import { SaharaError } from '../../base/errors.ts';
import type { Address, Hex } from '../../base/hex.ts';
import type { Chain } from '../client.ts';
import type { Signer } from '../transact.ts';
import { agreedRaise, costOf, type Fees, feesOf } from './fees.ts';
import { isBeingSent, type Outbox, openOutbox, type Sent, startOf, whileSending } from './outbox.ts';
import { PATIENCE_MS } from './patience.ts';

type Transaction = { to: Address; data: Hex; value: bigint; gas: bigint; what: string };

const POLL_MS = 200;
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
    await send(chain, sent, () => outbox.drop(sent));
    return await settle(chain, signer.account.address, outbox, sent, patienceMs);
  });
}

const outboxOf = (chain: Chain, { account }: Signer) =>
  openOutbox(chain.sending?.outbox ?? null, chain.chainId, account.address);

/**
 * Before anything is sent: the receipt of the same call, where an earlier run has sent it and not seen its end. One that
 * cannot get into a block any more for what it offers is sent for more, under the same number. What can never be done is
 * forgotten.
 *
 * @throws TRANSACTION_REPLACED, TRANSACTION_PENDING, and whatever `approve` throws of a higher fee
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
    if (
      isSame &&
      ((await isKnown(chain, sent)) || (isOver && (await inItsPlace(chain, address, sent))?.isSame))
    ) {
      chain.sending?.tell?.(
        `An earlier run sent this transaction (${sent.hash}) and did not see its end: it is not sent a second time.`,
      );
      const ours = { ...sent, pid: process.pid, started: startOf(process.pid) };
      outbox.replace(sent, ours);
      const last = isOver ? ours : await raised(chain, signer, outbox, ours);
      return await whileSending(last.hash, () => settle(chain, address, outbox, last));
    }
    // Of a number only one transaction can be done, and what no node knows may never have been sent.
    if (isOver || isSame) outbox.drop(sent);
  }
  return undefined;
}

/**
 * The same call under the same number with a higher fee, noted and sent, where the network takes it no longer for what
 * it offers; else the transaction as it is.
 */
async function raised(chain: Chain, signer: Signer, outbox: Outbox, sent: Sent): Promise<Sent> {
  const fees = await agreedRaise(chain, sent.what, sent.raw);
  if (!fees) {
    // It may have been noted and not sent any more; what is known then is a cheaper one.
    if (sent.cheaper) await send(chain, sent, () => {});
    return sent;
  }
  const { gas = 0n } = parseTransaction(sent.raw);
  const { to, data, nonce } = sent;
  const transaction = { to, data, value: BigInt(sent.value), gas, nonce };
  const raw = await sign(chain, signer, transaction, fees);
  const next = { ...sent, raw, hash: keccak256(raw), cheaper: [...(sent.cheaper ?? []), sent.hash] };
  outbox.replace(sent, next);
  await send(chain, next, () => outbox.replace(next, sent));
  return next;
}

function sign(
  { chainId }: Chain,
  { account }: Signer,
  transaction: { to: Address; data: Hex; value: bigint; gas: bigint; nonce: number },
  fees: Fees,
): Promise<Hex> {
  const common = { ...transaction, chainId };
  if ('gasPrice' in fees)
    return account.signTransaction({ ...common, type: 'legacy', gasPrice: fees.gasPrice });
  const { maxFeePerGas, maxPriorityFeePerGas } = fees;
  return account.signTransaction({ ...common, type: 'eip1559', maxFeePerGas, maxPriorityFeePerGas });
}

/** Signs it with the account's next number, and notes it down: from then on the number is ours. */
async function signed(
  chain: Chain,
  signer: Signer,
  outbox: Outbox,
  { to, data, value, gas, what }: Transaction,
  fees: Fees,
): Promise<Sent> {
  const { name, account } = signer;
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause()) {
    const nonce = await getTransactionCount(chain.client, { address: account.address, blockTag: 'pending' });
    const raw = await sign(chain, signer, { to, data, value, gas, nonce }, fees);
    const { pid } = process;
    const hash = keccak256(raw);
    const sent: Sent = { nonce, hash, raw, to, data, value: `${value}`, what, pid, started: startOf(pid) };
    if (outbox.take(sent)) return sent;
    // Whoever has it lives and is about to send, or is gone without having sent: then the number is free.
    const other = outbox.list().find((s) => s.nonce === nonce);
    if (other && !isBeingSent(other) && !(await isKnown(chain, other))) outbox.drop(other);
  }
  throw new SaharaError('NONCE_CONTENTION', { account: name ?? account.address });
}

/** @param takeBack called where the network refused it, so that it can never be done */
async function send(chain: Chain, sent: Sent, takeBack: () => void): Promise<void> {
  try {
    await chain.rpc({ method: 'eth_sendRawTransaction', params: [sent.raw] });
  } catch (error) {
    // No answer says nothing about whether it arrived: it stays noted down.
    if (error instanceof SaharaError) throw error;
    const { message } = error as Error;
    // Then somebody else's transaction has the number, which is found out and told while ours is waited for.
    if (/already known|already imported|nonce too low|replacement transaction underpriced/i.test(message))
      return;
    takeBack();
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
    const receipt = await receiptOf(chain, sent);
    if (receipt) return finished(chain, outbox, sent, receipt);
    if (await isKnown(chain, sent)) {
      unknown = 0;
      continue;
    }
    unknown += 1;
    if (unknown < UNKNOWN_BEFORE_RESEND) continue;
    if (taken) {
      const other = await inItsPlace(chain, account, sent);
      if (other?.isSame)
        return finished(chain, outbox, sent, await getTransactionReceipt(chain.client, { hash: other.hash }));
      outbox.drop(sent);
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

/** It is done. Its note stays until that was reported, where somebody sees to it. */
function finished(chain: Chain, outbox: Outbox, sent: Sent, receipt: TransactionReceipt): TransactionReceipt {
  const forget = () => outbox.drop(sent);
  // One that was refused has changed nothing, and may be wanted again.
  if (chain.sending?.untilReported && receipt.status === 'success') chain.sending.untilReported(forget);
  else forget();
  return receipt;
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

async function receiptOf(chain: Chain, sent: Sent): Promise<TransactionReceipt | undefined> {
  for (const hash of hashesOf(sent)) {
    try {
      return await getTransactionReceipt(chain.client, { hash });
    } catch (error) {
      if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
    }
  }
  return undefined;
}

/** Of the transaction, and of those that may be done in its place. */
const hashesOf = ({ hash, cheaper = [] }: Sent): Hex[] => [hash, ...cheaper];

const mined = (chain: Chain, address: Address) =>
  getTransactionCount(chain.client, { address, blockTag: 'latest' });

async function isKnown(chain: Chain, sent: Sent): Promise<boolean> {
  for (const hash of hashesOf(sent))
    if ((await chain.rpc({ method: 'eth_getTransactionByHash', params: [hash] })) !== null) return true;
  return false;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
