import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Fault } from './fault.test-helper.ts';

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
