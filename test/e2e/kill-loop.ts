import { decodeEventLog, type Hex, parseEther, toEventSelector } from 'viem';
import { expect } from 'vitest';
import { CONTRACTS } from '../../src/chain/index.ts';
import { devnetStatus } from '../../src/devnet/status.ts';
import { conservation } from '../../src/revenue/index.ts';
import { FREE, openScripted, smallDataset } from './scripted.ts';
import { isRunning, type Live, pidsOf, rpc, until, type World } from './support.ts';

/** One process after the other is killed with SIGKILL, and all of them at once. */
const VICTIMS = ['chain', 'supervisor', 'content', 'cli', 'all'] as const;
/** Two commands that run side by side are killed at any moment of their time, or just after it. Milliseconds. */
const MOMENTS = 700;

/** A small generator, so that a run can be had again by its seed. */
function randomFrom(start: number): () => number {
  let at = start >>> 0;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at / 2 ** 32;
  };
}

/** Every transaction that an answer names. */
function transactionsIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'tx' && typeof inner === 'string' ? [inner] : transactionsIn(inner),
  );
}

/** What was paid, once for each time, in wei. */
export async function payments(live: Live): Promise<bigint[]> {
  const { address, abi } = CONTRACTS.RevenueVault;
  const topic = toEventSelector('Paid(uint64,address,uint256,uint256)');
  const logs = await rpc<{ data: Hex; topics: [Hex, ...Hex[]] }[]>(live.chain.rpcUrl, 'eth_getLogs', [
    { address, fromBlock: '0x0', toBlock: 'latest', topics: [topic] },
  ]);
  return logs.map((log) => decodeEventLog({ abi, eventName: 'Paid', ...log }).args.amount);
}

/**
 * Until all of a devnet runs, started by hand where its supervisor is gone; what was there before is gone within two
 * seconds. How it stands is asked as commands ask, without the time that a process takes to begin.
 *
 * @param killed what must have ended before it can be said to be back
 */
export async function back(world: World, before: Live, killed: number[]): Promise<Live> {
  let live = before;
  // A signal takes a moment to be carried out, and its parent another to hear of it.
  await until(() => !killed.some(isRunning), 'what was killed to be gone', 2000);
  await until(
    async () => {
      const status = await devnetStatus(`${world.project}/.sahara`);
      if (status.state !== 'running') await world.envelope(['devnet', 'start']);
      else if (status.services.length > 0 && status.services.every((s) => s.state === 'running')) {
        live = status.live as Live;
        return pidsOf(live).every(isRunning);
      }
      return false;
    },
    'the devnet to be back',
    60_000,
  );
  const now = pidsOf(live);
  for (const pid of now) world.watch(pid);
  const left = () => pidsOf(before).filter((pid) => !now.includes(pid) && isRunning(pid));
  await until(() => left().length === 0, 'what was there before to be gone', 2000);
  return live;
}

/**
 * Kills what belongs to a devnet at random moments of a loop of pay, publish, settle and claim, and holds after each kill
 * that what was reported as done is there, and once. The devnet runs, and has the asset `tides`.
 *
 * @returns the rounds that were done
 */
export async function killLoop(world: World, started: Live, rounds: number, seed: number): Promise<number> {
  const random = randomFrom(seed);
  const done = { transactions: [] as string[], paid: [] as bigint[], published: [] as string[] };
  const tried: bigint[] = [];
  let live = started;
  let round = 0;
  for (; round < rounds; round++) {
    const victim = VICTIMS[round % VICTIMS.length] ?? 'all';
    const amount = `1.${1000 + round}`;
    const name = `set-${round}`;
    smallDataset(world, name, {}, FREE);
    const other = (
      [
        ['publish', name],
        ['revenue', 'settle', 'tides'],
        ['revenue', 'claim', 'tides'],
      ] as const
    )[Math.floor(random() * 3)] ?? ['publish', name];
    const lines = [['revenue', 'pay', 'tides', amount], [...other]];
    const running = lines.map((line) => world.start([...line, '--json']));
    tried.push(parseEther(amount));
    await new Promise((r) => setTimeout(r, random() * MOMENTS));
    const cli = running.map(({ child }) => child.pid ?? 0);
    const pids = {
      chain: [live.chain.process.pid],
      supervisor: [live.supervisor.pid],
      content: [live.content.process?.pid ?? 0],
      cli,
      all: [...cli, ...pidsOf(live)],
    }[victim];
    for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    const ran = await Promise.all(running.map(({ result }) => result));
    for (const [i, { code, stdout }] of ran.entries()) {
      if (code !== 0) continue;
      done.transactions.push(...transactionsIn(JSON.parse(stdout)));
      if (i === 0) done.paid.push(parseEther(amount));
      else if (other[0] === 'publish') done.published.push(name);
    }
    live = await back(world, live, pids);
    const { rpcUrl } = live.chain;
    const receipts = await Promise.all(
      done.transactions.map((tx) =>
        rpc<{ status: string } | null>(rpcUrl, 'eth_getTransactionReceipt', [tx]),
      ),
    );
    const missing = done.transactions.filter((_, i) => receipts[i]?.status !== '0x1');
    expect(missing, `of seed ${seed}, after ${victim} was killed in round ${round}`).toEqual([]);
    const found = await payments(live);
    expect(new Set(found).size, 'nothing is paid twice').toBe(found.length);
    expect(found.filter((paid) => !tried.includes(paid))).toEqual([]);
    expect(done.paid.filter((paid) => !found.includes(paid))).toEqual([]);
  }
  const listed = await world.json<{ name: string }[]>(['asset', 'list']);
  const names = listed.map((asset) => asset.name).filter((name) => name.startsWith('set-'));
  expect(new Set(names).size).toBe(names.length);
  expect(done.published.filter((name) => !names.includes(name))).toEqual([]);
  expect(await conservation((await openScripted(world)).chain)).toMatchObject({ holds: true, drift: 0n });
  for (const name of done.published) await world.json(['asset', 'verify', name]);
  return round;
}
