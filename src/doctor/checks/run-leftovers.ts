import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devnetNames } from '../../devnet/list.ts';
import { readLiveState } from '../../devnet/live-state.ts';
import { type DevnetPaths, devnetPaths } from '../../devnet/paths.ts';
import { isAlive } from '../../devnet/process-identity.ts';
import { lockHolder } from '../../devnet/supervisor/lock.ts';
import { asSupervisor } from '../as-supervisor.ts';
import { ok, type Run, skipped, warning } from '../check.ts';
import { entriesOf, statOf } from '../look.ts';
import { childrenOf } from '../orphans.ts';

const OURS = /^sahara-run-[A-Za-z0-9]{6}$/;

type Leftover = { dir: string; devnets: DevnetPaths[] };

/** Devnets of `sahara devnet run` and of tests that were killed together with their supervisor, which else clears them away. */
export const run: Run = () => {
  const folder = tmpdir();
  if (!existsSync(folder)) return skipped('There is no temp folder.');
  const left = leftIn(folder);
  if (left.length === 0) return ok('No devnet of a run was left.');
  const pids = left
    .flatMap(({ devnets }) => devnets.flatMap((paths) => readLiveState(paths) ?? []))
    .flatMap((live) => childrenOf(live).filter(isAlive))
    .map(({ pid }) => pid);
  const [it, were] = left.length === 1 ? ['it', 'devnet of a run was'] : ['them', 'devnets of runs were'];
  return warning(`${left.length} ${were} killed, and left in the temp folder.`, {
    detail: [
      left.map(({ dir }) => dir).join(', '),
      ...(pids.length > 0 ? [`Of ${it} still runs: pid ${pids.join(', ')}.`] : []),
    ],
    fix: {
      says: `end what is left of ${it}, and remove ${it}`,
      apply: async () => {
        for (const { dir, devnets } of leftIn(folder)) {
          const { endOrphans } = await import('../../devnet/supervisor/chain.ts');
          // Nobody wants what was on it: whoever ran it is gone. Only processes that its record names are ended.
          for (const paths of devnets) await asSupervisor(paths, () => endOrphans(paths, false));
          rmSync(dir, { recursive: true, force: true });
        }
      },
    },
  });
};

/**
 * Folders of ours with a devnet that says it runs, or has a lock, and has no supervisor. One that was kept was stopped in
 * good order and says neither; one that is just being started has a lock that somebody holds.
 */
function leftIn(folder: string): Leftover[] {
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory() && OURS.test(entry.name))
    .map((entry) => join(folder, entry.name))
    .filter((dir) => process.getuid === undefined || statOf(dir)?.uid === process.getuid())
    .flatMap((dir) => {
      const stateDir = join(dir, '.sahara');
      const devnets = devnetNames(stateDir).map((name) => devnetPaths(stateDir, name));
      return devnets.length > 0 && devnets.every(isDead) ? [{ dir, devnets }] : [];
    });
}

function isDead(paths: DevnetPaths): boolean {
  if (lockHolder(paths.lock)) return false;
  const live = readLiveState(paths);
  return live ? !isAlive(live.supervisor) : existsSync(paths.lock);
}
