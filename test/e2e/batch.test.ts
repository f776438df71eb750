import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hex, parseEther, toEventSelector } from 'viem';
import { describe, expect, test } from 'vitest';
import { deployments } from '../../src/chain/generated/deployments.ts';
import { FREE, smallDataset } from './scripted.ts';
import { createWorld, type Live, rpc, until } from './support.ts';

const world = await createWorld('batch');

type Item = {
  line: number;
  id: string | null;
  op: string;
  status: string;
  tx: string | null;
  result: Record<string, unknown> | null;
  error: { code: string; name: string; message: string } | null;
};
type Data = { items: Item[]; summary: Record<string, number> };

let live: Live;
const PAID = toEventSelector('Paid(uint64,address,uint256,uint256)');

function file(name: string, lines: readonly object[]): string {
  world.write(name, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return name;
}

/** Amounts that were ever paid to the vault, in wei. */
async function paid(): Promise<bigint[]> {
  const logs = await rpc<{ data: Hex }[]>(live.chain.rpcUrl, 'eth_getLogs', [
    { address: deployments.revenueVault, topics: [PAID], fromBlock: '0x0', toBlock: 'latest' },
  ]);
  return logs.map(({ data }) => BigInt(data.slice(0, 66)));
}

const payments = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => ({
    op: 'revenue.pay',
    asset: 'letters',
    amount: `0.${String(from + i).padStart(6, '0')}`,
  }));

/** That each payment was made exactly once, whatever else was paid. */
async function expectPaidOnce(lines: readonly { amount: string }[]): Promise<void> {
  const all = await paid();
  for (const { amount } of lines)
    expect(all.filter((wei) => wei === parseEther(amount)).length, `payments of ${amount}`).toBe(1);
}

/** Transactions that the journals of this project hold. */
function journaled(): number {
  const folder = join(world.project, '.sahara/batch');
  try {
    return readdirSync(folder)
      .filter((f) => f.endsWith('.ndjson'))
      .reduce((n, f) => n + readFileSync(join(folder, f), 'utf8').split('\n').length - 1, 0);
  } catch {
    return 0;
  }
}

const codeOf = (address: string) => rpc(live.chain.rpcUrl, 'eth_getCode', [address, 'latest']);
const BUYER = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65';

describe('a batch', () => {
  test('needs no devnet to say what is wrong with every line', async () => {
    world.write(
      'bad.ndjson',
      [
        '{"op":"revenue.pay","asset":"letters"}',
        'nonsense',
        '{"op":"revenue.pya","asset":"letters","amount":"1"}',
        '',
        '{"op":"account.send","to":"nobody","amount":"-1"}',
        '{"op":"license.set","asset":"letters","preset":"nothing"}',
        '{"op":"revenue.pay","asset":"letters","amount":"1","acount":"buyer"}',
        '{"op":"account.unwrap","account":"0x0000000000000000000000000000000000000001"}',
        '{"op":"revenue.settle","id":"x"}',
        '{"op":"revenue.settle","id":"x"}',
      ].join('\n'),
    );
    const error = await world.refused(['batch', 'bad.ndjson'], { code: 'SAH-1101', exit: 2 });
    const { problems } = error.params as { problems: { line: number; reason: string }[] };
    expect(problems.map((p) => p.line)).toEqual([1, 2, 3, 5, 6, 7, 8, 10]);
    for (const [i, says] of [
      /needs "amount"/,
      /not JSON/,
      /did you mean "revenue.pay"/,
      /nobody/,
      /preset/,
      /did you mean "account"/,
      /no key/,
      /id "x" is that of line 9 too/,
    ].entries())
      expect(problems[i]?.reason).toMatch(says);
    world.write('empty.ndjson', '\n\n');
    await world.refused(['batch', 'empty.ndjson'], { code: 'SAH-1101', exit: 2 });
    await world.refused(['batch', 'missing.ndjson'], { code: 'SAH-1102', exit: 3 });
  });

  test('shares transactions, and fails by the line', { timeout: 60_000 }, async () => {
    live = await world.startDevnet();
    smallDataset(world, 'letters', {}, FREE);
    await world.json(['publish', 'letters']);
    const lines = file('mixed.ndjson', [
      { op: 'revenue.pay', asset: 'letters', amount: '4', id: 'first' },
      { op: 'revenue.pay', asset: 'numbers', amount: '4' },
      { op: 'revenue.pay', asset: 'letters', amount: '1.5' },
      { op: 'account.send', to: 'newcomer', amount: '2', account: 'buyer' },
      { op: 'account.send', to: 'newcomer', amount: '9998', account: 'buyer' },
      { op: 'license.set', asset: 'letters', preset: 'commercial-remix', price: '3' },
      { op: 'market.buy', asset: 'letters', terms: 2 },
      { op: 'market.buy', asset: 'letters', terms: 2 },
      { op: 'revenue.settle' },
      { op: 'revenue.claim' },
      { op: 'account.unwrap' },
      { op: 'license.unset', asset: 'letters', terms: 2 },
      { op: 'license.unset', asset: 'letters', terms: 2 },
    ]);
    const dry = await world.envelope(['batch', lines, '--dry-run']);
    expect(dry).toMatchObject({ ok: true, exit: 1, meta: { dryRun: true } });
    const ran = await world.envelope(['batch', lines]);
    expect(ran).toMatchObject({ ok: true, exit: 1 });
    const { items, summary } = ran.data as Data;
    const statuses = (data: unknown) => (data as Data).items.map((i) => i.error?.name ?? i.status);
    expect(statuses(ran.data)).toEqual([
      'done',
      'ASSET_UNKNOWN',
      'done',
      'done',
      'FUNDS_MISSING',
      'done',
      'done',
      'already',
      'done',
      'done',
      'done',
      'done',
      'TERMS_UNKNOWN',
    ]);
    expect(statuses(dry.data)).toEqual(statuses(ran.data));
    expect(summary).toMatchObject({ total: 13, done: 9, already: 1, failed: 3, skipped: 0 });
    expect(items[0]?.tx).toMatch(/^0x/);
    expect(items[2]?.tx).toBe(items[0]?.tx);
    expect(items[3]?.tx).toBe(items[0]?.tx);
    expect(items[0]?.result).toMatchObject({ amount: `${parseEther('4')}`, version: 1, tx: items[0]?.tx });
    expect(items[6]?.result).toMatchObject({ bought: true, terms: 2, license: '1' });
    // 8.5 SAHARA less 2.5 %, all of it the owner's.
    expect(items[9]?.result).toMatchObject({ account: 'curator', total: `${parseEther('8.2875')}` });
    expect(items[10]?.result).toMatchObject({ amount: `${parseEther('8.2875')}` });
    expect(await paid()).toEqual(['4', '1.5', '3'].map((a) => parseEther(a)));
    // What the accounts were before, they are again: without code, and open to plain transfers.
    expect(await codeOf(BUYER)).toBe('0x');
  });

  test('does only what is not done yet, the second time', async () => {
    const before = (await paid()).length;
    const again = (await world.envelope(['batch', 'mixed.ndjson'])).data as Data;
    expect(again.items.map((i) => i.status).slice(0, 4)).toEqual(['done', 'failed', 'done', 'done']);
    expect(again.items[0]?.result).toMatchObject({ amount: `${parseEther('4')}` });
    expect((await paid()).length).toBe(before);
  });

  test('knows an id in another file, and refuses it for anything else', async () => {
    const other = file('other.ndjson', [
      { op: 'revenue.pay', asset: 'letters', amount: '4', id: 'first' },
      { op: 'revenue.pay', asset: 'letters', amount: '0.25', id: 'second' },
    ]);
    const { items } = await world.json<Data>(['batch', other]);
    expect(items.map((i) => i.status)).toEqual(['already', 'done']);
    const reused = file('reused.ndjson', [{ op: 'revenue.pay', asset: 'letters', amount: '5', id: 'first' }]);
    expect(await world.envelope(['batch', reused])).toMatchObject({
      exit: 5,
      error: { code: 'SAH-1103', message: expect.stringContaining('revenue.pay') },
    });
  });

  test('stops at a failure where that is asked for', async () => {
    const lines = file('stop.ndjson', [
      ...payments(2, 100),
      { op: 'revenue.pay', asset: 'letters', amount: '999999' },
      ...payments(2, 200),
    ]);
    const ran = await world.envelope(['batch', lines, '--stop-on-error']);
    expect(ran.exit).toBe(1);
    expect((ran.data as Data).items.map((i) => i.status)).toEqual([
      'done',
      'done',
      'failed',
      'skipped',
      'skipped',
    ]);
  });

  test('publishes, and what follows finds it', { timeout: 60_000 }, async () => {
    smallDataset(world, 'colours', {}, FREE);
    smallDataset(world, 'shades', {}, `${FREE}relations:\n  - type: DERIVED_FROM\n    asset: colours\n`);
    const lines = file('publish.ndjson', [
      { op: 'publish', dir: 'colours' },
      { op: 'publish', dir: 'shades' },
      { op: 'revenue.pay', asset: 'shades', amount: '0.5' },
      { op: 'publish', dir: 'colours' },
    ]);
    const ran = await world.envelope(['batch', lines]);
    expect((ran.data as Data).items.map((i) => i.error?.name ?? i.status)).toEqual([
      'done',
      'done',
      'done',
      'already',
    ]);
  });

  test('needs the executor on the chain', async () => {
    const { batchExecutor } = deployments;
    const code = await rpc(live.chain.rpcUrl, 'eth_getCode', [batchExecutor, 'latest']);
    await rpc(live.chain.rpcUrl, 'anvil_setCode', [batchExecutor, '0x']);
    const lines = file('unsupported.ndjson', payments(1, 400));
    await world.refused(['batch', lines], { code: 'SAH-1105', exit: 1, says: /no BatchExecutor/ });
    await rpc(live.chain.rpcUrl, 'anvil_setCode', [batchExecutor, code]);
  });

  test('tells of each item as an event', async () => {
    const { stdout } = await world.run(['batch', file('events.ndjson', payments(3, 300)), '-o', 'ndjson']);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; status?: string });
    expect(events.filter((e) => e.type === 'item').map((e) => e.status)).toEqual(['done', 'done', 'done']);
    expect(events.at(-1)).toMatchObject({ type: 'result', ok: true });
    // One that fails is told as it is in the result.
    const lines = [...payments(1, 310), { op: 'revenue.pay', asset: 'nowhere', amount: '1' }];
    const failing = await world.run(['batch', file('failing.ndjson', lines), '-o', 'ndjson']);
    const told = failing.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Item & { type: string; data?: Data });
    const item = told.find((e) => e.type === 'item' && e.status === 'failed');
    expect(item?.error).toMatchObject({ name: 'ASSET_UNKNOWN', retryable: false });
    const { type: _, ...same } = item ?? { type: '' };
    expect(told.at(-1)?.data?.items[1]).toEqual(same);
  });
});

describe('whatever ends it, nothing is done twice', () => {
  const ROUNDS = Number(process.env['SAHARA_FAULT_ROUNDS'] ?? 4);

  test('killed as soon as a transaction is written down, or at any moment', {
    timeout: 180_000,
  }, async () => {
    const lines = payments(24, 1000);
    const args = ['batch', file('killed.ndjson', lines), '--chunk', '3'];
    for (let round = 0; round < ROUNDS; round++) {
      const before = journaled();
      const { child, result } = world.start([...args, '--json']);
      const ended = () => child.exitCode !== null || child.signalCode !== null;
      if (round % 2 === 0) await until(() => journaled() > before || ended(), 'a transaction');
      else await new Promise((r) => setTimeout(r, 400 + Math.random() * 1500));
      child.kill('SIGKILL');
      await result;
    }
    const { items } = await world.json<Data>(args);
    expect(items.every((i) => i.status === 'done' && i.tx !== null)).toBe(true);
    expect(items.map((i) => i.result?.['amount'])).toEqual(lines.map((l) => `${parseEther(l.amount)}`));
    await expectPaidOnce(lines);
    expect(await codeOf(BUYER)).toBe('0x');
  });

  test('two at the same moment', { timeout: 60_000 }, async () => {
    const lines = payments(9, 2000);
    const args = ['batch', file('twice.ndjson', lines), '--chunk', '2', '--json'];
    const ran = await Promise.all([world.run(args), world.run(args)]);
    for (const { code, stdout } of ran)
      if (code !== 0) expect(JSON.parse(stdout).error).toMatchObject({ name: 'BATCH_BUSY' });
    expect(ran.some((r) => r.code === 0)).toBe(true);
    await expectPaidOnce(lines);
  });

  test('interrupted between two transactions', { timeout: 60_000 }, async () => {
    const lines = payments(12, 3000);
    const args = ['batch', file('interrupted.ndjson', lines), '--chunk', '1'];
    const before = journaled();
    const { child, result } = world.start([...args, '--json']);
    await until(() => journaled() > before + 1, 'two transactions');
    child.kill('SIGINT');
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { name: 'INTERRUPTED' } });
    expect(JSON.parse(stdout).warnings.join()).toMatch(/of 12 operations are done; the same command again/);
    expect((await world.json<Data>(args)).summary['done']).toBe(12);
    await expectPaidOnce(lines);
  });

  test('the devnet stopped in the middle, and started again', { timeout: 120_000 }, async () => {
    const lines = payments(12, 4000);
    const args = ['batch', file('gone.ndjson', lines), '--chunk', '1'];
    const before = journaled();
    const { result } = world.start([...args, '--json']);
    await until(() => journaled() > before + 1, 'two transactions');
    await world.stopDevnet();
    const { code, stdout } = await result;
    expect([0, 6], stdout).toContain(code);
    live = await world.startDevnet();
    expect((await world.json<Data>(args)).summary['done']).toBe(12);
    await expectPaidOnce(lines);
  });

  test('a chain that begins anew has done nothing of it', { timeout: 120_000 }, async () => {
    await world.json(['devnet', 'reset', '--yes']);
    live = await world.startDevnet();
    await world.json(['publish', 'letters']);
    expect((await world.json<Data>(['batch', 'gone.ndjson'])).summary['done']).toBe(12);
    await expectPaidOnce(payments(12, 4000));
  });
});
