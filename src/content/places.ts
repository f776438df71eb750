import { decode } from '@ipld/dag-pb';
import { SaharaError } from '../base/errors.ts';
import type { Block } from './car.ts';
import { type CID, cidKey, matches } from './cid.ts';
import { CHUNK_BYTES } from './file-dag.ts';
import { cidOf, type Key } from './key.ts';
import { ordered } from './ordered.ts';
import { type DagEntry, openSource, readSmall } from './source.ts';

/** Blocks that are read again at the same time while sending. */
const BLOCKS_AHEAD = 8;

/** Where the bytes of a block are: here, or in a file that had `state` when it was read. */
export type Place =
  | { kind: 'node'; bytes: Uint8Array }
  | { kind: 'leaf'; entry: DagEntry; state: string | undefined; offset: number; length: number };

/** The distinct blocks of a DAG by their addresses. */
export type Places = ReadonlyMap<Key, Place>;

/** Every distinct block under `root` once, parents before children. Files are read again and checked again. */
export async function* blocksOf(
  root: Key,
  places: Places,
  signal: AbortSignal | undefined,
): AsyncGenerator<Block, void, undefined> {
  const files = openFiles();
  try {
    yield* ordered(depthFirst(root, places), BLOCKS_AHEAD, async ([key, place]): Promise<Block> => {
      signal?.throwIfAborted();
      const cid = cidOf(key);
      return { cid, bytes: place.kind === 'node' ? place.bytes : await readAgain(cid, place, files) };
    });
  } finally {
    await files.close();
  }
}

/** Files of several blocks, which come one after the other: each is opened once, and closed when the next one is. */
function openFiles() {
  let last: { entry: DagEntry; source: Promise<OpenSource>; reading: number; over: boolean } | undefined;
  const closing: Promise<void>[] = [];

  function closeIdle(file: NonNullable<typeof last>): void {
    // One that could not be opened has said so to its readers.
    if (file.over && file.reading === 0) closing.push(file.source.then((s) => s.close()).catch(() => {}));
  }
  function leave(): void {
    if (last === undefined) return;
    last.over = true;
    closeIdle(last);
    last = undefined;
  }
  return {
    async use<T>(entry: DagEntry, read: (source: OpenSource) => Promise<T>): Promise<T> {
      if (last?.entry !== entry) {
        leave();
        last = { entry, source: openSource(entry), reading: 0, over: false };
      }
      const file = last;
      file.reading++;
      try {
        return await read(await file.source);
      } finally {
        file.reading--;
        closeIdle(file);
      }
    },
    async close(): Promise<void> {
      leave();
      await Promise.all(closing);
    },
  };
}

type OpenSource = Awaited<ReturnType<typeof openSource>>;

function* depthFirst(root: Key, places: Places): Generator<[Key, Place]> {
  const seen = new Set<Key>();
  const waiting = [root];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const place = places.get(key);
    if (place === undefined) throw new Error(`the DAG lacks ${cidOf(key)}`);
    yield [key, place];
    if (place.kind !== 'node') continue;
    for (const link of decode(place.bytes).Links.toReversed()) waiting.push(cidKey(link.Hash));
  }
}

/** A leaf's bytes, from its file once more. Throws CONTENT_FILE_CHANGED when they are others by now. */
async function readAgain(
  cid: CID,
  place: Place & { kind: 'leaf' },
  files: ReturnType<typeof openFiles>,
): Promise<Uint8Array> {
  const { entry } = place;
  const changed = () => new SaharaError('CONTENT_FILE_CHANGED', { path: entry.path });
  const asBefore = (state: string | undefined) =>
    place.state === undefined || state === undefined || place.state === state;
  const small =
    'file' in entry && place.offset === 0 && place.length < CHUNK_BYTES
      ? readSmall(entry, place.length)
      : undefined;
  if (small !== undefined) {
    if (!asBefore(small.state) || !matches(cid, small.bytes)) throw changed();
    return small.bytes;
  }
  return await files.use(entry, async (source) => {
    const bytes = Buffer.allocUnsafeSlow(place.length);
    if (!asBefore(source.state)) throw changed();
    await source.read(bytes, place.offset);
    if (!matches(cid, bytes)) throw changed();
    return bytes;
  });
}
