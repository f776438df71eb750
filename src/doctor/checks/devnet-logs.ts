import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellQuote } from '../../base/shell-quote.ts';
import { ok, type Run, skipped, warning } from '../check.ts';
import { entriesOf, statOf } from '../look.ts';
import { pathsOf } from '../shared.ts';
import { size } from '../space.ts';

const MAX_BYTES = 256 * 1024 ** 2;

/** Logs are set aside when a service starts; one that runs for long writes on. */
export const run: Run = async (env) => {
  const folder = dirname((await pathsOf(env)).logs.supervisor);
  if (!existsSync(folder)) return skipped('There are no logs yet.');
  const files = entriesOf(folder).map(({ name }) => ({
    path: join(folder, name),
    bytes: statOf(join(folder, name))?.size ?? 0,
  }));
  const total = files.reduce((sum, f) => sum + f.bytes, 0);
  if (total <= MAX_BYTES) return ok(`The logs have ${size(total)}.`);
  const large = files.toSorted((a, b) => b.bytes - a.bytes)[0];
  return warning(`The logs have ${size(total)}.`, {
    detail: large
      ? [`The largest is ${large.path}. A service writes on where it was when its log is emptied.`]
      : [],
    remedy: large ? [{ command: `: > ${shellQuote(large.path)}`, when: 'to empty it' }] : [],
  });
};
