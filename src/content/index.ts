import type { Progress } from '../base/progress.ts';
import type { Dag, DagEntry } from './dag.ts';

export { type Block, exportCar, importCar } from './car.ts';
export { cidOfDigest, digestOfCid } from './cid.ts';
export type { Dag, DagEntry, DagFile } from './dag.ts';
export type { FetchedFile, FetchLimits } from './fetch.ts';
export type { ListEntry } from './reading.ts';
export { type Scan, type ScannedFile, scanFolder } from './scan.ts';
export {
  type ContentStore,
  type ContentStoreOptions,
  contentStore,
  type FetchOptions,
  type PutOptions,
  type StoreVersion,
} from './store.ts';

/** The profile whose addresses we make; see IPIP-0499. */
export const CID_PROFILE = 'unixfs-v1-2025';

/**
 * Works out the addresses of a folder with these files, before anything is sent.
 *
 * @param options.folders folders that were addressed before, by the name they get at the top: the result is that of
 *   addressing all files together, and none of them is read again
 * @throws CONTENT_NAME_BAD, CONTENT_NAME_COLLISION, CONTENT_SYMLINK, CONTENT_NOT_REGULAR, CONTENT_UNREADABLE,
 * CONTENT_FILE_CHANGED
 */
export async function buildDag(
  entries: readonly DagEntry[],
  options: { signal?: AbortSignal; progress?: Progress; folders?: Readonly<Record<string, Dag>> } = {},
): Promise<Dag> {
  // The importer takes longer to load than most commands to run, and most commands hash nothing.
  return await (await import('./dag.ts')).buildDag(entries, options);
}
