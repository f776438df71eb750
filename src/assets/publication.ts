import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { type AssetRecord, read, readAsset } from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import { buildDag, type Dag, type DagEntry, type DagFile, scanFolder } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import { assertMayRestOn, termsOf } from '../licensing/index.ts';
import { buildMerkleSum, type MerkleSum, readContributorFile, serializeTable } from '../revenue/index.ts';
import { MANIFEST_FILE, type Manifest, readManifest } from './manifest.ts';
import { type Parent, resolveParents } from './parents.ts';
import { type ParentLink, publicationKey, RELEASE, type ReleaseCard } from './release.ts';

/** Everything that a folder declares, checked against the chain, before anything is signed or sent. */
export type Publication = {
  manifest: Manifest;
  /** What makes it the same as another one of this publisher. */
  key: Hex;
  /** The publisher's asset of that name, when there is one. */
  existing: AssetRecord | undefined;
  parents: Parent[];
  links: ParentLink[];
  contributors: {
    shareBps: number;
    tree: MerkleSum;
    /** The list in its published form; see serializeContributors. */
    csv: Uint8Array;
    committed: NonNullable<ReleaseCard['contributors']>;
  } | null;
  content: Dag<DagFile>;
  hidden: string[];
};

/**
 * Reads the folder of an asset and works out what publishing it would say. Sends nothing.
 *
 * @throws MANIFEST_*, CONTENT_*, CONTRIBUTORS_INVALID, ASSET_UNKNOWN, RELATION_NOT_ALLOWED, PARENT_NOT_ACTIVE,
 *   TERMS_INCOMPATIBLE, NOT_OWNER, KIND_CHANGED, ASSET_REVOKED, BUILD_NEEDED, BUILD_STALE
 */
export async function preparePublication(context: SigningContext, folder: string): Promise<Publication> {
  const { signal, progress } = context;
  const manifest = await readManifest(folder);
  const existing = await findOwnAsset(context, manifest);
  const parents = await resolveParents(context, folder, manifest);
  await checkTerms(context, manifest, existing, parents);
  const contributors = await readContributors(context, folder, manifest);

  const contentFolder = join(folder, manifest.content);
  if (manifest.build && !existsSync(contentFolder))
    throw new SaharaError('BUILD_NEEDED', { path: contentFolder, dir: folder });
  const scan = await scanFolder(contentFolder, { signal });
  for (const file of [manifest.card, manifest.agent?.run])
    if (file && !scan.files.some((f) => `${manifest.content}/${f.path}` === file))
      throw missing(folder, file);
  const entries: DagEntry[] = [
    ...scan.files.map((f) => ({ path: f.path, file: f.absolute })),
    // Whoever adds the folder again gets its empty folders too, and with them the same address.
    ...scan.emptyFolders.map((path) => ({ path, emptyFolder: true as const })),
  ];
  const content = await buildDag(entries, { signal, progress, totalBytes: scan.size });

  const links = parents.map(({ type, label, version, cid, grant }) => ({
    type,
    asset: label,
    versionId: version.id.toString(),
    cid,
    royaltyBps: grant.royaltyBps,
  }));
  const key = publicationKey(manifest, content.root, links, contributors?.committed ?? null);
  return { manifest, key, existing, parents, links, contributors, content, hidden: scan.hidden };
}

/** @throws TERMS_INCOMPATIBLE where the parents forbid what is offered, or cannot be had together */
async function checkTerms(
  { chain }: SigningContext,
  manifest: Manifest,
  existing: AssetRecord | undefined,
  parents: readonly Parent[],
): Promise<void> {
  // Versions of one asset are under its terms all together.
  const others = parents.filter((p) => p.asset.id !== existing?.id);
  const offers = [...manifest.terms, ...(existing ? await termsOf(chain, existing.id) : [])];
  const grounds = others.map((p) => p.grant.ground);
  await assertMayRestOn(chain, manifest.name, existing ?? null, grounds, offers);
}

/** The publisher's asset of that name, if there is one, fit to take a new version. */
async function findOwnAsset(
  { chain, signer }: SigningContext,
  manifest: Manifest,
): Promise<AssetRecord | undefined> {
  const id = await read(chain, 'AssetRegistry', 'assetOf', [signer.account.address, manifest.name]);
  if (id === 0n) return undefined;
  const asset = await readAsset(chain, id);
  if (asset.kind !== manifest.kind)
    throw new SaharaError('KIND_CHANGED', {
      asset: asset.name,
      registered: asset.kind,
      manifest: manifest.kind,
    });
  if (asset.owner !== signer.account.address)
    throw new SaharaError('NOT_OWNER', {
      asset: asset.name,
      account: accountLabel(signer.account.address),
      owner: accountLabel(asset.owner),
    });
  if (asset.state === 'revoked') throw new SaharaError('ASSET_REVOKED', { asset: asset.name });
  return asset;
}

async function readContributors(
  { signal, progress }: SigningContext,
  folder: string,
  manifest: Manifest,
): Promise<Publication['contributors']> {
  if (!manifest.contributors) return null;
  const { file, shareBps } = manifest.contributors;
  const path = join(folder, file);
  if (!existsSync(path)) throw missing(folder, file);
  const table = await readContributorFile(file, { path, signal, progress });
  const tree = buildMerkleSum(table);
  const { count, total, root } = tree;
  const committed = { shareBps, count, totalWeight: total.toString(), root, file: RELEASE.contributors };
  return { shareBps, tree, csv: Buffer.concat([...serializeTable(table)]), committed };
}

function missing(folder: string, file: string): SaharaError {
  const problems = [`it names ${file}, which is not there`];
  return new SaharaError('MANIFEST_INVALID', { path: join(folder, MANIFEST_FILE), problems });
}
