import { accessSync, constants, type Dirent, lstatSync, type Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { byBytes, collisionKey, nameProblem } from './names.ts';

/** Then whoever else waits gets a turn: a progress bar, Ctrl-C. */
const FILES_A_TURN = 1_000;

/** A file to be published. */
export type ScannedFile = {
  /** Relative to the scanned folder, POSIX separators. */
  path: string;
  absolute: string;
  /** Bytes. */
  size: number;
};

export type Scan = {
  /** Sorted by the bytes of the path. */
  files: ScannedFile[];
  /** Folders that hold nothing at all (or only hidden things), relative, sorted. */
  emptyFolders: string[];
  /** Left out: names that begin with a dot, relative, folders with a slash at the end, sorted. */
  hidden: string[];
  /** Of all files together, bytes. */
  size: number;
};

/**
 * What a release of this folder would hold.
 *
 * @param options.allowEmpty a folder without files is no error
 *
 * @throws CONTENT_FOLDER_MISSING, CONTENT_NOT_A_FOLDER, CONTENT_FOLDER_EMPTY, CONTENT_SYMLINK, CONTENT_NOT_REGULAR,
 * CONTENT_UNREADABLE, CONTENT_NAME_BAD, CONTENT_NAME_COLLISION
 */
export async function scanFolder(
  dir: string,
  options: { signal?: AbortSignal; allowEmpty?: boolean } = {},
): Promise<Scan> {
  const root = resolve(dir);
  const top = await lookAt(dir);
  if (top === undefined) throw new SaharaError('CONTENT_FOLDER_MISSING', { path: dir });
  if (top.isSymbolicLink()) throw new SaharaError('CONTENT_SYMLINK', { path: dir });
  if (!top.isDirectory()) throw new SaharaError('CONTENT_NOT_A_FOLDER', { path: dir });

  const scan: Scan = { files: [], emptyFolders: [], hidden: [], size: 0 };
  // A list and not recursion: depth is the user's, the stack is ours.
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    options.signal?.throwIfAborted();
    await scanOne(root, folder, scan, waiting, options.signal);
  }
  if (scan.files.length === 0 && options.allowEmpty !== true) {
    throw new SaharaError('CONTENT_FOLDER_EMPTY', { path: dir, hidden: scan.hidden.length });
  }
  scan.size = scan.files.reduce((sum, f) => sum + f.size, 0);
  scan.files.sort((a, b) => byBytes(a.path, b.path));
  scan.emptyFolders.sort(byBytes);
  scan.hidden.sort(byBytes);
  return scan;
}

/** What stands at a path, a link not followed; undefined when nothing does. Throws CONTENT_UNREADABLE. */
export async function lookAt(path: string): Promise<Stats | undefined> {
  return await lstat(resolve(path)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw unreadable(path, cause);
  });
}

async function scanOne(
  root: string,
  folder: string,
  scan: Scan,
  waiting: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((cause) => {
    throw unreadable(folder, cause);
  });
  const seen = new Map<string, string>();
  let kept = 0;
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name.startsWith('.')) {
      scan.hidden.push(entry.isDirectory() ? `${path}/` : path);
      continue;
    }
    const problem = nameProblem(entry.name);
    if (problem !== undefined) throw new SaharaError('CONTENT_NAME_BAD', { path, reason: problem });
    const other = seen.get(collisionKey(entry.name));
    if (other !== undefined) {
      const [first, second] = [other, path].sort(byBytes) as [string, string];
      throw new SaharaError('CONTENT_NAME_COLLISION', { path: first, other: second });
    }
    seen.set(collisionKey(entry.name), path);
    kept++;
    if (kept % FILES_A_TURN === 0) {
      await new Promise((resume) => setImmediate(resume));
      signal?.throwIfAborted();
    }
    if (entry.isDirectory()) waiting.push(path);
    else scan.files.push(scanFile(root, path, entry));
  }
  if (kept === 0 && folder !== '') scan.emptyFolders.push(folder);
}

/** Synchronous: two calls that take microseconds each, for maybe a hundred thousand files. */
function scanFile(root: string, path: string, entry: Dirent): ScannedFile {
  if (entry.isSymbolicLink()) throw new SaharaError('CONTENT_SYMLINK', { path });
  if (!entry.isFile()) throw new SaharaError('CONTENT_NOT_REGULAR', { path, type: typeName(entry) });
  const absolute = join(root, path);
  try {
    accessSync(absolute, constants.R_OK);
    return { path, absolute, size: lstatSync(absolute).size };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function typeName(entry: Dirent): string {
  if (entry.isFIFO()) return 'named pipe';
  if (entry.isSocket()) return 'socket';
  if (entry.isBlockDevice() || entry.isCharacterDevice()) return 'device';
  return 'special file';
}

function unreadable(path: string, cause: unknown): SaharaError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new SaharaError('CONTENT_UNREADABLE', { path, reason }, { cause });
}
