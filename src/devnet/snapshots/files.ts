import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryBeside } from '../../base/atomic-file.ts';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { syncFolder } from '../durability/journal.ts';
import type { SnapshotManifest } from './types.ts';

const PIECE = 1024 ** 2;

export type Copied = { bytes: number; sha256: string };

/** Copies a file in pieces, and is told what was copied. A reader of `to` finds the old file or the new. On disk when it returns. */
export async function copySynced(from: string, to: string, mode = 0o644): Promise<Copied> {
  const beside = temporaryBeside(to);
  try {
    const copied = await copyInto(from, beside, mode);
    renameSync(beside, to);
    syncFolder(dirname(to));
    return copied;
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

async function copyInto(from: string, to: string, mode: number): Promise<Copied> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'w', mode);
    try {
      const hash = createHash('sha256');
      const piece = Buffer.allocUnsafe(PIECE);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await source.read(piece, 0, PIECE, null);
        if (bytesRead === 0) break;
        const part = piece.subarray(0, bytesRead);
        hash.update(part);
        for (let at = 0; at < bytesRead; ) at += (await target.write(part, at)).bytesWritten;
        bytes += bytesRead;
      }
      await target.datasync();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Copies a snapshot, and checks on the way that each of its files is what the manifest says. @throws SNAPSHOT_DAMAGED */
export async function copyChecked(
  from: string,
  to: string,
  { name, files }: SnapshotManifest,
): Promise<void> {
  for (const { path, bytes, sha256 } of files) {
    const file = join(from, path);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size !== bytes)
      throw new SaharaError('SNAPSHOT_DAMAGED', {
        name,
        reason: size === undefined ? `${path} is missing` : `${path} has ${size} bytes instead of ${bytes}`,
      });
    makeFolder(dirname(join(to, path)), 0o700);
    const copied = await copySynced(file, join(to, path), 0o600);
    if (copied.sha256 !== sha256 || copied.bytes !== bytes)
      throw new SaharaError('SNAPSHOT_DAMAGED', { name, reason: `${path} is not what was saved` });
  }
}

/** So that the names of all files below survive as well. */
export function syncBelow(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) syncBelow(join(folder, entry.name));
  syncFolder(folder);
}

/** That a file of this path can be written there, and is on disk. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
