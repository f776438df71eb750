import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openDevnetRpc } from '../../src/devnet/devnet-rpc.ts';
import type { LiveState } from '../../src/devnet/index.ts';
import { mineBlocks } from '../../src/devnet/time.ts';
import { FREE, smallDataset } from './scripted.ts';
import { createWorld, isRunning, pidsOf, rpc, until } from './support.ts';

const world = await createWorld('time');
const DAY = 86_400;

type Clock = {
  chain: string;
  host: string;
  offsetSeconds: number;
  head: { number: number; time: string };
  moved: { bySeconds: number; from: string; to: string; block: number } | null;
  licensesEnded: number | null;
};
type Block = { number: string; hash: string; timestamp: string };

let live = await world.startDevnet();
const head = () => rpc<Block>(live.chain.rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
const clock = () => world.json<Clock>(['devnet', 'time']);

async function licenseStates(): Promise<string[]> {
  const { licenses } = await world.json<{ licenses: { state: string }[] }>(['license', 'list']);
  return licenses.map(({ state }) => state);
}

beforeAll(async () => {
  smallDataset(world, 'tides', {}, FREE);
  await world.json(['publish', 'tides']);
  for (const days of ['7d', '60d']) {
    const terms = ['--rights', 'ACCESS', '--period', days, '--price', '1', '--text', `LicenseRef-${days}`];
    const set = await world.json<{ terms: { id: number } }>(['license', 'set', 'tides', ...terms]);
    await world.json(['market', 'buy', 'tides', '--terms', `${set.terms.id}`, '--account', 'buyer']);
  }
});

test('both clocks are shown, and nothing is done', async () => {
  const before = await head();
  const shown = await clock();
  expect(shown).toMatchObject({ moved: null, licensesEnded: null, head: { number: Number(before.number) } });
  expect(Math.abs(shown.offsetSeconds)).toBeLessThanOrEqual(1);
  expect(await world.text(['devnet', 'time'])).toMatch(/^chain +\d{4}-.*\n.*\noffset +none\n/);
  expect(await head()).toEqual(before);
});

test('what was moved and mined is there after all of it was killed', async () => {
  expect(await licenseStates()).toEqual(['valid', 'valid']);
  const before = await head();
  const moved = await world.json<Clock>(['devnet', 'time', '+30d']);
  expect(moved).toMatchObject({
    licensesEnded: 1,
    moved: { bySeconds: 30 * DAY, block: Number(before.number) + 1 },
  });
  expect(Math.abs(moved.offsetSeconds - 30 * DAY)).toBeLessThanOrEqual(1);
  const mined = await world.json(['devnet', 'mine', '100', '--interval', '12s']);
  expect(mined).toMatchObject({ mined: 100, head: { number: Number(before.number) + 101 } });
  const last = await head();
  expect(Number(last.timestamp) - Date.parse(moved.head.time) / 1000).toBeGreaterThanOrEqual(1200);
  expect(await licenseStates()).toEqual(['expired', 'valid']);

  for (const pid of pidsOf(live)) process.kill(pid, 'SIGKILL');
  await until(() => !pidsOf(live).some(isRunning), 'all of it to be gone');
  live = await world.startDevnet();
  expect(await head()).toEqual(last);
  const after = await clock();
  expect(Date.parse(after.chain)).toBeGreaterThanOrEqual(Number(last.timestamp) * 1000);
  expect(after.offsetSeconds).toBeGreaterThan(30 * DAY);
  expect(await licenseStates()).toEqual(['expired', 'valid']);
  // A clock that ran backwards would let it live again.
  await world.json(['revenue', 'pay', 'tides', '1']);
  expect(await licenseStates()).toEqual(['expired', 'valid']);
});

test('of many blocks the last 128 have their state, and nothing is written beside the devnet', async () => {
  const mined = await world.json<{ head: { number: number } }>(['devnet', 'mine', '700']);
  const balanceAt = (block: number) =>
    rpc(live.chain.rpcUrl, 'eth_getBalance', [`0x${'11'.repeat(20)}`, `0x${block.toString(16)}`]);
  expect(await balanceAt(mined.head.number - 120)).toBe('0x0');
  await expect(balanceAt(mined.head.number - 140)).rejects.toThrow(/BlockOutOfRange/);
  expect(existsSync(join(world.dir, 'home/.foundry'))).toBe(false);
});

test('a moment is reached to the second, and what is before it refused', async () => {
  const to = new Date(Date.parse((await clock()).chain) + 40 * DAY * 1000).toISOString().slice(0, 10);
  const moved = await world.json<Clock>(['devnet', 'time', to]);
  expect(moved.moved?.to).toBe(`${to}T00:00:00Z`);
  expect(Number((await head()).timestamp)).toBe(Date.parse(to) / 1000);
  expect(moved.licensesEnded).toBe(1);
  const before = await head();
  await world.refused(['devnet', 'time', '2020-02-29'], { code: 'SAH-2045', exit: 5, says: /cannot be set/ });
  const back = await world.run(['devnet', 'time', '--json', '--', '-1d']);
  expect(JSON.parse(back.stdout)).toMatchObject({ error: { code: 'SAH-2045' } });
  await world.refused(['devnet', 'time', 'soon'], { code: 'SAH-0002', exit: 2, says: /soon is no time/ });
  for (const line of [
    ['mine', '0'],
    ['mine', '100001'],
    ['mine', '1', '--interval', 'often'],
  ])
    await world.refused(['devnet', ...line], { code: 'SAH-0002', exit: 2 });
  expect(await head()).toEqual(before);
});

test('mining ends between requests when it is told to, and what was made stays', async () => {
  const before = Number((await head()).number);
  const state = readFileSync(join(world.project, '.sahara/devnet/default/live.json'), 'utf8');
  const { asking } = await openDevnetRpc(JSON.parse(state) as LiveState);
  const stop = new AbortController();
  let made = 0;
  const progress = {
    advance(by: number) {
      made += by;
      stop.abort(new Error('enough'));
    },
  };
  await expect(mineBlocks(asking, 1000, { progress, signal: stop.signal })).rejects.toThrow('enough');
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(1000);
  expect(Number((await head()).number)).toBe(before + made);
});
