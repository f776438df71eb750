import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { cidOfDigest } from '../content/index.ts';
import type { SigningContext } from '../context/index.ts';
import { type BuildResult, runBuild } from '../execution/index.ts';
import { writeBuildRecord } from './build-record.ts';
import { fetchContent } from './get.ts';
import { readManifest } from './manifest.ts';
import { resolveParents } from './parents.ts';

export type Built = BuildResult & {
  name: string;
  /** The versions that the build read. */
  inputs: { relation: string; asset: string; cid: string }[];
};

/**
 * Runs the build step of an asset's folder on the published versions it names, fetched and verified.
 *
 * @throws MANIFEST_*, BUILD_NONE, ASSET_UNKNOWN, RELATION_NOT_ALLOWED, BUILD_FAILED, SCRIPT_MISSING
 */
export async function build(
  context: SigningContext,
  dir: string,
  options: { onOutput?: (line: string) => void } = {},
): Promise<Built> {
  const folder = resolve(dir);
  const manifest = await readManifest(folder);
  if (!manifest.build) throw new SaharaError('BUILD_NONE', { path: join(folder, 'sahara.yaml'), dir });
  const parents = await resolveParents(context, folder, manifest, { asBuilt: false });
  const inputs = await Promise.all(
    parents.map(async ({ type, version, label, cid }) => ({
      relation: type,
      asset: label,
      version: version.number,
      cid,
      path: await fetchContent(context, version),
    })),
  );
  context.progress.start(`Building ${manifest.name}`);
  const result = await runBuild({
    dir: folder,
    script: manifest.build.run,
    name: manifest.name,
    content: manifest.content,
    inputs,
    signal: context.signal,
    dryRun: context.dryRun,
    ...(options.onOutput ? { onOutput: options.onOutput } : {}),
  });
  context.progress.done();
  if (context.dryRun) return { ...result, name: manifest.name, inputs: inputs.map(toInput) };
  writeBuildRecord(folder, {
    format: 'sahara-build/1',
    script: manifest.build.run,
    builtAt: context.clock().toISOString(),
    inputs: parents.map(({ type, asset, version, label }, i) => ({
      relation: type,
      ref: manifest.relations[i]?.asset ?? '',
      assetId: asset.id.toString(),
      asset: label,
      version: version.number,
      contentCid: cidOfDigest(version.contentRoot),
    })),
  });
  return {
    ...result,
    name: manifest.name,
    inputs: inputs.map(toInput),
  };
}

function toInput({ relation, asset, cid }: Built['inputs'][number]): Built['inputs'][number] {
  return { relation, asset, cid };
}
