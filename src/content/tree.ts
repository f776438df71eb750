import { SaharaError } from '../base/errors.ts';
import { type FolderLink, type FolderNode, folderDag } from './folder-dag.ts';
import type { Key } from './key.ts';
import { byBytes, pathProblem } from './names.ts';
import type { DagEntry } from './source.ts';

/**
 * The entries in the order of their bytes, which is the order of the result whatever their own was.
 *
 * @throws CONTENT_NAME_BAD, CONTENT_NAME_COLLISION
 */
export function checkedEntries(entries: readonly DagEntry[]): DagEntry[] {
  const paths = new Set<string>();
  const folders = new Set<string>();
  for (const { path } of entries) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw new SaharaError('CONTENT_NAME_BAD', { path, reason: problem });
    if (paths.has(path)) throw new SaharaError('CONTENT_NAME_COLLISION', { path, other: path });
    paths.add(path);
    // From the end, until one that is known: then those above it are known too.
    for (let parent = parentOf(path); parent !== '' && !folders.has(parent); parent = parentOf(parent))
      folders.add(parent);
  }
  for (const folder of folders) {
    if (paths.has(folder))
      throw new SaharaError('CONTENT_NAME_COLLISION', { path: folder, other: `${folder}/` });
  }
  return [...entries].sort((a, b) => byBytes(a.path, b.path));
}

/** The folder of a relative path; '' for what stands at the top. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Gathers what is in which folder, and then addresses them, however deep they are. */
export function folderTree() {
  const inside = new Map<string, FolderLink[]>([['', []]]);

  function ensure(folder: string): FolderLink[] {
    const known = inside.get(folder);
    if (known !== undefined) return known;
    const links: FolderLink[] = [];
    inside.set(folder, links);
    for (let at = parentOf(folder); !inside.has(at); at = parentOf(at)) inside.set(at, []);
    return links;
  }

  return {
    ensure,
    add(path: string, key: Key, tsize: number): void {
      ensure(parentOf(path)).push({ name: path.slice(path.lastIndexOf('/') + 1), key, tsize });
    },
    /** Every folder's address by its path; `node` gets each block, children first. */
    finish(node: (key: Key, bytes: Uint8Array) => void): Map<string, FolderNode> {
      const folders = new Map<string, FolderNode>();
      const byDepth = [...inside.keys()].map((path) => ({ path, depth: depthOf(path) }));
      byDepth.sort((a, b) => b.depth - a.depth);
      for (const { path } of byDepth) {
        const folder = folderDag(inside.get(path) ?? [], node);
        folders.set(path, folder);
        inside.delete(path);
        if (path !== '') this.add(path, folder.key, folder.tsize);
      }
      return folders;
    },
  };
}

function depthOf(path: string): number {
  if (path === '') return 0;
  let depth = 1;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth++;
  return depth;
}
