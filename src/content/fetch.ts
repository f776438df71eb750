import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { type Hex, toHex } from '../base/hex.ts';
import { makeFolder } from '../base/make-folder.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import { type CID, RAW, SHA2_256 } from './cid.ts';
import { byBytes, collisionKey, nameProblem, windowsNameProblem } from './names.ts';
import { ordered } from './ordered.ts';
import {
  fileBytes,
  folderEntries,
  type GetBlock,
  peeker,
  readNode,
  type UnixNode,
  unsafe,
} from './unixfs.ts';

export type FetchedFile = { path: string; size: number; sha256: Hex };

export type FetchLimits = {
  /** All files together, bytes. Default 1 TiB. */
  maxBytes?: number;
  /** Files and folders. Default 1,000,000. */
  maxEntries?: number;
  /** Folders inside of folders. Default 128. */
  maxDepth?: number;
};

const FILES_AHEAD = 4;

type Found = { path: string; cid: CID; node: UnixNode & { type: 'file' } };

/**
 * Writes a folder (or one file) to `dest`, which must not exist. All of it appears there, or nothing.
 *
 * @param options.dryRun fetches and checks everything, and writes nothing
 * @param get gives blocks that are checked against their addresses
 */
export async function fetchTo(
  get: GetBlock,
  root: CID,
  dest: string,
  options: FetchLimits & { signal?: AbortSignal; progress?: Progress; dryRun?: boolean } = {},
): Promise<{ files: FetchedFile[] }> {
  const { signal, dryRun = false } = options;
  const progress = options.progress ?? silentProgress;
  const target = resolve(dest);
  if (existsSync(target) && !(await isEmptyFolder(target))) {
    throw new SaharaError('CONTENT_DESTINATION_EXISTS', { path: dest });
  }
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.part`);
  const checked: GetBlock = async (cid) => {
    signal?.throwIfAborted();
    return await get(cid);
  };
  try {
    if (!dryRun) makeFolder(dirname(target));
    const place = dryRun ? undefined : temporary;
    const plan = await planFiles(checked, root, place, options, basename(target));
    progress.start('Fetching', plan.size, 'bytes');
    const files: FetchedFile[] = [];
    for await (const file of ordered(plan.files, FILES_AHEAD, (found) =>
      writeOne(checked, found, place && (plan.single ? place : join(place, found.path)), progress),
    )) {
      files.push(file);
    }
    if (!dryRun) await rename(temporary, target);
    progress.done();
    return { files: files.sort((a, b) => byBytes(a.path, b.path)) };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw writeFailure(error, dest);
  }
}

/** Makes the folders and finds the files, within the limits, before any file is written. */
async function planFiles(
  get: GetBlock,
  root: CID,
  temporary: string | undefined,
  limits: FetchLimits,
  ownName: string,
): Promise<{ files: Found[]; size: number; single: boolean }> {
  const maxBytes = limits.maxBytes ?? 2 ** 40;
  const maxEntries = limits.maxEntries ?? 1_000_000;
  const maxDepth = limits.maxDepth ?? 128;
  const files: Found[] = [];
  let size = 0;
  let entries = 0;
  const add = (path: string, cid: CID, node: UnixNode & { type: 'file' }) => {
    size += node.size;
    if (size > maxBytes) {
      throw new SaharaError('CONTENT_TOO_LARGE', { what: root.toString(), size, limit: maxBytes });
    }
    // What is in a node is fetched again: a folder may name one large node as often as it likes.
    files.push({ path, cid, node: { ...node, data: new Uint8Array(0), children: [] } });
  };
  const top = await readNode(get, root);
  if (top.type === 'file') {
    add(ownName, root, top);
    return { files, size, single: true };
  }
  const peek = peeker(get);
  const waiting = [{ path: '', cid: root, depth: 0 }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { path, cid, depth } = at;
    const node = await readNode(get, cid);
    if (node.type === 'symlink') throw unsafe(root, `it holds a symbolic link, ${JSON.stringify(path)}`);
    if (depth > maxDepth) throw unsafe(root, `its folders are more than ${maxDepth} deep`);
    if (temporary !== undefined) await mkdir(join(temporary, path));
    const seen = new Set<string>();
    const list = folderEntries(get, cid, node);
    for await (const { entry, below } of ordered(list, 8, async (e) => ({
      entry: e,
      below: await peek(e),
    }))) {
      if (++entries > maxEntries) throw unsafe(root, `it holds more than ${maxEntries} entries`);
      const problem =
        nameProblem(entry.name) ??
        (process.platform === 'win32' ? windowsNameProblem(entry.name) : undefined);
      if (problem !== undefined) throw unsafe(root, `${problem}: ${JSON.stringify(entry.name)}`);
      const key = collisionKey(entry.name);
      if (seen.has(key))
        throw unsafe(root, `two names are one on some systems: ${JSON.stringify(entry.name)}`);
      seen.add(key);
      const childPath = path === '' ? entry.name : `${path}/${entry.name}`;
      if (below.type === 'file') add(childPath, entry.cid, below);
      else waiting.push({ path: childPath, cid: entry.cid, depth: depth + 1 });
    }
  }
  return { files, size, single: false };
}

async function writeOne(
  get: GetBlock,
  found: Found,
  path: string | undefined,
  progress: Progress,
): Promise<FetchedFile> {
  // Exclusive: on a file system where two names are one, the second must not overwrite the first.
  const file = path === undefined ? undefined : await open(path, 'wx');
  try {
    const single = found.cid.code === RAW && found.cid.multihash.code === SHA2_256;
    const node = await readNode(get, found.cid);
    if (node.type !== 'file' || node.size !== found.node.size) {
      throw unsafe(found.cid, 'it is not as long as its parent says');
    }
    // The address of a single raw leaf *is* the file's sha2-256, and the block was checked against it.
    const hash = single ? undefined : createHash('sha256');
    for await (const chunk of fileBytes(get, found.cid, node)) {
      for (let at = 0; file && at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
      hash?.update(chunk);
      progress.advance(chunk.length);
    }
    const digest = hash?.digest() ?? found.cid.multihash.digest;
    return { path: found.path, size: node.size, sha256: toHex(digest) };
  } finally {
    await file?.close();
  }
}

async function isEmptyFolder(path: string): Promise<boolean> {
  return (await readdir(path).catch(() => ['not a folder'])).length === 0;
}

function writeFailure(error: unknown, dest: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof SaharaError || code === undefined || syscall === undefined) return error;
  if (syscall === 'rename' && ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(code)) {
    return new SaharaError('CONTENT_DESTINATION_EXISTS', { path: dest }, { cause: error });
  }
  const reason =
    code === 'ENOSPC'
      ? 'the disk is full'
      : code === 'EEXIST' || code === 'ENOTDIR'
        ? `${code}, a file stands where another file or folder is needed`
        : code;
  return new SaharaError('CONTENT_WRITE_FAILED', { path: dest, reason }, { cause: error });
}
