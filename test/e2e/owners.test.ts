import { beforeAll, describe, expect, test } from 'vitest';
import { assetHistory } from '../../src/assets/history.ts';
import { openScripted, smallDataset } from './scripted.ts';
import { createWorld, rpc } from './support.ts';

const world = await createWorld('owners');
let url: string;

type Transferred = {
  changed: boolean;
  from: string;
  to: string;
  settled: string;
  left: string;
  tx: string | null;
};
type Entry = {
  block: string;
  time: string;
  tx: string;
  kind: string;
  version: string | null;
  from: string | null;
  to: string | null;
  amount: string | null;
  state: string | null;
  reason: string | null;
};
type History = { entries: Entry[]; more: boolean };

const SOLD = 'terms:\n  - {rights: [ACCESS, TRAIN], price: 10, royalty: 10%, text: MIT}\n';

beforeAll(async () => {
  ({
    chain: { rpcUrl: url },
  } = await world.startDevnet());
  // Its child is sold, so it has to be free for commercial use.
  smallDataset(
    world,
    'base',
    {},
    'terms:\n  - {rights: [ACCESS, TRAIN, COMMERCIAL], royalty: 10%, text: MIT}\n',
  );
  await world.json(['publish', 'base']);
  smallDataset(world, 'child', {}, `relations: [{type: TRAINED_ON, asset: curator/base}]\n${SOLD}`);
  await world.json(['publish', 'child', '--account', 'trainer']);
}, 60_000);

const pay = (asset: string) => world.json(['revenue', 'pay', asset, '100', '--account', 'buyer']);
const owed = async (account: string, asset: string) => {
  const { earnings } = await world.json<{ earnings: { account: string; asset: string; amount: string }[] }>([
    'revenue',
    'show',
    asset,
  ]);
  const names = await world.json<{ name: string; address: string }[]>(['account', 'list']);
  const address = names.find((n) => n.name === account)?.address ?? account;
  const own = earnings.filter((e) => e.account === address || e.account === account);
  return own.reduce((sum, e) => sum + BigInt(e.amount), 0n);
};

describe('asset transfer', () => {
  test('settles first, so that what was paid below before stays the former owner’s', async () => {
    await pay('child');
    const given = await world.json<Transferred>(['asset', 'transfer', 'base', 'dao', '--yes']);
    // 10 % of 100 SAHARA less the fee of 2.5 %.
    expect(given).toMatchObject({
      changed: true,
      from: 'curator',
      to: 'dao',
      settled: '9750000000000000000',
      left: '0',
    });
    expect(await owed('curator', 'base')).toBe(9_750_000_000_000_000_000n);
    expect(await owed('dao', 'base')).toBe(0n);
    await pay('child');
    await world.json(['revenue', 'settle']);
    expect(await owed('curator', 'base')).toBe(9_750_000_000_000_000_000n);
    expect(await owed('dao', 'base')).toBe(9_750_000_000_000_000_000n);
    await world.json(['revenue', 'claim', '--account', 'curator']);
  });

  test('to whoever has it already does nothing, whoever asks', async () => {
    const before = await rpc(url, 'eth_blockNumber');
    const again = await world.json<Transferred>(['asset', 'transfer', 'base', 'dao', '--account', 'buyer']);
    expect(again).toMatchObject({ changed: false, tx: null });
    expect(await rpc(url, 'eth_blockNumber')).toBe(before);
  });

  test('with --no-settle leaves what is below to the new owner, and says how much that is', async () => {
    await pay('child');
    const given = await world.json<Transferred>([
      'asset',
      'transfer',
      'base',
      'auditor',
      '--no-settle',
      '--yes',
    ]);
    expect(given).toMatchObject({ settled: '0', left: '9750000000000000000' });
    await world.json(['revenue', 'settle']);
    expect(await owed('auditor', 'base')).toBe(9_750_000_000_000_000_000n);
  });

  test('foretells all of that', async () => {
    await pay('child');
    const line = ['asset', 'transfer', 'base', 'curator'];
    const dry = await world.envelope([...line, '--dry-run']);
    expect(dry.data).toMatchObject({ settled: '9750000000000000000', tx: null });
    expect(await owed('auditor', 'base')).toBe(9_750_000_000_000_000_000n);
    expect(await world.json([...line, '--yes'])).toMatchObject({ settled: '9750000000000000000' });
  });

  test('without a terminal asks for --yes, and does nothing', async () => {
    await world.refused(['asset', 'transfer', 'base', 'dao'], { code: 'SAH-0007', exit: 2 });
    expect(await world.json(['asset', 'show', 'base'])).toMatchObject({ owner: 'curator' });
  });

  test.each([
    ['somebody who has it not', ['base', 'dao', '--account', 'buyer', '--yes'], 'SAH-6010', 4],
    ['the zero address', ['base', `0x${'0'.repeat(40)}`, '--yes'], 'SAH-1007', 2],
    ['an account that is not known', ['base', 'nobody', '--yes'], 'SAH-1005', 3],
    ['an asset that is not there', ['nothing', 'dao', '--yes'], 'SAH-6002', 3],
  ])('refuses %s', async (_, args, code, exit) => {
    await world.refused(['asset', 'transfer', ...args], { code, exit });
  });
});

describe('states', () => {
  test('deprecated, an asset takes nothing new and goes on earning; undone, it takes it again', async () => {
    const first = await world.json(['asset', 'deprecate', 'child']);
    expect(first).toMatchObject({ from: 'active', to: 'deprecated', changed: true });
    expect(await world.json(['asset', 'deprecate', 'child'])).toMatchObject({ changed: false, tx: null });
    const bought = await world.envelope(['market', 'buy', 'child', '--account', 'buyer-2']);
    expect(bought.ok).toBe(false);
    await pay('child');
    await world.json(['revenue', 'settle', 'child']);
    expect(await world.json(['asset', 'deprecate', 'child', '--undo'])).toMatchObject({ to: 'active' });
    expect(await world.json(['asset', 'deprecate', 'child', '--undo'])).toMatchObject({ changed: false });
    expect((await world.envelope(['market', 'buy', 'child', '--account', 'buyer-2'])).ok).toBe(true);
  });

  test('revoked, it is so for ever, with the reason for everybody to read', async () => {
    const line = ['asset', 'revoke', 'child', '--reason', 'names a person: “Ω” \u001b[31mred'];
    await world.refused(line, { code: 'SAH-0007', exit: 2 });
    expect(await world.json([...line, '--yes'])).toMatchObject({ to: 'revoked', changed: true });
    expect(await world.json([...line])).toMatchObject({ changed: false, tx: null });
    await world.refused(['asset', 'deprecate', 'child', '--undo'], { code: 'SAH-6011', exit: 4 });
    await pay('child');
    await world.json(['revenue', 'settle', 'child']);
    const { entries } = await world.json<History>(['asset', 'history', 'child']);
    const revoked = entries.find((e) => e.state === 'revoked');
    expect(revoked?.reason).toMatch(/^names a person: “Ω” /);
    expect(revoked?.reason).not.toContain('\u001b');
  });

  test.each([
    ['', / 1 to 500 bytes/],
    ['x'.repeat(501), / 1 to 500 bytes/],
  ])('a reason must be one', async (reason, says) => {
    await world.refused(['asset', 'revoke', 'base', '--yes', '--reason', reason], {
      code: 'SAH-0002',
      exit: 2,
      says,
    });
  });
});

describe('asset history', () => {
  test('tells everything in the order in which it happened, with block, time and transaction', async () => {
    const { entries, more } = await world.json<History>(['asset', 'history', 'base']);
    expect(more).toBe(false);
    const kinds = entries.map((e) => e.kind);
    expect(kinds.slice(0, 3)).toEqual(['registered', 'version', 'terms-attached']);
    expect(entries.filter((e) => e.kind === 'transfer').map((e) => `${e.from} > ${e.to}`)).toEqual([
      'curator > dao',
      'dao > auditor',
      'auditor > curator',
    ]);
    const blocks = entries.map((e) => Number(e.block));
    expect(blocks).toEqual(blocks.toSorted((a, b) => a - b));
    for (const { tx, block, time } of entries) {
      const receipt = await rpc<{ blockNumber: string }>(url, 'eth_getTransactionReceipt', [tx]);
      expect(`${Number(receipt.blockNumber)}`).toBe(block);
      const made = await rpc<{ timestamp: string }>(url, 'eth_getBlockByNumber', [
        receipt.blockNumber,
        false,
      ]);
      expect(Date.parse(time)).toBe(Number(made.timestamp) * 1000);
    }
  });

  test('tells of sales, payments and states', async () => {
    const { entries } = await world.json<History>(['asset', 'history', 'child']);
    const kinds = new Set(entries.map((e) => e.kind));
    for (const kind of ['license', 'payment', 'settlement', 'state']) expect(kinds).toContain(kind);
    expect(entries.find((e) => e.kind === 'payment')).toMatchObject({
      version: 'child@1',
      from: 'buyer',
      amount: '100000000000000000000',
    });
    expect(entries.filter((e) => e.kind === 'state').map((e) => e.state)).toEqual([
      'deprecated',
      'active',
      'revoked',
    ]);
  });

  test('shows the newest with --limit, and says that there is more', async () => {
    const all = await world.json<History>(['asset', 'history', 'base']);
    const some = await world.json<History>(['asset', 'history', 'base', '--limit', '3']);
    expect(some).toMatchObject({ more: true, entries: all.entries.slice(-3) });
    const exactly = await world.json<History>([
      'asset',
      'history',
      'base',
      '--limit',
      `${all.entries.length}`,
    ]);
    expect(exactly.more).toBe(false);
  });

  test('begins with --since: a block, a time, or how long ago', async () => {
    const all = await world.json<History>(['asset', 'history', 'base']);
    const middle = all.entries[4];
    const since = async (when: string) =>
      (await world.json<History>(['asset', 'history', 'base', '--since', when])).entries;
    expect(await since(`${middle?.block}`)).toEqual(
      all.entries.filter((e) => Number(e.block) >= Number(middle?.block)),
    );
    const time = middle?.time.replace(/\.\d+Z$/, 'Z') ?? '';
    expect(await since(time)).toEqual(all.entries.filter((e) => e.time >= (middle?.time ?? '')));
    expect(await since('7d')).toEqual(all.entries);
    expect(await since('2100-01-01')).toEqual([]);
    await world.refused(['asset', 'history', 'base', '--since', 'noon'], { code: 'SAH-0002', exit: 2 });
  });

  test('is the same however few blocks one question covers', async () => {
    const context = await openScripted(world);
    for (const limit of [1, 4, 1_000]) {
      const whole = await assetHistory(context, 'base', { limit });
      expect(whole.entries.length).toBeGreaterThan(0);
      for (const blocksPerQuery of [1n, 2n, 7n])
        expect(await assetHistory(context, 'base', { limit, blocksPerQuery })).toEqual(whole);
    }
    context.content.close();
  });
});
