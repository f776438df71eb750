import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const TEMPORARY = /\.(\d+)\.[0-9a-f]{8}\.tmp$/;

/** A name beside `path`, for what will be renamed to it. Should its writer be killed, the name tells whose it was. */
export const temporaryBeside = (path: string): string =>
  `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;

/** The pid of the process that writes, or wrote, a file with such a name; undefined for any other. */
export function writerOf(name: string): number | undefined {
  const pid = TEMPORARY.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * Writes a whole file so that a reader, or we after a crash, finds the old content or the new and never
 * a part: a temporary file beside it, fsync, rename, fsync of the folder.
 *
 * @param mode permissions of the new file, e.g. 0o600 for a key
 */
export function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o644): void {
  const temporary = temporaryBeside(path);
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The first error is the one that tells what is wrong.
    }
    throw error;
  }
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
