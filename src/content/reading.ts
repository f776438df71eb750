import { SaharaError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import type { CID } from './cid.ts';
import { byBytes } from './names.ts';
import { ordered } from './ordered.ts';
import { fileBytes, folderEntries, type GetBlock, peeker, resolvePath } from './unixfs.ts';
import { walkDag } from './walk.ts';

export type ListEntry = {
  name: string;
  cid: string;
  type: 'file' | 'folder' | 'symlink';
  /** Bytes, of files, as the folder says; 0 otherwise. */
  size: number;
};

/** One file's bytes. Throws CONTENT_NOT_FOUND, CONTENT_NOT_A_FILE, CONTENT_TOO_LARGE. */
export async function readFile(get: GetBlock, cid: CID, path: string, maxBytes: number): Promise<Uint8Array> {
  const { size, chunks } = await openFile(get, cid, path, maxBytes);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for await (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** One file's bytes as they arrive, of which a few blocks are in memory. Throws as {@link readFile} does. */
export async function* readChunks(
  get: GetBlock,
  cid: CID,
  path: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (await openFile(get, cid, path, maxBytes)).chunks;
}

async function openFile(
  get: GetBlock,
  cid: CID,
  path: string,
  maxBytes: number,
): Promise<{ size: number; chunks: AsyncGenerator<Uint8Array, void, undefined> }> {
  const found = await resolvePath(get, cid, path);
  if (found.node.type !== 'file') throw new SaharaError('CONTENT_NOT_A_FILE', { cid: cid.toString(), path });
  if (found.node.size > maxBytes) {
    const what = path === '' ? cid.toString() : `${cid}/${path}`;
    throw new SaharaError('CONTENT_TOO_LARGE', { what, size: found.node.size, limit: maxBytes });
  }
  return { size: found.node.size, chunks: fileBytes(get, found.cid, found.node) };
}

/** A folder's entries, sorted by the bytes of their names. Throws CONTENT_NOT_FOUND, CONTENT_NOT_A_FOLDER. */
export async function list(get: GetBlock, cid: CID, path: string): Promise<ListEntry[]> {
  const found = await resolvePath(get, cid, path);
  if (found.node.type === 'file' || found.node.type === 'symlink') {
    throw new SaharaError('CONTENT_NOT_A_FOLDER', { path: path === '' ? cid.toString() : `${cid}/${path}` });
  }
  const entries: ListEntry[] = [];
  const peek = peeker(get);
  const children = folderEntries(get, found.cid, found.node);
  for await (const entry of ordered(children, 8, async (entry): Promise<ListEntry> => {
    const node = await peek(entry);
    const type = node.type === 'shard' ? 'folder' : node.type;
    return { name: entry.name, cid: entry.cid.toString(), type, size: node.type === 'file' ? node.size : 0 };
  })) {
    entries.push(entry);
  }
  return entries.sort((a, b) => byBytes(a.name, b.name));
}

/** Reads every distinct block under `root`; `get` throws at the first that is missing or wrong. */
export async function verify(
  get: GetBlock,
  root: CID,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<{ blocks: number; bytes: number }> {
  let blocks = 0;
  let bytes = 0;
  progress.start('Checking blocks', undefined, 'items');
  await walkDag(root, get, {
    signal,
    visit: (_, block) => {
      blocks++;
      bytes += block.length;
      progress.advance(1);
    },
  });
  progress.done();
  return { blocks, bytes };
}
