import { decode } from '@ipld/dag-pb';
import { SaharaError } from '../base/errors.ts';
import type { Block } from './car.ts';
import { type CID, cidKey, matches } from './cid.ts';
import type { DagParts } from './dag-parts.ts';
import { CHUNK_BYTES } from './file-dag.ts';
import { cidOf, type Key } from './key.ts';
import { inTurn } from './memory.ts';
import { type OpenFiles, openFiles } from './open-files.ts';
import { ordered } from './ordered.ts';
import { type DagEntry, readSmall } from './source.ts';

/** Blocks that are read again at the same time while sending. */
const BLOCKS_AHEAD = 8;

/** Where the bytes of a block are: here, or in a file that had `state` when it was read. */
export type Place =
  | { kind: 'node'; bytes: Uint8Array }
  | { kind: 'leaf'; entry: DagEntry; state: string | undefined; offset: number; length: number };

/** The distinct blocks of a DAG by their addresses. */
export type Places = ReadonlyMap<Key, Place>;

/** Every distinct block under `root` once, parents before children. Files are read again and checked again. */
export function blocksOf(
  root: Key,
  places: Places,
  signal: AbortSignal | undefined,
): AsyncGenerator<Block, void, undefined> {
  return readBlocks(depthFirst(root, places), signal, { hash: true, lend: false });
}

/** See `DagParts`. */
export function partsOf(root: Key, places: Places): DagParts {
  return {
    *outline() {
      for (const [key, place] of depthFirst(root, places)) {
        if (place.kind === 'node') yield { cid: cidOf(key), length: place.bytes.length, node: place.bytes };
        else yield { cid: cidOf(key), length: place.length, node: undefined };
      }
    },
    pick: (cids, { signal, hash }) => readBlocks(placesFor(cids, places), signal, { hash, lend: true }),
  };
}

function* placesFor(cids: readonly CID[], places: Places): Generator<[Key, Place]> {
  for (const cid of cids) {
    const key = cidKey(cid);
    const place = places.get(key);
    if (place === undefined) throw new Error(`the DAG lacks ${cid}`);
    yield [key, place];
  }
}

/** @param how with `lend` a block's bytes are the caller's only until it asks for the next one */
async function* readBlocks(
  from: Iterable<[Key, Place]>,
  signal: AbortSignal | undefined,
  { hash, lend }: { hash: boolean; lend: boolean },
): AsyncGenerator<Block, void, undefined> {
  const files = openFiles();
  const memory = lend ? inTurn(BLOCKS_AHEAD) : Buffer.allocUnsafeSlow;
  try {
    yield* ordered(from, BLOCKS_AHEAD, async ([key, place]): Promise<Block> => {
      signal?.throwIfAborted();
      const cid = cidOf(key);
      if (place.kind === 'node') return { cid, bytes: place.bytes };
      return { cid, bytes: await readAgain(cid, place, { files, hash, memory }) };
    });
  } finally {
    await files.close();
  }
}

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

/**
 * A leaf's bytes, from its file once more. Throws CONTENT_FILE_CHANGED when they are others by now, as the state of
 * the file shows before and after; `hash` says whether they are hashed as well.
 */
async function readAgain(
  cid: CID,
  place: Place & { kind: 'leaf' },
  { files, hash, memory }: { files: OpenFiles; hash: boolean; memory: (bytes: number) => Buffer },
): Promise<Uint8Array> {
  const { entry } = place;
  const changed = () => new SaharaError('CONTENT_FILE_CHANGED', { path: entry.path });
  const asBefore = (state: string | undefined) =>
    place.state === undefined || state === undefined || place.state === state;
  const isSound = (bytes: Uint8Array) => !hash || matches(cid, bytes);
  const isWhole = place.offset === 0 && place.length < CHUNK_BYTES;
  const small = 'file' in entry && isWhole ? readSmall(entry, place.length) : undefined;
  if (small !== undefined) {
    if (!asBefore(small.state) || !isSound(small.bytes)) throw changed();
    return small.bytes;
  }
  return await files.use(entry, async (source) => {
    const bytes = memory(place.length);
    if (!asBefore(source.state)) throw changed();
    source.readHere(bytes, place.offset);
    await source.unchanged();
    if (!isSound(bytes)) throw changed();
    return bytes;
  });
}
