import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { deadPid, type Fault } from './fault.test-helper.ts';

const key = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });

export const projectFaults: Fault[] = [
  {
    id: 'project-folder',
    of: 'a file in the place of .sahara',
    breakIt(p) {
      p.remove('project/.sahara');
      p.write('project/.sahara', '');
    },
    status: 'problem',
    says: /is not a folder/,
  },
  {
    id: 'state-ignored',
    of: 'no .gitignore',
    breakIt: (p) => p.remove('project/.sahara/.gitignore'),
    status: 'warning',
    says: /has no .gitignore/,
    mended: true,
  },
  {
    id: 'state-ignored',
    of: 'a .gitignore that ignores something else',
    breakIt(p) {
      p.git('init', '-q');
      p.write('project/.sahara/.gitignore', 'devnet/\n');
    },
    status: 'warning',
    says: /does not ignore .sahara/,
  },
  {
    id: 'state-ignored',
    of: 'a key that git has',
    breakIt(p) {
      p.git('init', '-q');
      p.write('project/.sahara/keys/curator.p256.pem', 'x', 0o600);
      p.git('add', '-f', '.sahara/keys');
    },
    status: 'problem',
    says: /^1 file of .sahara is under version control/,
  },
  {
    id: 'key-files',
    of: 'a key that others can read',
    breakIt: (p) => void p.write('project/.sahara/keys/curator.p256.pem', `${key()}`, 0o644),
    status: 'problem',
    says: /can read .sahara\/keys\/curator.p256.pem/,
    mended: true,
  },
  {
    id: 'key-files',
    of: 'a folder that others can open',
    breakIt: (p) => chmodSync(join(p.project.stateDir, 'keys'), 0o755),
    status: 'problem',
    says: /can read .sahara\/keys\.$/,
    mended: true,
  },
  {
    id: 'key-files',
    of: 'a key that is cut short',
    breakIt: (p) => void p.write('project/.sahara/keys/curator.p256.pem', `${key()}`.slice(0, 90), 0o600),
    status: 'problem',
    says: /cannot be read as a key/,
  },
  {
    id: 'state-leftovers',
    of: 'half a chain, whose writer was killed',
    breakIt(p) {
      const name = `chain-state.json.${deadPid()}.0a1b2c3d.tmp`;
      const then = Date.now() / 1000 - 120;
      utimesSync(p.write(`project/.sahara/devnet/default/${name}`, 'half'), then, then);
    },
    status: 'warning',
    says: /^1 unfinished file/,
    mended: true,
  },
];
