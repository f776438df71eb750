import { existsSync, readdirSync, rmdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { isError, SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { type Progress, silentProgress } from '../../base/progress.ts';
import { stateFolder } from '../../config/index.ts';
import { type DevnetPaths, devnetPaths } from '../paths.ts';
import { CONTENT_FILE } from './adopt.ts';
import { ArchiveProblem, readArchive, type Taker } from './archive.ts';
import { ask, whileRunning } from './ask.ts';
import { assertNoFork } from './assert-no-fork.ts';
import {
  assertSnapshotName,
  draftFolder,
  listed,
  readManifest,
  snapshotFolder,
  snapshotNames,
  snapshotsFolder,
} from './folders.ts';
import { assertOurs, MANIFEST_FILE, manifestText, parseManifest } from './manifest.ts';
import {
  FORMAT,
  type SavedSnapshot,
  type SnapshotFile,
  type SnapshotManifest,
  type SnapshotPlace,
} from './types.ts';

export type ImportOptions = {
  /** The name that it gets; left out it keeps its own. */
  as?: string;
  /** Replaces a snapshot of that name. */
  force?: boolean;
  /** The file is read and checked, and nothing written. */
  dryRun?: boolean;
  progress?: Progress;
};

/**
 * Takes over a snapshot from a file. All of the file is read and checked before anything of the devnet is touched; the
 * devnet itself stays as it is until the snapshot is restored.
 *
 * @throws SNAPSHOT_FILE_INVALID, SNAPSHOT_FILE_TOO_LARGE, SNAPSHOT_FOREIGN, SNAPSHOT_EXISTS, SNAPSHOT_NAME_INVALID,
 *   SNAPSHOT_OF_FORK, CONTENT_PATH_MISSING
 */
export async function importSnapshot(
  place: SnapshotPlace,
  file: string,
  options: ImportOptions = {},
): Promise<SavedSnapshot> {
  const { as, force = false, dryRun = false, progress = silentProgress } = options;
  if (as !== undefined) assertSnapshotName(as);
  const paths = devnetPaths(place.stateDir, place.name);
  assertNoFork(paths, place.name);
  const size = sizeOf(file);
  let draft: string | undefined;
  try {
    if (!dryRun) {
      stateFolder(place.stateDir, ['devnet', place.name]);
      draft = draftFolder(paths, 'import');
    }
    progress.start('Reading', size, 'bytes');
    const unpacked = unpack(file, draft, dryRun ? dirname(file) : paths.dir);
    await readArchive(file, unpacked.taker, {
      progress: (bytes) => progress.advance(bytes),
      ...(place.signal ? { signal: place.signal } : {}),
    })
      .catch((error) => Promise.reject(told(file, error)))
      .finally(unpacked.close);
    progress.done();
    const manifest = unpacked.whole();
    const name = as ?? manifest.name;
    assertSnapshotName(name);
    assertOurs({ ...manifest, name });
    const same = isSame(paths, name, manifest);
    if (same) return { ...listed(same), changed: false };
    if (!force && existsSync(snapshotFolder(paths, name))) throw new SaharaError('SNAPSHOT_EXISTS', { name });
    const result = { ...listed({ ...manifest, name }), changed: true };
    if (draft === undefined) return result;
    const folder = basename(draft);
    progress.start('Importing');
    await whileRunning(place, (live) => ask(live, { op: 'adopt', folder, name, force }));
    progress.done();
    return result;
  } finally {
    if (draft) rmSync(draft, { recursive: true, force: true });
    if (draft) removeEmpty(paths);
  }
}

function sizeOf(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new SaharaError('CONTENT_PATH_MISSING', { path: file });
  if (!stat.isFile()) throw new SaharaError('SNAPSHOT_FILE_INVALID', { file, reason: 'it is no file' });
  return stat.size;
}

/** The same snapshot again, whatever name it has in the file. */
function isSame(paths: DevnetPaths, name: string, { id }: SnapshotManifest): SnapshotManifest | undefined {
  if (!snapshotNames(paths).includes(name)) return undefined;
  try {
    const there = readManifest(snapshotFolder(paths, name), name);
    return there.id === id ? there : undefined;
  } catch {
    return undefined;
  }
}

function told(file: string, error: unknown): unknown {
  if (isError(error, 'SNAPSHOT_DAMAGED'))
    return new SaharaError('SNAPSHOT_FILE_INVALID', { file, reason: error.params.reason }, { cause: error });
  if (!(error instanceof ArchiveProblem)) return error;
  const { version } = error;
  if (version !== undefined)
    return new SaharaError('SNAPSHOT_FOREIGN', {
      name: basename(file),
      what: 'the format',
      expected: String(FORMAT),
      found: String(version),
    });
  return new SaharaError('SNAPSHOT_FILE_INVALID', { file, reason: error.message }, { cause: error });
}

/** Files have to come in the order of the manifest, each as long as it says: there is no path that could lead elsewhere. */
function unpack(file: string, folder: string | undefined, disk: string) {
  let manifest: SnapshotManifest | undefined;
  let waiting: SnapshotFile[] = [];
  let expected: SnapshotFile | undefined;
  let isContent = false;
  let hasContent = false;
  let handle: FileHandle | undefined;
  let room = Number.POSITIVE_INFINITY;
  const invalid = (reason: string) => new SaharaError('SNAPSHOT_FILE_INVALID', { file, reason });
  const take = (bytes: number) => {
    room -= bytes;
    if (room >= 0) return;
    const free = freeOn(disk);
    throw new SaharaError('SNAPSHOT_FILE_TOO_LARGE', { file, bytes: free - room, free });
  };
  let left = 0;
  const taker: Taker = {
    manifest(text) {
      manifest = parseManifest(text, basename(file));
      waiting = [...manifest.files];
      const declared = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
      room = freeOn(disk);
      if (declared > room)
        throw new SaharaError('SNAPSHOT_FILE_TOO_LARGE', { file, bytes: declared, free: room });
      if (folder) writeFileAtomic(join(folder, MANIFEST_FILE), manifestText(manifest));
    },
    async begin(path) {
      expected = waiting.shift();
      isContent = expected === undefined && !hasContent && manifest?.content.mark !== null;
      if (path !== (isContent ? CONTENT_FILE : expected?.path))
        throw invalid(`it holds ${JSON.stringify(path)}, which its manifest does not say`);
      hasContent ||= isContent;
      left = expected?.bytes ?? Number.POSITIVE_INFINITY;
      if (!folder) return;
      makeFolder(dirname(join(folder, path)), 0o700);
      handle = await open(join(folder, path), 'wx', 0o600);
    },
    async piece(bytes) {
      left -= bytes.length;
      if (left < 0) throw invalid(`${expected?.path} is longer than its manifest says`);
      take(bytes.length);
      if (handle) for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
    },
    async end({ bytes, sha256 }) {
      await handle?.close();
      handle = undefined;
      if (expected && (expected.bytes !== bytes || expected.sha256 !== sha256))
        throw invalid(`${expected.path} is not what its manifest says`);
    },
  };
  return {
    taker,
    close: async () => handle?.close(),
    whole(): SnapshotManifest {
      if (!manifest || waiting.length > 0) throw invalid('files of it are missing');
      if (manifest.content.mark !== null && !hasContent) throw invalid('its content is missing');
      return manifest;
    },
  };
}

function freeOn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** An import that was refused leaves nothing of its own. */
function removeEmpty(paths: DevnetPaths): void {
  for (const folder of [snapshotsFolder(paths), paths.dir])
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
