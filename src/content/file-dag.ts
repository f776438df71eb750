import { createHash } from 'node:crypto';
import { encode, type PBLink, prepare } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { type CID, cidV1, DAG_PB, RAW, sha256, sha256InPool } from './cid.ts';
import type { Source } from './source.ts';

/** Chunk size and width of the profile `unixfs-v1-2025` (IPIP-0499). */
export const CHUNK_BYTES = 1024 * 1024;
const MAX_LINKS = 1024;
/** Chunks of one file that are read and hashed at the same time. */
const CHUNKS_AHEAD = 4;

export type FileNode = { cid: CID; unixfs: UnixFS | undefined; tsize: number };

export type FileDag = FileNode & { sha256: Uint8Array };

/**
 * The DAG of one file in the profile `unixfs-v1-2025`: raw leaves of 1 MiB, balanced, 1,024 wide, a single
 * leaf stands for itself. Leaves are hashed in the thread pool while the file's own sha2-256 is fed here,
 * and the file is read once. Memory: {@link CHUNKS_AHEAD} chunks.
 *
 * @param leaf called with each leaf's address and place in the file
 * @param node called with each inner node
 */
export async function buildFileDag(
  source: Source,
  leaf: (cid: CID, offset: number, length: number) => void,
  node: (cid: CID, bytes: Uint8Array) => void,
  advance: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<FileDag> {
  if (source.size <= CHUNK_BYTES) {
    const bytes = Buffer.allocUnsafe(source.size);
    await source.read(bytes, 0);
    await source.unchanged();
    return smallFileDag(bytes, leaf, advance);
  }

  const whole = createHash('sha256');
  const buffers = Array.from({ length: CHUNKS_AHEAD }, () => Buffer.allocUnsafeSlow(CHUNK_BYTES));
  const busy: (Promise<Uint8Array> | undefined)[] = [];
  const leaves: Promise<FileNode>[] = [];
  try {
    for (let offset = 0, i = 0; offset < source.size; offset += CHUNK_BYTES, i++) {
      signal?.throwIfAborted();
      const slot = i % CHUNKS_AHEAD;
      await busy[slot];
      const bytes = (buffers[slot] as Buffer).subarray(0, Math.min(CHUNK_BYTES, source.size - offset));
      await source.read(bytes, offset);
      const digest = sha256InPool(bytes);
      busy[slot] = digest;
      leaves.push(digest.then((d) => ({ cid: cidV1(RAW, d), unixfs: undefined, tsize: bytes.length })));
      whole.update(bytes);
      advance(bytes.length);
    }
    let level = await Promise.all(leaves);
    await source.unchanged();
    level.forEach(({ cid, tsize }, i) => {
      leaf(cid, i * CHUNK_BYTES, tsize);
    });
    while (level.length > 1) level = await parents(level, node);
    return { ...(level[0] as FileNode), sha256: whole.digest() };
  } finally {
    // The buffers are still being read by the thread pool when this ends early.
    await Promise.allSettled(busy);
  }
}

/** As {@link buildFileDag} for a file of at most one chunk, whose address is that of its bytes. */
export function smallFileDag(
  bytes: Uint8Array,
  leaf: (cid: CID, offset: number, length: number) => void,
  advance: (bytes: number) => void,
): FileDag {
  const digest = sha256(bytes);
  const cid = cidV1(RAW, digest);
  leaf(cid, 0, bytes.length);
  advance(bytes.length);
  return { cid, unixfs: undefined, tsize: bytes.length, sha256: digest };
}

async function parents(level: FileNode[], node: (cid: CID, bytes: Uint8Array) => void): Promise<FileNode[]> {
  const out: FileNode[] = [];
  for (let at = 0; at < level.length; at += MAX_LINKS) {
    const children = level.slice(at, at + MAX_LINKS);
    const unixfs = new UnixFS({ type: 'file' });
    const links: PBLink[] = children.map((child) => {
      unixfs.addBlockSize(child.unixfs === undefined ? BigInt(child.tsize) : child.unixfs.fileSize());
      return { Name: '', Tsize: child.tsize, Hash: child.cid };
    });
    const bytes = encode(prepare({ Data: unixfs.marshal(), Links: links }), { fieldOrder: 'links-first' });
    const cid = cidV1(DAG_PB, sha256(bytes));
    node(cid, bytes);
    const tsize = children.reduce((sum, child) => sum + child.tsize, bytes.length);
    out.push({ cid, unixfs, tsize });
  }
  return out;
}
