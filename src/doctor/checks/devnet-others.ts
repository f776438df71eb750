import { devnetNames } from '../../devnet/list.ts';
import { readLiveState } from '../../devnet/live-state.ts';
import { devnetPaths } from '../../devnet/paths.ts';
import { isAlive } from '../../devnet/process-identity.ts';
import { devnetStatus, isLeft } from '../../devnet/status.ts';
import { asSupervisor } from '../as-supervisor.ts';
import { ok, problem, type Run, skipped } from '../check.ts';
import { childrenOf, isSafeToEnd } from '../orphans.ts';
import { pathsOf } from '../shared.ts';

/** The project's other devnets run, or were stopped in good order. */
export const run: Run = async (env) => {
  const { stateDir } = env.project;
  const selected = await pathsOf(env);
  const names = devnetNames(stateDir).filter((name) => devnetPaths(stateDir, name).dir !== selected.dir);
  if (names.length === 0) return skipped('The project has no other devnet.');
  const found = await Promise.all(
    names.map(async (name) => ({ name, status: await devnetStatus(stateDir, name) })),
  );
  const left = found.flatMap(({ name, status }) => (isLeft(status) ? [{ name, live: status.live }] : []));
  if (left.length === 0)
    return ok(`${found.map(({ name, status }) => `${name} is ${status.state}`).join(', ')}.`);
  const safe = await Promise.all(left.map(({ live }) => isSafeToEnd(live, env.signal)));
  const running = left.flatMap(({ live }) => childrenOf(live).filter(isAlive)).map(({ pid }) => pid);
  return problem(`The devnet ${left.map(({ name }) => name).join(', ')} was killed.`, {
    detail: [
      running.length > 0
        ? `Processes run without their supervisor: pid ${running.join(', ')}.`
        : 'Nothing of it runs; what was done on its chain is in its journal.',
    ],
    remedy: left.map(({ name }) => ({
      command: `SAHARA_DEVNET=${name} sahara devnet start`,
      when: 'to have it again, with all that was done on it',
    })),
    ...(safe.every(Boolean)
      ? {
          fix: {
            says: 'save what still runs, and clear away what was left; the chain is kept',
            apply: async () => {
              const { endOrphans } = await import('../../devnet/supervisor/chain.ts');
              for (const { name } of left) {
                const paths = devnetPaths(stateDir, name);
                await asSupervisor(paths, async () => {
                  const now = readLiveState(paths);
                  if (!now || isAlive(now.supervisor) || !(await isSafeToEnd(now, env.signal))) return;
                  await endOrphans(paths);
                });
              }
            },
          },
        }
      : {}),
  });
};
