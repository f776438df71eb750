import { beforeAll } from 'vitest';
import { configErrors } from '../../src/base/errors-table/config.ts';
import { createWorld } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-config');
const NOBODY = `0x${'0'.repeat(40)}`;
const STRANGER = `0x${'12'.repeat(20)}`;

beforeAll(async () => {
  await world.startDevnet();
});

/** The folder of another project, with this configuration. */
function configured(name: string, text: string): string {
  world.write(`${name}/sahara.config.yaml`, text);
  return `${world.project}/${name}`;
}

provokeEach(world, configErrors, {
  PROJECT_MISSING: { run: ['asset', 'list', '--project', '/nowhere/at/all'], says: /\/nowhere/ },
  CONFIG_UNREADABLE: {
    run: ['config', 'show'],
    cwd: configured('unreadable', 'account: [curator\n'),
    says: /sahara\.config\.yaml/,
  },
  CONFIG_UNKNOWN_KEY: {
    run: ['config', 'show'],
    cwd: configured('unknown', 'acount: curator\n'),
    says: /"acount".*"account"/,
  },
  CONFIG_INVALID: {
    run: ['config', 'show'],
    cwd: configured('invalid', 'content: {node: embeded}\n'),
    says: /"content\.node".*embedded/,
  },
  ACCOUNT_UNKNOWN: { run: ['account', 'balance', 'curater'], says: /"curater".*"curator"/ },
  ACCOUNT_NOT_OURS: { run: ['revenue', 'claim', '--account', STRANGER], says: new RegExp(STRANGER) },
  ACCOUNT_ZERO: { run: ['account', 'send', NOBODY, '1'], says: new RegExp(NOBODY) },
} satisfies Record<keyof typeof configErrors, Provocation>);
