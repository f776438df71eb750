import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import {
  type AssetRecord,
  isRevert,
  kindId,
  read,
  readAsset,
  readVersion,
  transact,
} from '../chain/index.ts';
import { accountLabel, resolveAccount } from '../config/index.ts';
import { buildDag, cidOfDigest, type Dag, digestOfCid, scanFolder } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import { attachTerms, RELATIONS, type RelationType } from '../licensing/index.ts';
import { buildMerkleSum, parseContributors, serializeContributors } from '../revenue/index.ts';
import { ensureDocumentKey } from './document-keys.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { versionLabel } from './naming.ts';
import { resolveParents } from './parents.ts';
import { publicationKey, RELEASE, type ReleaseCard, releaseDocuments } from './release.ts';

export type Published = {
  asset: { id: bigint; kind: string; name: string; owner: string };
  version: { id: bigint; number: number; label: string };
  /** CID of the release folder: content, card, signature, key. */
  cid: string;
  contentCid: string;
  /** False when this very publication was on chain already. */
  changed: boolean;
  files: number;
  /** Bytes of content. */
  size: number;
  /** Hidden files that were left out. */
  hidden: string[];
  relations: { type: string; asset: string; royaltyBps: number }[];
  contributors: number;
  terms: { id: number; attached: boolean }[];
  /** The registering transaction, null when nothing was registered. */
  tx: Hex | null;
};

/**
 * Publishes the asset of a folder: content first, then the chain, then the terms on offer. Whatever stops it
 * in between, running it again completes it, and nothing is registered twice.
 *
 * @throws MANIFEST_*, CONTENT_*, CONTRIBUTORS_INVALID, ASSET_UNKNOWN, RELATION_NOT_ALLOWED, PARENT_NOT_ACTIVE,
 *   NOT_OWNER, KIND_CHANGED, ASSET_REVOKED, FUNDS_MISSING
 */
export async function publish(
  context: SigningContext,
  dir: string,
  options: { dryRun?: boolean } = {},
): Promise<Published> {
  const { chain, content, signer, project, progress, signal } = context;
  const folder = resolve(dir);
  const manifest = await readManifest(folder);
  const publisher = signer.account.address;

  const existing = await findOwnAsset(context, manifest);
  const parents = await resolveParents(context, folder, manifest);
  const contributors = readContributors(folder, manifest);

  const contentFolder = join(folder, manifest.content);
  if (manifest.build && !existsSync(contentFolder))
    throw new SaharaError('BUILD_NEEDED', { path: manifest.content, dir });
  const scan = await scanFolder(contentFolder, { signal });
  for (const file of [manifest.card, manifest.agent?.run])
    if (file && !scan.files.some((f) => `${manifest.content}/${f.path}` === file))
      throw new SaharaError('MANIFEST_INVALID', {
        path: join(folder, 'sahara.yaml'),
        problems: [`it names ${file}, which is not there`],
      });
  const files = scan.files.map((f) => ({ path: f.path, file: f.absolute }));
  const contentDag = await buildDag(files, { signal, progress });

  const committed = contributors && {
    shareBps: contributors.shareBps,
    count: contributors.tree.count,
    totalWeight: contributors.tree.total.toString(),
    root: contributors.tree.root,
    file: RELEASE.contributors,
  };
  const links = parents.map(({ type, label, version, cid, grant }) => ({
    type,
    asset: label,
    versionId: version.id.toString(),
    cid,
    royaltyBps: grant.royaltyBps,
  }));
  const publication = publicationKey(manifest, contentDag.root, links, committed);
  const described = {
    contentCid: contentDag.root,
    files: scan.files.length,
    size: contentDag.size,
    hidden: scan.hidden,
    relations: links.map((l) => ({ type: l.type, asset: l.asset, royaltyBps: l.royaltyBps })),
    contributors: contributors?.tree.count ?? 0,
  };

  let versionId = await read(chain, 'AssetRegistry', 'publicationOf', [publisher, publication]);
  const changed = versionId === 0n;
  if (options.dryRun) return preview(context, manifest, existing, versionId, described);

  let tx: Hex | null = null;
  const key = await ensureDocumentKey(context);
  const card: ReleaseCard = {
    format: 'sahara-release/1',
    kind: manifest.kind,
    name: manifest.name,
    description: manifest.description,
    publisher,
    keyFingerprint: key.fingerprint,
    content: {
      cid: contentDag.root,
      files: contentDag.files.map((f) => ({ path: f.path, size: f.size, sha256: f.sha256.slice(2) })),
    },
    card: manifest.card,
    agent: manifest.agent,
    relations: links,
    contributors: committed,
    createdAt: context.clock().toISOString(),
  };
  const documents = releaseDocuments(project, key, publication, card, contentDag, contributors?.csv ?? null);
  const release = await buildDag(
    [...files.map((f) => ({ ...f, path: `${RELEASE.content}/${f.path}` })), ...documents],
    { signal },
  );
  if (changed || (await isOurRelease(context, versionId, release)))
    await content.put(release, { name: manifest.name, signal, progress });

  if (changed) {
    progress.start('Registering on chain');
    ({ versionId, tx } = await register(context, manifest, existing, {
      releaseRoot: release.rootDigest,
      contentRoot: digestOfCid(contentDag.root),
      publication,
      keyFingerprint: key.fingerprint,
      relations: parents.map(({ type, version, grant }) => ({
        parentVersion: version.id,
        relation: RELATIONS[type as RelationType].id,
        termsId: grant.termsId,
        licenseId: grant.licenseId,
      })),
      contributorsBps: contributors?.shareBps ?? 0,
      contributorCount: contributors?.tree.count ?? 0,
      contributorWeight: contributors?.tree.total ?? 0n,
      contributorsRoot: contributors?.tree.root ?? `0x${'0'.repeat(64)}`,
    }));
    progress.done();
  }

  const version = await readVersion(chain, versionId);
  const asset = await readAsset(chain, version.assetId);
  const terms: Published['terms'] = [];
  // Only the newest publication speaks for what is on offer now.
  if (version.id === asset.currentVersion)
    for (const offered of manifest.terms) {
      const { terms: attached, attached: isNew } = await attachTerms(context, asset, offered);
      terms.push({ id: attached.id, attached: isNew });
    }
  return {
    asset: { id: asset.id, kind: asset.kind, name: asset.name, owner: accountLabel(asset.owner) },
    version: { id: version.id, number: version.number, label: versionLabel(asset, version) },
    cid: cidOfDigest(version.releaseRoot),
    changed,
    ...described,
    terms,
    tx,
  };
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

function readContributors(folder: string, manifest: Manifest) {
  if (!manifest.contributors) return null;
  const path = join(folder, manifest.contributors.file);
  if (!existsSync(path))
    throw new SaharaError('MANIFEST_INVALID', {
      path: join(folder, 'sahara.yaml'),
      problems: [`it names ${manifest.contributors.file}, which is not there`],
    });
  const rows = parseContributors(readFileSync(path, 'utf8'), {
    resolve: (name: string) => resolveAccount(name).address,
    file: manifest.contributors.file,
  });
  return {
    shareBps: manifest.contributors.shareBps,
    tree: buildMerkleSum(rows),
    csv: serializeContributors(rows),
  };
}

/** True when the registered release is the one at hand, so that a lost upload can be made again. */
async function isOurRelease(
  { chain, logger }: SigningContext,
  versionId: bigint,
  release: Dag,
): Promise<boolean> {
  const registered = await readVersion(chain, versionId);
  const same = registered.releaseRoot === release.rootDigest;
  if (!same) logger.debug(`the release of version ${versionId} was signed elsewhere and is left as it is`);
  return same;
}

async function preview(
  { chain, signer }: SigningContext,
  manifest: Manifest,
  existing: AssetRecord | undefined,
  versionId: bigint,
  described: Pick<Published, 'contentCid' | 'files' | 'size' | 'hidden' | 'relations' | 'contributors'>,
): Promise<Published> {
  const number =
    versionId === 0n ? (existing?.versionCount ?? 0) + 1 : (await readVersion(chain, versionId)).number;
  return {
    asset: {
      id: existing?.id ?? 0n,
      kind: manifest.kind,
      name: manifest.name,
      owner: accountLabel(signer.account.address),
    },
    version: { id: versionId, number, label: versionLabel(manifest, { number }) },
    cid: '',
    changed: versionId === 0n,
    ...described,
    terms: [],
    tx: null,
  };
}

type VersionInput = {
  releaseRoot: Hex;
  contentRoot: Hex;
  publication: Hex;
  keyFingerprint: Hex;
  relations: { parentVersion: bigint; relation: number; termsId: number; licenseId: bigint }[];
  contributorsBps: number;
  contributorCount: number;
  contributorWeight: bigint;
  contributorsRoot: Hex;
};

async function register(
  context: SigningContext,
  manifest: Manifest,
  existing: AssetRecord | undefined,
  input: VersionInput,
): Promise<{ versionId: bigint; tx: Hex | null }> {
  const { chain, signer } = context;
  try {
    const { transactionHash } = existing
      ? await transact(chain, signer, {
          contract: 'AssetRegistry',
          call: 'publishVersion',
          args: [existing.id, input],
        })
      : await transact(chain, signer, {
          contract: 'AssetRegistry',
          call: 'register',
          args: [kindId(manifest.kind), manifest.name, input],
        });
    return { versionId: await ownPublication(context, input.publication), tx: transactionHash };
  } catch (error) {
    // Another process published the very same thing in the meantime: that is what was wanted.
    if (isRevert(error, 'AlreadyPublished'))
      return { versionId: await ownPublication(context, input.publication), tx: null };
    throw error;
  }
}

function ownPublication({ chain, signer }: SigningContext, publication: Hex): Promise<bigint> {
  return read(chain, 'AssetRegistry', 'publicationOf', [signer.account.address, publication]);
}
