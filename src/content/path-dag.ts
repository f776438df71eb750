import { basename, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import { type BlockSink, buildFileRoot, buildPlainDag, type Dag } from './dag.ts';
import { lookAt, scanFolder } from './scan.ts';
import type { DagEntry } from './source.ts';

export type PathDagOptions = { signal?: AbortSignal; progress?: Progress; sink?: BlockSink; lend?: boolean };

/** A folder or file on disk, addressed as it stands there. */
export type PathDag = Dag & {
  /** True for a file: `root` is its own address then, and `files` has one entry. */
  single: boolean;
  /** Left out: names that begin with a dot, relative, folders with a slash at the end, sorted. */
  hidden: string[];
};

/**
 * Works out the address of a folder or of one file. Unlike a release, a folder may be empty here.
 *
 * @throws CONTENT_PATH_MISSING, CONTENT_SYMLINK, CONTENT_NOT_REGULAR, CONTENT_UNREADABLE, CONTENT_NAME_BAD,
 * CONTENT_NAME_COLLISION, CONTENT_FILE_CHANGED
 */
export async function buildPathDag(path: string, options: PathDagOptions = {}): Promise<PathDag> {
  const absolute = resolve(path);
  const top = await lookAt(path);
  if (top === undefined) throw new SaharaError('CONTENT_PATH_MISSING', { path });
  if (!top.isDirectory()) {
    // Whatever it is: opening says what is no file.
    const entry = { path: basename(absolute), file: absolute };
    const dag = await buildFileRoot(entry, { ...options, totalBytes: top.size });
    return Object.assign(dag, { single: true, hidden: [] });
  }
  const { signal } = options;
  const scan = await scanFolder(path, { allowEmpty: true, ...(signal ? { signal } : {}) });
  const entries: DagEntry[] = [
    ...scan.files.map((f) => ({ path: f.path, file: f.absolute })),
    ...scan.emptyFolders.map((p) => ({ path: p, emptyFolder: true as const })),
  ];
  const dag = await buildPlainDag(entries, { ...options, totalBytes: scan.size });
  return Object.assign(dag, { single: false, hidden: scan.hidden });
}
