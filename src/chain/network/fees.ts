import { parseTransaction } from 'viem';
import { estimateFeesPerGas, getBlock } from 'viem/actions';
import type { Hex } from '../../base/hex.ts';
import type { Chain, Cost } from '../client.ts';

/** What a transaction offers for each unit of gas, wei; `expected` is what it will pay. */
export type Fees = MarketFees | { gasPrice: bigint };
type MarketFees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint; expected: bigint };

/** Nodes take a transaction in place of one that waits only for a tenth more: geth and anvil for 10 %. */
const RAISE_PERCENT = 113n;

/** What is offered now. Networks whose blocks have no base fee have one price (EIP-1559 and before it). */
export async function feesOf(chain: Chain): Promise<Fees> {
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

/** What gas costs now, wei for each unit: as expected, and at most. */
export async function gasPrices(chain: Chain): Promise<{ gasPrice: bigint; maxGasPrice: bigint }> {
  return pricesOf(await feesOf(chain));
}

/** What a call costs for these fees. */
export function costOf(
  { chainId }: Chain,
  { what, gas, value }: { what: string; gas: bigint; value: bigint },
  fees: Fees,
): Cost {
  return { what, chainId, gas, value, ...pricesOf(fees) };
}

/**
 * Higher fees for a signed transaction that no block has room for any more, as each has to pay more than it offers, once
 * that was agreed to; undefined where it need only wait.
 *
 * @param what the call in words
 * @throws whatever `approve` throws
 */
export async function agreedRaise(chain: Chain, what: string, raw: Hex): Promise<Fees | undefined> {
  const now = await feesOf(chain);
  const { gas = 0n, value = 0n, ...old } = parseTransaction(raw);
  const least = 'gasPrice' in now ? now.gasPrice : now.expected - now.maxPriorityFeePerGas;
  if ((old.maxFeePerGas ?? old.gasPrice ?? 0n) >= least) return undefined;
  const fees = raised(old, now);
  await chain.sending?.approve?.(
    costOf(chain, { what: `${what}, again for a higher fee,`, gas, value }, fees),
  );
  return fees;
}

/** The fees of now, and no less than what takes the place of the old ones. */
function raised(
  old: {
    gasPrice?: bigint | undefined;
    maxFeePerGas?: bigint | undefined;
    maxPriorityFeePerGas?: bigint | undefined;
  },
  now: Fees,
): Fees {
  const above = (fee = 0n, atLeast: bigint) => {
    const more = (fee * RAISE_PERCENT) / 100n + 1n;
    return more > atLeast ? more : atLeast;
  };
  if ('gasPrice' in now) return { gasPrice: above(old.gasPrice, now.gasPrice) };
  const tip = above(old.maxPriorityFeePerGas, now.maxPriorityFeePerGas);
  const more = tip - now.maxPriorityFeePerGas;
  return {
    maxPriorityFeePerGas: tip,
    maxFeePerGas: above(old.maxFeePerGas, now.maxFeePerGas + more),
    expected: now.expected + more,
  };
}
