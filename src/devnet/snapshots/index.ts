import { isError, SaharaError } from '../../base/errors.ts';
import { devnetPaths } from '../paths.ts';
import { devnetStatus } from '../status.ts';
import { ask, whileRunning } from './ask.ts';
import {
  assertSnapshotName,
  freeName,
  goneOf,
  listed,
  readSnapshot,
  removeSnapshot,
  snapshotNames,
} from './folders.ts';
import { assertOurs } from './manifest.ts';
import type {
  DeletedSnapshot,
  ListedSnapshot,
  RestoredSnapshot,
  SavedSnapshot,
  SnapshotPlace,
} from './types.ts';

export type {
  DeletedSnapshot,
  ListedSnapshot,
  RestoredSnapshot,
  SavedSnapshot,
  SnapshotPlace,
} from './types.ts';

const pathsOf = ({ stateDir, name }: Pick<SnapshotPlace, 'stateDir' | 'name'>) => devnetPaths(stateDir, name);

/**
 * Saves all of a devnet: chain, pins, and what lies beside. The devnet goes on meanwhile; one that does not run is
 * started for it, and stopped again.
 *
 * @param options.snapshot its name; left out it is `snapshot-1` and so on
 * @param options.force replaces one of that name
 * @throws SNAPSHOT_NAME_INVALID, SNAPSHOT_EXISTS, SNAPSHOT_CONTENT_MISSING, SNAPSHOT_NOT_SAVED, SNAPSHOT_UNFINISHED
 */
export async function saveSnapshot(
  place: SnapshotPlace,
  options: { snapshot?: string; force?: boolean } = {},
): Promise<SavedSnapshot> {
  const { snapshot: name, force } = foreseeSave(place, options);
  return whileRunning(place, (live) => ask(live, { op: 'save', name, force }));
}

/** What saving would make. @throws SNAPSHOT_NAME_INVALID, SNAPSHOT_EXISTS */
export function foreseeSave(
  place: Pick<SnapshotPlace, 'stateDir' | 'name'>,
  { snapshot, force = false }: { snapshot?: string; force?: boolean } = {},
): { snapshot: string; force: boolean } {
  const paths = pathsOf(place);
  const name = snapshot ?? freeName(paths);
  assertSnapshotName(name);
  if (!force && snapshotNames(paths).includes(name)) throw new SaharaError('SNAPSHOT_EXISTS', { name });
  return { snapshot: name, force };
}

/** All snapshots of a devnet, the oldest first. @param damaged told of those that cannot be read */
export function listSnapshots(
  place: Pick<SnapshotPlace, 'stateDir' | 'name'>,
  damaged: (name: string, reason: string) => void = () => {},
): ListedSnapshot[] {
  const paths = pathsOf(place);
  return snapshotNames(paths)
    .flatMap((name) => {
      try {
        return [listed({ ...readSnapshot(paths, name), name })];
      } catch (error) {
        if (!(error instanceof SaharaError)) throw error;
        damaged(name, error.message);
        return [];
      }
    })
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/**
 * Makes a devnet what it was. How it was before is in the snapshot `before-restore` afterwards.
 *
 * @throws SNAPSHOT_MISSING, SNAPSHOT_DAMAGED, SNAPSHOT_FOREIGN, SNAPSHOT_CONTENT_MISSING; then nothing was touched.
 *   SNAPSHOT_NOT_SAVED, SNAPSHOT_UNFINISHED
 */
export async function restoreSnapshot(place: SnapshotPlace, name: string): Promise<RestoredSnapshot> {
  const manifest = readSnapshot(pathsOf(place), name);
  assertOurs(manifest);
  try {
    return await whileRunning(place, (live) => ask<RestoredSnapshot>(live, { op: 'restore', name }));
  } catch (error) {
    // What is there cannot even be started: it is kept as it is, and the snapshot takes its place.
    if (!isLost(error)) throw error;
    const { replaceDamaged } = await import('./replace-damaged.ts');
    const aside = await replaceDamaged(place, manifest);
    return whileRunning(place, async () => ({
      snapshot: listed(manifest),
      changed: true,
      before: null,
      aside,
      missing: [],
    }));
  }
}

/** There is no chain to be had from what is there, in whatever way. */
const isLost = (error: unknown): boolean =>
  isError(error, 'CHAIN_STATE_DAMAGED') || isError(error, 'CHAIN_FILES_MISSING');

/** What restoring would do. @throws as {@link restoreSnapshot}, but for what only the running devnet can tell */
export async function foreseeRestore(
  place: Pick<SnapshotPlace, 'stateDir' | 'name'>,
  name: string,
): Promise<ListedSnapshot> {
  const paths = pathsOf(place);
  const manifest = readSnapshot(paths, name);
  assertOurs(manifest);
  const { assertSnapshotWhole } = await import('./check-snapshot.ts');
  assertSnapshotWhole(paths, manifest);
  return listed(manifest);
}

/** What deleting would remove. @throws SNAPSHOT_MISSING */
export function foreseeDelete(
  place: Pick<SnapshotPlace, 'stateDir' | 'name'>,
  name: string,
): DeletedSnapshot {
  assertSnapshotName(name);
  return goneOf(pathsOf(place), name);
}

/** Removes a snapshot; content that only it kept goes with the next garbage collection. @throws SNAPSHOT_MISSING */
export async function deleteSnapshot(place: SnapshotPlace, name: string): Promise<DeletedSnapshot> {
  const paths = pathsOf(place);
  assertSnapshotName(name);
  if (!snapshotNames(paths).includes(name))
    throw new SaharaError('SNAPSHOT_MISSING', { name, known: snapshotNames(paths) });
  const status = await devnetStatus(place.stateDir, place.name);
  if (status.state === 'running') return whileRunning(place, (live) => ask(live, { op: 'delete', name }));
  // Its mark goes with the next snapshot that a running devnet makes or removes.
  const { takeLock } = await import('../supervisor/lock.ts');
  const release = takeLock(paths.lock);
  try {
    const gone = goneOf(paths, name);
    removeSnapshot(paths, name);
    return gone;
  } finally {
    release();
  }
}
