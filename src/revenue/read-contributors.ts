import { createReadStream } from 'node:fs';
import { SaharaError } from '../base/errors.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import { DEV_ACCOUNTS, findDevAccount } from '../config/index.ts';
import { contributorsReader, type ReadOptions } from './contributors.ts';
import { type ContributorTable, tableBuilder } from './merkle-sum-table.ts';

type Reading = ReadOptions & {
  signal?: AbortSignal;
  progress?: Progress;
};

const PIECE_BYTES = 256 * 1024;

/**
 * Reads a list of contributors from its bytes as they arrive, into 40 bytes for each row; of the text itself no more
 * is kept than a row. What a row may look like: see {@link contributorsReader}.
 *
 * @throws CONTRIBUTORS_INVALID
 */
export async function readContributorTable(
  pieces: AsyncIterable<Uint8Array>,
  { signal, progress = silentProgress, ...options }: Reading = {},
): Promise<ContributorTable> {
  const table = tableBuilder();
  const reader = contributorsReader((row) => table.add(row), options);
  // A byte order mark is the reader's to look for, as it also stands in texts that were never bytes.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  progress.start('Reading contributors', undefined, 'bytes');
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    reader.push(decoder.decode(piece, { stream: true }));
    progress.advance(piece.length);
    if (options.limit !== undefined && table.count > options.limit) break;
  }
  reader.push(decoder.decode());
  reader.end();
  progress.done();
  return table.finish();
}

/**
 * Reads a file of contributors, whose rows may name the accounts that we know.
 *
 * @param options.path where it is, when it is called something else
 * @throws CONTRIBUTORS_INVALID, CONTRIBUTORS_FILE_MISSING
 */
export async function readContributorFile(
  file: string,
  { path = file, ...options }: Omit<Reading, 'file' | 'resolve' | 'names'> & { path?: string } = {},
): Promise<ContributorTable> {
  const pieces = createReadStream(path, { highWaterMark: PIECE_BYTES });
  try {
    return await readContributorTable(pieces, { ...options, ...OUR_NAMES, file });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SaharaError || code === undefined || typeof code !== 'string') throw error;
    throw new SaharaError('CONTRIBUTORS_FILE_MISSING', { file, reason: code }, { cause: error });
  }
}

const OUR_NAMES = {
  resolve: (name: string) => findDevAccount(name)?.address,
  names: DEV_ACCOUNTS.map((a) => a.name),
};
