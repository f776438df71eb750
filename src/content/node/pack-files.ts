import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAD_BYTES, recordData } from './pack-record.ts';
import type { Place } from './pack-table.ts';

/** One pack. `readers` counts reads under way: a pack that was given up is closed after the last of them. */
export type Segment = { number: number; file: FileHandle; size: number; readers: number; givenUp: boolean };

type Kind = 'pack' | 'idx' | 'replaces';

export function segmentPath(dir: string, number: number, kind: Kind): string {
  return join(dir, `${String(number).padStart(6, '0')}.${kind}`);
}

/**
 * Ends what a crash left half done, and gives the numbers of the packs, in order. Drafts are removed. Where
 * collection had put a compacted pack in place but not yet removed those that it was made of, they go now.
 */
export function tidySegments(dir: string): number[] {
  for (const name of readdirSync(dir))
    if (name.endsWith('.tmp')) rmSync(join(dir, name), { force: true, recursive: true });
  for (const number of numbersOf(dir, 'replaces')) {
    const path = segmentPath(dir, number, 'replaces');
    if (existsSync(segmentPath(dir, number, 'pack'))) {
      const list = JSON.parse(readFileSync(path, 'utf8')) as number[];
      for (const old of list) removeSegment(dir, old);
      syncFolder(dir);
    }
    rmSync(path);
  }
  const numbers = numbersOf(dir, 'pack');
  const known = new Set(numbers);
  for (const number of numbersOf(dir, 'idx')) if (!known.has(number)) removeSegment(dir, number);
  return numbers;
}

function numbersOf(dir: string, kind: Kind): number[] {
  return readdirSync(dir)
    .flatMap((name) => new RegExp(`^(\\d{6,})\\.${kind}$`).exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** The pack before its index: an index alone is removed at the next opening, a pack alone would be read again. */
export function removeSegment(dir: string, number: number): void {
  rmSync(segmentPath(dir, number, 'pack'), { force: true });
  rmSync(segmentPath(dir, number, 'idx'), { force: true });
}

/** The data of a record, or undefined when it is not what the index says, or cannot be read. */
export async function readPlace(segment: Segment, place: Place): Promise<Uint8Array | undefined> {
  const record = Buffer.allocUnsafe(HEAD_BYTES + place.cidLength + place.length);
  segment.readers++;
  try {
    for (let filled = 0; filled < record.length; ) {
      const left = record.length - filled;
      const { bytesRead } = await segment.file.read(record, filled, left, place.offset + filled);
      if (bytesRead === 0) return undefined;
      filled += bytesRead;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
    return undefined;
  } finally {
    segment.readers--;
    if (segment.givenUp && segment.readers === 0) await segment.file.close();
  }
  return recordData(record, place.cidLength);
}

/** Closes a pack when nobody reads it any more. */
export async function giveUp(segment: Segment): Promise<void> {
  segment.givenUp = true;
  if (segment.readers === 0) await segment.file.close();
}

/** True when a record of this block is at its place, sound or not: damage must stay known as damage. */
export async function standsAt(file: FileHandle, cid: string, offset: number): Promise<boolean> {
  const head = Buffer.alloc(HEAD_BYTES + cid.length);
  await file.read(head, 0, head.length, offset);
  return head.toString('latin1', HEAD_BYTES) === cid;
}

export async function writeAll(
  file: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  // The kernel takes 1,024 pieces at a time, and may take less than all of them.
  let at = position;
  for (let first = 0; first < parts.length; first += 1024) {
    const group = parts.slice(first, first + 1024);
    const total = group.reduce((sum, part) => sum + part.length, 0);
    const { bytesWritten } = await file.writev(group, at);
    if (bytesWritten < total) {
      const rest = Buffer.concat(group).subarray(bytesWritten);
      for (let done = 0; done < rest.length; ) {
        done += (await file.write(rest, done, rest.length - done, at + bytesWritten + done)).bytesWritten;
      }
    }
    at += total;
  }
}

export function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
