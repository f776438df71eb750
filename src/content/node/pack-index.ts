import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { CID } from '../cid.ts';
import type { RecordPlace } from './pack-record.ts';

const MAGIC = Buffer.from('SIX1');

/**
 * The index of one pack, a cache: it can always be made again by reading the pack. It covers the pack's
 * first `covered` bytes. Layout: magic, u64 covered, u32 count, entries (u16 CID length, CID, u64 offset,
 * u32 data length), CRC-32 of all before it.
 */
export function writeIndex(path: string, covered: number, places: Iterable<RecordPlace>): void {
  const parts: Buffer[] = [];
  for (const { cid, offset, length } of places) {
    const entry = Buffer.allocUnsafe(2 + cid.bytes.length + 12);
    entry.writeUInt16LE(cid.bytes.length, 0);
    entry.set(cid.bytes, 2);
    entry.writeBigUInt64LE(BigInt(offset), 2 + cid.bytes.length);
    entry.writeUInt32LE(length, 10 + cid.bytes.length);
    parts.push(entry);
  }
  const head = Buffer.alloc(16);
  MAGIC.copy(head);
  head.writeBigUInt64LE(BigInt(covered), 4);
  head.writeUInt32LE(parts.length, 12);
  const body = Buffer.concat([head, ...parts]);
  const check = Buffer.alloc(4);
  check.writeUInt32LE(crc32(body));
  writeFileAtomic(path, Buffer.concat([body, check]));
}

/** The index at `path`, or undefined when it is missing or damaged or covers more than the pack holds. */
export function readIndex(
  path: string,
  size: number,
): { covered: number; places: RecordPlace[] } | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const file = readFileSync(path);
    const body = file.subarray(0, -4);
    if (!body.subarray(0, 4).equals(MAGIC) || file.readUInt32LE(file.length - 4) !== crc32(body))
      return undefined;
    const covered = Number(body.readBigUInt64LE(4));
    if (covered > size) return undefined;
    const places: RecordPlace[] = [];
    let at = 16;
    for (let left = body.readUInt32LE(12); left > 0; left--) {
      const cidLength = body.readUInt16LE(at);
      const cid = CID.decode(Uint8Array.from(body.subarray(at + 2, at + 2 + cidLength)));
      const offset = Number(body.readBigUInt64LE(at + 2 + cidLength));
      places.push({ cid, offset, cidLength, length: body.readUInt32LE(at + 10 + cidLength) });
      at += 14 + cidLength;
    }
    return { covered, places };
  } catch {
    return undefined;
  }
}
