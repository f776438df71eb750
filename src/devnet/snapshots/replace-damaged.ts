import { devnetPaths } from '../paths.ts';
import { endOrphans } from '../supervisor/chain.ts';
import { takeLock } from '../supervisor/lock.ts';
import { snapshotFolder } from './folders.ts';
import { decide, putInPlace, stage } from './pending.ts';
import type { SnapshotManifest, SnapshotPlace } from './types.ts';

/**
 * Puts a snapshot in the place of a chain that cannot be loaded, while no supervisor runs. Pins follow with the next
 * start.
 *
 * @returns the folder in which the former files are kept; null where there were none
 * @throws DEVNET_BUSY, SNAPSHOT_DAMAGED
 */
export async function replaceDamaged(
  { stateDir, name }: Pick<SnapshotPlace, 'stateDir' | 'name'>,
  manifest: SnapshotManifest,
): Promise<string | null> {
  const paths = devnetPaths(stateDir, name);
  const release = takeLock(paths.lock);
  try {
    const staged = await stage(paths, snapshotFolder(paths, manifest.name), manifest, true);
    await endOrphans(paths, false);
    decide(paths, staged);
    return await putInPlace(paths, stateDir);
  } finally {
    release();
  }
}
