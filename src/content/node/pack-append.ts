import { open } from 'node:fs/promises';
import type { Block } from '../car.ts';
import { blockKey } from '../cid.ts';
import { type Segment, segmentPath, syncFolder, writeAll } from './pack-files.ts';
import { writeIndex } from './pack-index.ts';
import { recordsOf } from './pack-open.ts';
import { type FoundRecord, recordHead, splitCid } from './pack-record.ts';
import type { PackTable } from './pack-table.ts';

/** The end at which the store grows. One writer at a time, and one fsync at a time: each waits for the one before it. */
export type Appender = {
  /** Work that must not meet a write, in turn with them. */
  enqueue<T>(work: () => Promise<T>): Promise<T>;
  /** Writes those blocks that are not there, in turn, and gives the slots of all of them to `hold`. */
  append(blocks: Block[], hold: (slot: number) => void): Promise<void>;
  /** What was written so far survives a crash after this. */
  sync(): Promise<void>;
  /** Begins a new pack at the next write. Only inside `enqueue`. */
  seal(): Promise<void>;
  /** A number above all that were ever given here. */
  nextNumber(): number;
  active(): Segment | undefined;
  close(): Promise<void>;
};

export function openAppender(options: {
  dir: string;
  table: PackTable;
  segments: Map<number, Segment>;
  segmentBytes: number;
}): Appender {
  const { dir, table, segments, segmentBytes } = options;
  let newest = Math.max(0, ...segments.keys());
  // Always the pack with the highest number: the later of two records of one block is the one that counts.
  let active = segments.get(newest);
  let writing: Promise<unknown> = Promise.resolve();
  let syncing: Promise<void> = Promise.resolve();
  let dirty = false;
  let broken: Error | undefined;
  let isClosed = false;

  const nextNumber = () => ++newest;

  async function seal(): Promise<void> {
    if (active === undefined) return;
    await sync();
    writeIndex(segmentPath(dir, active.number, 'idx'), active.size, recordsOf(table, active.number));
    active = undefined;
  }

  async function room(): Promise<Segment> {
    if (active !== undefined && active.size >= segmentBytes) await seal();
    if (active !== undefined) return active;
    const number = nextNumber();
    const file = await open(segmentPath(dir, number, 'pack'), 'wx+');
    syncFolder(dir);
    active = { number, file, size: 0, readers: 0, givenUp: false };
    segments.set(number, active);
    return active;
  }

  async function append(blocks: Block[], hold: (slot: number) => void): Promise<void> {
    if (broken) throw broken;
    const segment = await room();
    const parts: Uint8Array[] = [];
    const records = new Map<string, FoundRecord>();
    let at = segment.size;
    for (const { cid, bytes: data } of blocks) {
      const key = blockKey(cid);
      const there = table.sound(key);
      if (there !== undefined) hold(there);
      if (there !== undefined || records.has(key)) continue;
      const halves = splitCid(cid.bytes);
      if (halves === undefined) throw new Error(`this address cannot be stored: ${cid}`);
      const head = recordHead(cid, data);
      parts.push(head, data);
      records.set(key, { ...halves, offset: at, length: data.length });
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
    for (const record of records.values()) hold(table.put(record, segment.number));
  }

  function sync(): Promise<void> {
    const result = syncing.then(async () => {
      if (broken) throw broken;
      if (!dirty || active === undefined) return;
      dirty = false;
      try {
        await active.file.datasync();
      } catch (error) {
        // After a failed fsync nobody knows what is on disk; to go on would acknowledge what may be lost.
        broken = error as Error;
        throw error;
      }
    });
    syncing = result.catch(() => {});
    return result;
  }

  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = writing.then(() => {
      if (isClosed) throw new Error('the store is closed');
      return work();
    });
    writing = result.catch(() => {});
    return result;
  }

  return {
    enqueue,
    append: (blocks, hold) => enqueue(() => append(blocks, hold)),
    sync,
    seal,
    nextNumber,
    active: () => active,
    async close() {
      await writing;
      isClosed = true;
      await sync().catch(() => {});
      if (active !== undefined && broken === undefined) {
        writeIndex(segmentPath(dir, active.number, 'idx'), active.size, recordsOf(table, active.number));
      }
    },
  };
}
