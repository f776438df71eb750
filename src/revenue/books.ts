import type { Address } from '../base/hex.ts';
import { type Chain, CONTRACTS, read } from '../chain/index.ts';

/** Units are quanta of 10,000 wei: what the vault moves and splits without a remainder. */
export const QUANTUM = 10_000n;

export type Period = { period: number; owner: Address; units: bigint; owed: bigint };

/** The vault's books for one version, in wei. */
export type VersionBooks = {
  versionId: bigint;
  assetId: bigint;
  /** Ever credited, after the fee: payments and royalties. */
  inflow: bigint;
  /** Not yet split; below one quantum it waits. */
  unsettled: bigint;
  settledUnits: bigint;
  parentsBps: number;
  /** Wei of each quantum for the contributors together, and for the owner. */
  contributorUnit: number;
  ownerUnit: number;
  periods: Period[];
  contributors: { count: number; totalWeight: bigint; claimed: bigint };
};

export async function readBooks(chain: Chain, versionId: bigint): Promise<VersionBooks> {
  const [
    assetId,
    [inflow, settledUnits, parentsBps, contributorUnit, ownerUnit, unsettled],
    [, count, totalWeight],
    claimed,
  ] = await Promise.all([
    read(chain, 'RevenueVault', 'assetOf', [versionId]),
    read(chain, 'RevenueVault', 'books', [versionId]),
    read(chain, 'RevenueVault', 'contributors', [versionId]),
    read(chain, 'RevenueVault', 'contributorsClaimed', [versionId]),
  ]);
  const last = await read(chain, 'RevenueVault', 'period', [assetId]);
  const periods = await Promise.all(
    Array.from({ length: last }, async (_, i) => {
      const period = i + 1;
      const [owner, units, owed] = await Promise.all([
        read(chain, 'RevenueVault', 'ownerOf', [assetId, period]),
        read(chain, 'RevenueVault', 'unitsOf', [versionId, period]),
        read(chain, 'RevenueVault', 'ownerOwed', [versionId, period]),
      ]);
      return { period, owner, units, owed };
    }),
  );
  return {
    versionId,
    assetId,
    inflow,
    unsettled,
    settledUnits,
    parentsBps,
    contributorUnit,
    ownerUnit,
    periods,
    contributors: { count, totalWeight, claimed },
  };
}

/** The books of every version there is, by id. */
export async function readAllBooks(chain: Chain): Promise<VersionBooks[]> {
  const count = await read(chain, 'AssetRegistry', 'versionCount', []);
  return Promise.all(Array.from({ length: Number(count) }, (_, i) => readBooks(chain, BigInt(i + 1))));
}

/** Where the money is, in wei. */
export type Conservation = {
  paidIn: bigint;
  fees: bigint;
  unsettled: bigint;
  /** Ever booked to pools. */
  pools: bigint;
  claimed: bigint;
  /** The vault's balance minus what the books say it holds; unsolicited tokens make it positive. */
  drift: bigint;
  /** paidIn = fees + unsettled + pools, claimed <= pools, drift = 0 */
  holds: boolean;
};

/** Adds up every version's books and compares them with the vault's totals and its balance. */
export async function conservation(chain: Chain): Promise<Conservation> {
  const [books, [paidIn, fees, feesWithdrawn, pools, claimed], balance] = await Promise.all([
    readAllBooks(chain),
    read(chain, 'RevenueVault', 'totals', []),
    read(chain, 'WSAHARA', 'balanceOf', [CONTRACTS.RevenueVault.address]),
  ]);
  const unsettled = books.reduce((sum, b) => sum + b.unsettled, 0n);
  const booked = books.reduce((sum, b) => sum + b.settledUnits * (QUANTUM - BigInt(b.parentsBps)), 0n);
  const drift = balance - (paidIn - feesWithdrawn - claimed);
  return {
    paidIn,
    fees,
    unsettled,
    pools,
    claimed,
    drift,
    holds: paidIn === fees + unsettled + pools && booked === pools && claimed <= pools && drift === 0n,
  };
}
