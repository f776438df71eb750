import { existsSync } from 'node:fs';
import { readLiveState } from '../../devnet/live-state.ts';
import { isAlive } from '../../devnet/process-identity.ts';
import { isLeft } from '../../devnet/status.ts';
import { asSupervisor } from '../as-supervisor.ts';
import { ok, problem, type Run, warning } from '../check.ts';
import { childrenOf } from '../orphans.ts';
import { devnetOf, pathsOf } from '../shared.ts';

const START = { command: 'sahara devnet start', when: 'to start it again' };
const LOGS = { command: 'sahara devnet logs', when: 'to read how it ended' };

/** The devnet runs, or was stopped in good order. */
export const run: Run = async (env) => {
  const paths = await pathsOf(env);
  const status = await devnetOf(env);
  if (status.state === 'running') {
    if (status.services.length === 0)
      return warning(
        `The devnet’s supervisor (pid ${status.live.supervisor.pid}) lives and does not answer.`,
        {
          detail: ['It may be busy; look again in a moment.'],
          remedy: [{ command: 'sahara devnet status', when: 'to see whether it answers' }, LOGS],
        },
      );
    const failed = status.services.filter((s) => s.state !== 'running');
    if (failed.length > 0)
      return problem(`The devnet’s ${failed.map((s) => `${s.service} is ${s.state}`).join(', ')}.`, {
        detail: failed.flatMap((s) => (s.detail ? [s.detail] : [])),
        remedy: [LOGS, { command: 'sahara devnet stop', when: 'to stop it; everything is kept' }],
      });
    return ok(`The devnet runs${status.stopping ? ', and is being stopped' : ''}.`);
  }
  if (status.state === 'starting')
    return ok(`The devnet is just being started or stopped (pid ${status.pid}).`);
  if (isLeft(status)) {
    if (childrenOf(status.live).some(isAlive))
      return problem('The devnet’s supervisor is gone, and left processes behind.', {
        detail: ['See devnet-orphans.'],
        remedy: [START],
      });
    return problem('The devnet was killed: it says that it runs, and nothing of it does.', {
      detail: ['What was done on the chain is in its journal; the next start brings it back.'],
      remedy: [LOGS, START],
      fix: {
        says: 'clear away what it left; its chain is kept',
        apply: () =>
          asSupervisor(paths, async () => {
            const left = readLiveState(paths);
            if (!left || [left.supervisor, ...childrenOf(left)].some(isAlive)) return;
            await (await import('../../devnet/supervisor/chain.ts')).endOrphans(paths);
          }),
      },
    });
  }
  if (existsSync(paths.live))
    return warning('The devnet’s live.json cannot be read.', {
      detail: ['It was cut short, or another version of the toolkit wrote it.'],
      remedy: [{ command: 'sahara devnet start', when: 'to write it anew' }],
    });
  return ok(
    status.hasSavedChain
      ? 'The devnet is stopped; its chain is kept.'
      : 'There is no devnet yet, and nothing left of one.',
  );
};
