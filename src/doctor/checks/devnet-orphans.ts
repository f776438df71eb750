import { existsSync } from 'node:fs';
import { readLiveState } from '../../devnet/live-state.ts';
import { endProcess, isAlive } from '../../devnet/process-identity.ts';
import { isLeft } from '../../devnet/status.ts';
import { lockHolder } from '../../devnet/supervisor/lock.ts';
import { asSupervisor } from '../as-supervisor.ts';
import { ok, problem, type Run, warning } from '../check.ts';
import { childrenOf, isOrphaned, isSafeToEnd, processesOf, type Stray } from '../orphans.ts';
import { devnetOf, pathsOf } from '../shared.ts';

const START = {
  command: 'sahara devnet start',
  when: 'to save what is on the chain, end them, and start again',
};

/** No process of this devnet runs without its supervisor. */
export const run: Run = async (env) => {
  const paths = await pathsOf(env);
  const status = await devnetOf(env);
  if (isLeft(status)) {
    const left = childrenOf(status.live).filter(isAlive);
    if (left.length > 0) {
      const pids = left.map((p) => p.pid).join(', ');
      const safe = await isSafeToEnd(status.live, env.signal);
      return problem(`Processes of a devnet run without their supervisor: pid ${pids}.`, {
        detail: [
          safe
            ? 'Its chain still runs, and can be saved.'
            : 'Its chain does not answer, so that it cannot be saved: what is not in its journal would be lost.',
        ],
        remedy: safe
          ? [START]
          : [{ command: 'sahara devnet stop', when: 'to end them; what is in the journal is kept' }],
        ...(safe
          ? {
              fix: {
                says: 'save the chain and end them',
                apply: () =>
                  asSupervisor(paths, async () => {
                    const now = readLiveState(paths);
                    if (!now || isAlive(now.supervisor) || !(await isSafeToEnd(now, env.signal))) return;
                    await (await import('../../devnet/supervisor/chain.ts')).endOrphans(paths);
                  }),
              },
            }
          : {}),
      });
    }
  }
  // Where one is being started or stopped there are processes that no record has yet, or any more.
  const live = status.state === 'running' ? status.live : undefined;
  if (lockHolder(paths.lock) && !live) return ok('The devnet is just being started or stopped.');
  const known = live ? [live.supervisor, ...childrenOf(live)].map((p) => p.pid) : [];
  const strays = processesOf(env.project.stateDir, paths).filter((p) => !known.includes(p.pid));
  if (strays.length === 0) return ok('No process of a devnet was left behind.');
  return warning(
    `Processes use this devnet’s folder that it does not know of: ${strays.map((s) => `${s.name} (pid ${s.pid})`).join(', ')}.`,
    {
      detail: ['They may belong to a devnet whose folder was removed or whose start was broken off.'],
      remedy: [{ command: `kill ${strays.map((s) => s.pid).join(' ')}`, when: 'to end them' }],
      // Where there is a record that cannot be read, one of them may be the chain that it names.
      ...(strays.every(isOrphaned) && !existsSync(paths.live)
        ? { fix: { says: 'end them', apply: () => asSupervisor(paths, () => endStrays(strays)) } }
        : {}),
    },
  );
};

/** Those very processes, as they were when they were found. */
async function endStrays(strays: readonly Stray[]): Promise<void> {
  await Promise.all(strays.filter(isOrphaned).map(({ process }) => endProcess(process)));
}
