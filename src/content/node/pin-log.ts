import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { writeFileAtomic } from '../../base/atomic-file.ts';

/*
 * One line for each change: CRC-32 of the rest as 8 hexadecimal digits, a space, one JSON value, a newline. Lines
 * are only added; now and then the file is replaced by one that has only the lines that still matter.
 */

export type JournalRead = {
  values: unknown[];
  /** Where a line begins that was being written when the machine stopped: the length of all before it. Bytes. */
  end: number;
  /** Lines that are there in full and cannot be what was written. */
  damaged: number;
};

/** Reads a journal, damaged or not. One that is not there is empty. */
export function readJournal(path: string): JournalRead {
  const file = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const values: unknown[] = [];
  let damaged = 0;
  let end = 0;
  for (let at = 0; at < file.length; ) {
    const newline = file.indexOf(0x0a, at);
    if (newline < 0) break;
    const line = file.subarray(at, newline);
    at = newline + 1;
    const value = parseLine(line);
    if (value === undefined) damaged++;
    else values.push(value);
    end = at;
  }
  // What has no end of its own is the torn tail of a write that nobody was told of; zeros are one, too.
  return { values, end, damaged };
}

function parseLine(line: Buffer): unknown {
  const text = line.toString('utf8');
  if (!/^[0-9a-f]{8} /.test(text) || Number.parseInt(text.slice(0, 8), 16) !== crc32(line.subarray(9)))
    return undefined;
  try {
    return JSON.parse(text.slice(9)) as unknown;
  } catch {
    return undefined;
  }
}

const lineOf = (value: unknown): string => {
  const text = JSON.stringify(value);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
};

/** Replaces the file. */
export function writeJournal(path: string, values: Iterable<unknown>): void {
  writeFileAtomic(path, Array.from(values, lineOf).join(''));
}

export type Journal = {
  /** On disk when this returns; when it throws, as if it had not been tried. */
  append(values: readonly unknown[]): void;
  replace(values: Iterable<unknown>): void;
  close(): void;
};

/** Opens a journal that is there, for adding to it from `end` on. */
export function openJournal(path: string, end: number): Journal {
  let size = end;
  let broken: Error | undefined;
  let file = openSync(path, 'r+');
  ftruncateSync(file, size);
  return {
    append(values) {
      if (broken) throw broken;
      const bytes = Buffer.from(values.map(lineOf).join(''));
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, size + at);
      } catch (error) {
        // Half a line must not stand before the next one.
        try {
          ftruncateSync(file, size);
        } catch (again) {
          broken = again as Error;
        }
        throw error;
      }
      try {
        fdatasyncSync(file);
      } catch (error) {
        // After a failed fsync nobody knows what is on disk.
        broken = error as Error;
        throw error;
      }
      size += bytes.length;
    },
    replace(values) {
      writeJournal(path, values);
      const old = file;
      try {
        file = openSync(path, 'r+');
        ({ size } = fstatSync(file));
      } catch (error) {
        // What were written now would go into the file that was replaced.
        broken = error as Error;
        throw error;
      }
      closeSync(old);
    },
    close() {
      closeSync(file);
      broken ??= new Error('the list of pins is closed');
    },
  };
}
