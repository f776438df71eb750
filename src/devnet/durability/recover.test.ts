import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { devnetPaths } from '../paths.ts';
import { type ChainService, startChain } from '../supervisor/chain.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { frame } from './frames.ts';
import { listJournals, previousCheckpoint } from './store.ts';
import type { BlockRecord } from './types.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-recover-'));
afterAll(() => rmSync(base, { recursive: true }));

const A = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
const B = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
const NOBODY = '0x000000000000000000000000000000000000dead';
const ETHER = '0xde0b6b3a7640000';

let paths = devnetPaths(base);
let chain: ChainService;
beforeEach(async () => {
  paths = devnetPaths(mkdtempSync(join(base, 'd-')));
  mkdirSync(paths.dir, { recursive: true });
  chain = await startChain(paths, 0, null);
});
afterEach(() => chain.stop());

const rpc = <T>(method: string, ...params: unknown[]) => jsonRpc<T>(chain.rpcUrl, method, params);
const submit = (from: string, more: object = {}) =>
  rpc<string>('eth_sendTransaction', { from, to: B, value: '0x1', ...more });
const receipt = (hash: string) => rpc('eth_getTransactionReceipt', hash);
/** Anvil may answer before the block is made. */
async function send(from: string, more: object = {}): Promise<void> {
  const hash = await submit(from, more);
  await expect.poll(() => receipt(hash), { interval: 5, timeout: 10_000 }).not.toBe(null);
}
const balance = (of: string) => rpc<string>('eth_getBalance', of, 'latest');
type Block = { number: string; hash: string; timestamp: string };
const head = () => rpc<Block>('eth_getBlockByNumber', 'latest', false);
const blocks = async () => {
  const { number } = await head();
  const all = Array.from({ length: Number(number) + 1 }, (_, i) => `0x${i.toString(16)}`);
  return Promise.all(all.map(async (n) => (await rpc<Block>('eth_getBlockByNumber', n, false)).hash));
};
/** As SIGKILL leaves it. */
async function kill(): Promise<void> {
  process.kill(chain.identity.pid, 'SIGKILL');
  await chain.ended;
}
async function again(): Promise<void> {
  chain = await startChain(paths, 0, null);
}

describe('what was committed is there after the chain was killed', () => {
  test('transactions of all kinds, with the same hashes of all blocks', async () => {
    await rpc('anvil_setBalance', NOBODY, ETHER);
    await rpc('anvil_impersonateAccount', NOBODY);
    await send(NOBODY);
    await send(NOBODY, { gasPrice: '0x77359400' });
    await send(A, { gasPrice: '0x77359400' });
    await send(A, { data: '0x6001600055', to: undefined, value: '0x0', gas: '0x30d40' });
    await chain.commit();
    await rpc('evm_increaseTime', 864_000);
    await rpc('anvil_mine', '0x5', '0x3c');
    await rpc('anvil_setCoinbase', B);
    await rpc('evm_setBlockGasLimit', '0x1312d00');
    await rpc('anvil_setNextBlockBaseFeePerGas', '0x5f5e100');
    await rpc('evm_setAutomine', false);
    for (let i = 0; i < 3; i++)
      for (const from of [B, A])
        await submit(from, { gas: '0x5208', maxPriorityFeePerGas: `0x${(i * 7) % 5}1` });
    await rpc('evm_mine');
    const known = await blocks();
    await chain.commit();
    const { timestamp } = await head();
    await kill();
    await again();
    expect(await blocks()).toEqual(known);
    expect(chain.lost).toBe(null);
    // What was sent waits until somebody mines it, as before, and later than all before it.
    expect(await rpc('anvil_getAutomine')).toBe(false);
    const hash = await submit(A, { gas: '0x5208' });
    expect(await receipt(hash)).toBe(null);
    await rpc('evm_mine');
    expect(Number((await head()).timestamp)).toBeGreaterThan(Number(timestamp));
    // Nobody acts for others without being told to again.
    await expect(submit(NOBODY)).rejects.toThrow(/No Signer/i);
  });

  test('what is in no block: balances, reverts, a reorganisation', async () => {
    const cheats: (() => Promise<unknown>)[] = [
      () => rpc('anvil_setBalance', NOBODY, ETHER),
      () => rpc('anvil_setCode', NOBODY, '0x60'),
      async () => {
        const snapshot = await rpc('evm_snapshot');
        await send(A);
        await chain.commit();
        await rpc('evm_revert', snapshot);
      },
      async () => {
        await send(A);
        await chain.commit();
        await rpc('anvil_rollback', 1);
        await send(B);
      },
      () => rpc('anvil_reorg', 1, []),
      async () => {
        await rpc('anvil_setLoggingEnabled', false);
        await rpc('anvil_setBalance', B, ETHER);
      },
    ];
    for (const cheat of cheats) {
      await send(A);
      await cheat();
      await chain.commit();
      const state = async () => ({
        blocks: await blocks(),
        balances: await Promise.all([A, B, NOBODY].map(balance)),
        code: await rpc('eth_getCode', NOBODY, 'latest'),
      });
      const known = await state();
      await kill();
      await again();
      expect(await state(), String(cheat)).toEqual(known);
    }
  });

  test('many commits at once share what they write', async () => {
    await Promise.all(
      Array.from({ length: 40 }, () =>
        send(A, { value: '0x2' }).then(
          () => chain.commit(),
          () => {},
        ),
      ),
    );
    // All of them are in blocks by now.
    await send(B);
    await chain.commit();
    const known = await blocks();
    await kill();
    await again();
    expect(await blocks()).toEqual(known);
  });

  test('by the last checkpoint, which is asked for no more: the chain may have ended', async () => {
    await send(A);
    const { hash } = await head();
    await chain.save();
    await chain.commit();
    await kill();
    await chain.commit();
    await again();
    expect((await head()).hash).toBe(hash);
  });

  test('with blocks made on a clock: that goes on', async () => {
    await rpc('evm_setIntervalMining', 600);
    await chain.commit();
    await kill();
    await again();
    expect(await rpc('anvil_getIntervalMining')).toBe(600);
  });

  test('and what nobody committed as well, about a second later', async () => {
    await send(A);
    const known = await blocks();
    await expect
      .poll(() => listJournals(paths).journals.at(-1)?.records.length, { timeout: 5000 })
      .toBe(known.length - 1);
    await rpc('anvil_setBalance', NOBODY, ETHER);
    await expect.poll(() => existsSync(paths.chainState), { timeout: 10_000 }).toBe(true);
    await kill();
    await again();
    expect(await balance(NOBODY)).toBe(ETHER);
    expect(await blocks()).toEqual(known);
  });
});

describe('damage', () => {
  /** A chain with a checkpoint in its middle. */
  async function twoGenerations(): Promise<string[]> {
    await send(A);
    await chain.save();
    await chain.stop();
    await again();
    await send(A);
    await send(B);
    await chain.commit();
    const known = await blocks();
    await kill();
    return known;
  }

  test('to the newest checkpoint loses nothing, is told, and the file is kept aside', async () => {
    const known = await twoGenerations();
    truncateSync(paths.chainState, 1000);
    await again();
    expect(await blocks()).toEqual(known);
    const { aside, ...lost } = chain.lost ?? {};
    expect(lost).toEqual({
      how: expect.stringMatching(/the beginning.*damaged/),
      blocks: null,
      transactions: 0,
    });
    expect(readFileSync(join(aside ?? '', 'chain-state.json'))).toHaveLength(1000);
    // From there on it is as any other.
    await send(A);
    await chain.commit();
    const more = await blocks();
    await kill();
    await again();
    expect(await blocks()).toEqual(more);
    expect(chain.lost).toBe(null);
  });

  test('to a block of the journal ends it there, and says what is missing', async () => {
    const known = await twoGenerations();
    const journal = listJournals(paths).journals.at(-1);
    if (!journal) throw new Error('there is none');
    const changed = journal.records.map((record, i) =>
      record.t === 'block' && i === 0 ? { ...record, timestamp: record.timestamp + 5 } : record,
    );
    writeFileSync(
      journal.path,
      Buffer.concat([journal.header, ...changed].map((record) => frame(Buffer.from(JSON.stringify(record))))),
    );
    await again();
    const first = (journal.records[0] as BlockRecord).number;
    expect(await blocks()).toEqual(known.slice(0, first));
    expect(chain.lost).toMatchObject({ blocks: { from: first, to: known.length - 1 }, transactions: 2 });
    expect(existsSync(join(chain.lost?.aside ?? '', 'chain-journal-1.log'))).toBe(true);
  });

  test('to bytes of the journal: what stands before them is there, and how much followed is not known', async () => {
    const known = await twoGenerations();
    const path = listJournals(paths).journals.at(-1)?.path ?? '';
    appendFileSync(path, Buffer.alloc(100, 0xff));
    await again();
    expect(await blocks()).toEqual(known);
    expect(chain.lost).toMatchObject({ blocks: { from: known.length, to: null }, transactions: null });
  });

  test('to the newest checkpoint, which alone has a cheat: it is said that something is missing', async () => {
    await send(A);
    await rpc('anvil_setBalance', NOBODY, ETHER);
    await chain.commit();
    await kill();
    truncateSync(paths.chainState, 1000);
    await again();
    expect(await balance(NOBODY)).toBe('0x0');
    expect(chain.lost).toMatchObject({ how: expect.stringMatching(/directly/), transactions: null });
  });

  test('a write that was cut off was never reported as done, and is not spoken of', async () => {
    const known = await twoGenerations();
    const path = listJournals(paths).journals.at(-1)?.path ?? '';
    appendFileSync(path, frame(Buffer.from('{"t":"block"}')).subarray(0, 15));
    await again();
    expect(await blocks()).toEqual(known);
    expect(chain.lost).toBe(null);
  });
});

test('a state as earlier versions left it, without a journal, is taken over', async () => {
  await send(A);
  await chain.save();
  const known = await blocks();
  await chain.stop();
  for (const { path } of listJournals(paths).journals) rmSync(path);
  rmSync(previousCheckpoint(paths), { force: true });
  await again();
  await send(A);
  await chain.commit();
  const more = await blocks();
  expect(more.slice(0, known.length)).toEqual(known);
  await kill();
  await again();
  expect(await blocks()).toEqual(more);
});
