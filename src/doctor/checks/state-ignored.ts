import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { shellQuote } from '../../base/shell-quote.ts';
import { stateFolder } from '../../config/index.ts';
import { ok, problem, type Run, skipped, warning } from '../check.ts';
import { isProbe } from '../probe.ts';
import { say } from '../program.ts';

/** `.sahara/` holds keys and a chain: it keeps itself out of version control, and is not in it. */
export const run: Run = async ({ project, env, signal }) => {
  const { root, stateDir } = project;
  // An empty one only marks a project; what is put into it brings the .gitignore along.
  if (!existsSync(stateDir) || readdirSync(stateDir).every(isProbe))
    return skipped('There is nothing in .sahara yet.');
  const git = (...args: string[]) =>
    say('git', ['-C', root, ...args], { env, signal }).catch(() => undefined);
  const state = relative(root, stateDir) || '.sahara';
  const tracked = (await git('ls-files', '-z', '--', state))?.stdout.split('\0').filter(Boolean) ?? [];
  if (tracked.length > 0) {
    const key = tracked.find((f) => /\.(pem|key)$/.test(f));
    return problem(
      `${tracked.length} ${tracked.length === 1 ? 'file' : 'files'} of .sahara ${tracked.length === 1 ? 'is' : 'are'} under version control.`,
      {
        detail: key
          ? [`Among them a private key, ${key}: if it was ever pushed, replace it.`]
          : ['The folder holds keys, a chain and logs of this machine only.'],
        remedy: [
          {
            command: `git -C ${shellQuote(root)} rm -r --cached --quiet -- ${state}`,
            when: 'to take them out of version control; the files stay',
          },
        ],
      },
    );
  }
  if (!existsSync(join(stateDir, '.gitignore')))
    return warning('.sahara has no .gitignore, so that git may take in the keys that are in it.', {
      fix: { says: 'write .sahara/.gitignore', apply: () => void stateFolder(stateDir, []) },
    });
  // Exit code 1: git would take it in. Anything else: it is ignored, or this is no repository.
  if ((await git('check-ignore', '-q', '--', join(state, 'keys', 'x.pem')))?.code === 1)
    return warning('git does not ignore .sahara, although it has a .gitignore.', {
      detail: ['A .gitignore in it with the one line * keeps all of it out.'],
    });
  return ok('.sahara is kept out of version control.');
};
