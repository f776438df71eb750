import { crc32 } from 'node:zlib';

/** Length and checksum, both 32 bits little-endian, before each record. */
const HEAD = 8;
/** Nothing longer is ever written: a length beyond it is damage and not a record. Bytes. */
export const MAX_RECORD = 256 * 1024 ** 2;

/** What was read of a file of records. */
export type Frames = {
  records: Buffer[];
  /** Bytes up to the end of the last good record; what follows is no record. */
  goodBytes: number;
  /**
   * `whole`: nothing follows. `torn`: what follows is the beginning of one record, as a write that was cut off leaves
   * it. `damaged`: it is something else.
   */
  end: 'whole' | 'torn' | 'damaged';
};

/** A record as it stands in the file. */
export function frame(payload: Buffer): Buffer {
  if (payload.length > MAX_RECORD) throw new RangeError(`a record of ${payload.length} bytes`);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(checksum(head, payload), 4);
  return Buffer.concat([head, payload]);
}

/** Reads records until the end, or until the first that is not one. */
export function readFrames(bytes: Buffer): Frames {
  const records: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const rest = bytes.length - at;
    if (rest < HEAD) return { records, goodBytes: at, end: 'torn' };
    const head = bytes.subarray(at, at + HEAD);
    const length = head.readUInt32LE(0);
    if (length > MAX_RECORD) return { records, goodBytes: at, end: 'damaged' };
    if (rest < HEAD + length) return { records, goodBytes: at, end: 'torn' };
    const payload = bytes.subarray(at + HEAD, at + HEAD + length);
    if (checksum(head, payload) !== head.readUInt32LE(4)) return { records, goodBytes: at, end: 'damaged' };
    records.push(payload);
    at += HEAD + length;
  }
  return { records, goodBytes: at, end: 'whole' };
}

/** Of the length too: a flipped bit in it must not make a shorter record pass. */
function checksum(head: Buffer, payload: Buffer): number {
  return crc32(payload, crc32(head.subarray(0, 4)));
}
