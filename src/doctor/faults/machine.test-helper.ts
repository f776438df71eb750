import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { writeLiveState } from '../../devnet/live-state.ts';
import { devnetPaths } from '../../devnet/paths.ts';
import { identify } from '../../devnet/process-identity.ts';
import { deadPid, type Fault, liveState, orphan } from './fault.test-helper.ts';

export const machineFaults: Fault[] = [
  {
    id: 'sockets',
    of: 'a temp folder with a long path',
    breakIt(p) {
      const long = join(p.dir, 'x'.repeat(90));
      mkdirSync(long);
      vi.stubEnv('TMPDIR', long);
    },
    status: 'problem',
    says: /path of \d{3} bytes/,
  },
  {
    id: 'sockets',
    of: 'no temp folder',
    breakIt: (p) => void vi.stubEnv('TMPDIR', join(p.dir, 'none')),
    status: 'problem',
    says: /is not there/,
  },
  {
    id: 'temp-leftovers',
    of: 'the folder of a build that was killed two days ago',
    breakIt(p) {
      vi.stubEnv('TMPDIR', p.dir);
      const left = join(p.dir, 'sahara-build-Ab12Cd');
      mkdirSync(left);
      const then = Date.now() / 1000 - 2 * 86_400;
      utimesSync(left, then, then);
    },
    status: 'warning',
    says: /^1 temporary folder/,
  },
  {
    id: 'run-leftovers',
    of: 'a devnet that was killed together with its supervisor, and whose chain runs on',
    async breakIt(p) {
      vi.stubEnv('TMPDIR', p.dir);
      const paths = devnetPaths(join(p.dir, 'sahara-run-Ab12Cd', '.sahara'));
      const live = liveState({ pid: deadPid(), startTime: '1' }, paths);
      const chain = identify(await orphan());
      if (!chain) throw new Error('it does not run');
      writeLiveState(paths, { ...live, chain: { ...live.chain, process: chain } });
    },
    status: 'warning',
    says: /^1 devnet of a run was killed/,
    mended: true,
  },
  {
    id: 'run-leftovers',
    of: 'one that was killed before it was ready',
    breakIt(p) {
      vi.stubEnv('TMPDIR', p.dir);
      const lock = 'sahara-run-Ab12Cd/.sahara/devnet/default/supervisor.lock';
      p.write(lock, `{"pid": ${deadPid()}, "startTime": "1"}`);
    },
    status: 'warning',
    says: /^1 devnet of a run/,
    mended: true,
  },
  {
    id: 'proxy',
    of: 'one for everything',
    breakIt: (p) =>
      void Object.assign(p.env, { https_proxy: 'http://user:pass@proxy:1', NO_PROXY: 'example.org' }),
    status: 'warning',
    says: /^https_proxy would be used for 127.0.0.1 too/,
  },
  {
    id: 'locale',
    of: 'plain C',
    breakIt: (p) => void Object.assign(p.env, { LC_ALL: 'C' }),
    status: 'note',
    says: /C is not UTF-8/,
  },
  {
    id: 'git',
    of: 'none on PATH',
    breakIt: (p) => void Object.assign(p.env, { PATH: p.dir }),
    status: 'note',
    says: /no git/,
  },
  {
    id: 'completion',
    of: 'a shell without it',
    breakIt: (p) => void p.write('home/.bashrc', 'alias s=sahara\n'),
    status: 'note',
    says: /bash does not complete/,
  },
];
