import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hex, parseEther } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';
import { foreseeRestore } from '../../src/devnet/snapshots/index.ts';
import { conservation } from '../../src/revenue/index.ts';
import { testAtDepth } from '../depth.ts';
import { FREE, openScripted, smallDataset } from './scripted.ts';
import { createWorld, isRunning, type Live, pidsOf, rpc, until } from './support.ts';

const world = await createWorld('snapshots');
const state = join(world.project, '.sahara/devnet/default');
const seed = Number(process.env['SAHARA_TEST_SEED'] ?? Date.now() % 1e6);
const ROUNDS = 40;

type Snapshot = {
  name: string;
  head: { number: number; hash: string; time: string };
  assets: number;
  pins: number;
};
type Restored = { snapshot: Snapshot; changed: boolean; before: string | null; missing: string[] };
type Diff = {
  same: boolean;
  seconds: number;
  assets: {
    added: { asset: string }[];
    removed: { asset: string }[];
    changed: { asset: string; owner: unknown; versions: unknown }[];
  };
  balances: { account: string; from: string; to: string }[];
  vault: { paidIn: { from: string; to: string } | null; claimed: { from: string; to: string } | null };
  pins: { added: { name: string }[]; removed: { name: string }[] };
};

const snapshot = <T>(...words: string[]): Promise<T> => world.json<T>(['devnet', 'snapshot', ...words]);
const liveNow = (): Live => JSON.parse(readFileSync(join(state, 'live.json'), 'utf8')) as Live;
const names = async (): Promise<string[]> =>
  (await world.json<{ name: string }[]>(['asset', 'list'])).map(({ name }) => name).sort();
/** Addresses that are pinned, but for what keeps snapshots; by no code of ours. */
async function pinned(): Promise<string[]> {
  const url = `${liveNow().content.api}/api/v0/pin/ls?type=recursive&names=true`;
  const { Keys = {} } = (await (await fetch(url, { method: 'POST' })).json()) as {
    Keys?: Record<string, { Name?: string }>;
  };
  return Object.entries(Keys)
    .filter(([, { Name = '' }]) => !Name.startsWith('sahara-snapshot'))
    .map(([cid]) => cid)
    .sort();
}
const head = (): Promise<{ hash: Hex; number: Hex; timestamp: Hex }> =>
  rpc(liveNow().chain.rpcUrl, 'eth_getBlockByNumber', ['latest', false]);

/** The hash of a block holds the root of the state: balances, assets, and all that contracts know. */
async function economy() {
  const [pins, { hash }] = await Promise.all([pinned(), head()]);
  return { pins, hash };
}

beforeAll(async () => {
  await world.startDevnet();
  smallDataset(world, 'tides', {}, FREE);
  await world.json(['publish', 'tides']);
  await world.json(['revenue', 'pay', 'tides', '5']);
});

describe('a whole economy', () => {
  let first: Awaited<ReturnType<typeof economy>>;
  let second: Awaited<ReturnType<typeof economy>>;

  test('is saved while it runs', async () => {
    first = await economy();
    const saved = await snapshot<Snapshot>('save', 'first');
    expect(saved).toMatchObject({ name: 'first', assets: 1, pins: 1, head: { hash: first.hash } });
    expect(await economy()).toEqual(first);
    expect(await snapshot<Snapshot[]>('list')).toMatchObject([{ name: 'first' }]);
    await world.refused(['devnet', 'snapshot', 'save', 'first'], { code: 'SAH-2032', exit: 5 });
    expect(await snapshot<Snapshot>('save', 'first', '--force')).toMatchObject({ name: 'first' });
    expect(await snapshot<Diff>('diff', 'first')).toMatchObject({ same: true });
  });

  test('says what is different since', async () => {
    smallDataset(world, 'seals', {}, FREE);
    await world.json(['publish', 'seals']);
    world.write('tides/content/data.csv', 'letter,count\nz,26\n');
    await world.json(['publish', 'tides']);
    await world.json(['revenue', 'pay', 'tides', '7']);
    await world.json(['revenue', 'settle', 'tides']);
    await world.json(['revenue', 'claim', '--account', 'curator']);
    await world.json(['asset', 'transfer', 'tides', 'dao', '--yes']);
    await rpc(liveNow().chain.rpcUrl, 'evm_increaseTime', [30 * 86_400]);
    await rpc(liveNow().chain.rpcUrl, 'evm_mine');
    second = await economy();
    const diff = await snapshot<Diff>('diff', 'first');
    expect(diff).toMatchObject({
      same: false,
      assets: {
        added: [{ asset: 'curator/seals' }],
        removed: [],
        changed: [
          { asset: 'curator/tides', owner: { from: 'curator', to: 'dao' }, versions: { from: 1, to: 2 } },
        ],
      },
      vault: { paidIn: { from: `${parseEther('5')}`, to: `${parseEther('12')}` } },
      pins: { removed: [] },
    });
    expect(diff.seconds).toBeGreaterThanOrEqual(30 * 86_400);
    expect(diff.pins.added).toHaveLength(2);
    expect(Number(diff.vault.claimed?.to)).toBeGreaterThan(0);
    const buyer = diff.balances.find(({ account }) => account === 'buyer');
    expect(BigInt(buyer?.from ?? 0) - BigInt(buyer?.to ?? 0)).toBeGreaterThanOrEqual(parseEther('7'));
    expect(await world.text(['devnet', 'snapshot', 'diff', 'first'])).toMatch(
      /curator\/seals +- +1 version +added/,
    );
  });

  test('comes back, and what was there before is kept', async () => {
    const before = liveNow();
    const clock = Number((await head()).timestamp);
    expect(await snapshot<Restored>('restore', 'first')).toMatchObject({
      changed: true,
      before: 'before-restore',
      missing: [],
    });
    expect(await economy()).toEqual(first);
    await world.json(['asset', 'verify', 'tides']);
    const after = liveNow();
    expect({ ...after.supervisor, url: after.chain.rpcUrl }).toEqual({
      ...before.supervisor,
      url: before.chain.rpcUrl,
    });
    expect(isRunning(before.chain.process.pid)).toBe(false);
    // The clock follows the saved head: the thirty days have not been.
    await world.json(['account', 'send', 'newcomer', '1', '--account', 'spare']);
    expect(Number((await head()).timestamp)).toBeLessThan(clock - 29 * 86_400);
    // Garbage collection takes nothing that a snapshot needs.
    await world.json(['content', 'gc', '--yes']);
    await snapshot<Restored>('restore', 'before-restore');
    expect(await economy()).toEqual(second);
    await world.json(['asset', 'verify', 'seals']);
    await world.json(['asset', 'verify', 'tides']);
    // Thirty days ahead, as it was.
    await world.json(['account', 'send', 'newcomer', '1', '--account', 'spare']);
    expect(Number((await head()).timestamp)).toBeGreaterThan(clock);
    expect(await conservation((await openScripted(world)).chain)).toMatchObject({ holds: true, drift: 0n });
  });

  test('is not restored where it is just so', async () => {
    await snapshot<Restored>('restore', 'first');
    expect(await snapshot<Restored>('restore', 'first')).toMatchObject({ changed: false, before: null });
    expect(await economy()).toEqual(first);
  });

  test('keeps the way of mining, and what is in no block', async () => {
    const { rpcUrl } = liveNow().chain;
    await rpc(rpcUrl, 'evm_setAutomine', [false]);
    await rpc(rpcUrl, 'anvil_setBalance', [`0x${'77'.repeat(20)}`, '0x99']);
    await snapshot('save', 'by-hand');
    await rpc(rpcUrl, 'evm_setAutomine', [true]);
    await rpc(rpcUrl, 'anvil_setBalance', [`0x${'77'.repeat(20)}`, '0x1']);
    await snapshot('restore', 'by-hand');
    expect(await rpc(rpcUrl, 'anvil_getAutomine')).toBe(false);
    expect(await rpc(rpcUrl, 'eth_getBalance', [`0x${'77'.repeat(20)}`, 'latest'])).toBe('0x99');
    await snapshot('restore', 'first');
    expect(await rpc(rpcUrl, 'anvil_getAutomine')).toBe(true);
  });

  testAtDepth('two at once come one after the other', async () => {
    const both = await Promise.all(
      ['one', 'two', 'one'].map((name) => world.envelope(['devnet', 'snapshot', 'save', name, '--force'])),
    );
    expect(both.map(({ ok }) => ok)).toEqual([true, true, true]);
    await Promise.all([
      snapshot('restore', 'by-hand'),
      snapshot('restore', 'first'),
      snapshot('save', 'amid'),
    ]);
    expect(['0x99', '0x0']).toContain(
      await rpc(liveNow().chain.rpcUrl, 'eth_getBalance', [`0x${'77'.repeat(20)}`, 'latest']),
    );
    await snapshot('restore', 'first');
    expect(await economy()).toEqual(first);
    for (const name of ['one', 'two', 'amid']) await snapshot('delete', name);
    await world.refused(['devnet', 'snapshot', 'delete', 'one'], { code: 'SAH-2031', exit: 3 });
  });
});

describe('in a file', () => {
  const elsewhere = join(world.dir, 'elsewhere');
  const there = { cwd: elsewhere };
  const file = join(world.dir, 'economy.snapshot');

  test('it restores in another project, with its content, and without private keys', async () => {
    await snapshot('restore', 'first');
    await snapshot('export', 'first', file);
    expect(await snapshot<{ bytes: number }>('export', 'first', file, '--force')).toMatchObject({
      withKeys: false,
    });
    await world.json(['devnet', 'stop']);
    mkdirSync(join(elsewhere, '.sahara'), { recursive: true });
    const imported = await world.json(['devnet', 'snapshot', 'import', file], there);
    expect(imported).toMatchObject({ name: 'first', changed: true, assets: 1, pins: 1 });
    expect(await world.json(['devnet', 'snapshot', 'import', file], there)).toMatchObject({ changed: false });
    expect(await world.json(['devnet', 'snapshot', 'restore', 'first'], there)).toMatchObject({
      changed: true,
    });
    const live = await world.json<Live>(['devnet', 'start'], there);
    try {
      for (const pid of pidsOf(live)) world.watch(pid);
      await world.json(['asset', 'verify', 'tides'], there);
      expect(await world.json(['devnet', 'snapshot', 'diff', 'first'], there)).toMatchObject({ same: true });
      expect(existsSync(join(elsewhere, '.sahara/keys'))).toBe(false);
      expect(readdirSync(join(elsewhere, '.sahara/releases'))).toHaveLength(1);
      await world.json(['publish', join(world.project, smallDataset(world, 'more'))], there);
    } finally {
      await world.json(['devnet', 'stop'], there);
    }
  }, 60_000);

  test('that is wrong in any way is refused, and touches nothing', async () => {
    const whole = readFileSync(file);
    const before = readdirSync(join(elsewhere, '.sahara/devnet/default'), { recursive: true });
    const refused = async (bytes: Uint8Array, code: string, exit: number, says: RegExp) => {
      const bad = join(world.dir, 'bad.snapshot');
      writeFileSync(bad, bytes);
      await world.refused(['devnet', 'snapshot', 'import', bad, '--as', 'bad'], { code, exit, says }, there);
    };
    await refused(whole.subarray(0, whole.length / 2), 'SAH-2038', 7, /cut short|not what was written/);
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 2000] = (flipped[flipped.length - 2000] ?? 0) ^ 4;
    await refused(flipped, 'SAH-2038', 7, /bad\.snapshot cannot be imported/);
    await refused(Buffer.from('nothing of the kind'), 'SAH-2038', 7, /no exported snapshot/);
    expect(readdirSync(join(elsewhere, '.sahara/devnet/default'), { recursive: true })).toEqual(before);
  });
});

describe('of a devnet that is stopped', () => {
  test('it is saved and restored, and stays stopped', async () => {
    await snapshot('save', 'asleep');
    expect(existsSync(join(state, 'live.json'))).toBe(false);
    await snapshot('restore', 'by-hand');
    expect(existsSync(join(state, 'live.json'))).toBe(false);
    await world.startDevnet();
    expect(await rpc(liveNow().chain.rpcUrl, 'anvil_getAutomine')).toBe(false);
    await world.json(['devnet', 'stop']);
  });

  test('a chain that cannot be loaded is replaced, and kept', async () => {
    for (const name of readdirSync(state).filter((n) => n.startsWith('chain-')))
      writeFileSync(join(state, name), name.endsWith('.json') ? '{"block":' : '');
    const restored = await snapshot<{ before: null; aside: string }>('restore', 'first');
    expect(restored.before).toBeNull();
    expect(readdirSync(restored.aside)).toContain('chain-state.json');
    await world.startDevnet();
    expect(await names()).toEqual(['tides']);
    await world.json(['asset', 'verify', 'tides']);
  });
});

/** A small generator, so that a run can be had again by its seed. */
function randomFrom(start: number): () => number {
  let at = start >>> 0;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at / 2 ** 32;
  };
}

describe('whatever is killed', () => {
  testAtDepth(
    `a snapshot is whole or not there, and the devnet one or the other: ${ROUNDS} rounds, seed ${seed}`,
    {
      timeout: ROUNDS * 60_000,
    },
    async () => {
      const random = randomFrom(seed);
      await snapshot('save', 'one', '--force');
      const one = await economy();
      smallDataset(world, 'gulls', {}, FREE);
      await world.json(['publish', 'gulls']);
      await world.json(['revenue', 'pay', 'gulls', '3']);
      await snapshot('save', 'two', '--force');
      const two = await economy();
      const spare = join(world.dir, 'spare');
      cpSync(join(state, 'snapshots'), spare, { recursive: true });
      for (let round = 0; round < ROUNDS; round++) {
        const isSave = round % 4 === 0;
        const now = await economy();
        const wanted = now.hash === one.hash ? 'two' : 'one';
        const words = isSave ? ['save', 'amid', '--force'] : ['restore', wanted];
        const live = liveNow();
        const running = world.start(['devnet', 'snapshot', ...words, '--json']);
        await new Promise((r) => setTimeout(r, 80 + random() * 700));
        for (const pid of [running.child.pid ?? 0, ...(round % 2 ? [live.supervisor.pid] : pidsOf(live))])
          if (isRunning(pid)) process.kill(pid, 'SIGKILL');
        const ran = await running.result;
        const again = await world.startDevnet();
        const left = () => pidsOf(live).filter((pid) => !pidsOf(again).includes(pid) && isRunning(pid));
        await until(() => left().length === 0, 'what was there before to be gone', 2000);
        const told = `round ${round}: ${words.join(' ')}, exit ${ran.code}`;
        const then = await economy();
        expect(await rpc(again.chain.rpcUrl, 'anvil_getAutomine'), told).toBe(true);
        expect(isSave ? [now] : [one, two], told).toContainEqual(then);
        if (!isSave && ran.code === 0) expect(then, told).toEqual(wanted === 'one' ? one : two);
        if (round === ROUNDS - 1)
          for (const name of await names()) await world.json(['asset', 'verify', name]);
        for (const name of readdirSync(join(state, 'snapshots')).filter((n) => !n.startsWith('.')))
          await foreseeRestore({ stateDir: join(world.project, '.sahara'), name: 'default' }, name);
        for (const name of ['one', 'two'])
          expect(readFileSync(join(state, 'snapshots', name, 'manifest.json'), 'utf8')).toBe(
            readFileSync(join(spare, name, 'manifest.json'), 'utf8'),
          );
        // Both are there still, with all that they need.
        await snapshot('restore', then.hash === one.hash ? 'two' : 'one');
        expect(await economy()).toEqual(then.hash === one.hash ? two : one);
        const hidden = readdirSync(join(state, 'snapshots')).filter((name) => name.startsWith('.'));
        expect(hidden, told).toEqual([]);
        expect(readdirSync(state).filter((name) => /restore|\.tmp$/.test(name))).toEqual([]);
      }
    },
  );
});
