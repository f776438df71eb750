import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { anvilBinary } from '../src/devnet/toolkit.ts';
import { type Benchmark, freePort, interleaved, result, sahara } from './harness.ts';

const POLL_MS = 5;
const DEADLINE_MS = 20_000;

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** Milliseconds from spawning anvil, with nothing preloaded, to its first answer. */
async function bareAnvil(): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(anvilBinary(), ['--port', String(port), '--silent'], { stdio: 'ignore' });
  try {
    while (!(await answers(port))) {
      if (performance.now() - startedAt > DEADLINE_MS) throw new Error('anvil does not answer');
      await sleep(POLL_MS);
    }
    return performance.now() - startedAt;
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** Milliseconds of `sahara devnet start`, which returns when chain and content node answer; a new project each time. */
async function devnetStart(): Promise<number> {
  const project = await mkdtemp(join(tmpdir(), 'sahara-bench-'));
  try {
    const { milliseconds } = await sahara(
      project,
      'devnet',
      'start',
      '--content-node',
      'embedded',
      '--project',
      project,
      '--json',
    );
    await sahara(project, 'devnet', 'stop', '--project', project);
    return milliseconds;
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

export const devnet: Benchmark = {
  name: 'devnet',
  summary: 'from `sahara devnet start` to ready, as a multiple of bare anvil to its first answer',
  async run() {
    const { anvil, ours } = await interleaved({ anvil: bareAnvil, ours: devnetStart });
    return [
      result('sahara devnet start', 'ms', ours, anvil, 'bare anvil, spawn to first eth_chainId answer'),
    ];
  },
};
