import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { devnetErrors } from '../../src/base/errors-table/devnet.ts';
import { commitWritten } from '../../src/devnet/commit.ts';
import { followDevnet } from '../../src/devnet/follow.ts';
import { takeLock } from '../../src/devnet/supervisor/lock.ts';
import { createWorld, freePorts, type Live, pidsOf, ROOT, until } from '../e2e/support.ts';
import { type Provocation, provokeEach } from './provoke.ts';

const world = await createWorld('errors-devnet');
const [held = 0] = await freePorts(1);
const inState = (...path: string[]) => join('.sahara/devnet/default', ...path);

provokeEach(world, devnetErrors, {
  DEVNET_NOT_RUNNING: { run: ['asset', 'list'], says: /project/ },
  DEVNET_START_FAILED: {
    run: ['devnet', 'start'],
    given: () => {
      const file = world.write(inState('content'), 'no folder');
      return () => rmSync(file);
    },
    says: /the content node/,
  },
  PORT_TAKEN: {
    run: ['devnet', 'start', '--rpc-port', `${held}`],
    given: async () => {
      const holder = createServer();
      await new Promise<void>((ready) => holder.listen(held, '127.0.0.1', ready));
      return () => holder.close();
    },
    says: new RegExp(`${held}`),
  },
  // Commands wait 45 s before they give up on whoever holds the lock.
  DEVNET_BUSY: {
    call: () => {
      const lock = join(world.dir, 'lock');
      takeLock(lock);
      return takeLock(lock);
    },
    says: new RegExp(`${process.pid}`),
  },
  TOOLKIT_INCOMPLETE: incomplete,
  CHAIN_STATE_DAMAGED: {
    run: ['devnet', 'start'],
    given: () => {
      // Where a journal is left of an attempt to start, it leads to the chain without it.
      rmSync(join(world.project, inState()), { recursive: true, force: true });
      const file = world.write(inState('chain-state.json'), '{"block":');
      return () => rmSync(file);
    },
    says: /chain-state\.json/,
  },
  CHAIN_NOT_SAVED: {
    run: ['devnet', 'stop'],
    given: async () => {
      await world.startDevnet();
      const inTheWay = join(world.project, inState('chain-state.json'));
      rmSync(inTheWay, { force: true });
      mkdirSync(inTheWay);
      return async () => {
        rmdirSync(inTheWay);
        await world.stopDevnet();
      };
    },
    says: /EISDIR/,
  },
  DEVNET_NAME_INVALID: { run: ['devnet', 'status', '--name', '../other'], says: /\.\.\/other/ },
  DEVNET_NOT_READY: { run: ['devnet', 'wait', '--timeout', '0s'], says: /default .* stopped/ },
  COMMAND_NOT_STARTED: unstartable,
  DEVNET_ENDED: endedEarly,
  DEVNET_DIED: killedInForeground,
  DEVNET_UNFOLLOWED: { call: unfollowed, says: /an older version/ },
  NOT_DURABLE: { call: () => answered(500, { message: 'ENOSPC: no space left on device' }), says: /ENOSPC/ },
  DONE_AND_LOST: { call: () => answered(200, { durable: false, lost: true }), says: /came back without it/ },
  KUBO_MISSING: { run: ['devnet', 'start', '--content-node', 'kubo'], says: /KUBO_BINARY/ },
} satisfies Record<keyof typeof devnetErrors, Provocation>);

/** What stands behind -- is not ours, so that the form of the output is asked for before it. */
async function unstartable(): Promise<void> {
  const text = await world.run(['devnet', 'run', '--', 'no-such-program']);
  expect(text).toMatchObject({ code: 3, stdout: '' });
  expect(text.stderr).toMatch(/error SAH-2012 "no-such-program" .*PATH/);
  const json = await world.run(['devnet', 'run', '--json', '--', join(world.project, '.sahara')]);
  expect(json.code).toBe(3);
  expect(JSON.parse(json.stdout)).toMatchObject({
    error: { code: 'SAH-2012', kind: 'not-found', message: expect.stringMatching(/is no file/) },
  });
}

async function endedEarly(): Promise<void> {
  const kill =
    'kill -9 $(sed -n \'s/^    "pid": \\([0-9]*\\),$/\\1/p\' "$SAHARA_STATE_DIR/devnet/default/live.json" | head -1)';
  const ran = await world.run(['devnet', 'run', '--json', '--', 'sh', '-c', `${kill}; exec sleep 60`]);
  expect(ran.code, ran.stderr).toBe(6);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    error: { code: 'SAH-2013', kind: 'unavailable', message: expect.stringMatching(/SIGKILL/) },
  });
}

async function killedInForeground(): Promise<void> {
  const run = world.start(['devnet', 'start', '--foreground', '-o', 'ndjson']);
  await until(() => run.seen().stdout.includes('"ready"'), 'the devnet');
  const live = JSON.parse(readFileSync(join(world.project, inState('live.json')), 'utf8')) as Live;
  for (const pid of pidsOf(live)) world.watch(pid);
  process.kill(live.supervisor.pid, 'SIGKILL');
  const { code, stdout } = await run.result;
  expect(code).toBe(6);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    error: { code: 'SAH-2070', kind: 'unavailable', message: expect.stringMatching(/supervisor was killed/) },
  });
  await world.stopDevnet();
}

/** A supervisor of before there was anything to follow. */
async function unfollowed(): Promise<void> {
  const socket = join(world.dir, 'older.sock');
  const server = createHttpServer((_, response) => response.writeHead(404).end('{}'));
  await new Promise<void>((ready) => server.listen(socket, ready));
  try {
    await followDevnet({ socket, name: 'default' }, () => {});
  } finally {
    server.close();
  }
}

/** What a command makes of a supervisor's answer. */
async function answered(status: number, body: object): Promise<void> {
  const supervisor = join(world.dir, `${status}.sock`);
  const server = createHttpServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((ready) => server.listen(supervisor, ready));
  try {
    await commitWritten([{ supervisor, instanceId: '0x1', block: null }]);
  } finally {
    server.close();
  }
}

/** The toolkit as an installation without its optional packages leaves it: with no anvil. */
async function incomplete(): Promise<void> {
  const copy = join(world.dir, 'installation');
  for (const part of ['bin', 'dist', 'package.json', 'oclif.manifest.json'])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, filter: (path) => !path.endsWith('.map') });
  mkdirSync(join(copy, 'devnet'));
  symlinkSync(join(ROOT, 'devnet/genesis'), join(copy, 'devnet/genesis'));
  const run = (args: string[]) =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
      execFile(
        process.execPath,
        [join(copy, 'bin/run.js'), 'devnet', 'start', ...args],
        { cwd: world.project, env: world.env },
        (error, stdout, stderr) => done({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  const text = await run([]);
  expect(text).toMatchObject({ code: 1, stdout: '' });
  expect(text.stderr).toMatch(new RegExp(`error ${devnetErrors.TOOLKIT_INCOMPLETE.code} .*anvil`));
  expect(JSON.parse((await run(['--json'])).stdout)).toMatchObject({ error: { name: 'TOOLKIT_INCOMPLETE' } });
}
