import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Json } from '../base/canonical-json.ts';
import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';

/** A transaction, as it was before it was sent: all that is needed to send it again, or to know that it was done. */
export type ChunkRecord = {
  /** Those of the same number are the same operations under the same nonce: only one of them can ever be done. */
  chunk: number;
  account: Address;
  /** What the account delegated to before the batch. */
  former: Address | null;
  nonce: number;
  hash: Hex;
  /** Signed. */
  raw: Hex;
  /** It will not be sent again. */
  abandoned?: true;
  items: { line: number; id: string | null; op: string; what: string; foretold: Json }[];
};

export type Journal = {
  path: string;
  /** In the order in which they were written. */
  records: readonly ChunkRecord[];
  /** On disk when it returns. */
  append(record: ChunkRecord): void;
};

/**
 * The journal of one file on one chain.
 *
 * @param folder where journals lie; made when the first record is written
 * @param name of the journal: digests of the chain and of the file
 * @throws BATCH_JOURNAL_UNREADABLE
 */
export function openJournal(folder: string, name: string): Journal {
  const path = join(folder, `${name}.ndjson`);
  const { records, whole } = read(path);
  let torn = !whole;
  return {
    path,
    records,
    append(record) {
      // What was cut off by a crash was never sent; it must not run into the next record.
      if (torn || records.length === 0) writeFileAtomic(path, records.map(toLine).join(''));
      torn = false;
      const file = openSync(path, 'a');
      try {
        writeSync(file, toLine(record));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      records.push(record);
    },
  };
}

/** The records of all other journals of a chain. */
export function otherRecords(folder: string, chain: string, own: Journal): ChunkRecord[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((n) => n.startsWith(`${chain}-`) && n.endsWith('.ndjson') && n !== basename(own.path))
    .flatMap((n) => read(join(folder, n)).records);
}

const toLine = (record: ChunkRecord): string => `${JSON.stringify(record)}\n`;

function read(path: string): { records: ChunkRecord[]; whole: boolean } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { records: [], whole: true };
    throw new SaharaError('BATCH_JOURNAL_UNREADABLE', { path, reason: code }, { cause: error });
  }
  const lines = text.split('\n');
  // Only a last line without its end can have been cut off.
  const rest = lines.pop() ?? '';
  try {
    return { records: lines.map(recordIn), whole: rest === '' };
  } catch (error) {
    const reason = `a line of it is damaged (${(error as Error).message})`;
    throw new SaharaError('BATCH_JOURNAL_UNREADABLE', { path, reason }, { cause: error });
  }
}

/** What this version wrote. A line that says something else is of another one, and must not be taken for nothing. */
function recordIn(line: string): ChunkRecord {
  const record = JSON.parse(line) as ChunkRecord | null;
  if (typeof record?.raw !== 'string' || typeof record.nonce !== 'number' || !Array.isArray(record.items))
    throw new Error('another version of the toolkit wrote it');
  return record;
}
