import { existsSync } from 'node:fs';
import { lockHolder } from '../../devnet/supervisor/lock.ts';
import { asSupervisor } from '../as-supervisor.ts';
import { ok, type Run, skipped, warning } from '../check.ts';
import { pathsOf } from '../shared.ts';

/** The lock is a living supervisor's, or nobody's. */
export const run: Run = async (env) => {
  const paths = await pathsOf(env);
  if (!existsSync(paths.lock)) return skipped('No supervisor holds the lock.');
  const holder = lockHolder(paths.lock);
  if (holder) return ok(`The lock is held by the supervisor (pid ${holder.pid}).`);
  return warning('The devnet’s lock was left by a process that is gone.', {
    detail: ['It does no harm: the next start takes it over.'],
    // Taking it over and giving it back is what a start and a stop do.
    fix: { says: 'remove the stale lock', apply: () => asSupervisor(paths, () => undefined) },
  });
};
