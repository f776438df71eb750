import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../base/make-folder.ts';
import type { Block } from '../car.ts';
import { blockKey, type CID } from '../cid.ts';
import { readIndex, writeIndex } from './pack-index.ts';
import { HEAD_BYTES, type RecordPlace, recordData, recordHead, scanPack } from './pack-record.ts';

/** A full pack is sealed and a new one begun. Bytes. */
const SEGMENT_BYTES = 256 * 1024 * 1024;
/** Blocks are gathered to this size before they are written. Bytes. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** A block whose bytes on disk are damaged. Worded as Kubo words it, since clients know errors by words. */
export class DamagedBlock extends Error {
  constructor(cid: CID) {
    super(`block in storage has different hash than requested: ${cid}`);
  }
}

export type PackStore = {
  has(cid: CID): boolean;
  /** Length of the block in bytes, or undefined when it is not here. */
  size(cid: CID): number | undefined;
  /** @throws DamagedBlock */
  get(cid: CID): Promise<Uint8Array | undefined>;
  /** Blocks added are readable and survive a crash after `finish`, and only then. */
  writer(): { add(block: Block): Promise<void>; finish(): Promise<void> };
  keys(): IterableIterator<CID>;
  stat(): { blocks: number; bytes: number };
  close(): Promise<void>;
};

type Segment = { number: number; file: FileHandle; size: number; places: Map<string, RecordPlace> };

/**
 * Append-only packs of blocks with an index in memory. What a crash leaves: everything that was finished,
 * perhaps some that was not, and at most a torn tail, which is cut off when the store opens.
 *
 * @param log told of damage that was found
 */
export async function openPackStore(
  dir: string,
  log: (message: string) => void,
  options: { segmentBytes?: number } = {},
): Promise<PackStore> {
  const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
  makeFolder(dir);
  const where = new Map<string, { segment: Segment; place: RecordPlace }>();
  const segments: Segment[] = [];
  let bytes = 0;
  const numbers = readdirSync(dir)
    .flatMap((name) => /^(\d{6,})\.pack$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  for (const number of numbers) segments.push(await openSegment(number, number === numbers.at(-1)));

  function path(number: number, kind: 'pack' | 'idx'): string {
    return join(dir, `${String(number).padStart(6, '0')}.${kind}`);
  }

  function know(segment: Segment, place: RecordPlace): void {
    const key = blockKey(place.cid);
    if (where.has(key)) return;
    segment.places.set(key, place);
    where.set(key, { segment, place });
    bytes += place.length;
  }

  async function openSegment(number: number, last: boolean): Promise<Segment> {
    const file = await open(path(number, 'pack'), 'r+');
    const { size } = await file.stat();
    const segment: Segment = { number, file, size, places: new Map() };
    const saved = readIndex(path(number, 'idx'), size);
    // An index that stands beside another pack than its own (a restored backup) shows at its last record.
    const tail = saved?.places.at(-1);
    const fits = tail === undefined || (await standsAt(file, tail));
    const index = fits ? saved : undefined;
    for (const place of index?.places ?? []) know(segment, place);
    const scan = await scanPack(file, index?.covered ?? 0, size, (place) => know(segment, place));
    for (const { from, to } of scan.damaged) log(`pack ${number}: bytes ${from} to ${to} are damaged`);
    if (scan.end < size) {
      log(`pack ${number}: cut off an unfinished write of ${size - scan.end} bytes`);
      await file.truncate(scan.end);
      await file.sync();
      segment.size = scan.end;
    }
    if (!last && scan.end !== index?.covered)
      writeIndex(path(number, 'idx'), segment.size, segment.places.values());
    return segment;
  }

  async function newSegment(): Promise<Segment> {
    const number = (segments.at(-1)?.number ?? 0) + 1;
    const file = await open(path(number, 'pack'), 'wx+');
    syncFolder(dir);
    const segment: Segment = { number, file, size: 0, places: new Map() };
    segments.push(segment);
    return segment;
  }

  // One writer at a time, and one fsync at a time: each waits for the one before it.
  let writing: Promise<void> = Promise.resolve();
  let syncing: Promise<void> = Promise.resolve();
  let dirty = false;
  let broken: Error | undefined;

  function enqueue(work: () => Promise<void>): Promise<void> {
    const result = writing.then(work);
    writing = result.catch(() => {});
    return result;
  }

  async function append(blocks: Block[]): Promise<void> {
    if (broken) throw broken;
    let segment = segments.at(-1);
    if (segment === undefined || segment.size >= segmentBytes) {
      if (segment !== undefined) {
        await sync();
        writeIndex(path(segment.number, 'idx'), segment.size, segment.places.values());
      }
      segment = await newSegment();
    }
    const parts: Uint8Array[] = [];
    const places: RecordPlace[] = [];
    const batch = new Set<string>();
    let at = segment.size;
    for (const { cid, bytes: data } of blocks) {
      const key = blockKey(cid);
      if (where.has(key) || batch.has(key)) continue;
      batch.add(key);
      const head = recordHead(cid, data);
      parts.push(head, data);
      places.push({ cid, offset: at, cidLength: cid.bytes.length, length: data.length });
      at += head.length + data.length;
    }
    if (parts.length === 0) return;
    try {
      dirty = true;
      await writeAll(segment.file, parts, segment.size);
    } catch (error) {
      // Whatever part was written would be a bad stretch in front of the next append.
      await segment.file.truncate(segment.size).catch((again) => {
        broken = again;
      });
      throw error;
    }
    segment.size = at;
    for (const place of places) know(segment, place);
  }

  function sync(): Promise<void> {
    const result = syncing.then(async () => {
      if (broken) throw broken;
      const last = segments.at(-1);
      if (!dirty || last === undefined) return;
      dirty = false;
      try {
        await last.file.datasync();
      } catch (error) {
        // After a failed fsync nobody knows what is on disk; to go on would acknowledge what may be lost.
        broken = error as Error;
        throw error;
      }
    });
    syncing = result.catch(() => {});
    return result;
  }

  return {
    has: (cid) => where.has(blockKey(cid)),
    size: (cid) => where.get(blockKey(cid))?.place.length,
    async get(cid) {
      const found = where.get(blockKey(cid));
      if (found === undefined) return undefined;
      const data = await readPlace(found.segment.file, found.place);
      if (data === undefined) throw new DamagedBlock(cid);
      return data;
    },
    writer() {
      let waiting: Block[] = [];
      let size = 0;
      const flush = async () => {
        const blocks = waiting;
        waiting = [];
        size = 0;
        if (blocks.length > 0) await enqueue(() => append(blocks));
      };
      return {
        async add(block) {
          if (where.has(blockKey(block.cid))) return;
          waiting.push(block);
          size += block.bytes.length + 128;
          if (size >= BATCH_BYTES) await flush();
        },
        async finish() {
          await flush();
          await sync();
        },
      };
    },
    *keys() {
      for (const { place } of where.values()) yield place.cid;
    },
    stat: () => ({ blocks: where.size, bytes }),
    async close() {
      await writing;
      await sync().catch(() => {});
      const last = segments.at(-1);
      if (last !== undefined && !broken)
        writeIndex(path(last.number, 'idx'), last.size, last.places.values());
      for (const segment of segments) await segment.file.close();
    },
  };
}

/** The data of a record, or undefined when it is not what the index says. */
async function readPlace(file: FileHandle, place: RecordPlace): Promise<Uint8Array | undefined> {
  const record = Buffer.allocUnsafe(HEAD_BYTES + place.cidLength + place.length);
  for (let filled = 0; filled < record.length; ) {
    const { bytesRead } = await file.read(record, filled, record.length - filled, place.offset + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return recordData(record, place.cidLength);
}

/** True when a record of this block is at its place, sound or not: damage must stay known as damage. */
async function standsAt(file: FileHandle, place: RecordPlace): Promise<boolean> {
  const head = Buffer.alloc(HEAD_BYTES + place.cidLength);
  await file.read(head, 0, head.length, place.offset);
  return head.subarray(HEAD_BYTES).equals(place.cid.bytes);
}

async function writeAll(file: FileHandle, parts: Uint8Array[], position: number): Promise<void> {
  // The kernel takes 1,024 pieces at a time, and may take less than all of them.
  for (let first = 0; first < parts.length; first += 1024) {
    const group = parts.slice(first, first + 1024);
    const total = group.reduce((sum, part) => sum + part.length, 0);
    const { bytesWritten } = await file.writev(group, position);
    if (bytesWritten < total) {
      const rest = Buffer.concat(group).subarray(bytesWritten);
      for (let at = 0; at < rest.length; ) {
        at += (await file.write(rest, at, rest.length - at, position + bytesWritten + at)).bytesWritten;
      }
    }
    position += total;
  }
}

function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
