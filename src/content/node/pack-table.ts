import { CID } from '../cid.ts';
import { type FoundRecord, HEAD_BYTES } from './pack-record.ts';

/** Where a block's record is. Bytes. */
export type Place = { segment: number; offset: number; cidLength: number; length: number };

/** A block has one slot, a small number, for as long as the store knows it. */
export type PackTable = {
  /** The slot of a block that can be read, as far as is known. */
  sound(key: string): number | undefined;
  /** The slot of a block, damaged or not. */
  slotOf(key: string): number | undefined;
  /** Takes note of a record. A later record of the same block is the one that counts: it mends an earlier one. */
  put(record: FoundRecord, segment: number): number;
  move(slot: number, segment: number, offset: number): void;
  /** Gives the addresses of what was removed, one by one: there may be many, and an object for each is large. */
  removeAll(slots: readonly number[]): Iterable<CID>;
  place(slot: number): Place;
  cid(slot: number): CID;
  /** The block's address as a record has it. */
  halves(slot: number): { prefix: string; key: string };
  isDamaged(slot: number): boolean;
  /** False when that was known. */
  setDamaged(slot: number): boolean;
  hold(slot: number): void;
  release(slot: number): void;
  isHeld(slot: number): boolean;
  /** All slots in use, damaged blocks included. */
  slots(): IterableIterator<number>;
  /** Blocks that can be read, and the sum of their lengths. */
  stat(): { blocks: number; bytes: number };
};

/** Length of a whole record. Bytes. */
export const recordBytes = (place: { cidLength: number; length: number }): number =>
  HEAD_BYTES + place.cidLength + place.length;

/** What is known of all blocks, in columns: an object for each would take several times the memory. */
export function packTable(): PackTable {
  const bySlot: (string | undefined)[] = [];
  const byKey = new Map<string, number>();
  const free: number[] = [];
  const prefixes: string[] = [];
  const prefixIds = new Map<string, number>();
  let segments = new Uint32Array(1024);
  let offsets = new Uint32Array(1024);
  let lengths = new Uint32Array(1024);
  let prefixOf = new Uint32Array(1024);
  let holds = new Uint32Array(1024);
  let damaged = new Uint8Array(1024);
  let badBlocks = 0;
  let bytes = 0;

  function grow(): void {
    const size = segments.length * 2;
    const larger = (old: Uint32Array) => {
      const fresh = new Uint32Array(size);
      fresh.set(old);
      return fresh;
    };
    segments = larger(segments);
    offsets = larger(offsets);
    lengths = larger(lengths);
    prefixOf = larger(prefixOf);
    holds = larger(holds);
    const flags = new Uint8Array(size);
    flags.set(damaged);
    damaged = flags;
  }

  function prefixId(prefix: string): number {
    let id = prefixIds.get(prefix);
    if (id === undefined) {
      id = prefixes.push(prefix) - 1;
      prefixIds.set(prefix, id);
    }
    return id;
  }

  function newSlot(key: string): number {
    const slot = free.pop() ?? bySlot.length;
    if (slot >= segments.length) grow();
    bySlot[slot] = key;
    byKey.set(key, slot);
    return slot;
  }

  const prefix = (slot: number) => prefixes[prefixOf[slot] as number] as string;
  const bytesOf = (slot: number) => prefix(slot) + bySlot[slot];

  function remove(slot: number): void {
    if (damaged[slot] === 1) badBlocks--;
    else bytes -= lengths[slot] as number;
    damaged[slot] = 0;
    byKey.delete(bySlot[slot] as string);
    bySlot[slot] = undefined;
    free.push(slot);
  }

  return {
    slotOf: (key) => byKey.get(key),
    sound(key) {
      const slot = byKey.get(key);
      return slot === undefined || damaged[slot] === 1 ? undefined : slot;
    },
    put(record, segment) {
      const known = byKey.get(record.key);
      const slot = known ?? newSlot(record.key);
      if (known !== undefined) {
        if (damaged[slot] === 1) badBlocks--;
        else bytes -= lengths[slot] as number;
      }
      segments[slot] = segment;
      offsets[slot] = record.offset;
      lengths[slot] = record.length;
      prefixOf[slot] = prefixId(record.prefix);
      damaged[slot] = 0;
      bytes += record.length;
      return slot;
    },
    move(slot, segment, offset) {
      segments[slot] = segment;
      offsets[slot] = offset;
    },
    removeAll(slots) {
      const removed: string[] = [];
      for (const slot of slots) {
        removed.push(bytesOf(slot));
        remove(slot);
      }
      return decodeAll(removed);
    },
    place: (slot) => ({
      segment: segments[slot] as number,
      offset: offsets[slot] as number,
      cidLength: prefix(slot).length + (bySlot[slot] as string).length,
      length: lengths[slot] as number,
    }),
    cid: (slot) => decode(bytesOf(slot)),
    halves: (slot) => ({ prefix: prefix(slot), key: bySlot[slot] as string }),
    isDamaged: (slot) => damaged[slot] === 1,
    setDamaged(slot) {
      if (damaged[slot] === 1) return false;
      damaged[slot] = 1;
      badBlocks++;
      bytes -= lengths[slot] as number;
      return true;
    },
    hold(slot) {
      holds[slot] = (holds[slot] as number) + 1;
    },
    release(slot) {
      holds[slot] = (holds[slot] as number) - 1;
    },
    isHeld: (slot) => holds[slot] !== 0,
    slots: () => byKey.values(),
    stat: () => ({ blocks: byKey.size - badBlocks, bytes }),
  };
}

const decode = (cid: string): CID => CID.decode(Uint8Array.from(Buffer.from(cid, 'latin1')));

function* decodeAll(cids: readonly string[]): Generator<CID> {
  for (const cid of cids) yield decode(cid);
}
