import { createHash, randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { silentProgress } from '../../base/progress.ts';
import { type Block, exportCar } from '../car.ts';
import { type CID, cidKey, inlined } from '../cid.ts';
import type { GetBlock } from '../unixfs.ts';
import { type ContentAccess, type ManageOptions, openPath } from './access.ts';
import { type ExportedBlocks, exportedBlocks } from './exported-blocks.ts';

/** Blocks that are fetched ahead of the one that is written. */
const AHEAD = 16;

export type Exported = {
  cid: string;
  /** The file, absolute; "-" for standard output. */
  file: string;
  /** Distinct blocks. */
  blocks: number;
  /** Of the CAR, bytes. */
  size: number;
  /** Of the CAR: 64 hexadecimal digits. The same content gives the same CAR, from whatever node. */
  sha256: string;
};

/**
 * All that is below an address as one CARv1: every block once and checked, depth first, as Kubo orders them.
 *
 * @throws CONTENT_CID_INVALID, CONTENT_PATH_INVALID, CONTENT_NOT_FOUND, CONTENT_CORRUPT
 */
export async function openCar(
  access: ContentAccess,
  address: string,
  { signal }: ManageOptions = {},
): Promise<{ cid: string; chunks: AsyncGenerator<Uint8Array, void, undefined>; blocks(): number }> {
  const { cid } = await openPath(access, address, signal);
  let blocks = 0;
  const count = async function* () {
    const exported = exportedBlocks(access.rpc, cid, signal);
    try {
      for await (const block of depthFirst(cid, exported, access.blocks(signal), signal)) {
        blocks++;
        yield block;
      }
      await exported.end();
    } finally {
      await exported.close();
    }
  };
  return { cid: cid.toString(), chunks: exportCar([cid], count()), blocks: () => blocks };
}

/** Every block once, parents before children; what the node's export does not give is asked for, some blocks ahead. */
async function* depthFirst(
  root: CID,
  exported: ExportedBlocks,
  get: GetBlock,
  signal?: AbortSignal,
): AsyncGenerator<Block, void> {
  const { linksOf } = await import('../unixfs.ts');
  const seen = new Set<string>();
  const waiting = [root];
  const underWay = new Map<string, Promise<Uint8Array>>();
  const fetch = (cid: CID): Promise<Uint8Array> => {
    const key = cidKey(cid);
    let bytes = underWay.get(key);
    if (bytes === undefined) {
      bytes = get(cid);
      // Observed when its turn comes; without this a failure ahead of its turn counts as unhandled.
      bytes.catch(() => {});
      underWay.set(key, bytes);
    }
    return bytes;
  };
  const fetchAhead = (cid: CID): Promise<Uint8Array> => {
    const own = fetch(cid);
    for (let i = waiting.length - 1; i >= 0 && underWay.size < AHEAD; i--) {
      const next = waiting[i] as CID;
      if (inlined(next) === undefined && !seen.has(cidKey(next))) void fetch(next);
    }
    return own;
  };
  try {
    for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
      signal?.throwIfAborted();
      const key = cidKey(cid);
      if (inlined(cid) !== undefined || seen.has(key)) continue;
      seen.add(key);
      const bytes = (await exported.next(cid)) ?? (await fetchAhead(cid));
      underWay.delete(key);
      yield { cid, bytes };
      for (const child of linksOf(cid, bytes).toReversed()) waiting.push(child);
    }
  } finally {
    await Promise.allSettled(underWay.values());
  }
}

/**
 * Writes the CAR of an address to a file: all of it or nothing.
 *
 * @param options.force replaces a file that is there; else that is refused
 * @throws as {@link openCar}, CONTENT_DESTINATION_EXISTS, CONTENT_WRITE_FAILED
 */
export async function exportContent(
  access: ContentAccess,
  address: string,
  file: string,
  options: ManageOptions & { force?: boolean } = {},
): Promise<Exported> {
  const { signal, dryRun = false, force = false, progress = silentProgress } = options;
  const target = resolve(file);
  if (existsSync(target)) {
    if (statSync(target).isDirectory())
      throw new SaharaError('CONTENT_WRITE_FAILED', { path: file, reason: 'it is a folder' });
    if (!force) throw new SaharaError('CONTENT_DESTINATION_EXISTS', { path: file });
  }
  const car = await openCar(access, address, options);
  const hash = createHash('sha256');
  let size = 0;
  progress.start('Exporting', undefined, 'bytes');
  const pieces = async function* () {
    for await (const chunk of car.chunks) {
      signal?.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
      progress.advance(chunk.length);
      yield chunk;
    }
  };
  if (dryRun) for await (const _ of pieces());
  else await writeWhole(target, file, pieces(), force);
  progress.done();
  return { cid: car.cid, file: target, blocks: car.blocks(), size, sha256: hash.digest('hex') };
}

/** The file appears complete or not at all. */
export async function writeWhole(
  target: string,
  shown: string,
  chunks: AsyncIterable<Uint8Array>,
  force: boolean,
): Promise<void> {
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.part`);
  try {
    makeFolder(dirname(target));
    const handle = await open(draft, 'wx');
    try {
      for await (const chunk of chunks)
        for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (force) await rename(draft, target);
    else await appear(draft, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SaharaError || code === undefined || code === 'ABORT_ERR') throw error;
    if (code === 'EEXIST')
      throw new SaharaError('CONTENT_DESTINATION_EXISTS', { path: shown }, { cause: error });
    const reason = code === 'ENOSPC' ? 'the disk is full' : code;
    throw new SaharaError('CONTENT_WRITE_FAILED', { path: shown, reason }, { cause: error });
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
}

/** A link fails where something has come to stand there meanwhile; a rename would replace it. */
async function appear(draft: string, target: string): Promise<void> {
  try {
    await link(draft, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Some file systems have no links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    await rename(draft, target);
  }
}
