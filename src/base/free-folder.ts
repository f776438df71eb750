import { existsSync, readdirSync, statSync } from 'node:fs';

/** True when a new folder can be put at this path: nothing is there, or an empty folder. */
export function isFreeForFolder(path: string): boolean {
  return !existsSync(path) || (statSync(path).isDirectory() && readdirSync(path).length === 0);
}
