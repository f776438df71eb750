import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import {
  type AssetRecord,
  assertMaySign,
  readAsset,
  readAssets,
  readStoredVersion,
  uniqueRef,
} from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import { buildDag, cidOfDigest, type Dag, type DagFile, type OpenedRemote } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import { attachTerms, termsOf } from '../licensing/index.ts';
import { ensureDocumentKey } from './document-keys.ts';
import { modelWarning } from './model-check.ts';
import { versionLabel } from './naming.ts';
import { type Publication, preparePublication } from './publication.ts';
import { assertOnAll, copyToRemotes, type RemoteCopy, withStoredRelease } from './publish-remotes.ts';
import { publishedAs, register } from './register.ts';
import { RELEASE, type ReleaseCard, releaseDocuments } from './release.ts';

export type Published = {
  asset: { id: bigint; kind: string; name: string; owner: string };
  version: { id: bigint; number: number; label: string; ref: string };
  /** CID of the release folder: content, card, signature, key. Null in a dry run, as it depends on the signature. */
  cid: string | null;
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
  /** The remotes that have it now, and how many bytes each was sent. */
  remotes: RemoteCopy[];
  /** The registering transaction, null when nothing was registered, and in a dry run. */
  tx: Hex | null;
};

export type PublishOptions = {
  /** Stores that are to keep the release as well; they have it before it is registered. */
  remotes?: readonly OpenedRemote[];
};

/**
 * Publishes the asset of a folder: content first, then the chain, then the terms on offer. Whatever stops it
 * in between, running it again completes it, and nothing is registered twice.
 *
 * @throws what {@link preparePublication} throws, CONTENT_UNAVAILABLE, REMOTE_INCOMPLETE, CHAIN_UNREACHABLE,
 * FUNDS_MISSING, TERMS_FULL
 */
export async function publish(
  context: SigningContext,
  dir: string,
  { remotes = [] }: PublishOptions = {},
): Promise<Published> {
  assertMaySign(context.chain, context.signer);
  // Before anything costs: on a network the key is bound before the content is sent.
  if (context.content.api === '') throw new SaharaError('CONTENT_UNSET', { network: context.chain.rpcUrl });
  const publication = await preparePublication(context, resolve(dir));
  const before = await publishedAs(context, publication);

  const { versionId, tx, copies } =
    before === 0n
      ? await publishNew(context, publication, dir, remotes)
      : await completeUpload(context, publication, before, dir, remotes);
  const version = await readStoredVersion(context.chain, versionId);
  const asset = await readAsset(context.chain, version.assetId);
  const label = versionLabel(asset, version);
  const terms: Published['terms'] = [];
  // An older version's manifest does not speak for what is on offer now.
  if (version.id !== asset.currentVersion)
    context.logger.warn(
      `${label} is not the current version, which is ${versionLabel(asset, { number: asset.versionCount })}`,
    );
  else
    for (const offered of publication.manifest.terms) {
      const { terms: attached, attached: isNew } = await attachTerms(context, asset, offered);
      terms.push({ id: attached.id, attached: isNew });
    }
  await warnOfOtherTerms(context, asset, terms);
  return {
    asset: { id: asset.id, kind: asset.kind, name: asset.name, owner: accountLabel(asset.owner) },
    version: { id: version.id, number: version.number, label, ref: `${uniqueRef(asset)}@${version.number}` },
    cid: context.dryRun && before === 0n ? null : cidOfDigest(version.releaseRoot),
    changed: before === 0n,
    ...described(publication),
    terms,
    remotes: copies,
    tx,
  };
}

type Registered = { versionId: bigint; tx: Hex | null; copies: RemoteCopy[] };

/** Terms stay on offer until they are taken back, also when the manifest no longer names them. */
async function warnOfOtherTerms(
  context: SigningContext,
  asset: AssetRecord,
  named: Published['terms'],
): Promise<void> {
  if (named.length === 0) return;
  const other = (await termsOf(context.chain, asset.id)).filter((t) => !named.some((n) => n.id === t.id));
  for (const { id } of other)
    context.logger.warn(
      `${asset.name} is also on offer under terms ${id}, which the manifest does not name; take them back with: sahara license unset ${uniqueRef(asset)} --terms ${id}`,
    );
}

/** A first version under a name that somebody else's asset has is more often a slip than a wish. */
async function warnOfNamesake(context: SigningContext, name: string): Promise<void> {
  const publisher = context.signer.account.address;
  const other = (await readAssets(context.chain)).find((a) => a.name === name && a.publisher !== publisher);
  if (other)
    context.logger.warn(
      `${uniqueRef(other)} is another asset of that name; this is a new one, owned by ${accountLabel(publisher)}`,
    );
}

async function publishNew(
  context: SigningContext,
  publication: Publication,
  dir: string,
  remotes: readonly OpenedRemote[],
): Promise<Registered> {
  if (!publication.existing) await warnOfNamesake(context, publication.manifest.name);
  const { manifest } = publication;
  const warning = manifest.kind === 'model' ? await modelWarning(join(resolve(dir), manifest.content)) : null;
  if (warning) context.logger.warn(warning);
  const { release, fingerprint } = await makeRelease(context, publication);
  await upload(context, publication, release);
  const copies = await copyToRemotes(context, remotes, manifest.name, async () => release);
  // Before the chain is told: what is registered shall be reachable wherever it was meant to be.
  assertOnAll(copies, remotes, failure(context, publication, dir, { registered: false, stored: true }));
  context.progress.start('Registering on chain');
  const registered = await register(context, publication, release, fingerprint);
  context.progress.done();
  return { ...registered, copies: copies.copies };
}

/** It is on chain. Its content is made sure of, where the release can still be made: the store may have lost it. */
async function completeUpload(
  context: SigningContext,
  publication: Publication,
  versionId: bigint,
  dir: string,
  remotes: readonly OpenedRemote[],
): Promise<Registered> {
  const { releaseRoot } = await readStoredVersion(context.chain, versionId);
  const root = cidOfDigest(releaseRoot);
  const { signal } = context;
  let made: Promise<Dag | null> | undefined;
  /** Null when it was signed elsewhere, so that nobody can make it here. */
  const release = () => {
    made ??= makeRelease(context, publication).then((m) =>
      m.release.rootDigest === releaseRoot ? m.release : null,
    );
    return made;
  };
  let isStored = await context.content.has(root, { signal });
  if (!isStored) {
    const dag = await release();
    if (dag !== null) await upload(context, publication, dag);
    else
      context.logger.warn(
        'the registered release is not in the content store, and was signed elsewhere: it cannot be restored from here',
      );
    isStored = dag !== null;
  }
  const toRemotes = (stored: Dag | null) =>
    copyToRemotes(context, remotes, publication.manifest.name, async ({ store }) => {
      if (await store.has(root, { signal })) return null;
      const dag = (await release()) ?? stored;
      if (dag === null && !context.dryRun)
        throw new SaharaError('CONTENT_NOT_FOUND', { cid: root, path: '' });
      return dag;
    });
  const isForeign = remotes.length > 0 && isStored && !context.dryRun && (await release()) === null;
  const copies = isForeign
    ? await withStoredRelease(context, root, (stored) => toRemotes(stored))
    : await toRemotes(null);
  assertOnAll(copies, remotes, failure(context, publication, dir, { registered: true, stored: isStored }));
  return { versionId, tx: null, copies: copies.copies };
}

function failure(
  { signer }: SigningContext,
  { manifest }: Publication,
  dir: string,
  state: { registered: boolean; stored: boolean },
): Parameters<typeof assertOnAll>[2] {
  return { what: manifest.name, dir, ...state, account: signer.name ?? signer.account.address };
}

async function upload(
  { content, signal, progress, logger }: SigningContext,
  { manifest }: Publication,
  release: Dag,
): Promise<void> {
  await content.put(release, { name: manifest.name, signal, progress, logger });
}

/** Signs the content and puts the release together. */
async function makeRelease(
  context: SigningContext,
  publication: Publication,
): Promise<{ release: Dag<DagFile>; fingerprint: Hex }> {
  const { manifest, content, contributors } = publication;
  const key = await ensureDocumentKey(context);
  const card: ReleaseCard = {
    format: 'sahara-release/1',
    kind: manifest.kind,
    name: manifest.name,
    description: manifest.description,
    publisher: context.signer.account.address,
    keyFingerprint: key.fingerprint,
    content: {
      cid: content.root,
      files: content.files.map((f) => ({ path: f.path, size: f.size, sha256: f.sha256.slice(2) })),
    },
    card: manifest.card,
    agent: manifest.agent,
    relations: publication.links,
    contributors: contributors?.committed ?? null,
    createdAt: context.clock().toISOString(),
  };
  const documents = releaseDocuments(context, key, card, content, contributors?.csv ?? null);
  return {
    release: await buildDag(documents, { signal: context.signal, folders: { [RELEASE.content]: content } }),
    fingerprint: key.fingerprint,
  };
}

function described({ content, hidden, links, contributors }: Publication) {
  return {
    contentCid: content.root,
    files: content.files.length,
    size: content.size,
    hidden,
    relations: links.map((l) => ({ type: l.type, asset: l.asset, royaltyBps: l.royaltyBps })),
    contributors: contributors?.tree.count ?? 0,
  };
}
