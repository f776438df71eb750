import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isError, SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { syncFolder } from '../durability/journal.ts';
import type { DevnetPaths } from '../paths.ts';
import { identify } from '../process-identity.ts';
import { parseManifest } from './manifest.ts';
import type { DeletedSnapshot, ListedSnapshot, SnapshotManifest } from './types.ts';

/** The snapshot that is made of what a restore replaces. */
export const BEFORE = 'before-restore';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** What is being made, by process; what is being replaced, by name. Names of snapshots begin with no dot. */
const DRAFT = /^\.(new|import)-(\d+)-[0-9a-f]{8}$/;
const REPLACED = /^\.old-([a-z0-9-]+)$/;

/** @throws SNAPSHOT_NAME_INVALID */
export function assertSnapshotName(name: string): void {
  if (!NAME.test(name)) throw new SaharaError('SNAPSHOT_NAME_INVALID', { name });
}

export const snapshotsFolder = ({ dir }: DevnetPaths): string => join(dir, 'snapshots');
export const snapshotFolder = (paths: DevnetPaths, name: string): string =>
  join(snapshotsFolder(paths), name);

/** A folder of this process's own beside the snapshots, on the same disk. */
export function draftFolder(paths: DevnetPaths, kind: 'new' | 'import'): string {
  const folder = join(snapshotsFolder(paths), `.${kind}-${process.pid}-${randomBytes(4).toString('hex')}`);
  makeFolder(folder, 0o700);
  return folder;
}

/** Whether this is the name of a folder that an import has unpacked to. */
export const isDraft = (name: string): boolean => DRAFT.test(name);

/** @throws SNAPSHOT_MISSING, SNAPSHOT_DAMAGED, SNAPSHOT_FOREIGN, SNAPSHOT_NAME_INVALID */
export function readSnapshot(paths: DevnetPaths, name: string): SnapshotManifest {
  assertSnapshotName(name);
  const folder = snapshotFolder(paths, name);
  if (!existsSync(folder)) throw new SaharaError('SNAPSHOT_MISSING', { name, known: snapshotNames(paths) });
  return readManifest(folder, name);
}

/** @throws SNAPSHOT_DAMAGED, SNAPSHOT_FOREIGN */
export function readManifest(folder: string, name: string): SnapshotManifest {
  let text: string;
  try {
    text = readFileSync(join(folder, 'manifest.json'), 'utf8');
  } catch (cause) {
    const reason = `its manifest cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw new SaharaError('SNAPSHOT_DAMAGED', { name, reason }, { cause });
  }
  return parseManifest(text, name);
}

/** By name. Unreadable ones are among them. */
export function snapshotNames(paths: DevnetPaths): string[] {
  const folder = snapshotsFolder(paths);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** The first of `snapshot-1`, `snapshot-2` and so on that is free. */
export function freeName(paths: DevnetPaths): string {
  const taken = new Set(snapshotNames(paths));
  for (let i = 1; ; i++) if (!taken.has(`snapshot-${i}`)) return `snapshot-${i}`;
}

export function listed({ name, createdAt, chain, counts, files }: SnapshotManifest): ListedSnapshot {
  const { number, hash, time } = chain.head;
  return {
    name,
    createdAt,
    head: { number, hash, time: new Date(time * 1000).toISOString() },
    assets: counts.assets,
    pins: counts.pins,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Puts a whole snapshot in its place. A kill in between leaves the former one, which `sweepFolders` puts back. */
export function putSnapshot(paths: DevnetPaths, draft: string, name: string): void {
  const folder = snapshotFolder(paths, name);
  const replaced = join(snapshotsFolder(paths), `.old-${name}`);
  rmSync(replaced, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, replaced);
  renameSync(draft, folder);
  syncFolder(snapshotsFolder(paths));
  rmSync(replaced, { recursive: true, force: true });
}

/** First out of the way, so that a kill leaves no half. */
export function removeSnapshot(paths: DevnetPaths, name: string): void {
  const going = join(snapshotsFolder(paths), `.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  renameSync(snapshotFolder(paths, name), going);
  syncFolder(snapshotsFolder(paths));
  rmSync(going, { recursive: true, force: true });
}

/** Clears away what was being made or replaced when its process was killed. */
export function sweepFolders(paths: DevnetPaths): void {
  const folder = snapshotsFolder(paths);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, kind, pid] = DRAFT.exec(name) ?? [];
    // Only whoever owns the devnet saves, and that is us by now; an import may be under way.
    const isLeft = kind === 'new' ? Number(pid) !== process.pid : kind && identify(Number(pid)) === null;
    if (isLeft) rmSync(join(folder, name), { recursive: true, force: true });
    const former = REPLACED.exec(name)?.[1];
    if (former === undefined) continue;
    if (existsSync(join(folder, former))) rmSync(join(folder, name), { recursive: true, force: true });
    else renameSync(join(folder, name), join(folder, former));
  }
}

/** What is to be removed, as far as it can still be read. @throws SNAPSHOT_MISSING */
export function goneOf(paths: DevnetPaths, name: string): DeletedSnapshot {
  try {
    return { name, snapshot: listed({ ...readSnapshot(paths, name), name }) };
  } catch (error) {
    if (isError(error, 'SNAPSHOT_DAMAGED') || isError(error, 'SNAPSHOT_FOREIGN'))
      return { name, snapshot: null };
    throw error;
  }
}
