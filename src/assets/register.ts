import type { Hex } from '../base/hex.ts';
import { eventArgs, isRevert, kindId, publishedEvents, read, readAsset, transact } from '../chain/index.ts';
import { type Dag, digestOfCid } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import { incompatible, RELATIONS } from '../licensing/index.ts';
import type { Publication } from './publication.ts';

const ZERO: Hex = `0x${'0'.repeat(64)}`;

/**
 * Registers a publication: a new asset, or the next version of one. Where somebody else made that version in the
 * meantime, it is the one after it, unless theirs is this very publication.
 *
 * @param release the release folder, which must be in the content store by now
 * @returns `tx` is null when another process registered the very same publication in the meantime
 */
export async function register(
  context: SigningContext,
  publication: Publication,
  release: Dag,
  keyFingerprint: Hex,
): Promise<{ versionId: bigint; tx: Hex | null }> {
  const { chain, signer } = context;
  const { manifest, existing, contributors } = publication;
  const input = {
    releaseRoot: release.rootDigest,
    contentRoot: digestOfCid(publication.content.root),
    publication: publication.key,
    keyFingerprint,
    relations: publication.parents.map(({ type, version, grant }) => ({
      parentVersion: version.id,
      relation: RELATIONS[type].id,
      termsId: grant.termsId,
      licenseId: grant.licenseId,
    })),
    contributorsBps: contributors?.shareBps ?? 0,
    contributorCount: contributors?.tree.count ?? 0,
    contributorWeight: contributors?.tree.total ?? 0n,
    contributorsRoot: contributors?.tree.root ?? ZERO,
  };
  for (let number = existing ? existing.versionCount + 1 : 1; ; ) {
    try {
      const receipt = existing
        ? await transact(chain, signer, {
            contract: 'AssetRegistry',
            call: 'publishVersion',
            args: [existing.id, number, input],
          })
        : await transact(chain, signer, {
            contract: 'AssetRegistry',
            call: 'register',
            args: [kindId(manifest.kind), manifest.name, input],
          });
      const { versionId } = eventArgs(receipt, 'AssetRegistry', 'VersionPublished') as { versionId: bigint };
      return { versionId, tx: receipt.tx };
    } catch (error) {
      if (isRevert(error, 'TermsIncompatible')) throw incompatible(error, manifest.name);
      if (!isRevert(error, 'NameTaken') && !isRevert(error, 'VersionNumberTaken')) throw error;
      // The number first: what is published after it was read, the chain refuses again.
      const count = existing ? (await readAsset(chain, existing.id)).versionCount : 0;
      const versionId = await publishedAs(context, publication);
      if (versionId !== 0n) return { versionId, tx: null };
      if (count < number) throw error;
      number = count + 1;
    }
  }
}

/**
 * The version under which a publication of this account is on chain; 0 when it is not. It can only be one of the
 * account's asset of that name, which is part of the publication's key.
 */
export async function publishedAs(
  { chain, signer }: SigningContext,
  { key, manifest }: Pick<Publication, 'key' | 'manifest'>,
): Promise<bigint> {
  const publisher = signer.account.address;
  const id = await read(chain, 'AssetRegistry', 'assetOf', [publisher, manifest.name]);
  if (id === 0n) return 0n;
  const { createdBlock } = await readAsset(chain, id);
  const found = await publishedEvents(chain, { publication: key }, createdBlock, 'latest');
  return found.find((v) => v.assetId === id && v.publisher === publisher)?.versionId ?? 0n;
}
