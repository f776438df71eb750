import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEther } from 'viem';
import { describe, expect, test } from 'vitest';
import { deep } from '../depth.ts';
import { back, killLoop, payments } from './kill-loop.ts';
import { FREE, smallDataset } from './scripted.ts';
import { createWorld, halt, isRunning, type Live, pidsOf, rpc, until, type World } from './support.ts';

/** Loops side by side, each with a devnet of its own, and the rounds of each. At depth every core has one, and most of each is waiting. */
const [LANES, ROUNDS] = deep ? [3, 70] : [1, 20];
const seed = Number(process.env['SAHARA_TEST_SEED'] ?? Date.now() % 1e6);
const worlds: World[] = [];
for (let lane = 0; lane < LANES; lane++) worlds.push(await createWorld(`durability${lane || ''}`));
const world = worlds[0] as World;
const state = join(world.project, '.sahara/devnet/default');

type Status = { state: string; live: Live; services: { state: string; detail: string | null }[] };
let live: Live;

async function begin(one: World): Promise<Live> {
  const started = await one.startDevnet();
  smallDataset(one, 'tides', {}, FREE);
  await one.json(['publish', 'tides']);
  return started;
}

describe('whatever is killed', () => {
  test(`what was reported as done is there, once: ${LANES} x ${ROUNDS} rounds, seed ${seed}`, {
    timeout: ROUNDS * 60_000,
  }, async () => {
    const started = await Promise.all(worlds.map(begin));
    const done = await Promise.all(
      worlds.map((one, lane) => killLoop(one, started[lane] as Live, ROUNDS, seed + lane)),
    );
    expect(done).toEqual(Array(LANES).fill(ROUNDS));
    ({ live } = await world.json<Status>(['devnet', 'status']));
  });

  test('the work goes on as if nothing had been', async () => {
    await world.json(['revenue', 'pay', 'tides', '2']);
    await world.json(['revenue', 'settle', 'tides']);
    await world.json(['devnet', 'stop']);
    const found = await world.startDevnet();
    live = found;
    expect(await payments(live)).toContain(parseEther('2'));
  });

  test('what is asked while the chain is being started again is answered by the one that comes back', async () => {
    const { pid } = live.chain.process;
    // A supervisor that stands still has yet to notice, so that all three meet nobody.
    await halt(live.supervisor.pid);
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid), 'the chain to end');
    const asked = Promise.all([
      world.json<{ tx: string }>(['revenue', 'pay', 'tides', '2.1']),
      world.json(['devnet', 'time']),
      world.json<{ name: string }[]>(['asset', 'list']),
    ]);
    await new Promise((r) => setTimeout(r, 800));
    process.kill(live.supervisor.pid, 'SIGCONT');
    const [paid, time, list] = await asked;
    expect(time).toMatchObject({ offsetSeconds: expect.any(Number) });
    expect(list.map(({ name }) => name)).toContain('tides');
    live = await back(world, live, [pid]);
    const receipt = await rpc(live.chain.rpcUrl, 'eth_getTransactionReceipt', [paid.tx]);
    expect(receipt).toMatchObject({ status: '0x1' });
  });
});

const hasLimits = process.platform === 'linux' && existsSync('/usr/bin/prlimit');

test.runIf(hasLimits)(
  'a disk that is full: what was done is not called done, and heals when there is room',
  async () => {
    const limit = (bytes: string) =>
      execFileSync('/usr/bin/prlimit', ['--pid', `${live.supervisor.pid}`, `--fsize=${bytes}:unlimited`]);
    // A write beyond the size of the smaller one fails for both.
    const journals = readdirSync(state).filter((name) => name.startsWith('chain-journal-'));
    const size = Math.min(...journals.map((name) => statSync(join(state, name)).size));
    const pay = (amount: string) => world.envelope(['revenue', 'pay', 'tides', amount]);
    limit(`${size + 100}`);
    const { error } = await pay('3.5');
    expect(error).toMatchObject({
      code: 'SAH-2020',
      message: expect.stringMatching(/done on the chain.*EFBIG/),
    });
    const status = await world.json<Status>(['devnet', 'status']);
    expect(status.services[0]?.detail).toMatch(/not durable.*EFBIG/);
    limit('unlimited');
    const services = async () => (await world.json<Status>(['devnet', 'status'])).services;
    const isDurable = async () => !/not durable/.test((await services())[0]?.detail ?? '');
    await until(isDurable, 'what is missing to be written');
    const killed = pidsOf(live);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    live = await back(world, live, killed);
    expect((await payments(live)).filter((paid) => paid === parseEther('3.5'))).toHaveLength(1);
    await world.stopDevnet();
  },
);
