import { createPrivateKey } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { shellQuote } from '../../base/shell-quote.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { entriesOf } from '../look.ts';

type Exposed = { path: string; mode: number };

/** Document keys are their owner's alone, and keys. */
export const run: Run = ({ project }) => {
  const folder = join(project.stateDir, 'keys');
  if (!existsSync(folder)) return skipped('There are no document keys yet.');
  const files = entriesOf(folder)
    // A link may lead to what is not ours.
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
  const exposed = process.platform === 'win32' ? [] : [folder, ...files].filter(isExposed).map(safe);
  const name = (path: string) => relative(project.root, path);
  if (exposed.length > 0)
    return problem(`Other users of this machine can read ${exposed.map((e) => name(e.path)).join(', ')}.`, {
      detail: ['Who may have read a key should be thought to have it.'],
      fix: {
        says: `give ${exposed.length === 1 ? 'it' : 'them'} to the owner alone (mode 0600, folder 0700)`,
        apply: () => {
          for (const { path, mode } of exposed) chmodSync(path, mode);
        },
      },
    });
  const damaged = files.filter((path) => path.endsWith('.pem') && !isKey(path));
  if (damaged.length > 0)
    return problem(`${damaged.map(name).join(', ')} cannot be read as a key.`, {
      detail: [
        'Put a good copy in its place. Without one, move it away: the next publication makes and binds a new key.',
      ],
      remedy: damaged.map((path) => ({
        command: `mv ${shellQuote(path)} ${shellQuote(`${path}.damaged`)}`,
        when: 'to let a new key be made',
      })),
    });
  return ok(`${files.length} key ${files.length === 1 ? 'file is' : 'files are'} private.`);
};

const isExposed = (path: string): boolean => (lstatSync(path).mode & 0o077) !== 0;
const safe = (path: string): Exposed => ({ path, mode: lstatSync(path).isDirectory() ? 0o700 : 0o600 });

function isKey(path: string): boolean {
  try {
    return createPrivateKey(readFileSync(path)).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
