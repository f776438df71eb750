import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writerOf } from '../../base/atomic-file.ts';
import { identify } from '../../devnet/process-identity.ts';
import { ok, type Run, skipped, warning } from '../check.ts';
import { entriesOf, statOf } from '../look.ts';
import { size } from '../space.ts';

/** A writer that we cannot see, in a container that shares the folder, is done or writes on within that time. */
const SETTLED_MS = 60_000;

/** Parts of files whose writer was killed. */
export const run: Run = ({ project }) => {
  if (!existsSync(project.stateDir)) return skipped('There is no .sahara folder yet.');
  const left = leftoversIn(project.stateDir);
  if (left.length === 0) return ok('Nothing unfinished lies about in .sahara.');
  const bytes = left.reduce((sum, path) => sum + (statOf(path)?.size ?? 0), 0);
  return warning(
    `${left.length} unfinished ${left.length === 1 ? 'file was' : 'files were'} left in .sahara (${size(bytes)}).`,
    {
      detail: [
        'The processes that were writing them are gone; the files they were for are as they were before.',
      ],
      fix: {
        says: `remove ${left.length === 1 ? 'it' : 'them'}`,
        apply: () => {
          for (const path of leftoversIn(project.stateDir)) rmSync(path, { force: true });
        },
      },
    },
  );
};

/** Such files whose process is gone. One that got its pid since makes us wait, and nothing worse. */
function leftoversIn(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    // The content stores look after themselves, and may be large.
    if (entry.isDirectory()) return /^(content|kubo)$/.test(entry.name) ? [] : leftoversIn(path);
    const pid = writerOf(entry.name);
    if (!entry.isFile() || pid === undefined || identify(pid) !== null) return [];
    const age = Date.now() - (statOf(path)?.mtimeMs ?? Date.now());
    return age > SETTLED_MS ? [path] : [];
  });
}
