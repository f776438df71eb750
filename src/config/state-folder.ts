import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';

/**
 * A folder below a project's `.sahara/`, made when it is not there. `.sahara/` holds keys and a chain, and
 * keeps itself out of version control.
 *
 * @param mode permissions of the folder when it is made
 */
export function stateFolder(stateDir: string, names: readonly string[], mode = 0o755): string {
  const folder = join(stateDir, ...names);
  makeFolder(folder, mode);
  const ignore = join(stateDir, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return folder;
}
