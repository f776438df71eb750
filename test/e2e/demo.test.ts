import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectedOf, priceOf } from './demo-arithmetic.ts';
import { runAsWritten } from './shell.ts';
import { createWorld, isRunning, type Live, pidsOf, rpc } from './support.ts';

const world = await createWorld('demo');

type Data = {
  chainId: number;
  assets: {
    id: string;
    kind: string;
    name: string;
    version: number;
    cid: string;
    owner: string;
    tx: string;
  }[];
  purchases: { buyer: string; asset: string; license: string; amount: string }[];
  earnings: { account: string; role: string; asset: string; amount: string }[];
  conservation: Record<'paidIn' | 'fees' | 'unsettled' | 'pools' | 'claimed' | 'drift', string>;
  lineage: Node;
};
type Node = { label: string; parents: { type: string; royaltyBps: number; node: Node }[] };

const WEI = /^(0|[1-9]\d*)$/;

describe('the demo as JSON', () => {
  let data: Data;
  beforeAll(async () => {
    data = await world.json<Data>(['demo', '--stop']);
  });

  test('has the shape that was promised', () => {
    expect(data.chainId).toBe(31337);
    for (const asset of data.assets) {
      expect(Object.keys(asset).sort()).toEqual(['cid', 'id', 'kind', 'name', 'owner', 'tx', 'version']);
      expect(asset.cid).toMatch(/^bafybei[a-z2-7]{52}$/);
      expect(asset.tx).toMatch(/^0x[0-9a-f]{64}$/);
    }
    expect(data.assets.map((a) => a.kind)).toEqual(['dataset', 'model', 'agent']);
    for (const purchase of data.purchases) {
      expect(Object.keys(purchase).sort()).toEqual(['amount', 'asset', 'buyer', 'license']);
      expect(purchase.amount).toMatch(WEI);
    }
    expect(new Set(data.purchases.map((p) => p.license)).size).toBe(data.purchases.length);
    for (const earning of data.earnings) {
      expect(Object.keys(earning).sort()).toEqual(['account', 'amount', 'asset', 'role']);
      expect(earning.amount).toMatch(WEI);
      expect(['owner', 'contributor']).toContain(earning.role);
    }
    expect(Object.keys(data.conservation).sort()).toEqual([
      'claimed',
      'drift',
      'fees',
      'paidIn',
      'pools',
      'unsettled',
    ]);
    for (const wei of Object.values(data.conservation)) expect(wei).toMatch(WEI);
  });

  test('has three assets over two hops, five contributors and three buyers', () => {
    expect(data.assets.length).toBeGreaterThanOrEqual(3);
    const depth = (node: Node): number => Math.max(0, ...node.parents.map((p) => 1 + depth(p.node)));
    expect(depth(data.lineage)).toBeGreaterThanOrEqual(2);
    expect(
      new Set(data.earnings.filter((e) => e.role === 'contributor').map((e) => e.account)).size,
    ).toBeGreaterThanOrEqual(5);
    expect(new Set(data.purchases.map((p) => p.buyer)).size).toBeGreaterThanOrEqual(3);
  });

  test('sells at the prices of the templates', () => {
    const prices = {
      'penguin-guide': priceOf('agent', 0),
      'penguin-classifier': priceOf('model', 1),
      penguins: priceOf('dataset', 1),
    };
    for (const { asset, amount } of data.purchases)
      expect(BigInt(amount)).toBe(prices[asset as keyof typeof prices]);
  });

  test('pays everybody what an independent calculation says, to the wei', () => {
    const expected = expectedOf(data.purchases.map((p) => ({ asset: p.asset, amount: BigInt(p.amount) })));
    const order = (list: { account: string; role: string; asset: string; amount: bigint }[]) =>
      list.map((e) => `${e.asset} ${e.role} ${e.account} ${e.amount}`).sort();
    expect(order(data.earnings.map((e) => ({ ...e, amount: BigInt(e.amount) })))).toEqual(
      order(expected.earnings),
    );
    expect(data.conservation).toEqual({
      paidIn: `${expected.paidIn}`,
      fees: `${expected.fees}`,
      unsettled: `${expected.unsettled}`,
      pools: `${expected.pools}`,
      claimed: `${expected.pools}`,
      drift: '0',
    });
  });

  test('with --stop leaves no devnet running, but all that was made', async () => {
    const dir = join(world.project, 'sahara-demo');
    expect(existsSync(join(dir, '.sahara/devnet/default/live.json'))).toBe(false);
    for (const made of [
      'penguins/sahara.yaml',
      'penguin-classifier/content/model.onnx',
      'penguin-guide/content/agent.ts',
      'REPORT.md',
    ])
      expect(existsSync(join(dir, made)), made).toBe(true);
  });

  test('goes on where it stopped, with every wei where it was', async () => {
    const dir = join(world.project, 'sahara-demo');
    await world.startDevnet([], { cwd: dir });
    const shown = await world.json<{ conservation: Record<string, unknown>; earnings: { amount: string }[] }>(
      ['revenue', 'show'],
      { cwd: dir },
    );
    expect(shown.conservation).toMatchObject({ ...data.conservation, holds: true });
    const sum = (list: { amount: string }[]) => list.reduce((s, e) => s + BigInt(e.amount), 0n);
    expect(sum(shown.earnings)).toBe(sum(data.earnings));
    // Claimed means arrived: what the payees hold is what they earned.
    const held = await world.json<{ account: string; wrapped: string }[]>(['account', 'balance'], {
      cwd: dir,
    });
    for (const { account, wrapped } of held)
      expect(BigInt(wrapped), account).toBe(sum(data.earnings.filter((e) => e.account === account)));
    await world.stopDevnet({ cwd: dir });
  });
});

describe('the demo for a person', () => {
  let out: { stdout: string; stderr: string; code: number | null };
  let live: Live;
  const dir = () => join(world.project, 'sahara-demo');

  beforeAll(async () => {
    // The second time in the same folder: it is made anew.
    writeFileSync(join(dir(), 'penguins/content/left-over.txt'), 'from the first time');
    out = await world.run(['demo']);
    live = JSON.parse(readFileSync(join(dir(), '.sahara/devnet/default/live.json'), 'utf8')) as Live;
    for (const pid of pidsOf(live)) world.watch(pid);
  });

  test('works a second time, from nothing', () => {
    expect({ code: out.code, stderr: out.stderr }).toMatchObject({ code: 0 });
    expect(existsSync(join(dir(), 'penguins/content/left-over.txt'))).toBe(false);
  });

  test('tells the story on stderr and the result on stdout', () => {
    expect(out.stderr).toMatch(/penguins@1/);
    expect(out.stderr).toMatch(/accuracy 0\.9\d+/);
    expect(out.stdout).not.toMatch(/^- /m);
  });

  test('ends with earnings, a conservation line, the lineage and what to do next', () => {
    for (const account of ['curator', 'labeler', 'labeler-2', 'labeler-3', 'reviewer', 'trainer', 'operator'])
      expect(out.stdout).toMatch(new RegExp(`^${account} .*\\d`, 'm'));
    expect(out.stdout).toMatch(
      /paid in 89 = fees 2\.225 \+ unsettled 0 \+ pools 86\.775; claimed 86\.775, drift 0/,
    );
    expect(out.stdout).toMatch(
      /penguin-guide@1 \(agent\)\n└─ USES 20% → penguin-classifier@1 \(model\)\n {3}└─ TRAINED_ON 5% → penguins@1 \(dataset\)/,
    );
    expect(out.stderr).toMatch(/\bNext\n/);
  });

  test('leaves the devnet running', async () => {
    for (const pid of pidsOf(live)) expect(isRunning(pid)).toBe(true);
    expect(await rpc(live.chain.rpcUrl, 'eth_chainId')).toBe('0x7a69');
  });

  test('every next step works as it is written, one after the other', async () => {
    const commands = [...(out.stderr.split(/\bNext\n/)[1] ?? '').matchAll(/^ {2}(\S.*?) {3}/gm)].map(
      ([, command]) => command ?? '',
    );
    expect(commands.length).toBeGreaterThanOrEqual(3);
    const ran = await runAsWritten(world, commands.join(' && '));
    expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/Gentoo|Adelie|Chinstrap/);
    expect(ran.stdout).toMatch(/drift 0/);
  });
});

test('a folder that is no demo is refused and not touched', async () => {
  const mine = join(world.project, 'mine');
  mkdirSync(mine);
  writeFileSync(join(mine, 'thesis.txt'), 'years of work');
  await world.refused(['demo', '--dir', 'mine'], { code: 'SAH-6008', exit: 5, says: /mine/ });
  expect(readFileSync(join(mine, 'thesis.txt'), 'utf8')).toBe('years of work');
  expect(existsSync(join(mine, '.sahara'))).toBe(false);
});
