import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { journalPath } from '../../devnet/durability/store.ts';
import { writeLiveState } from '../../devnet/live-state.ts';
import { devnetPaths } from '../../devnet/paths.ts';
import { socketsOf } from '../../devnet/sockets.ts';
import { type Place, ROOT } from '../place.test-helper.ts';
import { cleanUp, deadPid, type Fault, listening, liveState, orphan } from './fault.test-helper.ts';

/** A devnet as it was left, of test/fixtures. */
function leave({ paths }: Place, fixture: string): void {
  mkdirSync(paths.dir, { recursive: true });
  const file = join(ROOT, 'test/fixtures', `${fixture}.tar.gz`);
  const { status } = spawnSync('tar', ['-xzf', file, '-C', paths.dir]);
  if (status !== 0) throw new Error(`${file} cannot be unpacked`);
}

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
    id: 'devnet-orphans',
    of: 'a process whose supervisor is gone, and of which there is no record',
    breakIt: async (p) => void (await orphan(p.paths.contentRepo)),
    status: 'warning',
    says: /does not know of/,
    mended: true,
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
    id: 'devnet-saved',
    of: 'a checkpoint that is cut short, where the generation before leads there but for a change of its own',
    breakIt(p) {
      leave(p, 'state-with-journals');
      truncateSync(p.paths.chainState, 1000);
    },
    status: 'warning',
    says: /saved last of the chain is damaged; the generation before it is whole/,
    mended: true,
  },
  {
    id: 'devnet-saved',
    of: 'a journal with bytes that are none of its',
    breakIt(p) {
      leave(p, 'state-with-journals');
      appendFileSync(journalPath(p.paths, 1), Buffer.alloc(100, 0xff));
    },
    status: 'warning',
    says: /A journal of the chain is damaged/,
    mended: true,
  },
  {
    id: 'devnet-saved',
    of: 'a chain without its newest journal',
    breakIt(p) {
      leave(p, 'state-with-journals');
      rmSync(journalPath(p.paths, 1));
    },
    status: 'warning',
    says: /newest journal of the chain is missing/,
  },
  {
    id: 'devnet-saved',
    of: 'a chain of which nothing is left',
    breakIt(p) {
      p.write('project/.sahara/devnet/default/versions.json', '{"format": 1}');
    },
    status: 'problem',
    says: /all files of it are gone/,
  },
  {
    id: 'devnet-versions',
    of: 'a folder that a newer version wrote',
    breakIt: (p) =>
      void p.write('project/.sahara/devnet/default/versions.json', '{"format": 2, "toolkit": "9.0.0"}'),
    status: 'problem',
    says: /newer version of the toolkit \(9\.0\.0\)/,
  },
  {
    id: 'devnet-versions',
    of: 'a chain of another anvil',
    breakIt: (p) =>
      void p.write('project/.sahara/devnet/default/versions.json', '{"format": 1, "anvil": "0.0.1"}'),
    status: 'note',
    says: /made by anvil 0\.0\.1/,
  },
  {
    id: 'devnet-others',
    of: 'another devnet that was killed',
    breakIt(p) {
      const paths = devnetPaths(p.project.stateDir, 'review');
      writeLiveState(paths, liveState({ pid: deadPid(), startTime: '1' }, paths));
    },
    status: 'problem',
    says: /^The devnet review was killed/,
    mended: true,
  },
  {
    id: 'devnet-clock',
    of: 'files from tomorrow',
    breakIt(p) {
      const then = Date.now() / 1000 + 86_400;
      utimesSync(p.write('project/.sahara/devnet/default/chain-journal-0.log', ''), then, then);
    },
    status: 'warning',
    says: /written (23|24) hours from now/,
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
