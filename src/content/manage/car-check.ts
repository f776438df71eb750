import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { SaharaError } from '../../base/errors.ts';
import { toHex } from '../../base/hex.ts';
import { type Progress, silentProgress } from '../../base/progress.ts';
import { type Block, carHeader, exportCar, importCar, sectionHead } from '../car.ts';
import { type CID, cidKey, DAG_PB, IDENTITY, inlined, matches, RAW, SHA2_256 } from '../cid.ts';
import type { Dag } from '../dag.ts';
import { ordered } from '../ordered.ts';

const CHECKS_AHEAD = 4;
const READS_AHEAD = 8;

/** Where a block stands in the file, and what it links to. */
type Place = { cid: CID; offset: number; length: number; links: CID[] };

export type CheckedCar = {
  roots: CID[];
  /** Distinct blocks in the file. */
  blocks: number;
  /** Of the file, bytes. */
  size: number;
  /** What is below one of its roots, to be sent. Blocks are read again and checked again. */
  dag(root: CID): Dag;
};

/**
 * Reads a whole CAR and sends nothing: every block must be what its address says, none may be too large, and all that
 * the roots need must be in it.
 *
 * @throws CONTENT_PATH_MISSING, CONTENT_UNREADABLE, CONTENT_CAR_INVALID, CONTENT_UNSAFE
 */
export async function checkCar(
  file: string,
  options: { signal?: AbortSignal; progress?: Progress } = {},
): Promise<CheckedCar> {
  const { signal, progress = silentProgress } = options;
  const size = sizeOfFile(file);
  const places = new Map<string, Place>();
  const { linksOf } = await import('../unixfs.ts');
  progress.start('Checking', size, 'bytes');
  const { roots, blocks } = await importCar(chunksOf(file, progress, signal));
  if (roots.length === 0) throw invalid('it names no root');
  for await (const { cid, bytes, offset } of ordered(blocks, CHECKS_AHEAD, async (block) => {
    checkBlock(block);
    return block;
  })) {
    signal?.throwIfAborted();
    const key = cidKey(cid);
    if (inlined(cid) === undefined && !places.has(key)) {
      // From a copy: links are views of the bytes they were read from, and would keep all of the file in memory.
      const links = cid.code === RAW ? [] : linksOf(cid, Uint8Array.from(bytes));
      places.set(key, { cid, offset, length: bytes.length, links });
    }
  }
  for (const root of roots) walk(root, places);
  progress.done();
  return { roots, blocks: places.size, size, dag: (root) => dagOf(file, root, walk(root, places)) };
}

function sizeOfFile(file: string): number {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new SaharaError('CONTENT_PATH_MISSING', { path: file }, { cause });
    throw unreadable(file, cause);
  }
  if (!stat.isFile()) {
    const type = stat.isDirectory() ? 'folder' : 'special file';
    throw new SaharaError('CONTENT_NOT_REGULAR', { path: file, type });
  }
  return stat.size;
}

async function* chunksOf(
  file: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of createReadStream(file, {
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      progress.advance(chunk.length);
      yield chunk;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof SaharaError ? cause : unreadable(file, cause);
  }
}

function checkBlock({ cid, bytes }: Block): void {
  const { code } = cid.multihash;
  if (code !== SHA2_256 && code !== IDENTITY)
    throw invalid(`the hash of ${cid} is neither sha2-256 nor identity`);
  if (!matches(cid, bytes)) throw invalid(`a block is not what its address ${cid} says`);
}

/** Every block below a root, parents before children. @throws CONTENT_CAR_INVALID where one is not there */
function walk(root: CID, places: ReadonlyMap<string, Place>): Place[] {
  const found: Place[] = [];
  const seen = new Set<string>();
  const waiting = [root];
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    const key = cidKey(cid);
    if (inlined(cid) !== undefined || seen.has(key)) continue;
    seen.add(key);
    const place = places.get(key);
    if (place === undefined) throw invalid(`it is not complete: ${cid} is not in it`);
    found.push(place);
    for (const link of place.links.toReversed()) waiting.push(link);
  }
  return found;
}

/** The blocks of a CAR in the shape in which a store takes content. */
function dagOf(file: string, root: CID, places: readonly Place[]): Dag {
  const byKey = new Map(places.map((place) => [cidKey(place.cid), place]));
  const blocks = ({ signal }: { signal?: AbortSignal } = {}) => blocksAt(file, places, signal);
  let carSize = carHeader([root]).length;
  for (const { cid, length } of places) carSize += sectionHead(cid, length).length + length;
  return {
    root: root.toString(),
    rootDigest: toHex(root.multihash.digest),
    files: [],
    folders: new Map(),
    size: places.reduce((sum, { length }) => sum + length, 0),
    blockCount: places.length,
    carSize,
    blocks,
    parts: {
      async *outline() {
        // In their order, though only those with links are read.
        const nodes = blocksAt(file, places.filter(isNode), undefined);
        try {
          for (const place of places) {
            const { cid, length } = place;
            yield { cid, length, node: isNode(place) ? (await nodes.next()).value?.bytes : undefined };
          }
        } finally {
          await nodes.return();
        }
      },
      pick: (cids, { signal }) =>
        blocksAt(
          file,
          cids.map((cid) => {
            const place = byKey.get(cidKey(cid));
            if (place === undefined) throw new Error(`the CAR lacks ${cid}`);
            return place;
          }),
          signal,
        ),
    },
    car: (options = {}) => exportCar([root], blocks(options)),
  };
}

const isNode = ({ cid }: Place): boolean => cid.code === DAG_PB;

/** Blocks of the file, read again and checked again. @throws CONTENT_FILE_CHANGED */
async function* blocksAt(
  file: string,
  places: readonly Place[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Block, void, undefined> {
  const changed = (cause?: unknown) => new SaharaError('CONTENT_FILE_CHANGED', { path: file }, { cause });
  const handle = await open(file).catch((cause) => Promise.reject(changed(cause)));
  try {
    yield* ordered(places, READS_AHEAD, async ({ cid, offset, length }): Promise<Block> => {
      signal?.throwIfAborted();
      const bytes = Buffer.allocUnsafe(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      if (bytesRead !== length || !matches(cid, bytes)) throw changed();
      return { cid, bytes };
    });
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, cause: unknown): SaharaError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new SaharaError('CONTENT_UNREADABLE', { path, reason }, { cause });
}

function invalid(reason: string): SaharaError {
  return new SaharaError('CONTENT_CAR_INVALID', { reason });
}
