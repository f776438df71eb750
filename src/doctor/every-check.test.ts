import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LiveState, writeLiveState } from '../devnet/live-state.ts';
import { identify } from '../devnet/process-identity.ts';
import { socketsOf } from '../devnet/sockets.ts';
import { examineModes } from './checks/file-modes.ts';
import { examineLinks } from './checks/hard-links.ts';
import { examineOwners } from './checks/state-owner.ts';
import { ANVIL, createPlace, type Place, ROOT } from './place.test-helper.ts';
import { CHECKS } from './registry.ts';

let place: Place;
const cleanUp: (() => void | Promise<void>)[] = [];

beforeEach(() => {
  place = createPlace();
});
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
  vi.unstubAllEnvs();
  rmSync(place.dir, { recursive: true });
});

/** How a check is made to fail, what it says then, and whether --fix mends it. */
type Fault = {
  id: string;
  of: string;
  breakIt(place: Place): void | Promise<void>;
  status: 'problem' | 'warning' | 'note';
  says: RegExp;
  mended?: true;
};

const key = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => void server.close());
  return { server, port: (server.address() as { port: number }).port };
}

/** A port on which nobody listens: one that was free a moment ago. */
async function silentPort(): Promise<number> {
  const { server, port } = await listening();
  server.close();
  await once(server, 'close');
  return port;
}

function liveState(process: { pid: number; startTime: string | null }, paths: Place['paths']): LiveState {
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
  };
}

const FAULTS: Fault[] = [
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

/** Proven elsewhere: on a real devnet or a small disk in test/e2e/doctor.test.ts, or below. */
const ELSEWHERE = [
  'disk-space',
  'memory',
  'hard-links',
  'file-modes',
  'state-owner',
  'devnet-chain',
  'devnet-protocol',
  'devnet-clock',
  'devnet-content',
];

test('every check is made to fail', () => {
  const proven = new Set([...FAULTS.map((f) => f.id), ...ELSEWHERE]);
  expect([...proven].sort()).toEqual(CHECKS.map((c) => c.id).sort());
  expect(new Set(CHECKS.map((c) => c.id)).size).toBe(CHECKS.length);
});

test('nothing is wrong where nothing was broken, and looking changes nothing', async () => {
  const before = place.snapshot();
  const { checks, summary } = await place.doctor();
  // The machine's own memory and disk are not this test's.
  const wrong = checks.filter((c) => /warning|problem/.test(c.status) && !/^(memory|disk-space)$/.test(c.id));
  expect(wrong).toEqual([]);
  expect(summary.ok).toBeGreaterThan(20);
  expect(place.snapshot()).toEqual(before);
});

describe('each check says what is broken', () => {
  test.for(FAULTS.map((f) => [f.id, f.of, f] as const))('%s: %s', async ([id, , fault]) => {
    await fault.breakIt(place);
    const { status, says } = fault;
    const only = { checks: CHECKS.filter((c) => c.id === id) };
    const before = place.snapshot();
    const found = await place.doctor(only);
    expect(found.checks).toMatchObject([
      { id, says: expect.stringMatching(says), fixed: false, ...expected(status) },
    ]);
    expect(found.checks[0]?.fix !== null).toBe(fault.mended === true);
    expectRunnable(found.checks[0]?.remedy ?? []);
    const dry = await place.doctor({ ...only, fix: true, dryRun: true });
    expect(dry.checks).toEqual(found.checks);
    expect(place.snapshot()).toEqual(before);
    const mended = await place.doctor({ ...only, fix: true });
    if (!fault.mended) {
      expect(mended.checks).toEqual(found.checks);
      expect(place.snapshot()).toEqual(before);
      return;
    }
    expect(mended.checks).toMatchObject([{ fixed: true, fix: expect.any(String) }]);
    expect(mended.summary).toMatchObject({ problems: 0, warnings: 0, fixed: 1 });
    const after = place.snapshot();
    expect(await place.doctor({ ...only, fix: true })).toMatchObject({
      summary: { problems: 0, warnings: 0, fixed: 0 },
    });
    expect(place.snapshot()).toEqual(after);
  });
});

const COMMANDS = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { flags: Record<string, unknown> }>;
};

/** Commands of ours that are proposed exist, with their flags; all others are words that a shell can read. */
function expectRunnable(remedy: { command: string; when: string }[]): void {
  for (const { command } of remedy) {
    for (const [, line = ''] of command.matchAll(/\bsahara ((?:[a-z-]+ ?)+)/g)) {
      const words = line.trim().split(' ');
      // Of another version, in this test's toolkit.
      if (words[0] === 'completion') continue;
      const { flags = {} } = COMMANDS.commands[words.filter((w) => !w.startsWith('-')).join(':')] ?? {};
      expect(Object.keys(flags), command).toContain('json');
      for (const flag of words.filter((w) => w.startsWith('--')))
        expect(Object.keys(flags), command).toContain(flag.slice(2));
    }
    expect(spawnSync('/bin/sh', ['-n', '-c', command]).status, command).toBe(0);
  }
}

const expected = (status: Fault['status']) =>
  status === 'note' ? { status: 'ok', note: true } : { status, note: false };

test('a file system without hard links', async () => {
  const refuse = () => {
    throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
  };
  expect(await examineLinks(place.dir, refuse)).toMatchObject({
    status: 'problem',
    says: expect.stringMatching(/no hard links \(EPERM\)/),
  });
});

test('a file system that ignores permissions', async () => {
  expect(await examineModes(place.dir, () => 0o100777)).toMatchObject({ status: 'warning' });
});

test('files of another user, which stop everybody but a superuser', () => {
  const uid = process.getuid?.() ?? 0;
  expect(examineOwners(place.project.stateDir, uid).status).toBe('ok');
  const other = uid === 0 ? 1000 : uid + 1;
  expect(examineOwners(place.project.stateDir, other)).toMatchObject({
    status: 'problem',
    says: expect.stringContaining(`${place.project.stateDir} belongs to another user`),
  });
});

describe('--fix leaves alone', () => {
  test('a lock that a living process holds', async () => {
    place.write('project/.sahara/devnet/default/supervisor.lock', JSON.stringify(identify(process.pid)));
    const before = place.snapshot();
    expect(await place.doctor({ fix: true })).toMatchObject({ summary: { fixed: 0 } });
    expect(place.snapshot()).toEqual(before);
  });

  test('a devnet that died while another supervisor takes it over', async () => {
    writeLiveState(place.paths, liveState({ pid: deadPid(), startTime: '1' }, place.paths));
    place.write('project/.sahara/devnet/default/supervisor.lock', JSON.stringify(identify(process.pid)));
    const before = place.snapshot();
    const { checks } = await place.doctor({ fix: true });
    expect(checks.find((c) => c.id === 'devnet-state')).toMatchObject({
      status: 'problem',
      fixed: false,
      detail: expect.arrayContaining([expect.stringMatching(/could not be mended: .*starting or stopping/)]),
    });
    expect(place.snapshot()).toEqual(before);
  });

  test('processes that got the pids of a dead devnet', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
    cleanUp.push(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    writeLiveState(place.paths, liveState({ pid: child.pid ?? -1, startTime: 'long ago' }, place.paths));
    expect(await place.doctor({ fix: true })).toMatchObject({ summary: { fixed: 1 } });
    expect(identify(child.pid ?? -1)).not.toBeNull();
  });

  test('a chain that lives and does not answer, as it cannot be saved', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
    cleanUp.push(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const chain = identify(child.pid ?? -1);
    if (!chain) throw new Error('not running');
    const live = liveState({ pid: deadPid(), startTime: '1' }, place.paths);
    writeLiveState(place.paths, { ...live, chain: { ...live.chain, process: chain } });
    const before = place.snapshot();
    const { checks } = await place.doctor({ fix: true });
    expect(checks.find((c) => c.id === 'devnet-orphans')).toMatchObject({
      status: 'problem',
      fix: null,
      remedy: [{ command: 'sahara devnet stop' }],
    });
    expect(identify(chain.pid)).toEqual(chain);
    expect(place.snapshot()).toEqual(before);
  });

  test('a file that a living process is writing, and what is like it', async () => {
    const then = Date.now() / 1000 - 120;
    for (const name of [`chain.json.${process.pid}.0a1b2c3d.tmp`, `notes.${deadPid()}.tmp`])
      utimesSync(place.write(`project/.sahara/${name}`, 'half'), then, then);
    // Of this moment: its writer may be where we see no process.
    place.write(`project/.sahara/chain.json.${deadPid()}.0a1b2c3d.tmp`, 'half');
    expect(await place.check('state-leftovers')).toMatchObject({ status: 'ok' });
  });

  test('temporary folders of today, and of others', async () => {
    vi.stubEnv('TMPDIR', place.dir);
    for (const name of ['sahara-build-Ab12Cd', 'sahara-e2e-x-Ab12Cd']) mkdirSync(join(place.dir, name));
    expect(await place.check('temp-leftovers')).toMatchObject({ status: 'ok' });
  });

  test('a key beyond a link', async () => {
    const elsewhere = place.write('elsewhere.pem', 'x', 0o644);
    symlinkSync(elsewhere, join(place.project.stateDir, 'keys/other.pem'));
    expect(await place.check('key-files')).toMatchObject({ status: 'ok' });
  });

  test('a .gitignore that is there, whatever it says', async () => {
    place.git('init', '-q');
    writeFileSync(join(place.project.stateDir, '.gitignore'), '# mine\n');
    expect((await place.check('state-ignored')).fix).toBeUndefined();
  });
});
