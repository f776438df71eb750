import { createHash, hash } from 'node:crypto';
import { encode, type PBLink, prepare } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { sha256InPool } from './cid.ts';
import { cidOf, digestText, type Key, nodeKey, rawKey } from './key.ts';
import type { Source } from './source.ts';

/** Chunk size and width of the profile `unixfs-v1-2025` (IPIP-0499). */
export const CHUNK_BYTES = 1024 * 1024;
const MAX_LINKS = 1024;
/** Chunks of one file that are hashed in the thread pool at the same time; one more is hashed here. */
const CHUNKS_IN_POOL = 2;
const DIGEST_BYTES = 32;

/** What to do with the blocks of a file as they come. */
export type FileSink = {
  /** `bytes` only when asked for by {@link FileDagOptions.keepBytes}, which says for how long, too. */
  leaf(key: Key, offset: number, length: number, bytes: Uint8Array | undefined): Promise<void> | undefined;
  node(key: Key, bytes: Uint8Array): Promise<void> | undefined;
  advance(bytes: number): void;
};

export type FileDagOptions = {
  signal?: AbortSignal | undefined;
  /** Hash the whole file too, which takes as long again as hashing its chunks. */
  digest: boolean;
  /**
   * Hand over the bytes of the leaves: each in memory of its own, as the receiver may keep them; or `lent`, until what
   * the sink returned is settled.
   */
  keepBytes: boolean | 'lent';
};

/** `sha256` of the file's bytes as latin1 text: there for a file of one chunk, otherwise when it was asked for. */
export type FileDag = { key: Key; tsize: number; sha256: string | undefined };

/**
 * The DAG of one file in the profile `unixfs-v1-2025`: raw leaves of 1 MiB, balanced, 1,024 wide, a single leaf
 * stands for itself. The file is read once. Memory: a few chunks, and 32 bytes for each chunk of the file.
 */
export async function buildFileDag(
  source: Source,
  sink: FileSink,
  options: FileDagOptions,
): Promise<FileDag> {
  if (source.size <= CHUNK_BYTES) {
    const bytes = Buffer.allocUnsafe(source.size);
    await source.read(bytes, 0);
    await source.unchanged();
    const dag = smallFileDag(bytes);
    sink.advance(bytes.length);
    await sink.leaf(dag.key, 0, bytes.length, options.keepBytes ? bytes : undefined);
    return dag;
  }
  const digests = Buffer.allocUnsafeSlow(Math.ceil(source.size / CHUNK_BYTES) * DIGEST_BYTES);
  const sha256 = options.digest
    ? await hashInOrder(source, digests, sink, options)
    : await hashInAnyOrder(source, digests, sink, options);
  await source.unchanged();

  let level: Level = [];
  for (let i = 0; i * DIGEST_BYTES < digests.length; i++) {
    const key = rawKey(digests.toString('latin1', i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES));
    const size = lengthAt(source, i * CHUNK_BYTES);
    level.push({ key, size, tsize: size });
  }
  while (level.length > 1) level = await parents(level, sink);
  const [top] = level as [Level[number]];
  return { key: top.key, tsize: top.tsize, sha256 };
}

/** As {@link buildFileDag} for the bytes of a file of at most one chunk, whose address is theirs. */
export function smallFileDag(bytes: Uint8Array): FileDag {
  const sha256 = digestText(bytes);
  return { key: rawKey(sha256), tsize: bytes.length, sha256 };
}

const lengthAt = (source: Source, offset: number): number => Math.min(CHUNK_BYTES, source.size - offset);

/**
 * Several lanes take the next chunk each: those of the pool while another core has time, and one that hashes right
 * here and is slower the busier this thread is. Whoever is ready takes more.
 */
async function hashInAnyOrder(
  source: Source,
  digests: Buffer,
  sink: FileSink,
  { signal, keepBytes }: FileDagOptions,
): Promise<undefined> {
  let next = 0;
  let failed = false;
  const lane = async (digestOf: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>): Promise<void> => {
    let buffer: Buffer | undefined;
    try {
      while (next < source.size && !failed) {
        signal?.throwIfAborted();
        const offset = next;
        next += CHUNK_BYTES;
        const length = lengthAt(source, offset);
        if (buffer === undefined || keepBytes === true) buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
        const bytes = buffer.subarray(0, length);
        await source.read(bytes, offset);
        const digest = await digestOf(bytes);
        digests.set(digest, (offset / CHUNK_BYTES) * DIGEST_BYTES);
        sink.advance(length);
        await leafTo(sink, digest, offset, keepBytes ? bytes : undefined, length);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const lanes = Array.from({ length: CHUNKS_IN_POOL }, () => lane(sha256InPool));
  lanes.push(lane((bytes) => hash('sha256', bytes, 'buffer')));
  // All of them end before this does: they read from a file that is closed afterwards.
  for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
  return undefined;
}

/** With the digest of the whole file, which only goes in order: it is made here while the pool hashes the chunks. */
async function hashInOrder(
  source: Source,
  digests: Buffer,
  sink: FileSink,
  { signal, keepBytes }: FileDagOptions,
): Promise<string> {
  const whole = createHash('sha256');
  const slots = CHUNKS_IN_POOL + 2;
  const buffers: Buffer[] = [];
  const busy: (Promise<void> | undefined)[] = [];
  try {
    for (let offset = 0, i = 0; offset < source.size; offset += CHUNK_BYTES, i++) {
      signal?.throwIfAborted();
      const slot = i % slots;
      await busy[slot];
      if (buffers[slot] === undefined || keepBytes === true)
        buffers[slot] = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const bytes = buffers[slot].subarray(0, lengthAt(source, offset));
      await source.read(bytes, offset);
      const work = sha256InPool(bytes).then(async (digest) => {
        digests.set(digest, i * DIGEST_BYTES);
        await leafTo(sink, digest, offset, keepBytes ? bytes : undefined, bytes.length);
      });
      // Observed when its slot is used again or everything ends; until then a failure is not unhandled.
      work.catch(() => {});
      busy[slot] = work;
      whole.update(bytes);
      sink.advance(bytes.length);
    }
    await Promise.all(busy);
    return whole.digest('binary');
  } finally {
    // The buffers are still being read by the thread pool when this ends early.
    await Promise.allSettled(busy);
  }
}

function leafTo(
  sink: FileSink,
  digest: Uint8Array,
  offset: number,
  bytes: Uint8Array | undefined,
  length: number,
) {
  const key = rawKey(Buffer.from(digest.buffer, digest.byteOffset, DIGEST_BYTES).toString('latin1'));
  return sink.leaf(key, offset, length, bytes);
}

/** `size` is that of the file's bytes below, `tsize` that of the blocks. */
type Level = { key: Key; size: number; tsize: number }[];

async function parents(level: Level, sink: FileSink): Promise<Level> {
  const out: Level = [];
  for (let at = 0; at < level.length; at += MAX_LINKS) {
    const children = level.slice(at, at + MAX_LINKS);
    const unixfs = new UnixFS({ type: 'file' });
    const links: PBLink[] = children.map((child) => {
      unixfs.addBlockSize(BigInt(child.size));
      return { Name: '', Tsize: child.tsize, Hash: cidOf(child.key) };
    });
    const bytes = encode(prepare({ Data: unixfs.marshal(), Links: links }), { fieldOrder: 'links-first' });
    const key = nodeKey(bytes);
    await sink.node(key, bytes);
    const size = children.reduce((sum, child) => sum + child.size, 0);
    const tsize = children.reduce((sum, child) => sum + child.tsize, bytes.length);
    out.push({ key, size, tsize });
  }
  return out;
}
