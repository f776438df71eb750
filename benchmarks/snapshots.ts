import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFunctionData, keccak256, toHex } from 'viem';
import { CONTRACTS } from '../src/chain/contracts.ts';
import { anvilBinary } from '../src/devnet/toolkit.ts';
import { type Benchmark, freePort, interleaved, result, sahara } from './harness.ts';
import { answered, call, comesBack, commit, type Live, transfer } from './live-devnet.ts';

/** Assets on the chain that is saved: `SAHARA_BENCH_ASSETS=10000`. */
const ASSETS = Math.max(1, Number(process.env['SAHARA_BENCH_ASSETS'] ?? 1000));
/** Empty blocks before them: `SAHARA_BENCH_BLOCKS=50000`, which takes ten minutes to make. */
const BLOCKS = Math.max(0, Number(process.env['SAHARA_BENCH_BLOCKS'] ?? 0));
const SIZE = `${ASSETS} assets and ${BLOCKS} empty blocks`;
const PER_BLOCK = 50;
const PAYER = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const NOTHING = `0x${'00'.repeat(32)}` as const;

function registration(i: number): string {
  const of = (what: string) => keccak256(toHex(`${what}${i}`));
  return encodeFunctionData({
    abi: CONTRACTS.AssetRegistry.abi,
    functionName: 'register',
    args: [
      1,
      `asset-${i}`,
      {
        releaseRoot: of('release'),
        contentRoot: of('content'),
        publication: of('publication'),
        keyFingerprint: NOTHING,
        relations: [],
        contributorsBps: 0,
        contributorCount: 0,
        contributorWeight: 0n,
        contributorsRoot: NOTHING,
      },
    ],
  });
}

async function register(url: string): Promise<void> {
  await call(url, 'evm_setAutomine', [false]);
  const first = Number(await call(url, 'eth_getTransactionCount', [PAYER, 'latest']));
  for (let i = 0; i < ASSETS; i += PER_BLOCK) {
    const some = Array.from({ length: Math.min(PER_BLOCK, ASSETS - i) }, (_, at) => i + at);
    const to = CONTRACTS.AssetRegistry.address;
    const sent = await Promise.all(
      some.map((n) =>
        call<string>(url, 'eth_sendTransaction', [
          { from: PAYER, to, data: registration(n), gas: '0x5b8d8', nonce: toHex(first + n) },
        ]),
      ),
    );
    await call(url, 'evm_mine');
    const receipt = await call<{ status: string } | null>(url, 'eth_getTransactionReceipt', [sent.at(-1)]);
    if (receipt?.status !== '0x1') throw new Error('an asset was not registered');
  }
  await call(url, 'evm_setAutomine', [true]);
}

/** Bare anvil on a saved chain: milliseconds from spawning it to its first answer, or those of `use`. */
async function bare(file: string, use?: (url: string) => Promise<number>): Promise<number> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const from = performance.now();
  const child = spawn(anvilBinary(), ['--port', String(port), '--silent', '--load-state', file], {
    stdio: 'ignore',
  });
  try {
    await answered(url);
    return use === undefined ? performance.now() - from : await use(url);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

async function measured(note: (line: string) => void) {
  const project = await mkdtemp(join(tmpdir(), 'sahara-bench-'));
  const at = ['--project', project];
  const run = (...words: string[]) => sahara(project, ...words, ...at);
  const snapshot = (...words: string[]) => run('devnet', 'snapshot', ...words);
  const live = async () => {
    const { stdout } = await run('devnet', 'status', '--json');
    return (JSON.parse(stdout) as { data: { live: Live } }).data.live;
  };
  try {
    await run('devnet', 'start', '--content-node', 'embedded');
    // Before there is much on the chain, as making a block is O(what is on it).
    if (BLOCKS > 0) await run('devnet', 'mine', String(BLOCKS));
    const { rpcUrl } = (await live()).chain;
    await register(rpcUrl);
    const { milliseconds } = await snapshot('save', 'one');
    note(`${SIZE}; the first save, which makes a checkpoint, took ${Math.round(milliseconds)} ms`);
    await run('account', 'send', 'newcomer', '1', '--account', 'spare');
    await snapshot('save', 'two');
    const file = join(project, '.sahara/devnet/default/snapshots/one/chain-state.json');
    let next = 'two';
    const times = await interleaved({
      // Each time to the other one, as nothing is done where nothing is different.
      restore: async () => {
        next = next === 'one' ? 'two' : 'one';
        return (await snapshot('restore', next)).milliseconds;
      },
      load: () => bare(file),
      sent: () => transfer(rpcUrl),
      kept: async () => await commit(await live()),
      bareSent: () => bare(file, transfer),
    });
    // Once: after five deaths a devnet stays down.
    return { ...times, back: await comesBack(await live()) };
  } finally {
    await run('devnet', 'stop');
    await rm(project, { recursive: true, force: true });
  }
}

export const snapshots: Benchmark = {
  name: 'snapshots',
  summary: `restoring a snapshot, waiting for the disk and coming back with ${SIZE} (SAHARA_BENCH_ASSETS, SAHARA_BENCH_BLOCKS)`,
  async run(note) {
    const { restore, load, sent, kept, bareSent, back } = await measured(note);
    const LOAD = 'bare anvil, --load-state of the same chain to its first answer';
    return [
      result('devnet snapshot restore', 'ms', restore, load, LOAD),
      result('kill -9 of the chain until it answers, once', 'ms', back, load, LOAD),
      result('a transfer', 'ms', sent, bareSent, 'a transfer on bare anvil with the same chain'),
      result('a transfer made durable', 'ms', kept, sent, 'the transfer itself, until its receipt'),
    ];
  },
};
