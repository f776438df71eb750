import type { Address } from '../base/hex.ts';
import { type AssetRecord, type Chain, read } from '../chain/index.ts';

/** Units are quanta of 10,000 wei: what the vault moves and splits without a remainder. */
export const QUANTUM = 10_000n;

export type Period = {
  period: number;
  owner: Address;
  /** Quanta settled in that period, as in {@link VersionBooks}; and those of direct payments of a split version. */
  units: bigint;
  directUnits: bigint;
  /** Wei that the owner has been paid, and can still claim. */
  claimed: bigint;
  owed: bigint;
};

/** The vault's books for one version, in wei. */
export type VersionBooks = {
  versionId: bigint;
  assetId: bigint;
  /** Ever credited, after the fee: payments and royalties. */
  inflow: bigint;
  /** Not yet split; below one quantum it waits. */
  unsettled: bigint;
  /** Quanta settled so far; of a split version those of royalties alone. */
  settledUnits: bigint;
  parentsBps: number;
  /** Wei of each quantum for the contributors together, and for the owner. */
  contributorUnit: number;
  ownerUnit: number;
  /** What was paid for a split version itself, which owes absolute royalties or has a ceiling; null for others. */
  direct: DirectBooks | null;
  periods: Period[];
  contributors: { count: number; totalWeight: bigint; claimed: bigint };
};

/** The direct payments of a split version, in wei: they have quanta of their own. */
export type DirectBooks = {
  /** Ever paid for the version itself, after the fee. */
  inflow: bigint;
  settledUnits: bigint;
  /** Of each quantum, wei: for ancestors by absolute royalties, beside the parents' part; the contributors; the owner. */
  absoluteBps: number;
  contributorUnit: number;
  ownerUnit: number;
  /** The most that may ever be paid for the version, in wei; 0 for no limit. */
  ceiling: bigint;
};

/**
 * The books of one version.
 *
 * @param at the block as of which to read: what is added up has to be of one moment
 */
export async function readBooks(chain: Chain, versionId: bigint, at?: bigint): Promise<VersionBooks> {
  const [assetId, flow, [, count, totalWeight], contributed] = await Promise.all([
    read(chain, 'RevenueVault', 'assetOf', [versionId], at),
    readFlow(chain, versionId, at),
    read(chain, 'RevenueVault', 'contributors', [versionId], at),
    read(chain, 'RevenueVault', 'contributorsClaimed', [versionId], at),
  ]);
  const last = await read(chain, 'RevenueVault', 'period', [assetId], at);
  const periods = await Promise.all(
    Array.from({ length: last }, async (_, i) => {
      const period = i + 1;
      const [owner, [units, directUnits], claimed, owed] = await Promise.all([
        read(chain, 'RevenueVault', 'ownerOf', [assetId, period], at),
        read(chain, 'RevenueVault', 'unitsOf', [versionId, period], at),
        read(chain, 'RevenueVault', 'ownerClaimed', [versionId, period], at),
        read(chain, 'RevenueVault', 'ownerOwed', [versionId, period], at),
      ]);
      return { period, owner, units, directUnits, claimed, owed };
    }),
  );
  return { versionId, assetId, ...flow, periods, contributors: { count, totalWeight, claimed: contributed } };
}

/** What two calls to the vault tell of a version: enough to add up and to settle. */
export type Flow = Pick<
  VersionBooks,
  'inflow' | 'unsettled' | 'settledUnits' | 'parentsBps' | 'contributorUnit' | 'ownerUnit' | 'direct'
>;

export async function readFlow(chain: Chain, versionId: bigint, at?: bigint): Promise<Flow> {
  const [books, direct] = await Promise.all([
    read(chain, 'RevenueVault', 'books', [versionId], at),
    read(chain, 'RevenueVault', 'directBooks', [versionId], at),
  ]);
  const [inflow, settledUnits, parentsBps, contributorUnit, ownerUnit, unsettled] = books;
  return {
    inflow,
    unsettled,
    settledUnits,
    parentsBps,
    contributorUnit,
    ownerUnit,
    direct: directBooks(direct),
  };
}

function directBooks(fields: readonly [bigint, bigint, number, number, number, bigint]): DirectBooks | null {
  const [inflow, settledUnits, absoluteBps, contributorUnit, ownerUnit, ceiling] = fields;
  // Split is what owes absolute royalties or has a ceiling; the vault answers zeros for all others.
  if (absoluteBps === 0 && ceiling === 0n) return null;
  return { inflow, settledUnits, absoluteBps, contributorUnit, ownerUnit, ceiling };
}

/** Wei of so many quanta (of a split version: of royalties, and of direct payments) that stay with the version. */
export function staying(flow: Flow, units: bigint, directUnits: bigint): bigint {
  const { contributorUnit, ownerUnit, direct } = flow;
  const ofDirect = direct ? direct.contributorUnit + direct.ownerUnit : 0;
  return units * BigInt(contributorUnit + ownerUnit) + directUnits * BigInt(ofDirect);
}

/** Wei ever booked to a version's owner and contributors. */
export function pooled(flow: Flow): bigint {
  return staying(flow, flow.settledUnits, flow.direct?.settledUnits ?? 0n);
}

/** Whether a settlement would move anything. The remainders of both kinds of income of a split version do not add up. */
export function canSettle({ unsettled, direct }: Pick<Flow, 'unsettled' | 'direct'>): boolean {
  const waiting = direct ? direct.inflow - direct.settledUnits * QUANTUM : 0n;
  return waiting >= QUANTUM || unsettled - waiting >= QUANTUM;
}

/** Of that, what is its contributors' together. */
export function contributorsPool({ contributorUnit, settledUnits, direct }: Flow): bigint {
  const ofDirect = direct ? direct.settledUnits * BigInt(direct.contributorUnit) : 0n;
  return settledUnits * BigInt(contributorUnit) + ofDirect;
}

/** Every version there is, by id. */
export async function allVersionIds(chain: Chain, at?: bigint): Promise<bigint[]> {
  const count = await read(chain, 'AssetRegistry', 'versionCount', [], at);
  return Array.from({ length: Number(count) }, (_, i) => BigInt(i + 1));
}

/** The flow of every version, by id. */
export async function readFlows(chain: Chain, at?: bigint): Promise<Flow[]> {
  return Promise.all((await allVersionIds(chain, at)).map((id) => readFlow(chain, id, at)));
}

/** The versions of one asset, oldest first. */
export function versionIdsOf(chain: Chain, asset: AssetRecord): Promise<bigint[]> {
  const numbers = Array.from({ length: asset.versionCount }, (_, i) => i + 1);
  return Promise.all(numbers.map((n) => read(chain, 'AssetRegistry', 'versionAt', [asset.id, n])));
}
