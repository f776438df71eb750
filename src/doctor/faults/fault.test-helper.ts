import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { LiveState } from '../../devnet/live-state.ts';
import { socketsOf } from '../../devnet/sockets.ts';
import type { Place } from '../place.test-helper.ts';

/** How a check is made to fail, what it says then, and whether --fix mends it. */
export type Fault = {
  id: string;
  of: string;
  breakIt(place: Place): void | Promise<void>;
  status: 'problem' | 'warning' | 'note';
  says: RegExp;
  mended?: true;
};

/** What has to be undone after a test, the last first. */
export const cleanUp: (() => void | Promise<void>)[] = [];

/** The pid of a process that is gone. */
export const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

export async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => void server.close());
  return { server, port: (server.address() as { port: number }).port };
}

/** A port on which nobody listens: one that was free a moment ago. */
export async function silentPort(): Promise<number> {
  const { server, port } = await listening();
  server.close();
  await once(server, 'close');
  return port;
}

/** What a devnet of this process, or of any other, would say of itself. */
export function liveState(
  process: { pid: number; startTime: string | null },
  paths: Place['paths'],
): LiveState {
  const sockets = socketsOf(paths);
  return {
    format: 1,
    name: 'default',
    supervisor: process,
    startedAt: new Date().toISOString(),
    chain: {
      process,
      rpcUrl: 'http://127.0.0.1:9',
      ipc: sockets.chain,
      chainId: 31337,
      instanceId: '0x01',
      genesisHash: '0x02',
    },
    content: {
      kind: 'embedded',
      process,
      api: 'http://127.0.0.1:9',
      gateway: 'http://127.0.0.1:9',
      peerId: null,
    },
    socket: sockets.supervisor,
    ready: null,
  };
}

/** A process that runs on when what started it, which had a session of its own as a supervisor has, is gone. */
export async function orphan(...args: string[]): Promise<number> {
  const wait = 'console.log(process.pid); setInterval(() => {}, 1000)';
  const start = `const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', ${JSON.stringify(wait)}, ...${JSON.stringify(args)}], { stdio: ['ignore', 1, 'ignore'] })
      .unref();`;
  const parent = spawn(process.execPath, ['-e', start], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line);
  cleanUp.push(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was ended.
    }
  });
  if (parent.exitCode === null) await once(parent, 'exit');
  return pid;
}
