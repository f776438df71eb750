import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import { type Progress, silentProgress } from '../../base/progress.ts';
import { type DevnetPaths, devnetPaths } from '../paths.ts';
import { CONTENT_FILE } from './adopt.ts';
import { type ArchivedFile, archiveOf } from './archive.ts';
import { whileRunning } from './ask.ts';
import { assertNoFork } from './assert-no-fork.ts';
import { readSnapshot, snapshotFolder } from './folders.ts';
import { LOCAL, partOf } from './local-state.ts';
import { manifestText } from './manifest.ts';
import type { SnapshotManifest, SnapshotPlace } from './types.ts';

export type ExportedSnapshot = {
  name: string;
  /** The file, absolute. */
  file: string;
  /** Of the file, bytes; null in a dry run. */
  bytes: number | null;
  /** Of the file: 64 hexadecimal digits; null in a dry run. */
  sha256: string | null;
  /** How many assets are registered in it. */
  assets: number;
  /** How many pins it has, with all of their content. */
  pins: number;
  /** Whether private document keys are in it. */
  withKeys: boolean;
};

export type ExportOptions = {
  /** Replaces a file that is there. */
  force?: boolean;
  /** Puts private document keys into it as well. */
  withKeys?: boolean;
  dryRun?: boolean;
  progress?: Progress;
};

/**
 * Writes a snapshot to one file, with the content that its pins keep: all of it or nothing.
 *
 * @throws SNAPSHOT_OF_FORK, SNAPSHOT_MISSING, SNAPSHOT_DAMAGED, SNAPSHOT_CONTENT_MISSING, CONTENT_DESTINATION_EXISTS, CONTENT_WRITE_FAILED
 */
export async function exportSnapshot(
  place: SnapshotPlace,
  name: string,
  file: string,
  options: ExportOptions = {},
): Promise<ExportedSnapshot> {
  const { force = false, withKeys = false, dryRun = false, progress = silentProgress } = options;
  const paths = devnetPaths(place.stateDir, place.name);
  assertNoFork(paths, place.name);
  const whole = readSnapshot(paths, name);
  const manifest = withKeys ? whole : withoutKeys(whole);
  const target = resolve(file);
  const { assets, pins } = manifest.counts;
  const result = { name, file: target, assets, pins, withKeys };
  if (existsSync(target)) {
    if (statSync(target).isDirectory())
      throw new SaharaError('CONTENT_WRITE_FAILED', { path: file, reason: 'it is a folder' });
    if (!force) throw new SaharaError('CONTENT_DESTINATION_EXISTS', { path: file });
  }
  if (dryRun) {
    const { assertSnapshotWhole } = await import('./check-snapshot.ts');
    assertSnapshotWhole(paths, whole);
    return { ...result, bytes: null, sha256: null };
  }
  const write = async (content: AsyncIterable<Uint8Array> | undefined) => {
    const { writeWhole } = await import('../../content/manage/car-file.ts');
    const hash = createHash('sha256');
    let bytes = 0;
    progress.start('Exporting', undefined, 'bytes');
    const counted = async function* () {
      for await (const chunk of archived(paths, manifest, content)) {
        place.signal?.throwIfAborted();
        hash.update(chunk);
        bytes += chunk.length;
        progress.advance(chunk.length);
        yield chunk;
      }
    };
    await writeWhole(target, file, counted(), force);
    progress.done();
    return { ...result, bytes, sha256: hash.digest('hex') };
  };
  const { mark } = manifest.content;
  if (mark === null) return write(undefined);
  return whileRunning(place, async ({ content }) => {
    const [{ openContent }, { openCar }, { holdsMark }] = await Promise.all([
      import('../../content/manage/access.ts'),
      import('../../content/manage/car-file.ts'),
      import('./mark.ts'),
    ]);
    const access = openContent({ api: content.api });
    try {
      if (!(await holdsMark(access, mark)))
        throw new SaharaError('SNAPSHOT_CONTENT_MISSING', {
          name,
          reason: `the content node (${content.kind}) has not all that it needs`,
        });
      return await write((await openCar(access, mark, place.signal ? { signal: place.signal } : {})).chunks);
    } finally {
      access.close();
    }
  });
}

function withoutKeys(manifest: SnapshotManifest): SnapshotManifest {
  const isKept = (path: string) => !path.startsWith(LOCAL) || !partOf(path.slice(LOCAL.length))?.isPrivate;
  const files = manifest.files.filter(({ path }) => isKept(path));
  const localFiles = files.filter(({ path }) => path.startsWith(LOCAL)).length;
  return { ...manifest, files, counts: { ...manifest.counts, localFiles } };
}

function archived(
  paths: DevnetPaths,
  manifest: SnapshotManifest,
  content: AsyncIterable<Uint8Array> | undefined,
): AsyncIterable<Uint8Array> {
  const { name, files } = manifest;
  const folder = snapshotFolder(paths, name);
  const said = new Map(files.map((file) => [file.path, file]));
  const all = function* (): Generator<ArchivedFile> {
    for (const { path } of files)
      yield { path, chunks: createReadStream(join(folder, path), { highWaterMark: 1024 * 1024 }) };
    if (content) yield { path: CONTENT_FILE, chunks: content };
  };
  return archiveOf(manifestText(manifest), all(), (path, { sha256 }) => {
    const file = said.get(path);
    if (file && file.sha256 !== sha256)
      throw new SaharaError('SNAPSHOT_DAMAGED', { name, reason: `${path} is not what was saved` });
  });
}
