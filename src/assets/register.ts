import type { Hex } from '../base/hex.ts';
import { isRevert, kindId, read, transact } from '../chain/index.ts';
import { type Dag, digestOfCid } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import { incompatible, RELATIONS } from '../licensing/index.ts';
import type { Publication } from './publication.ts';

const ZERO: Hex = `0x${'0'.repeat(64)}`;

/**
 * Registers a publication: a new asset, or the next version of one.
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
  let tx: Hex | null = null;
  try {
    const receipt = existing
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
    tx = receipt.tx;
  } catch (error) {
    if (isRevert(error, 'TermsIncompatible')) throw incompatible(error, manifest.name);
    if (!isRevert(error, 'AlreadyPublished')) throw error;
  }
  return { versionId: await publishedAs(context, publication.key), tx };
}

/** The version under which a publication of this account is on chain; 0 when it is not. */
export function publishedAs({ chain, signer }: SigningContext, key: Hex): Promise<bigint> {
  return read(chain, 'AssetRegistry', 'publicationOf', [signer.account.address, key]);
}
