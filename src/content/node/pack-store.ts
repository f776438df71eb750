import { makeFolder } from '../../base/make-folder.ts';
import type { Block } from '../car.ts';
import { blockKey, type CID, matches } from '../cid.ts';
import { type Lease, openLeases } from './leases.ts';
import { openAppender } from './pack-append.ts';
import { type Batch, mismatch, openBatches } from './pack-batch.ts';
import { readPlace, type Segment, tidySegments } from './pack-files.ts';
import { sweep } from './pack-gc.ts';
import { openSegment } from './pack-open.ts';
import { packTable } from './pack-table.ts';
import { verifyPacks } from './pack-verify.ts';
import { openProver } from './prover.ts';
import { slotSet } from './slot-set.ts';

/** A full pack is sealed and a new one begun. Bytes; offsets have 32 bits. */
const SEGMENT_BYTES = 256 * 1024 * 1024;
/** Batches of one writer that are being written, or wait for it, while it fills the next. */
const BATCHES_AHEAD = 2;
/** How long garbage collection leaves alone what an upload left unpinned: its pin may be on the way. Milliseconds. */
const GRACE_MS = 15 * 60_000;

/** A block whose bytes on disk are damaged. Worded as Kubo words it, since clients know errors by words. */
export class DamagedBlock extends Error {
  constructor(cid: CID) {
    super(`block in storage has different hash than requested: ${cid}`);
  }
}

/** Keeps blocks from garbage collection while work with them is under way. See `Lease`. */
export type Hold = Lease & {
  /** True when the block is here, and then it stays. */
  block(cid: CID): boolean;
};

export type PackStore = {
  /** False for a block that is known to be damaged: to write it again mends it. */
  has(cid: CID): boolean;
  /** Length of the block in bytes, or undefined when it is not here. */
  size(cid: CID): number | undefined;
  /** @throws DamagedBlock */
  get(cid: CID): Promise<Uint8Array | undefined>;
  hold(): Hold;
  /**
   * Blocks added are readable and survive a crash after `finish`, and only then. What was added, and what needed no
   * adding, is held: by `hold` when one is given, else until the grace period after `finish` is over. The bytes of a
   * block are the caller's again when `add` is done.
   */
  writer(hold?: Hold): {
    /**
     * @param isProved false where nobody has held the bytes to their address (with sha2-256) yet: that is done before any
     * of them is written, and where they are not what it says a later `add` fails, or `finish`
     */
    add(block: Block, isProved?: boolean): Promise<void>;
    finish(): Promise<void>;
  };
  /** What can be read now survives a crash after this, finished or not. */
  sync(): Promise<void>;
  /** A set of blocks, for a walk over many. */
  marks(): Marks;
  /**
   * Removes every block that is neither marked nor held, and gives those that are gone. One at a time: a second one
   * waits. What is held when it begins, and what is laid hold of while it runs, stays.
   *
   * @param mark marks what is to stay; when it fails nothing is removed
   */
  collect(mark: (marks: Marks) => Promise<void>): AsyncGenerator<CID, void, undefined>;
  /**
   * What had been written shortly before the store was opened is held for the grace period, as its pin may still be
   * coming. When all of that is marked this ends: nothing waits for a pin.
   */
  forgetHeld(mark: (marks: Marks) => Promise<void>): Promise<void>;
  verify(): AsyncGenerator<{ cid: CID; sound: boolean }, void, undefined>;
  keys(): IterableIterator<CID>;
  stat(): { blocks: number; bytes: number };
  close(): Promise<void>;
};

export type Marks = {
  /** Marks the block. Undefined when it is not here; else whether it is marked for the first time. */
  reach(cid: CID): boolean | undefined;
  /** Marks that the block's links were followed: as a raw block it has none, as a node it may. True the first time. */
  open(cid: CID): boolean;
};

export type PackStoreOptions = {
  segmentBytes?: number;
  graceMs?: number;
  /** Told of each block that is found to be damaged, once. */
  onDamage?: () => void;
};

/**
 * Append-only packs of blocks with an index in memory. What a crash leaves: everything that was finished,
 * perhaps some that was not, and at most a torn tail, which is cut off when the store opens.
 *
 * @param log told of damage that was found
 */
export async function openPackStore(
  dir: string,
  log: (message: string) => void,
  options: PackStoreOptions = {},
): Promise<PackStore> {
  const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
  const graceMs = options.graceMs ?? GRACE_MS;
  makeFolder(dir);
  const table = packTable();
  const leases = openLeases(table, graceMs);
  const segments = new Map<number, Segment>();
  const numbers = tidySegments(dir);
  const recent = new Set<number>();
  try {
    for (const number of numbers) {
      const last = number === numbers.at(-1);
      const { segment, writtenAt } = await openSegment({ dir, number, last, table }, log);
      segments.set(number, segment);
      if (writtenAt > Date.now() - graceMs) recent.add(number);
    }
  } catch (error) {
    for (const { file } of segments.values()) await file.close();
    throw error;
  }
  const appender = openAppender({ dir, table, segments, segmentBytes });
  const batches = openBatches(BATCHES_AHEAD + 1);
  const prover = openProver();

  // Who had uploaded when the node went away may still come to pin it.
  if (recent.size > 0) {
    leases.inherit([...table.slots()].filter((slot) => recent.has(table.place(slot).segment)));
  }

  function damaged(slot: number): void {
    if (!table.setDamaged(slot)) return;
    log(`pack ${table.place(slot).segment}: block ${table.cid(slot)} is damaged`);
    options.onDamage?.();
  }

  function newHold(): Hold {
    const lease = leases.open();
    return {
      ...lease,
      block(cid) {
        const slot = table.sound(blockKey(cid));
        if (slot !== undefined) lease.hold(slot);
        return slot !== undefined;
      },
    };
  }

  function newMarks(): Marks & { has(slot: number): boolean } {
    const reached = slotSet();
    const opened = slotSet();
    return {
      has: reached.has,
      reach(cid) {
        const slot = table.sound(blockKey(cid));
        return slot === undefined ? undefined : reached.add(slot);
      },
      open(cid) {
        const slot = table.sound(blockKey(cid));
        return slot !== undefined && opened.add(slot);
      },
    };
  }

  async function get(cid: CID): Promise<Uint8Array | undefined> {
    const key = blockKey(cid);
    const slot = table.slotOf(key);
    if (slot === undefined) return undefined;
    if (table.isDamaged(slot)) throw new DamagedBlock(cid);
    const place = table.place(slot);
    const segment = segments.get(place.segment);
    const data = segment === undefined ? undefined : await readPlace(segment, place);
    if (data !== undefined) return data;
    const now = table.slotOf(key) === slot ? table.place(slot) : undefined;
    // Moved, mended or collected while it was read.
    if (now?.segment !== place.segment || now.offset !== place.offset) return await get(cid);
    damaged(slot);
    throw new DamagedBlock(cid);
  }

  function writer(given?: Hold) {
    const hold = given ?? newHold();
    let batch: Batch | undefined;
    /** Of all batches so far: they are written in turn. */
    let proved: Promise<void> = Promise.resolve();
    /** What is not written yet, and what could not be: whoever adds or finishes later is told. */
    const writing = new Set<Promise<void>>();
    /** Bytes of those. */
    let waiting = 0;
    // While batches are being written the next is gathered: hashing goes on beside the disk.
    const flush = async () => {
      const full = batch;
      if (full === undefined) return;
      batch = undefined;
      const { length } = full.bytes();
      waiting += length;
      proved = Promise.all([proved, full.prove(prover)]).then(() => {});
      const written = proved
        .then(() => appender.append(full, hold.hold))
        .then(() => {
          waiting -= length;
          batches.giveBack(full);
          writing.delete(written);
        });
      written.catch(() => {});
      writing.add(written);
      while (writing.size > BATCHES_AHEAD) await writing.values().next().value;
    };
    return {
      async add(block: Block, isProved = true) {
        const isThere = () => hold.block(block.cid) || batch?.has(blockKey(block.cid));
        while (!isThere()) {
          batch ??= batches.take(appender.end() + waiting);
          if (batch.add(block, isProved)) return;
          await flush();
        }
        if (!isProved && !matches(block.cid, block.bytes)) throw mismatch(block.cid);
      },
      async finish() {
        try {
          await flush();
          await Promise.all(writing);
          await appender.sync();
        } finally {
          if (given === undefined) hold.leave();
        }
      },
    };
  }

  let collecting: Promise<void> = Promise.resolve();
  async function* collect(mark: (marks: Marks) => Promise<void>) {
    const before = collecting;
    const { promise, resolve } = Promise.withResolvers<void>();
    collecting = promise;
    try {
      await before;
      leases.freeze();
      const marks = newMarks();
      await mark(marks);
      yield* sweep({ dir, table, segments, appender, segmentBytes, onDamage: damaged }, marks.has);
    } finally {
      leases.thaw();
      resolve();
    }
  }

  return {
    has: (cid) => table.sound(blockKey(cid)) !== undefined,
    size(cid) {
      const slot = table.sound(blockKey(cid));
      return slot === undefined ? undefined : table.place(slot).length;
    },
    get,
    hold: newHold,
    writer,
    sync: appender.sync,
    marks: newMarks,
    collect,
    async forgetHeld(mark) {
      const marks = newMarks();
      await mark(marks);
      leases.disinherit(marks.has);
    },
    verify: () => verifyPacks(table, segments, damaged),
    *keys() {
      for (const slot of table.slots()) if (!table.isDamaged(slot)) yield table.cid(slot);
    },
    stat: table.stat,
    async close() {
      await appender.close();
      await prover.close();
      for (const segment of segments.values()) await segment.file.close();
    },
  };
}
