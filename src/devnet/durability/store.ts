import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryBeside, writerOf } from '../../base/atomic-file.ts';
import type { DevnetPaths } from '../paths.ts';
import { createJournal, type Journal, type ReadJournal, readJournal, syncFolder } from './journal.ts';
import type { JournalHeader } from './types.ts';

const JOURNAL = /^chain-journal-(\d+)\.log$/;

export const journalPath = ({ dir }: DevnetPaths, sequence: number): string =>
  join(dir, `chain-journal-${sequence}.log`);

/** The checkpoint before the newest; with its journal it leads to the newest as well. */
export const previousCheckpoint = ({ dir }: DevnetPaths): string => join(dir, 'chain-state.previous.json');

/** The journals of a devnet, oldest first, and the files that should be one and cannot be read at all. */
export function listJournals(paths: DevnetPaths): { journals: ReadJournal[]; unreadable: string[] } {
  const journals: ReadJournal[] = [];
  const unreadable: string[] = [];
  const names = readdirSync(paths.dir).filter((name) => JOURNAL.test(name));
  const sequence = (name: string) => Number(JOURNAL.exec(name)?.[1]);
  for (const name of names.sort((a, b) => sequence(a) - sequence(b))) {
    const path = join(paths.dir, name);
    const journal = readJournal(path);
    if (journal) journals.push(journal);
    else unreadable.push(path);
  }
  return { journals, unreadable };
}

/**
 * Makes a new generation: the checkpoint, and a journal that continues it. The one before becomes the previous one and
 * keeps its journal; what is older goes. A crash in between leaves either generation whole: the journal is made first
 * and names its checkpoint by digest, so that one without the other is recognised.
 *
 * @param state anvil's state as JSON
 */
export function writeCheckpoint(
  paths: DevnetPaths,
  state: Uint8Array,
  header: Omit<JournalHeader, 't' | 'format' | 'base'>,
): Journal {
  const found = statSync(paths.chainState, { throwIfNoEntry: false });
  // A rename would take away whatever else stands there. The error is the one that writing to it gives.
  if (found && !found.isFile()) closeSync(openSync(paths.chainState, 'r+'));
  const temporary = temporaryBeside(paths.chainState);
  const path = journalPath(paths, header.sequence);
  let journal: Journal | undefined;
  try {
    writeSynced(temporary, state);
    const sha256 = createHash('sha256').update(state).digest('hex');
    journal = createJournal(path, {
      t: 'header',
      format: 1,
      ...header,
      base: { kind: 'checkpoint', sha256 },
    });
    if (found) renameSync(paths.chainState, previousCheckpoint(paths));
    renameSync(temporary, paths.chainState);
    syncFolder(paths.dir);
  } catch (error) {
    journal?.close();
    for (const file of [temporary, path]) rmSync(file, { force: true });
    throw error;
  }
  for (const name of readdirSync(paths.dir)) {
    const number = Number(JOURNAL.exec(name)?.[1] ?? header.sequence);
    // Only the owner of the devnet writes checkpoints, and that is us: half a one is of a process that was killed.
    const isHalf = name.startsWith(`${basename(paths.chainState)}.`) && writerOf(name) !== undefined;
    if (isHalf || number < header.sequence - 1) rmSync(join(paths.dir, name), { force: true });
  }
  return journal;
}

/** Hexadecimal; undefined where there is no such file. Reads in pieces, as a checkpoint may be large. */
export function digestOf(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const piece = Buffer.alloc(4 * 1024 ** 2);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece))
      hash.update(piece.subarray(0, read));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

/** Moves what cannot be used out of the way, where it can be looked at. @returns the folder it is in */
export function setAside(paths: DevnetPaths, files: readonly string[]): string {
  const folder = join(paths.dir, `damaged-${new Date().toISOString().replaceAll(':', '-')}`);
  mkdirSync(folder, { recursive: true });
  for (const file of files)
    if (statSync(file, { throwIfNoEntry: false })) renameSync(file, join(folder, basename(file)));
  return folder;
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w', 0o644);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
