import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { type FoundRecord, splitCid } from './pack-record.ts';

const MAGIC = Buffer.from('SIX1');
const HEAD_BYTES = 16;

/**
 * The index of one pack, a cache: it can always be made again by reading the pack. It covers the pack's
 * first `covered` bytes. Layout: magic, u64 covered, u32 count, entries (u16 CID length, CID, u64 offset,
 * u32 data length), CRC-32 of all before it.
 *
 * @param records in the order of their offsets
 */
export function writeIndex(path: string, covered: number, records: readonly FoundRecord[]): void {
  let size = HEAD_BYTES + 4;
  for (const { prefix, key } of records) size += 14 + prefix.length + key.length;
  const file = Buffer.allocUnsafe(size);
  MAGIC.copy(file);
  file.writeBigUInt64LE(BigInt(covered), 4);
  file.writeUInt32LE(records.length, 12);
  let at = HEAD_BYTES;
  for (const { prefix, key, offset, length } of records) {
    file.writeUInt16LE(prefix.length + key.length, at);
    at += 2;
    at += file.write(prefix, at, 'latin1');
    at += file.write(key, at, 'latin1');
    // A pack is far smaller than 4 GiB; the upper half of the offset is there for the day when it is not.
    file.writeUInt32LE(offset, at);
    file.writeUInt32LE(0, at + 4);
    file.writeUInt32LE(length, at + 8);
    at += 12;
  }
  file.writeUInt32LE(crc32(file.subarray(0, at)), at);
  writeFileAtomic(path, file);
}

/** What an index says. There may be millions of records, so they are read as they are needed. */
export type PackIndex = {
  covered: number;
  /** The record with the highest offset. */
  last: FoundRecord | undefined;
  records(): Iterable<FoundRecord>;
};

/** The index at `path`, or undefined when it is missing or damaged or covers more than the pack holds. */
export function readIndex(path: string, size: number): PackIndex | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const file = readFileSync(path);
    const body = file.subarray(0, -4);
    if (!body.subarray(0, 4).equals(MAGIC) || file.readUInt32LE(file.length - 4) !== crc32(body))
      return undefined;
    const covered = Number(body.readBigUInt64LE(4));
    if (covered > size) return undefined;
    let last: FoundRecord | undefined;
    // An index that is no index throws here, and not where its records are used.
    for (const record of recordsIn(body))
      if (last === undefined || record.offset > last.offset) last = record;
    return { covered, last, records: () => recordsIn(body) };
  } catch {
    return undefined;
  }
}

function* recordsIn(body: Buffer): Generator<FoundRecord> {
  let at = HEAD_BYTES;
  for (let left = body.readUInt32LE(12); left > 0; left--) {
    const end = at + 2 + body.readUInt16LE(at);
    const halves = splitCid(body.subarray(at + 2, end));
    if (halves === undefined || body.readUInt32LE(end + 4) !== 0) throw new Error('no record');
    yield { ...halves, offset: body.readUInt32LE(end), length: body.readUInt32LE(end + 8) };
    at = end + 12;
  }
}
