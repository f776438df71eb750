import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atModestDepth } from '../depth.ts';
import { type Fate, openProxy } from './proxy.ts';
import { FREE, smallDataset } from './scripted.ts';
import { createWorld, freePorts, isRunning, type Live, pidsOf, type Ran, until } from './support.ts';

const world = await createWorld('faults');
let live: Live;

type Status = { live: Live; services: { service: string; state: string; detail: string | null }[] };
type Listed = { name: string; version: number };

beforeAll(async () => {
  live = await world.startDevnet();
});

/** How often an asset is on the chain, and in how many versions. */
async function registered(name: string): Promise<number[]> {
  return (await world.json<Listed[]>(['asset', 'list'])).filter((a) => a.name === name).map((a) => a.version);
}

async function status(): Promise<Status> {
  const now = await world.json<Status>(['devnet', 'status']);
  for (const pid of pidsOf(now.live)) world.watch(pid);
  return now;
}

async function contentRunning(): Promise<number> {
  await until(
    async () => (await status()).services.find((s) => s.service === 'content')?.state === 'running',
    'the content node to be back',
  );
  return (await status()).live.content.process?.pid ?? 0;
}

/** Megabytes that take a moment to send. */
function heavy(name: string, megabytes: number): void {
  smallDataset(world, name, {}, FREE);
  world.write(`${name}/content/noise.bin`, randomBytes(megabytes * 512 * 1024).toString('hex'));
}

/** Publishes through a door that does something to the world the first time a call comes to a point. */
async function publishThrough(
  args: string[],
  [endpoint, at]: Point,
  act: (child: ChildProcess) => Promise<Fate>,
): Promise<Ran> {
  let acted = false;
  let child: ChildProcess | undefined;
  const proxy = await openProxy(live.content.api, async (passing) => {
    if (acted || passing.endpoint !== endpoint || passing.at !== at) return undefined;
    acted = true;
    return child && act(child);
  });
  const running = world.start(args, { env: { SAHARA_IPFS_API: proxy.url } });
  child = running.child;
  const ran = await running.result;
  proxy.close();
  expect(acted, `${endpoint} was never at the point "${at}"`).toBe(true);
  return ran;
}

type Point = ['pin/ls' | 'dag/import' | 'pin/add', 'begin' | 'sent' | 'answered'];

const POINTS: Point[] = [
  ['dag/import', 'begin'],
  ['dag/import', 'sent'],
  ['dag/import', 'answered'],
  ['pin/add', 'sent'],
];

describe('the content node dies in the middle of a publication', () => {
  // The devnet starts it again at most five times, so each death counts.
  test.for(atModestDepth(POINTS, 3))(
    'when %s is at the point "%s": publishing again completes it, once',
    async ([endpoint, at]) => {
      const name = `dies-${endpoint.replace('/', '-')}-${at}`;
      heavy(name, 4);
      const pid = await contentRunning();
      const ran = await publishThrough(['publish', name, '--json'], [endpoint, at], async () => {
        process.kill(pid, 'SIGKILL');
        await until(() => !isRunning(pid), 'the node to die');
        return 'lost' as const;
      });
      const answer = JSON.parse(ran.stdout) as {
        ok: boolean;
        error?: { kind: string };
        warnings?: string[];
      };
      // The devnet starts the node again. When that is in time the upload goes on, and says so; else it failed.
      const survived = ran.code === 0;
      if (survived) expect(answer.warnings?.join(), ran.stdout).toMatch(/try 2 of 5/);
      else
        expect({ code: ran.code, kind: answer.error?.kind }, ran.stdout).toEqual({
          code: 6,
          kind: 'unavailable',
        });
      expect(await registered(name)).toEqual(survived ? [1] : []);

      expect(await contentRunning()).not.toBe(pid);
      expect(await world.json(['publish', name])).toMatchObject({
        changed: !survived,
        version: { number: 1 },
      });
      expect(await world.json(['publish', name])).toMatchObject({
        changed: false,
        tx: null,
        version: { number: 1 },
      });
      expect(await registered(name)).toEqual([1]);
      await world.json(['asset', 'verify', name]);
    },
  );

  test('what was published before is all there', async () => {
    smallDataset(world, 'kept');
    await world.json(['publish', 'kept']);
    process.kill(await contentRunning(), 'SIGKILL');
    await contentRunning();
    await world.json(['asset', 'verify', 'kept']);
    expect((await status()).live.content.api).toBe(live.content.api);
  });

  test('with nobody there at all the error says so', async () => {
    smallDataset(world, 'nobody');
    const env = { SAHARA_IPFS_API: 'http://127.0.0.1:9' };
    const { next } = await world.refused(
      ['publish', 'nobody'],
      { code: 'SAH-4001', exit: 6, says: /127\.0\.0\.1:9/ },
      { env },
    );
    expect(next.length).toBeGreaterThan(0);
    expect(await registered('nobody')).toEqual([]);
  });
});

describe('at the same moment', () => {
  test('two publications of one folder make one version', async () => {
    smallDataset(world, 'both', {}, FREE);
    const both = await Promise.all([1, 2].map(() => world.envelope(['publish', 'both'])));
    expect(both.map((b) => b.error?.message ?? 'ok')).toEqual(['ok', 'ok']);
    const data = both.map((b) => b.data as { cid: string; version: { label: string }; changed: boolean });
    expect(new Set(data.map((d) => `${d.version.label} ${d.cid}`)).size).toBe(1);
    expect(await registered('both')).toEqual([1]);
    expect((await world.json<{ terms: unknown[] }>(['license', 'show', 'both'])).terms).toHaveLength(1);
    await world.json(['asset', 'verify', 'both']);
  });

  test('publications and purchases of one account take turns', async () => {
    for (const name of ['c1', 'c2', 'c3']) smallDataset(world, name);
    const all = await Promise.all([
      ...['c1', 'c2', 'c3'].map((name) => world.envelope(['publish', name])),
      world.envelope(['account', 'send', 'dao', '1', '--account', 'curator']),
      world.envelope(['license', 'set', 'both', '--preset', 'commercial-remix', '--account', 'curator']),
    ]);
    expect(all.map((a) => a.error?.message ?? 'ok')).toEqual(Array(5).fill('ok'));
  });
});

describe('Ctrl-C', () => {
  const dirs: string[] = [];
  beforeEach(() => {
    dirs.length = 0;
  });
  afterEach(async () => {
    for (const dir of dirs) await world.run(['devnet', 'stop', '--json', '--project', dir]);
  });

  test.for<[NodeJS.Signals, number, Point]>([
    ['SIGINT', 130, ['dag/import', 'begin']],
    ['SIGTERM', 143, ['pin/add', 'begin']],
  ])(
    '%s while publishing: exit %i, nothing half registered, and again completes',
    async ([signal, code, point]) => {
      const name = `stopped-${signal.toLowerCase()}`;
      heavy(name, 4);
      const hold = async (child: ChildProcess) => {
        child.kill(signal);
        await once(child, 'exit');
        return undefined;
      };
      const ran = await publishThrough(['publish', name, '--json'], point, hold);
      const envelope = JSON.parse(ran.stdout) as { ok: boolean; error?: { code: string; message: string } };
      expect({ code: ran.code, ok: envelope.ok, error: envelope.error?.code }).toEqual({
        code,
        ok: false,
        error: 'SAH-0004',
      });
      expect(envelope.error?.message).toContain(signal);
      const text = await publishThrough(['publish', name], point, hold);
      expect({ code: text.code, stdout: text.stdout }).toEqual({ code, stdout: '' });
      expect(text.stderr).toMatch(/error SAH-0004/);
      expect(await registered(name)).toEqual([]);
      expect(await world.json(['publish', name])).toMatchObject({ changed: true, version: { number: 1 } });
      expect(await registered(name)).toEqual([1]);
    },
  );

  const moments: readonly [string, RegExp][] = [
    ['as the model is built', /Building|training/],
    ['as the devnet starts', /^1 /m],
    ['as buyers buy', /^6 /m],
  ];
  test.for(atModestDepth(moments, 3))('in the demo, %s: running it again completes', async ([when, sign]) => {
    const dir = `demo-${when.split(' ').at(-1)}`;
    dirs.push(join(world.project, dir));
    const ports = await otherPorts();
    const running = world.start(['demo', '--dir', dir, '--json'], { env: ports });
    await until(() => sign.test(running.seen().stderr), 'the demo to get there', 30_000);
    running.child.kill('SIGINT');
    const ran = await running.result;
    expect({ code: ran.code, envelope: JSON.parse(ran.stdout) }).toMatchObject({
      code: 130,
      envelope: { ok: false, error: { code: 'SAH-0004' } },
    });
    const demo = await world.json<{ conservation: { drift: string } }>(['demo', '--dir', dir, '--stop'], {
      env: ports,
    });
    expect(demo.conservation.drift).toBe('0');
    expect(existsSync(join(world.project, dir, '.sahara/devnet/default/live.json'))).toBe(false);
    expect(readFileSync(join(world.project, dir, 'REPORT.md'), 'utf8')).toMatch(/Drift 0\./);
  });

  test('while the devnet starts: nothing is left of it', async () => {
    const dir = join(world.project, 'start');
    dirs.push(dir);
    world.write('start/.sahara/keep', '');
    const running = world.start(['devnet', 'start', '--json', '--project', dir], {
      env: await otherPorts(),
    });
    const lock = join(dir, '.sahara/devnet/default/supervisor.lock');
    await until(() => existsSync(lock), 'the supervisor', 10_000);
    running.child.kill('SIGINT');
    const ran = await running.result;
    if (ran.code === 0) return; // It was ready first.
    expect(ran.code).toBe(130);
    await until(() => !existsSync(lock), 'the supervisor to end');
    expect(existsSync(join(dir, '.sahara/devnet/default/live.json'))).toBe(false);
  });
});

/** For a second devnet beside the project's. */
async function otherPorts(): Promise<Record<string, string>> {
  const [rpc, api, gateway] = await freePorts(3);
  return {
    SAHARA_RPC_PORT: `${rpc}`,
    SAHARA_IPFS_API_PORT: `${api}`,
    SAHARA_IPFS_GATEWAY_PORT: `${gateway}`,
  };
}
