import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shellQuote } from '../../base/shell-quote.ts';
import { type Finding, note, ok, problem, type Run, skipped } from '../check.ts';
import { entriesOf, statOf } from '../look.ts';

/** What is in `.sahara` is the user's own: a run with sudo leaves files there that the next one cannot write. */
export const run: Run = ({ project: { stateDir } }) => {
  if (process.getuid === undefined) return skipped('Windows has other owners.');
  if (!existsSync(stateDir)) return skipped('There is no .sahara folder yet.');
  return examineOwners(stateDir, process.getuid());
};

/** @param uid who works here */
export function examineOwners(stateDir: string, uid: number): Finding {
  const foreign = foreignIn(stateDir, uid);
  const first = foreign[0];
  if (first === undefined) return ok('Everything in .sahara is yours.');
  const says = `${first}${foreign.length > 1 ? ` and ${foreign.length - 1} more in .sahara belong` : ' belongs'} to another user.`;
  // A superuser may write them all the same.
  if (uid === 0) return note(says);
  return problem(says, {
    detail: ['A command was run there with sudo, or by somebody else.'],
    remedy: [{ command: `sudo chown -R "$(id -u)" ${shellQuote(stateDir)}`, when: 'to make them yours' }],
  });
}

function foreignIn(path: string, uid: number): string[] {
  const found = statOf(path);
  if (!found) return [];
  if (found.uid !== uid) return [path];
  // Content stores may hold very many files, all of the same maker.
  if (!found.isDirectory() || /[\\/](content|kubo)$/.test(path)) return [];
  return entriesOf(path).flatMap(({ name }) => foreignIn(join(path, name), uid));
}
