import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellQuote } from '../../base/shell-quote.ts';
import { ok, type Run, skipped, warning } from '../check.ts';

const DAY_MS = 24 * 3600 * 1000;
const OURS = /^sahara-(build|verify|run)-[A-Za-z0-9]{6}$/;

/** Folders that a build, a verification or a run left when it was killed, or was asked to. Old ones only: they may take hours. */
export const run: Run = () => {
  const folder = tmpdir();
  if (!existsSync(folder)) return skipped('There is no temp folder.');
  const left = readdirSync(folder)
    .filter((name) => OURS.test(name))
    .map((name) => join(folder, name))
    .filter(isOldAndOurs);
  if (left.length === 0) return ok('No temporary folders were left.');
  const shown = left.slice(0, 20);
  return warning(
    `${left.length} temporary ${left.length === 1 ? 'folder' : 'folders'} of builds, verifications or runs ${left.length === 1 ? 'was' : 'were'} left.`,
    {
      detail: [
        'They are older than a day. Whether they are still used, or were kept, is yours to say, so --fix leaves them.',
      ],
      remedy: [{ command: `rm -r ${shown.map(shellQuote).join(' ')}`, when: 'to remove them' }],
    },
  );
};

function isOldAndOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const mine = process.getuid === undefined || found?.uid === process.getuid();
  return found?.isDirectory() === true && mine && Date.now() - found.mtimeMs > DAY_MS;
}
