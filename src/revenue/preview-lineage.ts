import { atOneBlock, type Chain, read, readAsset, readVersion, resolveAsset } from '../chain/index.ts';
import type { Context } from '../context/index.ts';
import { rowsOf } from './merkle-sum-table.ts';
import type { OpenVersion } from './model-types.ts';
import type { PreviewVersion } from './preview.ts';
import { readContributors } from './published.ts';

/** Who stands for contributors whose list cannot be read. No address, so that nobody is taken for it. */
export const UNLISTED = 'unlisted';

/** All of the chain that a preview needs, as of one block. */
export type ChainLineage = {
  asset: string;
  versionId: bigint;
  lineage: PreviewVersion[];
  feeBps: number;
  /** Wei that may still be paid for the version, net of fees; null when there is no ceiling. */
  ceiling: { limit: bigint; paid: bigint } | null;
};

/** A version's part in the vault's books, and the versions that it pays. */
type Part = { spec: Omit<OpenVersion, 'contributors'>; owner: string; split: Split };
type Split = { bps: number; count: number; weight: bigint };

/**
 * Reads the version that a payment would credit, and all that its money can reach.
 *
 * @throws ASSET_UNKNOWN, VERSION_UNKNOWN
 */
export async function readLineage(context: Context, ref: string): Promise<ChainLineage> {
  const { chain } = context;
  const { asset, versionId } = await resolveAsset(chain, ref);
  const { parts, feeBps, ceiling } = await atOneBlock(chain, async (at) => {
    const [first, fee, [paid, , , , , limit]] = await Promise.all([
      readPart(chain, versionId, at, true),
      read(chain, 'RevenueVault', 'feeBps', [], at),
      read(chain, 'RevenueVault', 'directBooks', [versionId], at),
    ]);
    return {
      parts: await withAncestors(chain, first, at),
      feeBps: fee,
      ceiling: limit > 0n ? { limit, paid } : null,
    };
  });
  const lineage = await Promise.all(parts.map((part) => withContributors(context, part)));
  return { asset: asset.name, versionId, lineage, feeBps, ceiling };
}

/** Name and number of each version named, by id. */
export async function readLabels(
  chain: Chain,
  versions: Iterable<number>,
): Promise<Map<number, { asset: string; version: number }>> {
  const labels = [...new Set(versions)].map(async (id) => {
    const { assetId, number } = await readVersion(chain, BigInt(id));
    return [id, { asset: (await readAsset(chain, assetId)).name, version: number }] as const;
  });
  return new Map(await Promise.all(labels));
}

async function withAncestors(chain: Chain, first: Part, at: bigint): Promise<Part[]> {
  const found = new Map([[first.spec.version, first]]);
  for (let level = [first]; level.length > 0; ) {
    const wanted = new Set(level.flatMap(({ spec }) => (spec.parents ?? []).map((p) => p.version)));
    const fresh = [...wanted].filter((id) => !found.has(id));
    // Absolute royalties are of direct payments: what an ancestor receives owes its own parents alone.
    level = await Promise.all(fresh.map((id) => readPart(chain, BigInt(id), at, false)));
    for (const part of level) found.set(part.spec.version, part);
  }
  return [...found.values()];
}

async function readPart(chain: Chain, versionId: bigint, at: bigint, isPaid: boolean): Promise<Part> {
  const [assetId, relative, absolute, [bps, count, weight]] = await Promise.all([
    read(chain, 'RevenueVault', 'assetOf', [versionId], at),
    read(chain, 'RevenueVault', 'parentsOf', [versionId], at),
    isPaid ? read(chain, 'RevenueVault', 'obligationsOf', [versionId], at) : ([[], []] as const),
    read(chain, 'RevenueVault', 'contributors', [versionId], at),
  ]);
  const period = await read(chain, 'RevenueVault', 'period', [assetId], at);
  const owner = await read(chain, 'RevenueVault', 'ownerOf', [assetId, period], at);
  const parents = [
    ...owed(relative).map((p) => ({ ...p, policy: 'RELATIVE' as const })),
    ...owed(absolute).map((p) => ({ ...p, policy: 'ABSOLUTE' as const })),
  ];
  const spec = { version: Number(versionId), asset: Number(assetId), parents };
  return { spec, owner, split: { bps, count, weight } };
}

function owed([versions, bps]: readonly [readonly bigint[], readonly number[]]) {
  return versions.map((id, i) => ({ version: Number(id), royaltyBps: bps[i] ?? 0 }));
}

async function withContributors(context: Context, { spec, owner, split }: Part): Promise<PreviewVersion> {
  const { bps, count, weight } = split;
  if (count === 0) return { ...spec, owner };
  const published = await readContributors(context, await readVersion(context.chain, BigInt(spec.version)));
  const of = published ? [...rowsOf(published.table)] : [{ account: UNLISTED, weight }];
  return { ...spec, owner, contributors: { bps, of } };
}
