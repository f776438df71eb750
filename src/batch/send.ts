import { parseTransaction, type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem';
import { estimateFeesPerGas, getBalance, getTransactionCount, getTransactionReceipt } from 'viem/actions';
import { formatSahara } from '../base/amount.ts';
import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import type { Chain, Signer } from '../chain/index.ts';
import type { Fees } from '../chain/network/fees.ts';
import { PATIENCE_MS } from '../chain/network/patience.ts';
import { accountLabel } from '../config/index.ts';

const POLL_MS = 15;
const NETWORK_POLL_MS = 200;

/** A signed transaction, by what can be asked about it. */
export type Signed = { account: Address; nonce: number; hash: Hex; raw: Hex };

/** `overtaken`: another transaction has its nonce, so it can never be done. `underpriced`: it has to be signed again. */
export type Delivery = TransactionReceipt | 'overtaken' | 'underpriced';

/** The receipt of a transaction that is in a block. */
export async function receiptOf(chain: Chain, hash: Hex): Promise<TransactionReceipt | undefined> {
  try {
    return await getTransactionReceipt(chain.client, { hash });
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return undefined;
    throw error;
  }
}

/** How many transactions of an account are in blocks. */
export const minedCount = (chain: Chain, address: Address): Promise<number> =>
  getTransactionCount(chain.client, { address, blockTag: 'latest' });

/** True for a transaction that waits, or is in a block. */
export async function isKnown(chain: Chain, hash: Hex): Promise<boolean> {
  return (await chain.rpc({ method: 'eth_getTransactionByHash', params: [hash] })) !== null;
}

/**
 * The receipt of a transaction whose nonce is used, or undefined: then another one used it.
 *
 * While a block is made an account's count is ahead of the receipts. Until it is done the transaction counts as one
 * that waits, and taken for overtaken it would be done twice.
 */
export async function receiptOnceUsed(chain: Chain, hash: Hex): Promise<TransactionReceipt | undefined> {
  for (;;) {
    const waits = await isKnown(chain, hash);
    const receipt = await receiptOf(chain, hash);
    if (receipt || !waits) return receipt;
    await new Promise((r) => setTimeout(r, POLL_MS));
  }
}

/** Sends a signed transaction, for the first time or again, and waits until it is in a block or cannot be any more. @throws TRANSACTION_PENDING where a network takes too long */
export async function deliver(chain: Chain, signed: Signed): Promise<Delivery> {
  try {
    await chain.rpc({ method: 'eth_sendRawTransaction', params: [signed.raw] });
  } catch (error) {
    const { message } = error as Error;
    if (/fee cap|max fee per gas less|underpriced|fee too low/i.test(message)) return 'underpriced';
    if (/insufficient funds|exceeds the balance/i.test(message))
      throw await fundsMissing(chain, signed, error);
    if (!/nonce too low|already known|already imported/i.test(message)) throw error;
  }
  for (const start = Date.now(); ; ) {
    if ((await minedCount(chain, signed.account)) > signed.nonce)
      return (await receiptOnceUsed(chain, signed.hash)) ?? 'overtaken';
    const receipt = await receiptOf(chain, signed.hash);
    if (receipt) return receipt;
    // A devnet makes its blocks when it is told to; of a network nobody knows whether it ever will.
    if (chain.sending && Date.now() - start > PATIENCE_MS)
      throw new SaharaError('TRANSACTION_PENDING', {
        what: 'A batch',
        tx: signed.hash,
        nonce: signed.nonce,
        seconds: PATIENCE_MS / 1000,
      });
    await new Promise((r) => setTimeout(r, chain.sending ? NETWORK_POLL_MS : POLL_MS));
  }
}

async function fundsMissing(chain: Chain, { account }: Signed, cause: unknown): Promise<SaharaError> {
  const has = formatSahara(await getBalance(chain.client, { address: account }));
  const params = {
    account: accountLabel(account),
    needed: 'more, for the amounts and gas',
    has,
    token: 'SAHARA',
    isDevnet: chain.isDevnet,
  };
  return new SaharaError('FUNDS_MISSING', params, { cause }) as SaharaError;
}

/**
 * The same transaction under the same nonce, with a fee that is enough now: one of the two can be done, never both.
 *
 * @param fees wei for each unit of gas; left out: twice what the chain takes now
 */
export async function signAgain(chain: Chain, { account }: Signer, raw: Hex, fees?: Fees): Promise<Hex> {
  const { maxFeePerGas, maxPriorityFeePerGas } = fees && 'maxFeePerGas' in fees ? fees : await twice(chain);
  // Without the old signature: viem would sign it along, and another sender would come of that.
  const { r: _r, s: _s, v: _v, yParity: _y, ...unsigned } = parseTransaction(raw as `0x04${string}`);
  return account.signTransaction({ ...unsigned, maxFeePerGas, maxPriorityFeePerGas });
}

async function twice(chain: Chain) {
  const { maxFeePerGas, maxPriorityFeePerGas } = await estimateFeesPerGas(chain.client, {
    chain: chain.client.chain,
    type: 'eip1559',
  });
  return { maxFeePerGas: maxFeePerGas * 2n, maxPriorityFeePerGas: maxPriorityFeePerGas * 2n };
}
