import { ASSET_KINDS, type AssetKind } from '../base/asset-kinds.ts';
import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import { suggest } from '../base/suggest.ts';
import { findDevAccount } from '../config/index.ts';
import { parseAssetRef } from './asset-ref.ts';
import type { Chain } from './client.ts';
import {
  type PublishedEvent,
  publishedEvents,
  type RelationRecord,
  readTime,
  relationEvents,
} from './published.ts';
import { read } from './read.ts';

/** The chain's number of a kind: DATASET = 1. */
export const kindId = (kind: AssetKind): number => ASSET_KINDS.indexOf(kind) + 1;

export const ASSET_STATES = ['active', 'deprecated', 'revoked'] as const;
export type AssetState = (typeof ASSET_STATES)[number];

export type AssetRecord = {
  id: bigint;
  kind: AssetKind;
  name: string;
  state: AssetState;
  owner: Address;
  /** Who registered it first; keeps the name for ever. */
  publisher: Address;
  versionCount: number;
  currentVersion: bigint;
  /** The block of its registration: see `readTime`. */
  createdBlock: bigint;
};

/** What the chain's state has of a version; the rest is in the events of its block. */
export type StoredVersion = {
  id: bigint;
  assetId: bigint;
  /** 1 for the first version of its asset. */
  number: number;
  /** The block that it was published in. */
  block: bigint;
  releaseRoot: Hex;
};

export type VersionRecord = StoredVersion &
  Omit<PublishedEvent, 'versionId'> & {
    /** Unix seconds. */
    createdAt: number;
  };

export async function readAsset(chain: Chain, id: bigint): Promise<AssetRecord> {
  const [kind, state, owner, publisher, versionCount, currentVersion, createdBlock, name] = await read(
    chain,
    'AssetRegistry',
    'asset',
    [id],
  );
  return {
    id,
    kind: ASSET_KINDS[kind - 1] ?? 'output',
    name,
    state: ASSET_STATES[state] ?? 'revoked',
    owner,
    publisher,
    versionCount,
    currentVersion,
    createdBlock: BigInt(createdBlock),
  };
}

/** A version as far as the chain's state has it: one call, where {@link readVersion} makes three. */
export async function readStoredVersion(chain: Chain, id: bigint): Promise<StoredVersion> {
  const [assetId, number, block, releaseRoot] = await read(chain, 'AssetRegistry', 'version', [id]);
  return { id, assetId, number, block: BigInt(block), releaseRoot };
}

export async function readVersion(chain: Chain, id: bigint): Promise<VersionRecord> {
  const stored = await readStoredVersion(chain, id);
  const [[published], createdAt] = await Promise.all([
    publishedEvents(chain, { versionId: id }, stored.block, stored.block),
    readTime(chain, stored.block),
  ]);
  if (!published) throw new Error(`block ${stored.block} says nothing of version ${id}`);
  const { versionId: _, ...said } = published;
  return { ...said, ...stored, createdAt };
}

/** What a version rests on, in the order in which it was said. */
export async function readRelations(chain: Chain, versionId: bigint): Promise<RelationRecord[]> {
  const { block } = await readStoredVersion(chain, versionId);
  return relationEvents(chain, versionId, block);
}

/** The first version that had this content, of those published up to a block. Content is not exclusive. */
export async function firstWithContent(
  chain: Chain,
  contentRoot: Hex,
  upTo: bigint,
): Promise<bigint | undefined> {
  return (await publishedEvents(chain, { contentRoot }, 0n, upTo))[0]?.versionId;
}

/** All assets, oldest first. */
export async function readAssets(chain: Chain): Promise<AssetRecord[]> {
  const count = await read(chain, 'AssetRegistry', 'assetCount', []);
  return Promise.all(Array.from({ length: Number(count) }, (_, i) => readAsset(chain, BigInt(i + 1))));
}

export type ResolvedAsset = { asset: AssetRecord; versionId: bigint };

/**
 * The asset that a reference means: an id ("3"), "publisher/name", or "name" where only one asset has it, each with
 * an optional "@2" for a version; without it the current one. Nobody's asset is preferred over another's of the same
 * name: a model would then rest on another dataset than the one that was meant.
 *
 * @throws ASSET_REF_INVALID, ASSET_UNKNOWN, ASSET_AMBIGUOUS, VERSION_UNKNOWN
 */
export async function resolveAsset(chain: Chain, ref: string): Promise<ResolvedAsset> {
  const { publisher, name, version } = parseAssetRef(ref);
  const asset = await find(chain, publisher, name, ref);
  if (version === undefined) return { asset, versionId: asset.currentVersion };
  if (version < 1 || version > asset.versionCount)
    throw new SaharaError('VERSION_UNKNOWN', {
      asset: asset.name,
      version: String(version),
      count: asset.versionCount,
    });
  return { asset, versionId: await read(chain, 'AssetRegistry', 'versionAt', [asset.id, version]) };
}

async function find(
  chain: Chain,
  publisher: string | undefined,
  name: string,
  ref: string,
): Promise<AssetRecord> {
  if (publisher !== undefined) {
    const address = findDevAccount(publisher)?.address ?? publisher;
    const known = /^0x[0-9a-fA-F]{40}$/.test(address);
    const id = known ? await read(chain, 'AssetRegistry', 'assetOf', [address as Address, name]) : 0n;
    if (id !== 0n) return readAsset(chain, id);
    const refs = (await readAssets(chain)).map(uniqueRef).filter((r) => r.includes('/'));
    throw new SaharaError('ASSET_UNKNOWN', { ref, suggestion: suggest(`${publisher}/${name}`, refs) });
  }
  if (/^\d+$/.test(name)) {
    const count = await read(chain, 'AssetRegistry', 'assetCount', []);
    if (BigInt(name) >= 1n && BigInt(name) <= count) return readAsset(chain, BigInt(name));
  }
  const all = await readAssets(chain);
  const named = all.filter((a) => a.name === name);
  const [only, ...others] = named;
  if (!only)
    throw new SaharaError('ASSET_UNKNOWN', {
      ref,
      suggestion: suggest(
        name,
        all.map((a) => a.name),
      ),
    });
  if (others.length > 0) {
    throw new SaharaError('ASSET_AMBIGUOUS', { ref, choices: named.map(uniqueRef) });
  }
  return only;
}

/** A reference that names this asset and no other, whatever else is published: "curator/penguins", or its id. */
export function uniqueRef(asset: Pick<AssetRecord, 'id' | 'publisher' | 'name'>): string {
  const publisher = findDevAccount(asset.publisher)?.name;
  return publisher ? `${publisher}/${asset.name}` : `${asset.id}`;
}
