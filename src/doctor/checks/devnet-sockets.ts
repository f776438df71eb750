import { existsSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { readLiveState } from '../../devnet/live-state.ts';
import { isAlive } from '../../devnet/process-identity.ts';
import { socketsOf } from '../../devnet/sockets.ts';
import { isLeft } from '../../devnet/status.ts';
import { asSupervisor } from '../as-supervisor.ts';
import { ok, type Run, skipped, warning } from '../check.ts';
import { childrenOf } from '../orphans.ts';
import { devnetOf, pathsOf } from '../shared.ts';

/** No socket of this devnet is left that nobody listens on. */
export const run: Run = async (env) => {
  if (process.platform === 'win32') return skipped('Windows removes its pipes by itself.');
  const status = await devnetOf(env);
  if (status.state === 'running') return skipped('The devnet is running.');
  if (isLeft(status) && childrenOf(status.live).some(isAlive))
    return skipped('Processes that may use them still run; see devnet-orphans.');
  const paths = await pathsOf(env);
  const dead = await deadOf(socketsOf(paths));
  if (dead.length === 0) return ok('No dead socket was left.');
  return warning(
    `${dead.length} dead ${dead.length === 1 ? 'socket' : 'sockets'} of this devnet were left.`,
    {
      detail: [dead.join(', '), 'They do no harm: the next start replaces them.'],
      fix: {
        says: `remove ${dead.length === 1 ? 'it' : 'them'}`,
        apply: () =>
          asSupervisor(paths, async () => {
            const left = readLiveState(paths);
            if (left && [left.supervisor, ...childrenOf(left)].some(isAlive)) return;
            for (const path of await deadOf(socketsOf(paths))) rmSync(path, { force: true });
          }),
      },
    },
  );
};

async function deadOf({
  supervisor,
  chain,
}: {
  supervisor: string;
  chain: string | null;
}): Promise<string[]> {
  const there = [supervisor, ...(chain ? [chain] : [])].filter((path) => existsSync(path));
  const refused = await Promise.all(there.map(refuses));
  return there.filter((_, i) => refused[i]);
}

/** True when the system says that nobody listens there. One who listens and is too busy does not refuse. */
function refuses(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once('connect', () => done(false));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'ECONNREFUSED'));
  });
}
