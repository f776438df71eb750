import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { anvilBinary } from '../src/devnet/toolkit.ts';
import { type Benchmark, freePort, interleaved, type Result, result, sahara } from './harness.ts';
import { answered, comesBack, commit, type Live, transfer } from './live-devnet.ts';

/** Milliseconds from spawning anvil, with nothing preloaded, to its first answer. */
async function bareAnvil(): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(anvilBinary(), ['--port', String(port), '--silent'], { stdio: 'ignore' });
  try {
    await answered(`http://127.0.0.1:${port}`);
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

/** A devnet of its own, for as long as it is used. */
async function withDevnet<T>(use: (live: Live) => Promise<T>): Promise<T> {
  const project = await mkdtemp(join(tmpdir(), 'sahara-bench-'));
  const at = ['--project', project];
  try {
    const { stdout } = await sahara(
      project,
      'devnet',
      'start',
      '--content-node',
      'embedded',
      ...at,
      '--json',
    );
    return await use((JSON.parse(stdout) as { data: Live }).data);
  } finally {
    await sahara(project, 'devnet', 'stop', ...at);
    await rm(project, { recursive: true, force: true });
  }
}

/** Milliseconds from kill -9 of the chain until it is there again, with ten transfers made once more. */
async function recovery(): Promise<number> {
  return withDevnet(async (live) => {
    for (let i = 0; i < 10; i++) await transfer(live.chain.rpcUrl);
    await commit(live);
    return await comesBack(live);
  });
}

const IDLE_MS = 10_000;
/** Of proc_pid_stat(5): what every Linux of today has. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of a core that a process has used so far. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** What a devnet uses that nobody uses: milliseconds of a core in `elapsed` ms, and bytes. */
async function idle({ supervisor, chain }: Live) {
  await sleep(2000);
  const [from, before] = [performance.now(), cpuOf(supervisor.pid)];
  await sleep(IDLE_MS);
  return {
    cpu: cpuOf(supervisor.pid) - before,
    elapsed: performance.now() - from,
    memory: residentBytes(supervisor.pid),
    anvil: residentBytes(chain.process.pid),
  };
}

export const devnet: Benchmark = {
  name: 'devnet',
  summary: '`sahara devnet start`, waiting for the disk, and coming back after kill -9',
  async run(note) {
    const { anvil, ours, back } = await interleaved({ anvil: bareAnvil, ours: devnetStart, back: recovery });
    const { sent, kept } = await withDevnet((live) =>
      interleaved({ sent: () => transfer(live.chain.rpcUrl), kept: () => commit(live) }),
    );
    const bare = 'bare anvil, spawn to first eth_chainId answer';
    const rest: Result[] = [];
    if (process.platform === 'linux') {
      const { cpu, elapsed, memory, anvil } = await withDevnet(idle);
      rest.push(
        result('an idle supervisor, CPU', 'ms', cpu, elapsed, 'one core in the same time'),
        result('an idle supervisor, memory', 'MB', memory / 1e6, anvil / 1e6, 'its anvil'),
      );
    } else note('an idle supervisor: left out, only Linux tells it of another process');
    return [
      result('sahara devnet start', 'ms', ours, anvil, bare),
      result('kill -9 of the chain until it answers', 'ms', back, anvil, bare),
      result('a transfer made durable', 'ms', kept, sent, 'the transfer itself, until its receipt'),
      ...rest,
    ];
  },
};
