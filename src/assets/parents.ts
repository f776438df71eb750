import { SaharaError } from '../base/errors.ts';
import { type AssetRecord, readVersion, resolveAsset, type VersionRecord } from '../chain/index.ts';
import { cidOfDigest } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import { findGrant, type Grant, type RelationType } from '../licensing/index.ts';
import { type BuildRecord, readBuildRecord } from './build-record.ts';
import type { Manifest } from './manifest.ts';
import { versionLabel } from './naming.ts';

/** A version that the one being made rests on, and what allows that. */
export type Parent = {
  type: RelationType;
  asset: AssetRecord;
  version: VersionRecord;
  label: string;
  cid: string;
  grant: Grant;
};

/**
 * The parents that a manifest names. What a build really used is what counts: a model trained on version 1
 * rests on version 1, also when the dataset has a version 2 by now.
 *
 * @throws ASSET_UNKNOWN, PARENT_NOT_ACTIVE, RELATION_NOT_ALLOWED, OWN_TERMS_NEEDED
 */
export async function resolveParents(
  { chain, signer }: SigningContext,
  folder: string,
  manifest: Manifest,
  options: { asBuilt: boolean } = { asBuilt: true },
): Promise<Parent[]> {
  const record = options.asBuilt && manifest.build ? readBuildRecord(folder) : undefined;
  if (record && !sameInputs(record, manifest))
    throw new SaharaError('BUILD_STALE', {
      reason: 'the relations in the manifest have changed since',
      dir: folder,
    });
  return Promise.all(
    manifest.relations.map(async ({ type, asset: ref }) => {
      const used = record?.inputs.find((i) => i.relation === type && i.ref === ref);
      const resolved = await resolveAsset(chain, used ? `${used.assetId}@${used.version}` : ref);
      const { asset } = resolved;
      const version = await readVersion(chain, resolved.versionId);
      const label = versionLabel(asset, version);
      if (used && used.contentCid !== cidOfDigest(version.contentRoot))
        throw new SaharaError('BUILD_STALE', {
          reason: `it used ${used.asset} with the content ${used.contentCid}, which this chain does not have there`,
          dir: folder,
        });
      if (asset.state !== 'active')
        throw new SaharaError('PARENT_NOT_ACTIVE', { parent: label, state: asset.state });
      const grant = await findGrant(chain, signer.account.address, asset, type, {
        offers: manifest.terms,
        versionId: version.id,
      });
      return { type, asset, version, label, cid: cidOfDigest(version.releaseRoot), grant };
    }),
  );
}

function sameInputs(record: BuildRecord, manifest: Manifest): boolean {
  const built = record.inputs.map((i) => `${i.relation} ${i.ref}`).sort();
  const wanted = manifest.relations.map((r) => `${r.type} ${r.asset}`).sort();
  return built.join('\n') === wanted.join('\n');
}
