import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isError } from '../../base/errors.ts';
import { type DevnetPaths, devnetPaths } from '../paths.ts';
import { type ChainService, startChain } from '../supervisor/chain.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';

/*
 * Each file of a chain that does not run is deleted, cut short and changed in one bit. What follows must be the chain as it
 * was acknowledged, or a refusal that names the file: never an empty chain, and never a shorter one without a word.
 */

const deep = process.env['SAHARA_DEPTH'] === 'deep';
const base = mkdtempSync(join(tmpdir(), 'sahara-damage-'));
afterAll(() => rmSync(base, { recursive: true }));

const A = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
const NOBODY = '0x000000000000000000000000000000000000dead';
const [ETHER, MORE] = ['0xde0b6b3a7640000', '0x1bc16d674ec80000'];

type Known = { number: number; hash: string; balance: string };
let stopped: { paths: DevnetPaths; known: Known };
let killed: { paths: DevnetPaths; known: Known };

const rpc = <T>({ rpcUrl }: ChainService, method: string, ...params: unknown[]) =>
  jsonRpc<T>(rpcUrl, method, params);

async function send(chain: ChainService): Promise<void> {
  const hash = await rpc<string>(chain, 'eth_sendTransaction', { from: A, to: A });
  const receipt = () => rpc(chain, 'eth_getTransactionReceipt', hash);
  await vi.waitUntil(async () => (await receipt()) !== null, { interval: 5, timeout: 10_000 });
}

async function knownOf(chain: ChainService): Promise<Known> {
  const head = await rpc<{ number: string; hash: string }>(chain, 'eth_getBlockByNumber', 'latest', false);
  const balance = await rpc<string>(chain, 'eth_getBalance', NOBODY, 'latest');
  return { number: Number(head.number), hash: head.hash, balance };
}

function place(name: string): DevnetPaths {
  const paths = devnetPaths(join(base, name));
  mkdirSync(paths.dir, { recursive: true });
  return paths;
}

beforeAll(async () => {
  const paths = place('first');
  let chain = await startChain(paths, 0, null);
  await send(chain);
  // What is in no block, so that the blocks alone do not lead there.
  await rpc(chain, 'anvil_setBalance', NOBODY, ETHER);
  await chain.commit();
  await send(chain);
  await chain.save();
  await chain.stop();
  chain = await startChain(paths, 0, null);
  await send(chain);
  await rpc(chain, 'anvil_setBalance', NOBODY, MORE);
  await chain.save();
  stopped = { paths, known: await knownOf(chain) };
  await chain.stop();
  const later = place('second');
  cpSync(paths.dir, later.dir, { recursive: true });
  chain = await startChain(later, 0, null);
  await send(chain);
  await chain.commit();
  killed = { paths: later, known: await knownOf(chain) };
  process.kill(chain.identity.pid, 'SIGKILL');
  await chain.ended;
});

const HARM: Record<string, (path: string, seed: number) => void> = {
  deleted: (path) => rmSync(path),
  emptied: (path) => writeFileSync(path, ''),
  'cut in half': (path) => writeFileSync(path, readFileSync(path).subarray(0, readFileSync(path).length / 2)),
  'changed in one bit': (path, seed) => {
    const bytes = readFileSync(path);
    const at = (seed * 7919) % bytes.length;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (seed % 8));
    writeFileSync(path, bytes);
  },
};

/** The chain with one file of it harmed, or why it does not start. */
async function startWith(from: DevnetPaths, file: string, how: string, seed: number) {
  const paths = place(`${how}-${file}-${seed}-${Math.random()}`);
  cpSync(from.dir, paths.dir, { recursive: true });
  (HARM[how] as (path: string, seed: number) => void)(join(paths.dir, file), seed);
  try {
    const chain = await startChain(paths, 0, null);
    const known = await knownOf(chain);
    await chain.stop();
    return { known, lost: chain.lost };
  } catch (error) {
    return { error };
  }
}

/** What a devnet's folder holds of its chain. */
const FILES = [
  'chain-state.json',
  'chain-state.previous.json',
  'chain-journal-2.log',
  'chain-journal-3.log',
  'versions.json',
  'spawned',
];
const SEEDS = deep ? Array.from({ length: 40 }, (_, i) => i * 31 + 5) : [5];
const CASES = FILES.flatMap((file) =>
  Object.keys(HARM)
    .filter((how) => deep || how === 'deleted' || how === 'changed in one bit')
    .flatMap((how) => (how === 'changed in one bit' ? SEEDS : [1]).map((seed) => [file, how, seed] as const)),
);

test('no file of a chain is left out', () => {
  const files = readdirSync(stopped.paths.dir).filter((name) => name !== 'logs');
  expect(files.sort()).toEqual([...FILES].sort());
});

describe('a chain that was stopped, with one file', () => {
  test.for(CASES)('%s %s (%i): all of it is there, or a refusal names it', async ([file, how, seed]) => {
    const { known, lost, error } = await startWith(stopped.paths, file, how, seed);
    // What only the newest checkpoint has is lost with it, which is said; all other files can be done without.
    if (file === 'chain-state.json') {
      const { number } = stopped.known;
      expect(known).toMatchObject({ number: number - 1, balance: ETHER });
      expect(lost).toMatchObject({ blocks: { from: number, to: number }, transactions: null });
    } else if (error) {
      expect(file).toBe('versions.json');
      expect((error as Error).message).toContain(file);
    } else expect(known).toEqual(stopped.known);
  });
});

describe('a chain that was killed, with one file', () => {
  test.for(CASES.filter(([, , seed]) => seed < 6))(
    '%s %s (%i): all of it is there, or what is missing is said',
    async ([file, how, seed]) => {
      const { known, lost, error } = await startWith(killed.paths, file, how, seed);
      if (error) return expect((error as Error).message).toContain(file);
      // A journal that ends in the middle of a record cannot be told from a write that was never acknowledged.
      const isTail = file === 'chain-journal-3.log' && how === 'cut in half';
      if (!lost && !isTail) expect(known).toEqual(killed.known);
      expect([ETHER, MORE]).toContain(known?.balance);
      const { number } = known ?? { number: 0 };
      if (lost?.blocks) expect(lost.blocks.from).toBe(number + 1);
      else if (!isTail) expect(number).toBe(killed.known.number);
    },
  );
});

test('where all of a chain is gone, or all that it could be brought back from, none is begun in its place', async () => {
  const gone: string[][] = [
    FILES.filter((file) => file !== 'versions.json'),
    ['chain-state.json', 'chain-state.previous.json'],
    ['chain-state.json', 'chain-journal-2.log', 'chain-journal-3.log'],
    ['chain-state.json', 'chain-state.previous.json', 'versions.json'],
  ];
  for (const files of gone) {
    const paths = place(`gone-${files.join()}`);
    cpSync(stopped.paths.dir, paths.dir, { recursive: true });
    for (const file of files) rmSync(join(paths.dir, file));
    const before = readdirSync(paths.dir).filter((name) => name !== 'logs');
    const error = await startChain(paths, 0, null).catch((e: unknown) => e);
    expect(isError(error, 'CHAIN_FILES_MISSING') && error.message).toMatch(/chain-state|all files/);
    expect(readdirSync(paths.dir).filter((name) => name !== 'logs')).toEqual(before);
  }
});
