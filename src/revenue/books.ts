import type { Address } from '../base/hex.ts';
import { type AssetRecord, type Chain, read } from '../chain/index.ts';

/** Units are quanta of 10,000 wei: what the vault moves and splits without a remainder. */
export const QUANTUM = 10_000n;

export type Period = { period: number; owner: Address; units: bigint; owed: bigint };

/** The vault's books for one version, in wei. */
export type VersionBooks = {
  versionId: bigint;
  assetId: bigint;
  /** Ever credited, after the fee: payments and royalties. */
  inflow: bigint;
  /** Not yet split; below one quantum (in each of its ledgers) it waits. */
  unsettled: bigint;
  settledUnits: bigint;
  /** Whether settling would move something. */
  isWaiting: boolean;
  parentsBps: number;
  /** Of direct payments alone, for ancestors that are owed an absolute royalty. */
  absoluteBps: number;
  /** What its direct payments may come to, fees excluded, under the terms it rests on; 0 = no limit. */
  ceiling: bigint;
  /** What they have come to so far; counted only where there is a ceiling or an absolute royalty. */
  directInflow: bigint;
  /** Wei of each quantum for the contributors together, and for the owner. */
  contributorUnit: number;
  ownerUnit: number;
  periods: Period[];
  contributors: { count: number; totalWeight: bigint; claimed: bigint };
};

/** What a version's settled quanta came to, in wei, claimed or not: of each period's owner, and of all contributors. */
export type EarnedBooks = VersionBooks & { earned: bigint[]; pool: bigint };

/**
 * The books of one version.
 *
 * @param at the block as of which to read: what is added up has to be of one moment
 */
export async function readBooks(chain: Chain, versionId: bigint, at?: bigint): Promise<EarnedBooks> {
  const [assetId, { direct, ...flow }, [, count, totalWeight], claimed] = await Promise.all([
    read(chain, 'RevenueVault', 'assetOf', [versionId], at),
    readFlow(chain, versionId, at),
    read(chain, 'RevenueVault', 'contributors', [versionId], at),
    read(chain, 'RevenueVault', 'contributorsClaimed', [versionId], at),
  ]);
  const last = await read(chain, 'RevenueVault', 'period', [assetId], at);
  const periods = await Promise.all(
    Array.from({ length: last }, async (_, i) => {
      const period = i + 1;
      const [owner, [units, directUnits], owed] = await Promise.all([
        read(chain, 'RevenueVault', 'ownerOf', [assetId, period], at),
        read(chain, 'RevenueVault', 'unitsOf', [versionId, period], at),
        read(chain, 'RevenueVault', 'ownerOwed', [versionId, period], at),
      ]);
      const earned = units * BigInt(flow.ownerUnit) + directUnits * BigInt(direct.ownerUnit);
      return { period: { period, owner, units: units + directUnits, owed }, earned };
    }),
  );
  return {
    versionId,
    assetId,
    ...flow,
    settledUnits: flow.settledUnits + direct.settledUnits,
    isWaiting: isWaiting({ ...flow, direct }),
    absoluteBps: direct.absoluteBps,
    ceiling: direct.ceiling,
    directInflow: direct.inflow,
    periods: periods.map(({ period }) => period),
    contributors: { count, totalWeight, claimed },
    earned: periods.map(({ earned }) => earned),
    pool:
      flow.settledUnits * BigInt(flow.contributorUnit) + direct.settledUnits * BigInt(direct.contributorUnit),
  };
}

/** The ledger of direct payments that a version has which owes absolute royalties or has a ceiling; else all zero. */
export type DirectFlow = {
  inflow: bigint;
  settledUnits: bigint;
  absoluteBps: number;
  contributorUnit: number;
  ownerUnit: number;
  ceiling: bigint;
};

/** What the vault tells of a version: enough to add up and to settle. `settledUnits` without those of `direct`. */
export type Flow = Pick<
  VersionBooks,
  'inflow' | 'unsettled' | 'settledUnits' | 'parentsBps' | 'contributorUnit' | 'ownerUnit'
> & { direct: DirectFlow };

export async function readFlow(chain: Chain, versionId: bigint, at?: bigint): Promise<Flow> {
  const [books, direct] = await Promise.all([
    read(chain, 'RevenueVault', 'books', [versionId], at),
    read(chain, 'RevenueVault', 'directBooks', [versionId], at),
  ]);
  const [inflow, settledUnits, parentsBps, contributorUnit, ownerUnit, unsettled] = books;
  const [directInflow, settledDirectUnits, absoluteBps, directContributorUnit, directOwnerUnit, ceiling] =
    direct;
  return {
    inflow,
    unsettled,
    settledUnits,
    parentsBps,
    contributorUnit,
    ownerUnit,
    direct: {
      inflow: directInflow,
      settledUnits: settledDirectUnits,
      absoluteBps,
      contributorUnit: directContributorUnit,
      ownerUnit: directOwnerUnit,
      ceiling,
    },
  };
}

/** Whether a whole quantum waits in either ledger. */
export function isWaiting({ unsettled, direct }: Flow): boolean {
  const ofDirect = direct.inflow - direct.settledUnits * QUANTUM;
  return unsettled - ofDirect >= QUANTUM || ofDirect >= QUANTUM;
}

/** Every version that is owed something by this one: parents, and ancestors with an absolute royalty. */
export async function creditorsOf(chain: Chain, versionId: bigint): Promise<bigint[]> {
  const [[parents], [ancestors]] = await Promise.all([
    read(chain, 'RevenueVault', 'parentsOf', [versionId]),
    read(chain, 'RevenueVault', 'obligationsOf', [versionId]),
  ]);
  return [...new Set([...parents, ...ancestors])];
}

/** Every version there is, by id. */
export async function allVersionIds(chain: Chain, at?: bigint): Promise<bigint[]> {
  const count = await read(chain, 'AssetRegistry', 'versionCount', [], at);
  return Array.from({ length: Number(count) }, (_, i) => BigInt(i + 1));
}

/** The versions of one asset, oldest first. */
export function versionIdsOf(chain: Chain, asset: AssetRecord): Promise<bigint[]> {
  const numbers = Array.from({ length: asset.versionCount }, (_, i) => i + 1);
  return Promise.all(numbers.map((n) => read(chain, 'AssetRegistry', 'versionAt', [asset.id, n])));
}
