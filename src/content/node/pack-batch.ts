import type { Block } from '../car.ts';
import { blockKey, type CID } from '../cid.ts';
import { type FoundRecord, lengthOf, putRecord, splitCid } from './pack-record.ts';
import { PAGE_BYTES, pageMemory } from './page-memory.ts';
import type { Prover } from './prover.ts';

/** Four of the blocks that files are made of, with their heads. */
export const BATCH_BYTES = 4 * 1024 * 1024 + 4096;

/** Records side by side, as they will stand in a pack: they are written in one piece. */
export type Batch = {
  has(key: string): boolean;
  /**
   * False when there is no room. The bytes are copied, and stay the caller's.
   *
   * @param isProved false where nobody has held them to their address yet: `prove` does
   */
  add(block: Block, isProved: boolean): boolean;
  /** @throws when a block is not what its address says; none of them may be written then */
  prove(prover: Prover): Promise<void>;
  /** Takes out the records of some blocks: somebody else has written them meanwhile. */
  drop(isThere: (key: string) => boolean): void;
  /** Offsets are from the beginning of the batch. */
  records(): Iterable<FoundRecord>;
  bytes(): Uint8Array;
};

export type Batches = {
  /** @param at where in a pack it will probably stand: it can then be written from where it is, see `PackWriter` */
  take(at: number): Batch;
  giveBack(batch: Batch): void;
};

/**
 * Where writers get batches from, and give them back. Fresh memory is dearer than filling it: the system clears each
 * page of it, and the collector runs the more often. So a few are kept for whoever comes next.
 *
 * @param kept at most so many while nobody writes
 */
export function openBatches(kept: number): Batches {
  const idle: Buffer[] = [];
  const memoryOf = new WeakMap<Batch, Buffer>();
  return {
    take(at) {
      const memory = idle.pop() ?? pageMemory(BATCH_BYTES + PAGE_BYTES);
      const start = at % PAGE_BYTES;
      const batch = newBatch(memory.subarray(start, start + BATCH_BYTES));
      memoryOf.set(batch, memory);
      return batch;
    },
    giveBack(batch) {
      const memory = memoryOf.get(batch);
      if (memory !== undefined && idle.length < kept) idle.push(memory);
      memoryOf.delete(batch);
    },
  };
}

/** As Kubo words it, since clients know errors by words. */
export const mismatch = (cid: CID | undefined): Error =>
  new Error(`mismatch in content integrity, block does not match its CID: ${cid}`);

function newBatch(buffer: Buffer): Batch {
  const found = new Map<string, FoundRecord>();
  const unproved: { at: number; cid: CID }[] = [];
  let used = 0;
  return {
    has: (key) => found.has(key),
    add({ cid, bytes }, isProved) {
      const halves = splitCid(cid.bytes);
      if (halves === undefined) throw new Error(`this address cannot be stored: ${cid}`);
      const record = { ...halves, offset: used, length: bytes.length };
      if (lengthOf(record) > buffer.length)
        throw new Error(`a block of ${bytes.length} bytes cannot be stored`);
      if (used + lengthOf(record) > buffer.length) return false;
      found.set(blockKey(cid), record);
      if (!isProved) unproved.push({ at: used, cid });
      used += putRecord(buffer, used, cid, bytes, isProved);
      return true;
    },
    async prove(prover) {
      if (unproved.length === 0) return;
      const at = unproved.map((record) => record.at);
      const bad = await prover.prove(buffer, at);
      if (bad !== undefined) throw mismatch(unproved[bad]?.cid);
    },
    drop(isThere) {
      let end = 0;
      for (const [key, record] of found) {
        if (isThere(key)) {
          found.delete(key);
          continue;
        }
        const length = lengthOf(record);
        buffer.copyWithin(end, record.offset, record.offset + length);
        record.offset = end;
        end += length;
      }
      used = end;
    },
    records: () => found.values(),
    bytes: () => buffer.subarray(0, used),
  };
}
