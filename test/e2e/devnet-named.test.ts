import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld, halt, isRunning, type Live, pidsOf, until } from './support.ts';

const world = await createWorld('devnet-named');
/** Any free ports: two devnets cannot have those that the world asks for. */
const anyPort = { SAHARA_RPC_PORT: '', SAHARA_IPFS_API_PORT: '', SAHARA_IPFS_GATEWAY_PORT: '' };
type Listed = { name: string; selected: boolean; state: string; rpcUrl: string | null; bytes: number };
type Ready = Live & { ready: string };

const stateOf = async (name: string) =>
  ((await world.envelope(['devnet', 'status', '--name', name])).data as { state: string }).state;

describe('two devnets of a project', () => {
  let usual: Ready;
  let second: Ready;

  test('run side by side, and each command means one', async () => {
    const waiting = world.json<Ready & { waitedMs: number }>([
      'devnet',
      'wait',
      '--name',
      'second',
      '--timeout',
      '60s',
    ]);
    [usual, second] = (await Promise.all([
      world.startDevnet(),
      world.startDevnet(['--name', 'second'], { env: anyPort }),
    ])) as [Ready, Ready];
    expect((await waiting).chain.instanceId).toBe(second.chain.instanceId);
    expect(second.chain.rpcUrl).not.toBe(usual.chain.rpcUrl);

    // By flag, by environment, by settings: the stronger one holds.
    await world.json(['account', 'send', 'newcomer', '1', '--account', 'buyer'], {
      env: { SAHARA_DEVNET: 'second' },
    });
    const balance = async (env: Record<string, string> = {}) =>
      (await world.json<{ native: string }[]>(['account', 'balance', 'newcomer'], { env }))[0]?.native;
    expect(await balance()).toBe('10000000000000000000000');
    world.write('sahara.config.yaml', 'devnet:\n  name: second\n');
    expect(await balance()).toBe('10001000000000000000000');
    expect(await balance({ SAHARA_DEVNET: 'default' })).toBe('10000000000000000000000');
    expect(await world.text(['devnet', 'status', '-o', 'env', '--name', 'default'])).toContain(
      `export SAHARA_RPC_URL='${usual.chain.rpcUrl}'\n`,
    );
  });

  test('are listed, and the steps after a command are about the one that it was about', async () => {
    const listed = await world.json<Listed[]>(['devnet', 'list']);
    expect(listed).toMatchObject([
      { name: 'default', selected: false, state: 'running', rpcUrl: usual.chain.rpcUrl },
      { name: 'second', selected: true, state: 'running', rpcUrl: second.chain.rpcUrl },
    ]);
    for (const one of listed) expect(one.bytes).toBeGreaterThan(0);
    const offered = await world.text(['complete', '--', 'devnet', 'status', '--name', '']);
    expect(offered.split('\n').slice(0, 2)).toEqual([
      `default\t${usual.chain.rpcUrl}`,
      `second\t${second.chain.rpcUrl}`,
    ]);
    // The settings name ports, which one devnet has already.
    const { next } = await world.refused(['devnet', 'start', '--name', 'third'], {
      code: 'SAH-2003',
      exit: 5,
      says: /taken by the devnet default of this project, anvil \(pid \d+\)/,
    });
    expect(next[0]?.command).toMatch(/^sahara devnet start --rpc-port \d+ --name third$/);
    const { meta } = await world.envelope(['devnet', 'start', '--name', 'default']);
    expect(meta.next?.map((n) => n.command)).toEqual([
      'SAHARA_DEVNET=default sahara asset list',
      'SAHARA_DEVNET=default sahara account list',
      'sahara devnet stop --name default',
    ]);
  });

  test('one that cannot be, or is not there, is refused by its name', async () => {
    const answers = await Promise.all([
      world.envelope(['devnet', 'stop', '--name', '']),
      world.envelope(['asset', 'list'], { env: { SAHARA_DEVNET: '../up' } }),
      world.envelope(['asset', 'list'], { env: { SAHARA_DEVNET: 'third' } }),
    ]);
    expect(answers.map(({ exit, error }) => [exit, error?.code])).toEqual([
      [2, 'SAH-2010'],
      [2, 'SAH-1004'],
      [6, 'SAH-2001'],
    ]);
    expect(answers[2]?.error?.message).toContain('The devnet third is not running');
  });

  test('the ready URL tells whether both services answer, and only programs of this machine', async () => {
    const ask = async (init: { method?: string; headers?: Record<string, string> } = {}) => {
      const call = request(second.ready, init).end();
      const [response] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      return { status: response.statusCode, body: init.method === 'HEAD' ? '' : JSON.parse(body) };
    };
    expect(await ask()).toEqual({ status: 200, body: { chain: true, content: true } });
    expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 200 });
    expect(await ask({ method: 'POST' })).toMatchObject({ status: 405 });
    for (const headers of [
      { host: 'attacker.example' },
      { origin: 'https://attacker.example' },
      { referer: 'https://attacker.example/' },
      { 'user-agent': 'Mozilla/5.0' },
    ])
      expect(await ask({ headers }), JSON.stringify(headers)).toMatchObject({ status: 403 });
    await halt(second.chain.process.pid);
    expect(await ask()).toEqual({ status: 503, body: { chain: false, content: true } });
    await world.refused(['devnet', 'wait', '--timeout', '1s'], {
      code: 'SAH-2011',
      exit: 6,
      says: /second.* did not answer/,
    });
    process.kill(second.chain.process.pid, 'SIGCONT');
    expect(await world.json(['devnet', 'wait'])).toMatchObject({ ready: second.ready });
  });

  test('one that is killed is told from one that is gone, and from somebody else on its port', async () => {
    const file = join(world.project, '.sahara/devnet/second/live.json');
    process.kill(second.supervisor.pid, 'SIGKILL');
    await until(() => !isRunning(second.supervisor.pid), 'the supervisor to die');
    expect(await stateOf('second')).toBe('crashed');
    // As after a reboot: the record is there, and its pids are other programs.
    const record = readFileSync(file, 'utf8');
    await world.stopDevnet();
    expect(await stateOf('second')).toBe('stopped');
    expect(pidsOf(second).filter(isRunning)).toEqual([]);
    expect(pidsOf(usual).filter(isRunning)).toEqual(pidsOf(usual));
    const reused = JSON.parse(record) as {
      [service: string]: { process?: { pid: number } } & { pid?: number };
    };
    reused['supervisor'] = { ...reused['supervisor'], pid: process.pid };
    for (const part of ['chain', 'content']) {
      const service = reused[part];
      if (service?.process) service.process.pid = process.pid;
    }
    writeFileSync(file, JSON.stringify(reused));
    expect((await world.envelope(['devnet', 'status'])).data).toMatchObject({
      state: 'stale',
      pidReused: true,
    });

    const intruder = createServer().listen(Number(new URL(second.chain.rpcUrl).port), '127.0.0.1');
    await once(intruder, 'listening');
    expect((await world.envelope(['devnet', 'status'])).data).toMatchObject({
      state: 'foreign',
      owner: expect.stringContaining(`(pid ${process.pid})`),
    });
    expect((await world.run(['devnet', 'status'])).stdout).toMatch(
      new RegExp(`held by .*pid ${process.pid}`),
    );
    intruder.close();
    await world.json(['devnet', 'reset', '--yes']);
    expect(existsSync(file)).toBe(false);
    expect(await stateOf('default')).toBe('running');
  });

  test.skipIf(process.platform !== 'linux')('one that somebody is starting says so', async () => {
    // A lock with a living holder and no record: what a supervisor is like before it is ready.
    const dir = join(world.project, '.sahara/devnet/begun');
    mkdirSync(dir, { recursive: true });
    const [, start] =
      /^.*\) (?:\S+ ){19}(\d+)/s.exec(readFileSync(`/proc/${process.pid}/stat`, 'utf8')) ?? [];
    writeFileSync(join(dir, 'supervisor.lock'), JSON.stringify({ pid: process.pid, startTime: start }));
    expect((await world.envelope(['devnet', 'status', '--name', 'begun'])).data).toEqual({
      state: 'starting',
      pid: process.pid,
    });
    await world.json(['devnet', 'stop', '--name', 'default']);
  });
});
