import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CID, MAX_BLOCK_BYTES, matches } from '../cid.ts';

/*
 * One block in a pack: 16 bytes of head, the CID, the data. Little endian.
 *   0  4  magic "SPK1"
 *   4  2  length of the CID
 *   6  2  zero
 *   8  4  length of the data
 *  12  4  CRC-32 of bytes 4 to 12, the CID and the data
 */
const MAGIC = Buffer.from('SPK1');
export const HEAD_BYTES = 16;
const MAX_CID_BYTES = 96;
/** Read at once while scanning; larger than any record. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * A record that was found in a pack. The CID is in two halves, each as latin1 text: `key` is its multihash,
 * `prefix` the version and codec before it (nothing in version 0).
 */
export type FoundRecord = { prefix: string; key: string; offset: number; length: number };

/** Length of a whole record. Bytes. */
export const lengthOf = (record: FoundRecord): number =>
  HEAD_BYTES + record.prefix.length + record.key.length + record.length;

/** The halves of a CID's bytes, or undefined when they are none. */
export function splitCid(bytes: Uint8Array): { prefix: string; key: string } | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (bytes.length === 34 && bytes[0] === 0x12 && bytes[1] === 0x20) return { prefix: '', key: text };
  if (bytes[0] !== 1) return undefined;
  // The codec is a varint: its last byte is the first without the high bit.
  let end = 1;
  while (end < bytes.length && end < 10 && (bytes[end] as number) >= 0x80) end++;
  end++;
  return end + 2 <= bytes.length ? { prefix: text.slice(0, end), key: text.slice(end) } : undefined;
}

/**
 * Writes the whole record of a block into `into` and gives its length.
 *
 * @param isProved false where its checksum is still to be written: see `Prover`
 */
export function putRecord(into: Buffer, at: number, cid: CID, data: Uint8Array, isProved = true): number {
  const head = into.subarray(at, at + HEAD_BYTES + cid.bytes.length);
  MAGIC.copy(head);
  head.writeUInt16LE(cid.bytes.length, 4);
  head.writeUInt16LE(0, 6);
  head.writeUInt32LE(data.length, 8);
  head.set(cid.bytes, HEAD_BYTES);
  if (isProved) head.writeUInt32LE(checksum(head, data), 12);
  // `set` and `copy` go word by word where memory is shared, ten times as slow; this is a plain copy.
  if (data.length > 0) into.fill(data, at + head.length, at + head.length + data.length);
  return head.length + data.length;
}

function checksum(head: Uint8Array, data: Uint8Array): number {
  return crc32(data, crc32(head.subarray(HEAD_BYTES), crc32(head.subarray(4, 12))));
}

/** The data of a whole record, or undefined when it is damaged. */
export function recordData(record: Buffer, cidLength: number): Buffer | undefined {
  const head = record.subarray(0, HEAD_BYTES + cidLength);
  const data = record.subarray(HEAD_BYTES + cidLength);
  const sound =
    head.subarray(0, 4).equals(MAGIC) &&
    head.readUInt16LE(4) === cidLength &&
    head.readUInt32LE(8) === data.length &&
    head.readUInt32LE(12) === checksum(head, data);
  return sound ? data : undefined;
}

/**
 * Reads the records from `from` to the end of the file.
 *
 * A bad stretch with sound records after it is damage to *acknowledged* data: it is stepped over and
 * reported, never cut off. Only a bad stretch that reaches to the end is the torn tail of a write that was
 * never acknowledged; it starts at the `end` returned.
 */
export async function scanPack(
  file: FileHandle,
  from: number,
  size: number,
  found: (record: FoundRecord) => void,
): Promise<{ end: number; damaged: { from: number; to: number }[] }> {
  const damaged: { from: number; to: number }[] = [];
  const window = windowReader(file, size);
  let at = from;
  while (at < size) {
    const record = await readRecord(window, at, size, false);
    if (record !== undefined) {
      found(record);
      at += lengthOf(record);
      continue;
    }
    const next = await nextSound(window, at + 1, size);
    if (next === undefined) break;
    damaged.push({ from: at, to: next });
    at = next;
  }
  return { end: at, damaged };
}

export type Window = (at: number, length: number) => Promise<Buffer>;

/** Gives up to `length` bytes at `at`, reading ahead, since records are mostly small and in sequence. */
export function windowReader(file: FileHandle, size: number): Window {
  let start = 0;
  let buffer = Buffer.alloc(0);
  return async (at, length) => {
    const want = Math.min(length, size - at);
    if (at < start || at + want > start + buffer.length) {
      const fresh = Buffer.allocUnsafe(Math.min(Math.max(WINDOW_BYTES, want), size - at));
      let filled = 0;
      while (filled < fresh.length) {
        const { bytesRead } = await file.read(fresh, filled, fresh.length - filled, at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      start = at;
      buffer = fresh.subarray(0, filled);
    }
    return buffer.subarray(at - start, at - start + want);
  };
}

async function readRecord(
  window: Window,
  at: number,
  size: number,
  checkHash: boolean,
): Promise<FoundRecord | undefined> {
  const head = await window(at, HEAD_BYTES);
  if (head.length < HEAD_BYTES || !head.subarray(0, 4).equals(MAGIC)) return undefined;
  const cidLength = head.readUInt16LE(4);
  const length = head.readUInt32LE(8);
  const total = HEAD_BYTES + cidLength + length;
  if (cidLength > MAX_CID_BYTES || length > MAX_BLOCK_BYTES || at + total > size) return undefined;
  const record = await window(at, total);
  const data = recordData(record, cidLength);
  if (data === undefined) return undefined;
  const cid = record.subarray(HEAD_BYTES, HEAD_BYTES + cidLength);
  const halves = splitCid(cid);
  if (halves === undefined || (checkHash && !isBlock(cid, data))) return undefined;
  return { ...halves, offset: at, length };
}

function isBlock(cid: Uint8Array, data: Uint8Array): boolean {
  try {
    return matches(CID.decode(Uint8Array.from(cid)), data);
  } catch {
    return false;
  }
}

/** Where the next sound record begins. Its hash is checked too, since a block may hold what looks like a record. */
async function nextSound(window: Window, from: number, size: number): Promise<number | undefined> {
  for (let at = from; at + HEAD_BYTES <= size; ) {
    const bytes = await window(at, WINDOW_BYTES);
    const hit = bytes.indexOf(MAGIC);
    if (hit < 0) {
      at += Math.max(1, bytes.length - MAGIC.length + 1);
      continue;
    }
    at += hit;
    if ((await readRecord(window, at, size, true)) !== undefined) return at;
    at++;
  }
  return undefined;
}
