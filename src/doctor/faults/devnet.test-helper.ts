import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, truncateSync } from 'node:fs';
import { writeLiveState } from '../../devnet/live-state.ts';
import { socketsOf } from '../../devnet/sockets.ts';
import { cleanUp, deadPid, type Fault, listening, liveState } from './fault.test-helper.ts';

export const devnetFaults: Fault[] = [
  {
    id: 'devnet-state',
    of: 'a devnet of which nothing is left but its word',
    breakIt: (p) => writeLiveState(p.paths, liveState({ pid: deadPid(), startTime: '1' }, p.paths)),
    status: 'problem',
    says: /was killed/,
    mended: true,
  },
  {
    id: 'devnet-state',
    of: 'a record that is cut short',
    breakIt: (p) => void p.write('project/.sahara/devnet/default/live.json', '{"format": 1'),
    status: 'warning',
    says: /live.json cannot be read/,
  },
  {
    id: 'devnet-orphans',
    of: 'a process on its folder that it does not know of',
    async breakIt(p) {
      const child = spawn(process.execPath, [
        '-e',
        'setInterval(() => {}, 1000); console.log(1)',
        p.paths.contentRepo,
      ]);
      cleanUp.push(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');
    },
    status: 'warning',
    says: /does not know of/,
  },
  {
    id: 'devnet-lock',
    of: 'a supervisor that was killed',
    breakIt: (p) =>
      void p.write(
        'project/.sahara/devnet/default/supervisor.lock',
        `{"pid": ${deadPid()}, "startTime": "1"}`,
      ),
    status: 'warning',
    says: /left by a process that is gone/,
    mended: true,
  },
  {
    id: 'devnet-sockets',
    of: 'a supervisor that was killed',
    async breakIt(p) {
      const path = socketsOf(p.paths).supervisor;
      const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
      spawnSync(process.execPath, ['-e', code]);
      cleanUp.push(() => rmSync(path, { force: true }));
    },
    status: 'warning',
    says: /^1 dead socket/,
    mended: true,
  },
  {
    id: 'devnet-ports',
    of: 'one that was asked for and somebody has',
    breakIt: async (p) => void Object.assign(p.env, { SAHARA_RPC_PORT: `${(await listening()).port}` }),
    status: 'problem',
    says: /cannot start: port \d+ is taken/,
  },
  {
    id: 'devnet-saved',
    of: 'a file that is cut short',
    breakIt: (p) => void p.write('project/.sahara/devnet/default/chain-state.json', '{"block": {"num'),
    status: 'problem',
    says: /cut short/,
  },
  {
    id: 'devnet-saved',
    of: 'a file that holds something else',
    breakIt: (p) => void p.write('project/.sahara/devnet/default/chain-state.json', '[]'),
    status: 'problem',
    says: /holds no chain/,
  },
  {
    id: 'devnet-saved',
    of: 'a folder in its place',
    breakIt: (p) => void mkdirSync(p.paths.chainState, { recursive: true }),
    status: 'problem',
    says: /not a file/,
  },
  {
    id: 'devnet-logs',
    of: 'a log without end',
    breakIt: (p) =>
      truncateSync(p.write('project/.sahara/devnet/default/logs/chain.log', ''), 300 * 1024 ** 2),
    status: 'warning',
    says: /have 300 MB/,
  },
];
