import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFunctionData, keccak256, toHex } from 'viem';
import { CONTRACTS } from '../src/chain/contracts.ts';
import { anvilBinary } from '../src/devnet/toolkit.ts';
import { type Benchmark, freePort, interleaved, result, sahara } from './harness.ts';

/** Assets on the chain that is saved: `SAHARA_BENCH_ASSETS=10000`. */
const ASSETS = Math.max(1, Number(process.env['SAHARA_BENCH_ASSETS'] ?? 1000));
const PER_BLOCK = 50;
const DEADLINE_MS = 60_000;
const PAYER = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const NOTHING = `0x${'00'.repeat(32)}` as const;

async function call<T>(url: string, method: string, params: unknown[] = []): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error) throw new Error(answer.error.message);
  return answer.result;
}

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

/** Milliseconds from spawning anvil on a saved chain to its first answer. */
async function bareLoad(file: string): Promise<number> {
  const port = await freePort();
  const from = performance.now();
  const child = spawn(anvilBinary(), ['--port', String(port), '--silent', '--load-state', file], {
    stdio: 'ignore',
  });
  try {
    for (const until = from + DEADLINE_MS; performance.now() < until; await sleep(2)) {
      const id = await call<string>(`http://127.0.0.1:${port}`, 'eth_chainId').catch(() => undefined);
      if (id) return performance.now() - from;
    }
    throw new Error('anvil does not answer');
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
  try {
    const { stdout } = await run('devnet', 'start', '--content-node', 'embedded', '--json');
    const { chain } = (JSON.parse(stdout) as { data: { chain: { rpcUrl: string } } }).data;
    await register(chain.rpcUrl);
    const { milliseconds } = await snapshot('save', 'one');
    note(`${ASSETS} assets; the first save, which makes a checkpoint, took ${Math.round(milliseconds)} ms`);
    await run('account', 'send', 'newcomer', '1', '--account', 'spare');
    await snapshot('save', 'two');
    const file = join(project, '.sahara/devnet/default/snapshots/one/chain-state.json');
    let next = 'two';
    return await interleaved({
      // Each time to the other one, as nothing is done where nothing is different.
      restore: async () => {
        next = next === 'one' ? 'two' : 'one';
        return (await snapshot('restore', next)).milliseconds;
      },
      bare: () => bareLoad(file),
    });
  } finally {
    await run('devnet', 'stop');
    await rm(project, { recursive: true, force: true });
  }
}

export const snapshots: Benchmark = {
  name: 'snapshots',
  summary: `restoring a snapshot with ${ASSETS} assets (SAHARA_BENCH_ASSETS), beside bare anvil loading the same chain`,
  async run(note) {
    const { restore, bare } = await measured(note);
    return [result('devnet snapshot restore', 'ms', restore, bare, 'anvil --load-state to its first answer')];
  },
};
