import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEventLog, type Hex, parseEther, toEventSelector } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';
import { CONTRACTS } from '../../src/chain/index.ts';
import { conservation } from '../../src/revenue/index.ts';
import { FREE, openScripted, smallDataset } from './scripted.ts';
import { createWorld, isRunning, type Live, pidsOf, rpc, until } from './support.ts';

const deep = process.env['SAHARA_DEPTH'] === 'deep';
const world = await createWorld('durability');
const state = join(world.project, '.sahara/devnet/default');

const VICTIMS = ['chain', 'supervisor', 'content', 'cli', 'all'] as const;
const ROUNDS = deep ? 100 : 5;
const seed = Number(process.env['SAHARA_TEST_SEED'] ?? Date.now() % 1e6);

type Status = { state: string; live: Live; services: { state: string; detail: string | null }[] };
let live: Live;

/** A small generator, so that a run can be had again by its seed. */
function randomFrom(start: number): () => number {
  let at = start >>> 0;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at / 2 ** 32;
  };
}

/** Until all of it runs, started by hand where its supervisor is gone. */
async function back(): Promise<void> {
  const before = pidsOf(live);
  await until(
    async () => {
      const status = (await world.envelope(['devnet', 'status'])).data as Status;
      if (status.state !== 'running') await world.envelope(['devnet', 'start']);
      else if (status.services.length > 0 && status.services.every((s) => s.state === 'running')) {
        live = status.live;
        return true;
      }
      return false;
    },
    'the devnet to be back',
    60_000,
  );
  const now = pidsOf(live);
  for (const pid of now) world.watch(pid);
  const left = () => before.filter((pid) => !now.includes(pid) && isRunning(pid));
  await until(() => left().length === 0, 'what was there before to be gone', 2000);
}

/** Every transaction that an answer names. */
function transactionsIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'tx' && typeof inner === 'string' ? [inner] : transactionsIn(inner),
  );
}

/** What was paid, once for each time, in wei. */
async function payments(): Promise<bigint[]> {
  const { address, abi } = CONTRACTS.RevenueVault;
  const topic = toEventSelector('Paid(uint64,address,uint256,uint256)');
  const logs = await rpc<{ data: Hex; topics: [Hex, ...Hex[]] }[]>(live.chain.rpcUrl, 'eth_getLogs', [
    { address, fromBlock: '0x0', toBlock: 'latest', topics: [topic] },
  ]);
  return logs.map((log) => decodeEventLog({ abi, eventName: 'Paid', ...log }).args.amount);
}

beforeAll(async () => {
  live = await world.startDevnet();
  smallDataset(world, 'tides', {}, FREE);
  await world.json(['publish', 'tides']);
});

describe('whatever is killed', () => {
  const done = { rounds: 0, transactions: [] as string[], paid: [] as bigint[], published: [] as string[] };
  const tried = { paid: [] as bigint[], published: [] as string[] };

  test(`what was reported as done is there, once: ${ROUNDS} rounds, seed ${seed}`, {
    timeout: ROUNDS * 60_000,
  }, async () => {
    const random = randomFrom(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const victim = VICTIMS[round % VICTIMS.length];
      const amount = `1.${1000 + round}`;
      const name = `set-${round}`;
      smallDataset(world, name, {}, FREE);
      const lines = [
        ['revenue', 'pay', 'tides', amount],
        (
          [
            ['publish', name],
            ['revenue', 'settle', 'tides'],
            ['revenue', 'claim', 'tides'],
          ] as const
        )[Math.floor(random() * 3)] ?? [],
      ];
      const running = lines.map((line) => world.start([...line, '--json']));
      tried.paid.push(parseEther(amount));
      if (lines[1]?.[0] === 'publish') tried.published.push(name);
      await new Promise((r) => setTimeout(r, random() * 900));
      const pids = {
        chain: [live.chain.process.pid],
        supervisor: [live.supervisor.pid],
        content: [live.content.process?.pid ?? 0],
        cli: running.map(({ child }) => child.pid ?? 0),
        all: [...running.map(({ child }) => child.pid ?? 0), ...pidsOf(live)],
      }[victim ?? 'all'];
      for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
      const ran = await Promise.all(running.map(({ result }) => result));
      for (const [i, { code, stdout }] of ran.entries()) {
        if (code !== 0) continue;
        done.transactions.push(...transactionsIn(JSON.parse(stdout)));
        if (i === 0) done.paid.push(parseEther(amount));
        else if (lines[1]?.[0] === 'publish') done.published.push(name);
      }
      await back();
      for (const tx of done.transactions) {
        const receipt = await rpc<{ status: string } | null>(live.chain.rpcUrl, 'eth_getTransactionReceipt', [
          tx,
        ]);
        expect(receipt?.status, `${tx} after ${victim} was killed in round ${round}`).toBe('0x1');
      }
      const found = await payments();
      expect(new Set(found).size, 'nothing is paid twice').toBe(found.length);
      expect(found.filter((paid) => !tried.paid.includes(paid))).toEqual([]);
      expect(done.paid.filter((paid) => !found.includes(paid))).toEqual([]);
      done.rounds++;
    }
    const listed = await world.json<{ name: string }[]>(['asset', 'list']);
    const names = listed.map((asset) => asset.name).filter((name) => name.startsWith('set-'));
    expect(new Set(names).size).toBe(names.length);
    expect(done.published.filter((name) => !names.includes(name))).toEqual([]);
    expect(await conservation((await openScripted(world)).chain)).toMatchObject({ holds: true, drift: 0n });
    for (const name of done.published) await world.json(['asset', 'verify', name]);
    expect(done.rounds).toBe(ROUNDS);
  });

  test('the work goes on as if nothing had been', async () => {
    await world.json(['revenue', 'pay', 'tides', '2']);
    await world.json(['revenue', 'settle', 'tides']);
    await world.json(['devnet', 'stop']);
    const found = await world.startDevnet();
    live = found;
    expect(await payments()).toContain(parseEther('2'));
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
    await until(async () => (await services())[0]?.detail === null, 'what is missing to be written');
    for (const pid of pidsOf(live)) process.kill(pid, 'SIGKILL');
    await back();
    expect((await payments()).filter((paid) => paid === parseEther('3.5'))).toHaveLength(1);
    await world.stopDevnet();
  },
);
