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

/**
 * The books of one version.
 *
 * @param at the block as of which to read: what is added up has to be of one moment
 */
export async function readBooks(chain: Chain, versionId: bigint, at?: bigint): Promise<VersionBooks> {
  const [assetId, flow, [, count, totalWeight], claimed] = await Promise.all([
    read(chain, 'RevenueVault', 'assetOf', [versionId], at),
    readFlow(chain, versionId, at),
    read(chain, 'RevenueVault', 'contributors', [versionId], at),
    read(chain, 'RevenueVault', 'contributorsClaimed', [versionId], at),
  ]);
  const last = await read(chain, 'RevenueVault', 'period', [assetId], at);
  const periods = await Promise.all(
    Array.from({ length: last }, async (_, i) => {
      const period = i + 1;
      const [owner, units, owed] = await Promise.all([
        read(chain, 'RevenueVault', 'ownerOf', [assetId, period], at),
        read(chain, 'RevenueVault', 'unitsOf', [versionId, period], at),
        read(chain, 'RevenueVault', 'ownerOwed', [versionId, period], at),
      ]);
      return { period, owner, units, owed };
    }),
  );
  return { versionId, assetId, ...flow, periods, contributors: { count, totalWeight, claimed } };
}

/** What one call to the vault tells of a version: enough to add up and to settle. */
export type Flow = Pick<
  VersionBooks,
  'inflow' | 'unsettled' | 'settledUnits' | 'parentsBps' | 'contributorUnit' | 'ownerUnit'
>;

export async function readFlow(chain: Chain, versionId: bigint, at?: bigint): Promise<Flow> {
  const [inflow, settledUnits, parentsBps, contributorUnit, ownerUnit, unsettled] = await read(
    chain,
    'RevenueVault',
    'books',
    [versionId],
    at,
  );
  return { inflow, unsettled, settledUnits, parentsBps, contributorUnit, ownerUnit };
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
