import { type Fault, silentPort } from './fault.test-helper.ts';

export const settingsFaults: Fault[] = [
  {
    id: 'config',
    of: 'a misspelt setting',
    breakIt: (p) => void p.write('project/sahara.config.json', '{"acount": "curator"}'),
    status: 'problem',
    says: /did you mean "account"/,
  },
  {
    id: 'config',
    of: 'a file that is none',
    breakIt: (p) => void p.write('project/sahara.config.yaml', 'a: [1'),
    status: 'problem',
    says: /cannot be read: line/,
  },
  {
    id: 'environment',
    of: 'a misspelt variable',
    breakIt: (p) => void Object.assign(p.env, { SAHARA_ACOUNT: 'curator' }),
    status: 'warning',
    says: /^SAHARA_ACOUNT is set and means nothing/,
  },
  {
    id: 'configured-chain',
    of: 'a chain where nobody listens',
    breakIt: async (p) =>
      void Object.assign(p.env, { SAHARA_RPC_URL: `http://127.0.0.1:${await silentPort()}` }),
    status: 'problem',
    says: /does not answer: ECONNREFUSED/,
  },
  {
    id: 'configured-content',
    of: 'a content node where nobody listens',
    breakIt: async (p) =>
      void Object.assign(p.env, { SAHARA_IPFS_API: `http://127.0.0.1:${await silentPort()}` }),
    status: 'problem',
    says: /does not answer: ECONNREFUSED/,
  },
  {
    id: 'kubo',
    of: 'a name of no program',
    breakIt: (p) => void Object.assign(p.env, { SAHARA_CONTENT_NODE: '', KUBO_BINARY: '/no/such/ipfs' }),
    status: 'problem',
    says: /names \/no\/such\/ipfs, which is no program/,
  },
  {
    id: 'kubo',
    of: 'a program that fails',
    breakIt: (p) =>
      void Object.assign(p.env, {
        SAHARA_CONTENT_NODE: 'kubo',
        KUBO_BINARY: p.write('ipfs', '#!/bin/sh\nexit 1\n', 0o755),
      }),
    status: 'problem',
    says: /does not run \(exit code 1\)/,
  },
  {
    id: 'kubo',
    of: 'none where it is asked for',
    breakIt: (p) => void Object.assign(p.env, { SAHARA_CONTENT_NODE: 'kubo', PATH: p.dir }),
    status: 'problem',
    says: /there is none/,
  },
];
