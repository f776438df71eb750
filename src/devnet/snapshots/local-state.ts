import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writerOf } from '../../base/atomic-file.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { copySynced } from './files.ts';
import type { SnapshotManifest } from './types.ts';

/**
 * A kind of files below `.sahara/` that is part of a devnet's economy. `.sahara/` is shared by all devnets of a project
 * and by other networks, so each part says what of it belongs to one chain, and how it comes back.
 */
export type LocalPart = {
  id: string;
  /** Paths of its files, relative to `.sahara/`, POSIX. Nothing else is ever written by a restore. */
  owns: RegExp;
  /** Which of them belong to a chain. Left out: all. */
  belongsTo?: (path: string, chain: ChainOfLocal) => boolean;
  /**
   * `exactly`: what the snapshot has not goes. `add`: what is there besides stays. `missing`: what is there is never
   * written over.
   */
  back: 'exactly' | 'add' | 'missing';
  /** Left out of exported files unless that is asked for. Mode 0600. */
  isPrivate: boolean;
};

export type ChainOfLocal = Pick<SnapshotManifest['chain'], 'id' | 'firstBlock'>;

/** Whatever a room keeps below `.sahara/` for a chain is a line here. */
export const LOCAL_PARTS: readonly LocalPart[] = [
  // Signed documents of publications, named by a digest of all that they say: with them a publication that is done
  // again is the same release. What was added later is true later still, so nothing of it goes.
  { id: 'releases', owns: /^releases\/[0-9a-f]{64}\/[\w.-]{1,200}$/, back: 'add', isPrivate: false },
  // What batches have sent, by chain and file: without it a batch that is run again would pay again, and what was sent
  // after the snapshot has not been sent on the chain that comes back.
  {
    id: 'batches',
    owns: /^batch\/\d{1,20}-[0-9a-f]{1,16}-[0-9a-f]{32}\.ndjson$/,
    belongsTo: (path, { id, firstBlock }) =>
      path.startsWith(`batch/${id}-${(firstBlock ?? '').slice(2, 18)}-`),
    back: 'exactly',
    isPrivate: false,
  },
  // Private document keys. They are the publisher's and not the devnet's: they may be bound on other networks too, so a
  // restore never replaces or removes one. One that the restored chain does not know is bound with the next publication.
  { id: 'keys', owns: /^keys\/[\w.-]{1,200}\.pem$/, back: 'missing', isPrivate: true },
];

/** Where a snapshot has them. */
export const LOCAL = 'local/';

export const partOf = (path: string): LocalPart | undefined =>
  LOCAL_PARTS.find(({ owns }) => owns.test(path) && !path.split('/').some((name) => /^\.{1,2}$/.test(name)));

/** Whether a snapshot can have a file of this path, relative to the snapshot. */
export const isLocalPath = (path: string): boolean =>
  path.startsWith(LOCAL) && partOf(path.slice(LOCAL.length)) !== undefined;

/** Files of all parts that belong to a chain, relative to `.sahara/`, POSIX. None that is only being written, or whose writer was killed. */
export function localFiles(stateDir: string, chain: ChainOfLocal): string[] {
  return ['releases', 'batch', 'keys'].flatMap((folder) =>
    filesBelow(join(stateDir, folder), folder).filter((path) => {
      const part = partOf(path);
      return part !== undefined && writerOf(path) === undefined && (part.belongsTo?.(path, chain) ?? true);
    }),
  );
}

function filesBelow(folder: string, prefix: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${prefix}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(join(folder, entry.name), path);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}

/** Brings the files of a snapshot back. Done again it does the same. */
export async function restoreLocal(
  stateDir: string,
  folder: string,
  { chain, files }: SnapshotManifest,
): Promise<void> {
  const saved = files
    .filter(({ path }) => path.startsWith(LOCAL))
    .map(({ path }) => path.slice(LOCAL.length));
  for (const path of saved) {
    const part = partOf(path);
    const to = join(stateDir, path);
    if (!part || (part.back === 'missing' && existsSync(to))) continue;
    const mode = part.isPrivate ? 0o700 : 0o755;
    makeFolder(join(to, '..'), mode);
    await copySynced(join(folder, LOCAL, path), to, part.isPrivate ? 0o600 : 0o644);
  }
  const kept = new Set(saved);
  for (const path of localFiles(stateDir, chain))
    if (partOf(path)?.back === 'exactly' && !kept.has(path)) rmSync(join(stateDir, path), { force: true });
}
