import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';

/** What lies in a folder; nothing where it is gone by now: others make and remove files while we look, doctors too. */
export function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What a path is, a link not followed; undefined where it is gone by now. */
export const statOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
