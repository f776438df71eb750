import type { Hex } from '../base/hex.ts';
import {
  type AssetRecord,
  type Chain,
  firstWithContent,
  read,
  readAssets,
  readRelations,
  readStoredVersion,
  readTime,
  readVersion,
  resolveAsset,
  uniqueRef,
} from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import { cidOfDigest } from '../content/cid.ts';
import type { Context } from '../context/index.ts';
import { termsOf } from '../licensing/attached.ts';
import { relationOfId } from '../licensing/rights.ts';
import type { AttachedTerms } from '../licensing/terms.ts';
import { readLabelled, versionLabel } from './naming.ts';

export type AssetSummary = {
  id: bigint;
  kind: string;
  name: string;
  state: string;
  owner: string;
  publisher: string;
  version: number;
  cid: string;
};

export async function listAssets({ chain }: Pick<Context, 'chain'>): Promise<AssetSummary[]> {
  const assets = await readAssets(chain);
  return Promise.all(
    assets.map(async (asset) =>
      summary(asset, (await readStoredVersion(chain, asset.currentVersion)).releaseRoot),
    ),
  );
}

function summary(asset: AssetRecord, releaseRoot: Hex): AssetSummary {
  return {
    id: asset.id,
    kind: asset.kind,
    name: asset.name,
    state: asset.state,
    owner: accountLabel(asset.owner),
    publisher: accountLabel(asset.publisher),
    version: asset.versionCount,
    cid: cidOfDigest(releaseRoot),
  };
}

export type AssetDetails = {
  id: bigint;
  kind: string;
  name: string;
  state: string;
  owner: string;
  publisher: string;
  createdAt: string;
  versions: number;
  version: {
    id: bigint;
    number: number;
    label: string;
    /** Names this version and no other: "curator/penguins@1". */
    ref: string;
    cid: string;
    contentCid: string;
    publisher: string;
    createdAt: string;
    keyFingerprint: Hex;
    /** Another version that had this very content first, null when this was the first. */
    firstWithContent: string | null;
  };
  relations: { type: string; asset: string; royaltyBps: number; terms: number; license: bigint }[];
  contributors: { count: number; shareBps: number; totalWeight: bigint };
  terms: AttachedTerms[];
};

/** @throws ASSET_REF_INVALID, ASSET_UNKNOWN, ASSET_AMBIGUOUS, VERSION_UNKNOWN */
export async function showAsset({ chain }: Pick<Context, 'chain'>, ref: string): Promise<AssetDetails> {
  const { asset, versionId } = await resolveAsset(chain, ref);
  const [version, createdAt, relations, terms, [shareBps, count, totalWeight]] = await Promise.all([
    readVersion(chain, versionId),
    readTime(chain, asset.createdBlock),
    describeRelations(chain, versionId),
    termsOf(chain, asset.id),
    read(chain, 'RevenueVault', 'contributors', [versionId]),
  ]);
  const first = (await firstWithContent(chain, version.contentRoot, version.block)) ?? versionId;
  return {
    id: asset.id,
    kind: asset.kind,
    name: asset.name,
    state: asset.state,
    owner: accountLabel(asset.owner),
    publisher: accountLabel(asset.publisher),
    createdAt: isoTime(createdAt),
    versions: asset.versionCount,
    version: {
      id: versionId,
      number: version.number,
      label: versionLabel(asset, version),
      ref: `${uniqueRef(asset)}@${version.number}`,
      cid: cidOfDigest(version.releaseRoot),
      contentCid: cidOfDigest(version.contentRoot),
      publisher: accountLabel(version.publisher),
      createdAt: isoTime(version.createdAt),
      keyFingerprint: version.keyFingerprint,
      firstWithContent: first === versionId ? null : (await readLabelled(chain, first)).label,
    },
    relations,
    contributors: { count, shareBps, totalWeight },
    terms,
  };
}

async function describeRelations(chain: Chain, versionId: bigint): Promise<AssetDetails['relations']> {
  const relations = await readRelations(chain, versionId);
  return Promise.all(
    relations.map(async (r) => ({
      type: relationOfId(r.relation),
      asset: (await readLabelled(chain, r.parentVersion)).label,
      royaltyBps: r.royaltyBps,
      terms: r.termsId,
      license: r.licenseId,
    })),
  );
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
