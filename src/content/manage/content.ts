import { basename, join, resolve } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import type { Dag } from '../dag.ts';
import type { PathDag } from '../path-dag.ts';
import { type ContentAccess, type ContentKind, kindOf, type ManageOptions, openPath } from './access.ts';
import { type Listed, listPinned, pinContent, pinOf } from './pinning.ts';

export type Hashed = {
  /** As it was given. */
  path: string;
  cid: string;
  kind: 'file' | 'folder';
  files: number;
  /** Of all files together, bytes. */
  size: number;
  /** Distinct blocks. */
  blocks: number;
  /** Left out: names that begin with a dot; folders with a slash at the end. */
  hidden: string[];
};

export type HashedFile = {
  path: string;
  /** Bytes. */
  size: number;
  /** Of the file's bytes: 64 hexadecimal digits. */
  sha256: string;
  cid: string;
};

/**
 * Works out the address of a folder or file, and sends nothing.
 *
 * @param options.files lists each file
 * @throws as `buildPathDag`
 */
export async function hashPath(
  path: string,
  options: ManageOptions & { files?: boolean } = {},
): Promise<Hashed & { list: HashedFile[] | null }> {
  const dag = await addressed(path, options);
  const { digestOfFile } = await import('./file-digest.ts');
  const list: HashedFile[] = [];
  for (const file of options.files ? dag.files : []) {
    const onDisk = dag.single ? path : join(path, file.path);
    list.push({ ...file, sha256: await digestOfFile(onDisk, file, options.signal) });
  }
  return { ...hashed(path, dag), list: options.files ? list : null };
}

async function addressed(path: string, { signal, progress }: ManageOptions): Promise<PathDag> {
  // Resolved, nothing is the current folder: what a variable that is not set would add.
  if (path === '') throw new SaharaError('CONTENT_PATH_MISSING', { path });
  const { buildPathDag } = await import('../path-dag.ts');
  return await buildPathDag(path, { ...(signal ? { signal } : {}), ...(progress ? { progress } : {}) });
}

function hashed(path: string, dag: PathDag): Hashed {
  return {
    path,
    cid: dag.root,
    kind: dag.single ? 'file' : 'folder',
    files: dag.files.length,
    size: dag.size,
    blocks: dag.blockCount,
    hidden: dag.hidden,
  };
}

export type Added = Hashed & {
  /** The pin's name. */
  name: string;
  /** False: it was pinned by this name already, and nothing was done. */
  changed: boolean;
  /**
   * Bytes that went to the node, or would go in a dry run; null in a dry run with a remote that is no Kubo RPC, which
   * decides by itself what to send.
   */
  sentBytes: number | null;
  /** Where a browser finds it; null where no gateway is known. */
  url: string | null;
};

/**
 * Addresses a folder or file, uploads what the node lacks, and pins it.
 *
 * @param options.name the pin's name, by default that of the folder or file
 * @throws as `buildPathDag`, CONTENT_UNAVAILABLE, CONTENT_TIMEOUT, CONTENT_REJECTED
 */
export async function addPath(
  access: ContentAccess,
  path: string,
  options: ManageOptions & { name?: string } = {},
): Promise<Added> {
  const { signal, progress, dryRun } = options;
  const dag = await addressed(path, options);
  const { parseCid } = await import('../cid.ts');
  const before = await pinOf(access, parseCid(dag.root), signal);
  const facts = { ...hashed(path, dag), url: urlOf(access, dag.root, !dag.single) };
  if (before?.type === 'recursive' && !access.isNode)
    return { ...facts, name: '', changed: false, sentBytes: 0 };
  if (before?.type === 'recursive') {
    const { name, changed } = await pinContent(access, dag.root, options);
    return { ...facts, name, changed, sentBytes: 0 };
  }
  const name = options.name ?? basename(resolve(path));
  if (dryRun) return { ...facts, name, changed: true, sentBytes: await foreseen(access, dag, signal) };
  const { sentBytes } = await access.store.put(dag, {
    name,
    ...(signal ? { signal } : {}),
    ...(progress ? { progress } : {}),
    ...(options.logger ? { logger: options.logger } : {}),
  });
  return { ...facts, name, changed: true, sentBytes };
}

/** What adding would send, bytes; null where the store cannot be asked. */
export async function foreseen(
  access: ContentAccess,
  dag: Dag,
  signal?: AbortSignal,
): Promise<number | null> {
  if (!access.isNode) return null;
  const { foreseeUpload } = await import('../foresee-upload.ts');
  return await foreseeUpload(access.rpc, dag, signal ? { signal } : {});
}

function urlOf({ gateway }: ContentAccess, cid: string, folder: boolean): string | null {
  return gateway === null ? null : `${gateway.replace(/\/$/, '')}/ipfs/${cid}${folder ? '/' : ''}`;
}

/** What is pinned, or with an address the entries of a folder; a file is listed as itself. */
export async function listContent(
  access: ContentAccess,
  text: string | undefined,
  { signal }: ManageOptions = {},
): Promise<Listed[]> {
  if (text === undefined) return await listPinned(access, signal);
  const { root, path, cid, node } = await openPath(access, text, signal);
  const kind = kindOf(node);
  if (kind !== 'folder') {
    const name = path.split('/').at(-1) ?? '';
    return [{ name, cid: cid.toString(), kind, size: node.type === 'file' ? node.size : null }];
  }
  const entries = await access.store.list(root, path, signal ? { signal } : {});
  return entries.map(({ type, size, ...entry }) => ({
    ...entry,
    kind: type,
    size: type === 'file' ? size : null,
  }));
}

export type Fetched = {
  cid: string;
  kind: ContentKind;
  /** Where it is now, absolute. */
  path: string;
  files: number;
  /** Of all files together, bytes. */
  size: number;
};

/**
 * Writes a folder or file to `dest`, which must not exist or be an empty folder: all of it or nothing.
 *
 * @param dest by default the last name of the path, else the address
 * @throws CONTENT_CID_INVALID, CONTENT_PATH_INVALID, CONTENT_NOT_FOUND, CONTENT_CORRUPT, CONTENT_UNSAFE,
 * CONTENT_DESTINATION_EXISTS, CONTENT_WRITE_FAILED
 */
export async function getContent(
  access: ContentAccess,
  text: string,
  dest: string | undefined,
  options: ManageOptions = {},
): Promise<Fetched> {
  const { signal, progress, dryRun = false } = options;
  const { cid, node, path } = await openPath(access, text, signal);
  const target = resolve(dest ?? (path.split('/').at(-1) || cid.toString()));
  const { files } = await access.store.fetchTo(cid.toString(), target, {
    dryRun,
    ...(signal ? { signal } : {}),
    ...(progress ? { progress } : {}),
  });
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { cid: cid.toString(), kind: kindOf(node), path: target, files: files.length, size };
}

/**
 * One file of any size, as its bytes arrive.
 *
 * @throws CONTENT_CID_INVALID, CONTENT_PATH_INVALID, CONTENT_NOT_FOUND, CONTENT_NOT_A_FILE
 */
export async function openContentFile(
  access: ContentAccess,
  text: string,
  { signal }: ManageOptions = {},
): Promise<{ cid: string; path: string; size: number; chunks: AsyncGenerator<Uint8Array, void, undefined> }> {
  const { root, cid, path, node, get } = await openPath(access, text, signal);
  if (node.type !== 'file') {
    throw new SaharaError('CONTENT_NOT_A_FILE', { cid: root, path });
  }
  const { fileBytes } = await import('../unixfs.ts');
  return { cid: cid.toString(), path, size: node.size, chunks: fileBytes(get, cid, node) };
}
