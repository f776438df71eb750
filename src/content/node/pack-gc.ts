import { renameSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import type { CID } from '../cid.ts';
import type { Appender } from './pack-append.ts';
import { giveUp, removeSegment, type Segment, segmentPath, syncFolder, writeAll } from './pack-files.ts';
import { writeIndex } from './pack-index.ts';
import { recordsOf } from './pack-open.ts';
import { recordData, type Window, windowReader } from './pack-record.ts';
import { type PackTable, recordBytes } from './pack-table.ts';

/** Gathered before it is written. Bytes. */
const BATCH_BYTES = 4 * 1024 * 1024;

export type SweepOptions = {
  dir: string;
  table: PackTable;
  segments: Map<number, Segment>;
  appender: Appender;
  segmentBytes: number;
  /** A record that was to be kept turned out to be damaged. */
  onDamage(slot: number): void;
};

/** The pack that is being made: a draft until it is whole and on disk. */
type Draft = { file: FileHandle; path: string; size: number; offsets: Map<number, number> };

/**
 * Rewrites the packs that hold anything but blocks to keep, without the rest, and removes the old ones. Gives the
 * blocks that are gone, after they are gone.
 *
 * At most one new pack stands beside the old ones at a time. Blocks are read and written meanwhile. A pack in which
 * a record to keep is damaged stays as it is.
 *
 * @param isMarked blocks that a pin reaches; those under a lease are kept, too, up to the last moment
 */
export async function* sweep(
  options: SweepOptions,
  isMarked: (slot: number) => boolean,
): AsyncGenerator<CID, void, undefined> {
  const { dir, table, segments, appender, segmentBytes } = options;
  const isKept = (slot: number) => isMarked(slot) || table.isHeld(slot);
  const { sources, slotsOf, keptBytes } = await choose(options, isKept);

  let draft: Draft | undefined;
  let group: Segment[] = [];
  try {
    for (const source of sources) {
      const bytes = keptBytes.get(source.number) ?? 0;
      // What needs no copy goes first: it makes room for the copies.
      if (bytes > 0 && group.length > 0 && (draft === undefined || draft.size + bytes > segmentBytes)) {
        yield* await commit();
      }
      if (await copyKept(source)) group.push(source);
    }
    yield* await commit();
  } finally {
    await discard();
  }

  /** False when something to keep in it cannot be read. */
  async function copyKept(source: Segment): Promise<boolean> {
    const window = windowReader(source.file, source.size);
    const before = draft?.size ?? 0;
    const copied: number[] = [];
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    for (const slot of slotsOf.get(source.number) ?? []) {
      if (table.place(slot).segment !== source.number || !isKept(slot) || draft?.offsets.has(slot)) continue;
      const record = await readRecord(window, slot);
      if (record === undefined) {
        for (const done of copied) draft?.offsets.delete(done);
        if (draft !== undefined) await draft.file.truncate(before);
        if (draft !== undefined) draft.size = before;
        return false;
      }
      draft ??= await newDraft();
      draft.offsets.set(slot, draft.size);
      copied.push(slot);
      draft.size += record.length;
      waiting.push(record);
      waitingBytes += record.length;
      if (waitingBytes < BATCH_BYTES) continue;
      await writeAll(draft.file, waiting, draft.size - waitingBytes);
      waiting = [];
      waitingBytes = 0;
    }
    if (draft !== undefined && waitingBytes > 0)
      await writeAll(draft.file, waiting, draft.size - waitingBytes);
    return true;
  }

  async function readRecord(window: Window, slot: number): Promise<Buffer | undefined> {
    if (table.isDamaged(slot)) return undefined;
    const place = table.place(slot);
    const record = await window(place.offset, recordBytes(place));
    if (record.length === recordBytes(place) && recordData(record, place.cidLength) !== undefined)
      return record;
    options.onDamage(slot);
    return undefined;
  }

  /** The blocks of this pack that count and were not copied. */
  function leftBehind(source: Segment): number[] {
    return (slotsOf.get(source.number) ?? []).filter(
      (slot) => table.place(slot).segment === source.number && !draft?.offsets.has(slot),
    );
  }

  /** Puts the draft in the place of the packs that it was made of. */
  async function commit(): Promise<Iterable<CID>> {
    if (group.length === 0) return [];
    const { removed, replaced, done } = await appender.enqueue(async () => {
      // The next write goes into a pack with a higher number than the one that is put in place here.
      await appender.seal();
      for (;;) {
        await draft?.file.datasync();
        // An upload or a pin may have laid hold of a block since its pack was read.
        const late = group.filter((source) => leftBehind(source).some(isKept));
        if (late.length === 0) break;
        for (const source of late) {
          if (!(await copyKept(source))) group = group.filter((other) => other !== source);
        }
      }
      // From here on nothing else can run, so nobody can lay hold of a block that is on its way out.
      const lost = group.flatMap(leftBehind);
      const made = draft === undefined ? undefined : { number: putInPlace(draft), size: draft.size };
      const cids = table.removeAll(lost);
      for (const source of group) segments.delete(source.number);
      const old = group;
      draft = undefined;
      group = [];
      return { removed: cids, replaced: old, done: made };
    });
    for (const source of replaced) {
      removeSegment(dir, source.number);
      await giveUp(source);
    }
    if (done === undefined) return removed;
    syncFolder(dir);
    rmSync(segmentPath(dir, done.number, 'replaces'), { force: true });
    writeIndex(segmentPath(dir, done.number, 'idx'), done.size, recordsOf(table, done.number));
    return removed;
  }

  function putInPlace(done: Draft): number {
    const number = appender.nextNumber();
    const note = segmentPath(dir, number, 'replaces');
    const path = segmentPath(dir, number, 'pack');
    try {
      writeFileAtomic(note, JSON.stringify(group.map((source) => source.number)));
      renameSync(done.path, path);
      syncFolder(dir);
    } catch (error) {
      // The note first: without it the new pack is no more than a copy.
      rmSync(note, { force: true });
      rmSync(path, { force: true });
      throw error;
    }
    const sources = new Set(group.map((source) => source.number));
    segments.set(number, { number, file: done.file, size: done.size, readers: 0, givenUp: false });
    for (const [slot, offset] of done.offsets) {
      // A block that was mended meanwhile has its newer record elsewhere.
      if (sources.has(table.place(slot).segment)) table.move(slot, number, offset);
    }
    return number;
  }

  async function newDraft(): Promise<Draft> {
    const path = join(dir, 'compacting.tmp');
    return { file: await open(path, 'w+'), path, size: 0, offsets: new Map() };
  }

  async function discard(): Promise<void> {
    if (draft === undefined) return;
    await draft.file.close().catch(() => {});
    rmSync(draft.path, { force: true });
  }
}

/** The packs to rewrite, with the slots of each in the order of their offsets. */
async function choose(options: SweepOptions, isKept: (slot: number) => boolean) {
  const { table, segments, appender, segmentBytes } = options;
  const keptBytes = new Map<number, number>();
  for (const slot of table.slots()) {
    if (!isKept(slot)) continue;
    const place = table.place(slot);
    keptBytes.set(place.segment, (keptBytes.get(place.segment) ?? 0) + recordBytes(place));
  }
  const kept = (segment: Segment) => keptBytes.get(segment.number) ?? 0;
  const wasteful = new Set([...segments.values()].filter((segment) => kept(segment) < segment.size));
  const active = appender.active();
  if (active !== undefined && wasteful.has(active)) await appender.enqueue(appender.seal);
  // Each collection may leave one small pack behind: they are put together on the way.
  const isSmall = (segment: Segment) => segment.size < segmentBytes / 8 && segment !== appender.active();
  const sources = [...segments.values()]
    .filter((segment) => wasteful.has(segment) || (wasteful.size > 0 && isSmall(segment)))
    .sort((a, b) => Number(kept(a) > 0) - Number(kept(b) > 0) || a.number - b.number);
  const slotsOf = new Map<number, number[]>(sources.map(({ number }) => [number, []]));
  for (const slot of table.slots()) slotsOf.get(table.place(slot).segment)?.push(slot);
  for (const slots of slotsOf.values()) slots.sort((a, b) => table.place(a).offset - table.place(b).offset);
  return { sources, slotsOf, keptBytes };
}
