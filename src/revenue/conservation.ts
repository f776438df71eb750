import { atOneBlock, type Chain, CONTRACTS, read } from '../chain/index.ts';
import { type Flow, QUANTUM, readFlows } from './books.ts';

/** Where the money is, in wei. */
export type Conservation = {
  paidIn: bigint;
  fees: bigint;
  unsettled: bigint;
  /** Ever booked to pools. */
  pools: bigint;
  claimed: bigint;
  /** The vault's balance minus what the books say it holds. */
  drift: bigint;
  /** Tokens sent straight to the vault, which anybody can do and which pays nobody: a drift above zero. */
  unsolicited: bigint;
  /** paidIn = fees + unsettled + pools, claimed <= pools, and the vault holds at least what the books say. */
  holds: boolean;
};

/** Adds up every version's books and compares them with the vault's totals and its balance, all as of one block. */
export async function conservation(chain: Chain): Promise<Conservation> {
  return atOneBlock(chain, async (at) => conservationOf(chain, await readFlows(chain, at), at));
}

/** The same with the books at hand: those of every version, as of block `at`. */
export async function conservationOf(
  chain: Chain,
  flows: readonly Flow[],
  at: bigint,
): Promise<Conservation> {
  const { paidIn, fees, pools, claimed, drift } = await readTotals(chain, at);
  const unsettled = flows.reduce((sum, f) => sum + f.unsettled, 0n);
  const booked = flows.reduce((sum, f) => sum + f.settledUnits * (QUANTUM - BigInt(f.parentsBps)), 0n);
  return {
    paidIn,
    fees,
    unsettled,
    pools,
    claimed,
    drift,
    unsolicited: drift > 0n ? drift : 0n,
    holds: paidIn === fees + unsettled + pools && booked === pools && claimed <= pools && drift >= 0n,
  };
}

/** The vault's balance minus what its totals say it holds, in wei, without a look at each version. */
export async function readDrift(chain: Chain): Promise<bigint> {
  return (await atOneBlock(chain, (at) => readTotals(chain, at))).drift;
}

async function readTotals(
  chain: Chain,
  at: bigint,
): Promise<Omit<Conservation, 'unsettled' | 'unsolicited' | 'holds'>> {
  const [[paidIn, fees, feesWithdrawn, pools, claimed], balance] = await Promise.all([
    read(chain, 'RevenueVault', 'totals', [], at),
    read(chain, 'WSAHARA', 'balanceOf', [CONTRACTS.RevenueVault.address], at),
  ]);
  return { paidIn, fees, pools, claimed, drift: balance - (paidIn - feesWithdrawn - claimed) };
}
