import { atOneBlock, type Chain, CONTRACTS, read } from '../chain/index.ts';
import { allVersionIds, type Flow, pooled, readFlows } from './books.ts';

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
  const { paidIn, fees, claimed, drift } = await readTotals(chain, at);
  const unsettled = flows.reduce((sum, f) => sum + f.unsettled, 0n);
  const pools = flows.reduce((sum, f) => sum + pooled(f), 0n);
  return {
    paidIn,
    fees,
    unsettled,
    pools,
    claimed,
    drift,
    unsolicited: drift > 0n ? drift : 0n,
    holds: paidIn === fees + unsettled + pools && claimed <= pools && drift >= 0n,
  };
}

/** The vault's balance minus what its totals and all claims say it holds, in wei. */
export async function readDrift(chain: Chain): Promise<bigint> {
  return (await atOneBlock(chain, (at) => readTotals(chain, at))).drift;
}

async function readTotals(
  chain: Chain,
  at: bigint,
): Promise<Pick<Conservation, 'paidIn' | 'fees' | 'claimed' | 'drift'>> {
  const [[paidIn, fees, feesWithdrawn], balance, claims] = await Promise.all([
    read(chain, 'RevenueVault', 'totals', [], at),
    read(chain, 'WSAHARA', 'balanceOf', [CONTRACTS.RevenueVault.address], at),
    Promise.all((await allVersionIds(chain, at)).map((id) => readClaimed(chain, id, at))),
  ]);
  const claimed = claims.reduce((sum, wei) => sum + wei, 0n);
  return { paidIn, fees, claimed, drift: balance - (paidIn - feesWithdrawn - claimed) };
}

/** Ever paid out of one version's pools, in wei. The vault keeps no sum of it: every payment would pay for that. */
async function readClaimed(chain: Chain, versionId: bigint, at: bigint): Promise<bigint> {
  const [contributed, assetId] = await Promise.all([
    read(chain, 'RevenueVault', 'contributorsClaimed', [versionId], at),
    read(chain, 'RevenueVault', 'assetOf', [versionId], at),
  ]);
  const periods = await read(chain, 'RevenueVault', 'period', [assetId], at);
  const owned = await Promise.all(
    Array.from({ length: periods }, (_, i) =>
      read(chain, 'RevenueVault', 'ownerClaimed', [versionId, i + 1], at),
    ),
  );
  return owned.reduce((sum, wei) => sum + wei, contributed);
}
