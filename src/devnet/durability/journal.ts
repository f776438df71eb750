import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { frame, readFrames } from './frames.ts';
import type { JournalHeader, JournalRecord } from './types.ts';

/** A journal that can be appended to. */
export type Journal = {
  header: JournalHeader;
  path: string;
  /** Length of the file, bytes. */
  bytes(): number;
  /**
   * Returns when the records are on disk, all of them. Where that fails none of them is in the journal, and it can be
   * tried again.
   */
  append(records: readonly JournalRecord[]): void;
  close(): void;
};

/** What is in a journal file. */
export type ReadJournal = {
  path: string;
  header: JournalHeader;
  records: JournalRecord[];
  goodBytes: number;
  end: 'whole' | 'torn' | 'damaged';
};

/** Begins a journal; a file of that name is written over. On disk when it returns. */
export function createJournal(path: string, header: JournalHeader): Journal {
  const file = openSync(path, 'w', 0o644);
  try {
    writeAll(file, frame(Buffer.from(JSON.stringify(header))), 0);
    fsyncSync(file);
    syncFolder(dirname(path));
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return appending(file, path, header, frame(Buffer.from(JSON.stringify(header))).length);
}

/** Goes on with one that was read; whatever follows its last good record is cut off. */
export function continueJournal({ path, header, goodBytes }: ReadJournal): Journal {
  const file = openSync(path, 'r+');
  ftruncateSync(file, goodBytes);
  return appending(file, path, header, goodBytes);
}

/** Undefined where there is no journal at all in the file: not even its first record can be read. */
export function readJournal(path: string): ReadJournal | undefined {
  const { records, goodBytes, end } = readFrames(readFileSync(path));
  try {
    const [header, ...rest] = records.map((record) => JSON.parse(record.toString()) as unknown);
    if ((header as JournalHeader | undefined)?.t !== 'header' || (header as JournalHeader).format !== 1)
      return undefined;
    return { path, header: header as JournalHeader, records: rest as JournalRecord[], goodBytes, end };
  } catch {
    return undefined;
  }
}

function appending(file: number, path: string, header: JournalHeader, length: number): Journal {
  let good = length;
  return {
    header,
    path,
    bytes: () => good,
    append(records) {
      const bytes = Buffer.concat(records.map((record) => frame(Buffer.from(JSON.stringify(record)))));
      try {
        writeAll(file, bytes, good);
        fdatasyncSync(file);
        good += bytes.length;
      } catch (error) {
        // A part of it may stand there: the next attempt writes over it, and a reader takes it for torn.
        try {
          ftruncateSync(file, good);
        } catch {
          // The first error tells what is wrong.
        }
        throw error;
      }
    },
    close: () => closeSync(file),
  };
}

function writeAll(file: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

/** So that a new name in a folder survives as well. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
