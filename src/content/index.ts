import type { BuildDagOptions, Dag, DagEntry, DagFile } from './dag.ts';
import type { PathDag, PathDagOptions } from './path-dag.ts';

export { type Block, exportCar, importCar } from './car.ts';
export { cidOfDigest, digestOfCid } from './cid.ts';
export type { AddressedFile, BuildDagOptions, Dag, DagEntry, DagFile } from './dag.ts';
export type { FetchedFile, FetchLimits } from './fetch.ts';
export * from './manage/index.ts';
export type { PathDag, PathDagOptions } from './path-dag.ts';
export type { ListEntry } from './reading.ts';
export { type OpenedRemote, openRemoteContent, type RemoteAccess, remoteContent } from './remote.ts';
export type { OpenRemote, RemoteModule, RemoteModuleOptions, RemoteUpload } from './remote-module.ts';
export { type Scan, type ScannedFile, scanFolder } from './scan.ts';
export {
  type ContentStore,
  type ContentStoreOptions,
  contentStore,
  type FetchOptions,
  type PutOptions,
  type PutResult,
  type StoreVersion,
} from './store.ts';

/** The profile whose addresses we make; see IPIP-0499. */
export const CID_PROFILE = 'unixfs-v1-2025';

/**
 * Works out the addresses of a folder with these files, before anything is sent.
 *
 * @throws CONTENT_NAME_BAD, CONTENT_NAME_COLLISION, CONTENT_SYMLINK, CONTENT_NOT_REGULAR, CONTENT_UNREADABLE,
 * CONTENT_FILE_CHANGED
 */
export async function buildDag(
  entries: readonly DagEntry[],
  options: BuildDagOptions = {},
): Promise<Dag<DagFile>> {
  // It takes as long to load as many a command to run, and most commands hash nothing.
  return await (await import('./dag.ts')).buildDag(entries, options);
}

/**
 * Works out the address of a folder or of one file on disk. Unlike a release, a folder may be empty here.
 *
 * @throws CONTENT_PATH_MISSING, CONTENT_SYMLINK, CONTENT_NOT_REGULAR, CONTENT_UNREADABLE, CONTENT_NAME_BAD,
 * CONTENT_NAME_COLLISION, CONTENT_FILE_CHANGED
 */
export async function buildPathDag(path: string, options: PathDagOptions = {}): Promise<PathDag> {
  return await (await import('./path-dag.ts')).buildPathDag(path, options);
}
