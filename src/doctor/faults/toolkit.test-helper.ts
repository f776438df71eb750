import { ANVIL } from '../place.test-helper.ts';
import type { Fault } from './fault.test-helper.ts';

export const toolkitFaults: Fault[] = [
  {
    id: 'node-version',
    of: 'another Node.js that is needed',
    breakIt: (p) => p.patch('toolkit/package.json', { engines: { node: '>=99' } }),
    status: 'problem',
    says: /needs >=99/,
  },
  {
    id: 'node-version',
    of: 'a package.json that is cut short',
    breakIt: (p) => void p.write('toolkit/package.json', '{"name'),
    status: 'problem',
    says: /no package.json/,
  },
  {
    id: 'toolkit-files',
    of: 'a chunk that another file imports',
    breakIt: (p) => p.remove('toolkit/dist/chunks/a-1.js'),
    status: 'problem',
    says: /^1 file of the toolkit is missing/,
  },
  {
    id: 'toolkit-files',
    of: 'a chunk that is imported late, and a command',
    breakIt: (p) => {
      p.remove('toolkit/dist/chunks/b-1.js');
      p.remove('toolkit/dist/commands/completion.js');
    },
    status: 'problem',
    says: /^2 files/,
  },
  {
    id: 'toolkit-version',
    of: 'a list of commands of another version',
    breakIt: (p) => p.patch('toolkit/oclif.manifest.json', { version: '0.9.0' }),
    status: 'problem',
    says: /is 1.0.0, its list of commands is of 0.9.0/,
  },
  {
    id: 'toolkit-version',
    of: 'a command of another version',
    breakIt: (p) => void p.write('toolkit/dist/commands/older.js', ''),
    status: 'problem',
    says: /^1 of its commands/,
  },
  {
    id: 'templates',
    of: 'no model template',
    breakIt: (p) => p.remove('toolkit/templates/model'),
    status: 'problem',
    says: /templates\/model\/sahara.yaml/,
  },
  {
    id: 'genesis',
    of: 'no file',
    breakIt: (p) => p.remove('toolkit/devnet/genesis/genesis.json'),
    status: 'problem',
    says: /cannot be read: ENOENT/,
  },
  {
    id: 'genesis',
    of: 'no protocol in it',
    breakIt: (p) => p.patch('toolkit/devnet/genesis/genesis.json', { alloc: {} }),
    status: 'problem',
    says: /lacks .*assetRegistry/,
  },
  {
    id: 'anvil',
    of: 'no package of this platform',
    breakIt: (p) => p.remove(`toolkit/${ANVIL}`),
    status: 'problem',
    says: /part of the toolkit is missing: @foundry-rs\/anvil-/,
  },
  {
    id: 'anvil',
    of: 'no right to run it',
    breakIt: (p) => {
      p.remove(`toolkit/${ANVIL}`);
      p.write(`toolkit/${ANVIL}`, '#!/bin/sh\n', 0o644);
    },
    status: 'problem',
    says: /does not run: EACCES/,
  },
  {
    id: 'anvil',
    of: 'a program that is none',
    breakIt: (p) => {
      p.remove(`toolkit/${ANVIL}`);
      p.write(`toolkit/${ANVIL}`, '#!/bin/sh\nexit 3\n', 0o755);
    },
    status: 'problem',
    says: /does not say its version \(exit code 3\)/,
  },
  {
    id: 'anvil',
    of: 'another version',
    breakIt: (p) => {
      p.remove(`toolkit/${ANVIL}`);
      p.write(`toolkit/${ANVIL}`, '#!/bin/sh\necho "anvil Version: 1.0.0"\n', 0o755);
    },
    status: 'warning',
    says: /is 1.0.0; the toolkit was made with/,
  },
  {
    id: 'libraries',
    of: 'one that is not there',
    breakIt: (p) => p.remove('toolkit/node_modules/ml-matrix'),
    status: 'problem',
    says: /missing: ml-matrix\./,
  },
  {
    id: 'libraries',
    of: 'one of which a part is there',
    breakIt: (p) => {
      p.remove('toolkit/node_modules/ml-matrix');
      p.write('toolkit/node_modules/ml-matrix/package.json', '{"version": "6.15.1", "main": "matrix.js"}');
    },
    status: 'problem',
    says: /ml-matrix \(incomplete\)/,
  },
  {
    id: 'libraries',
    of: 'one of another version',
    breakIt: (p) => {
      p.remove('toolkit/node_modules/ml-matrix');
      p.write('toolkit/node_modules/ml-matrix/package.json', '{"version": "5.0.0", "main": "matrix.js"}');
      p.write('toolkit/node_modules/ml-matrix/matrix.js', '');
    },
    status: 'warning',
    says: /ml-matrix 5.0.0 instead of/,
  },
];
