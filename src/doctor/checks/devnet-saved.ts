import { readFileSync, statSync } from 'node:fs';
import { ok, problem, type Run, skipped, warning } from '../check.ts';
import { pathsOf } from '../shared.ts';
import { size } from '../space.ts';

/** Reading a longer one takes longer than a look may. Bytes. */
const MAX_READ = 64 * 1024 ** 2;

/** The saved chain can be loaded, as far as reading it tells. */
export const run: Run = async (env) => {
  const paths = await pathsOf(env);
  const { chainState } = paths;
  const found = statSync(chainState, { throwIfNoEntry: false });
  if (!found) return skipped('No chain was saved yet.');
  const damaged = (reason: string) =>
    problem(`The saved chain cannot be loaded: ${reason}.`, {
      detail: [`Put a good copy of ${chainState} in its place, or begin again.`],
      remedy: [
        { command: 'sahara devnet reset --yes', when: 'to begin again, losing what was on the chain' },
      ],
    });
  if (!found.isFile()) return damaged('it is not a file');
  const { planRecovery } = await import('../../devnet/durability/plan.ts');
  const plan = planRecovery(paths);
  if (plan.journals.length > 0 && plan.damaged.length > 0)
    return warning('What was saved last of the chain is damaged; the generation before it is whole.', {
      detail: [`The next start brings the chain back from it, and keeps ${plan.damaged.join(', ')} aside.`],
    });
  if (found.size > MAX_READ)
    return ok(`The saved chain has ${size(found.size)}; one so large is not read here.`);
  try {
    const state = JSON.parse(readFileSync(chainState, 'utf8')) as { accounts?: object; block?: object };
    if (!state?.accounts || !state.block) return damaged('it holds no chain');
    return ok(`The saved chain can be read (${size(found.size)}).`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return damaged(code ? `it cannot be read (${code})` : 'it is cut short or damaged');
  }
};
