import { open } from 'node:fs/promises';
import type { Batch } from './pack-batch.ts';
import { type Segment, segmentPath, syncFolder } from './pack-files.ts';
import { writeIndex } from './pack-index.ts';
import { recordsOf } from './pack-open.ts';
import type { PackTable } from './pack-table.ts';
import { openPackWriter, type PackWriter } from './pack-writer.ts';

/** The end at which the store grows. One writer at a time, and one fsync at a time: each waits for the one before it. */
export type Appender = {
  /** Work that must not meet a write, in turn with them. */
  enqueue<T>(work: () => Promise<T>): Promise<T>;
  /** Writes those blocks of a batch that are not there, in turn, and gives the slots of all of them to `hold`. */
  append(batch: Batch, hold: (slot: number) => void): Promise<void>;
  /** What was written so far survives a crash after this. */
  sync(): Promise<void>;
  /** Begins a new pack at the next write. Only inside `enqueue`. */
  seal(): Promise<void>;
  /** A number above all that were ever given here. */
  nextNumber(): number;
  active(): Segment | undefined;
  /** Where in its pack the next write will stand, when none is waiting. Bytes. */
  end(): number;
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
  let writer: PackWriter | undefined;
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
    await writer?.close();
    writer = undefined;
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

  async function append(batch: Batch, hold: (slot: number) => void): Promise<void> {
    if (broken) throw broken;
    batch.drop((key) => {
      const there = table.sound(key);
      if (there !== undefined) hold(there);
      return there !== undefined;
    });
    const bytes = batch.bytes();
    if (bytes.length === 0) return;
    const segment = await room();
    try {
      dirty = true;
      writer ??= await openPackWriter(segmentPath(dir, segment.number, 'pack'), segment.file);
      await writer.write(bytes, segment.size);
    } catch (error) {
      // Whatever part was written would be a bad stretch in front of the next append.
      await segment.file.truncate(segment.size).catch((again) => {
        broken = again;
      });
      throw error;
    }
    const at = segment.size;
    segment.size += bytes.length;
    for (const record of batch.records())
      hold(table.put({ ...record, offset: at + record.offset }, segment.number));
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
    append: (batch, hold) => enqueue(() => append(batch, hold)),
    sync,
    seal,
    nextNumber,
    active: () => active,
    end: () => (active === undefined || active.size >= segmentBytes ? 0 : active.size),
    async close() {
      await writing;
      isClosed = true;
      await sync().catch(() => {});
      await writer?.close();
      if (active !== undefined && broken === undefined) {
        writeIndex(segmentPath(dir, active.number, 'idx'), active.size, recordsOf(table, active.number));
      }
    },
  };
}
