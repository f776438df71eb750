import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Chain, readAssets, uniqueRef } from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import { MANIFEST_FILE, readManifest } from './manifest.ts';

/** The kind of asset that each template builds on. */
export const PARENT_KIND: Record<string, 'dataset' | 'model'> = { model: 'dataset', agent: 'model' };

export type PossibleParent = {
  /** As `--from` takes it. */
  ref: string;
  /** Where it is: a folder, the chain, or both. */
  folder: string | null;
  publisher: string | null;
};

/**
 * What a new asset could build on: assets of this kind whose folders are in `folder`, and published ones.
 *
 * @param chain null where none is reachable
 */
export async function possibleParents(
  kind: string,
  folder: string,
  chain: Chain | null,
): Promise<PossibleParent[]> {
  const found = new Map<string, PossibleParent>();
  for (const name of namesOfFolders(folder)) {
    if (!existsSync(join(folder, name, MANIFEST_FILE))) continue;
    // A manifest that is not right is told when its asset is published.
    const manifest = await readManifest(join(folder, name)).catch(() => undefined);
    if (manifest?.kind === kind)
      found.set(manifest.name, { ref: manifest.name, folder: name, publisher: null });
  }
  const published = chain ? await readAssets(chain) : [];
  const ofKind = published.filter((a) => a.kind === kind && a.state === 'active');
  for (const asset of ofKind) {
    const isOnlyOne = published.filter((a) => a.name === asset.name).length === 1;
    const ref = isOnlyOne ? asset.name : uniqueRef(asset);
    const publisher = accountLabel(asset.publisher);
    found.set(ref, { ref, folder: found.get(ref)?.folder ?? null, publisher });
  }
  return [...found.values()].sort((a, b) => a.ref.localeCompare(b.ref));
}

function namesOfFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((e) => e.isDirectory() && !e.name.startsWith('.'))
    .map((e) => e.name)
    .sort();
}
