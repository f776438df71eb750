import { type FileHandle, open } from 'node:fs/promises';
import { SaharaError } from '../../base/errors.ts';
import { type Segment, segmentPath, standsAt } from './pack-files.ts';
import { readIndex, writeIndex } from './pack-index.ts';
import { type FoundRecord, HEAD_BYTES, scanPack } from './pack-record.ts';
import type { PackTable } from './pack-table.ts';

/** The records of one pack that count, by offset. */
export function recordsOf(table: PackTable, number: number): FoundRecord[] {
  const records: FoundRecord[] = [];
  for (const slot of table.slots()) {
    const place = table.place(slot);
    if (place.segment !== number) continue;
    records.push({ ...table.halves(slot), offset: place.offset, length: place.length });
  }
  return records.sort((a, b) => a.offset - b.offset);
}

/**
 * Reads one pack into the table: what its index covers from there, the rest from the pack itself.
 *
 * @param last the pack that was being written: a torn tail is cut off it. Elsewhere bad bytes at the end are
 *   damage like any other
 * @returns the pack, and when it was written last (milliseconds since 1970)
 */
export async function openSegment(
  options: { dir: string; number: number; last: boolean; table: PackTable },
  log: (message: string) => void,
): Promise<{ segment: Segment; writtenAt: number }> {
  const { dir, number, last, table } = options;
  const file = await open(segmentPath(dir, number, 'pack'), 'r+');
  const { size, mtimeMs } = await file.stat();
  const segment: Segment = { number, file, size, readers: 0, givenUp: false };
  const saved = readIndex(segmentPath(dir, number, 'idx'), size);
  // An index that stands beside another pack than its own (a restored backup) shows at its last record.
  const tail = saved?.last;
  const fits =
    tail === undefined ||
    (tail.offset + HEAD_BYTES + tail.prefix.length + tail.key.length + tail.length <= size &&
      (await standsAt(file, tail.prefix + tail.key, tail.offset)));
  const index = fits ? saved : undefined;
  for (const record of index?.records() ?? []) table.put(record, number);
  const scan = await scanPack(file, index?.covered ?? 0, size, (record) => table.put(record, number));
  for (const { from, to } of scan.damaged) log(`pack ${number}: bytes ${from} to ${to} are damaged`);
  if (scan.end < size) await assertKnown(file, segmentPath(dir, number, 'pack'), scan.end);
  if (scan.end < size && last) {
    log(`pack ${number}: cut off an unfinished write of ${size - scan.end} bytes`);
    await file.truncate(scan.end);
    await file.sync();
    segment.size = scan.end;
  } else if (scan.end < size) log(`pack ${number}: bytes ${scan.end} to ${size} are damaged`);
  if (!last && segment.size !== index?.covered) {
    writeIndex(segmentPath(dir, number, 'idx'), segment.size, recordsOf(table, number));
  }
  return { segment, writtenAt: mtimeMs };
}

/** That what cannot be read is not a record of a newer version, which would be cut off. @throws STATE_TOO_NEW */
async function assertKnown(file: FileHandle, path: string, at: number): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, at);
  const magic = buffer.toString('latin1', 0, bytesRead);
  if (/^SPK[2-9]$/.test(magic)) {
    await file.close();
    throw new SaharaError('STATE_TOO_NEW', { path, format: magic, toolkit: null });
  }
}
