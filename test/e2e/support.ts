import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { expectNoLeaks, expectNoLocks } from './leaks.ts';
import { expectPasteable } from './next-steps.ts';
import { contractProblems } from './schema-contract.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'bin/run.js');

/** What `--json` prints, written down here once more: a test must not share it with the code. */
export type Envelope = {
  ok: boolean;
  command: string;
  data?: unknown;
  error?: {
    code: string;
    name: string;
    kind: string;
    message: string;
    fix: string;
    next: { command: string; when: string }[];
    retryable: boolean;
    params: Record<string, unknown>;
  };
  warnings: string[];
  meta: {
    version: string;
    durationMs: number;
    dryRun?: boolean;
    next?: { command: string; when: string }[];
  };
};

export type Ran = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

export type Live = {
  supervisor: { pid: number };
  chain: { process: { pid: number }; rpcUrl: string; chainId: number; instanceId: string };
  content: { kind: string; process: { pid: number } | null; api: string; gateway: string };
  ready: string;
  socket: string;
};

type RunOptions = { cwd?: string; env?: Record<string, string> };
type Started = { child: ChildProcess; result: Promise<Ran>; seen(): { stdout: string; stderr: string } };

export type World = {
  /** A folder of its own, removed after the tests of the file. */
  dir: string;
  /** The project folder in which commands run; it has a `.sahara/`, so it is found from folders below it. */
  project: string;
  env: NodeJS.ProcessEnv;
  /** Starts the command line and does not wait. */
  start(args: string[], options?: RunOptions): Started;
  run(args: string[], options?: RunOptions): Promise<Ran>;
  /** Runs with `--json` and gives the one envelope on stdout, whatever it says. */
  envelope(args: string[], options?: RunOptions): Promise<Envelope & { exit: number | null }>;
  /** Runs with `--json`, requires success, gives the data. */
  json<T = Record<string, unknown>>(args: string[], options?: RunOptions): Promise<T>;
  /** Runs as a person would, with pipes; requires success, gives stdout. */
  text(args: string[], options?: RunOptions): Promise<string>;
  /**
   * Requires a failure with this code, and the same exit code in text and in JSON. Text mode must say the
   * code on stderr and nothing on stdout. Gives the error of the envelope.
   */
  refused(
    args: string[],
    wanted: { code: string; exit: number; says?: RegExp },
    options?: RunOptions,
  ): Promise<NonNullable<Envelope['error']>>;
  startDevnet(args?: string[], options?: RunOptions): Promise<Live>;
  stopDevnet(options?: RunOptions): Promise<void>;
  /** Ends this process after the tests, whatever happens; also one that must be gone by itself. */
  watch(pid: number): void;
  write(path: string, text: string): string;
};

/**
 * A project, a home and a temporary folder of its own, and nothing from the developer: no settings, no usual
 * ports, no Kubo by accident. After the tests of the file nothing of it may be left: no process, no socket,
 * no secret in any output.
 */
export async function createWorld(name: string): Promise<World> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), `sahara-e2e-${name}-`)));
  const project = join(dir, 'project');
  for (const folder of ['project/.sahara', 'home', 'xdg', 't'])
    mkdirSync(join(dir, folder), { recursive: true });
  const [rpcPort, apiPort, gatewayPort] = await freePorts(3);
  const env: NodeJS.ProcessEnv = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: join(dir, 'home'),
    XDG_CONFIG_HOME: join(dir, 'xdg'),
    TMPDIR: join(dir, 't'),
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    NO_COLOR: '1',
    LANG: 'C.UTF-8',
    SAHARA_CONTENT_NODE: 'embedded',
    SAHARA_RPC_PORT: `${rpcPort}`,
    SAHARA_IPFS_API_PORT: `${apiPort}`,
    SAHARA_IPFS_GATEWAY_PORT: `${gatewayPort}`,
  };
  const outputs: string[] = [];
  const broken = new Set<string>();
  const watched = new Set<number>();

  const world: World = {
    dir,
    project,
    env,
    start(args, options = {}) {
      const child = spawn(process.execPath, [BIN, ...args], {
        cwd: options.cwd ?? project,
        env: { ...env, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const seen = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream]?.setEncoding('utf8');
        child[stream]?.on('data', (chunk: string) => {
          seen[stream] += chunk;
        });
      }
      const result = once(child, 'close').then(([code, signal]) => {
        outputs.push(seen.stdout, seen.stderr);
        for (const problem of contractProblems(args, seen.stdout)) broken.add(problem);
        return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...seen };
      });
      return { child, result, seen: () => seen };
    },
    run: (args, options) => world.start(args, options).result,
    async envelope(args, options) {
      return envelopeOf(await world.run([...args, '--json'], options), args);
    },
    async json<T>(args: string[], options?: RunOptions) {
      const answer = await world.envelope(args, options);
      if (!answer.ok || answer.exit !== 0)
        throw new Error(
          `${args.join(' ')}: exit ${answer.exit} ${JSON.stringify(answer.error ?? answer.data)}`,
        );
      return answer.data as T;
    },
    async text(args, options) {
      const ran = await world.run(args, options);
      if (ran.code !== 0) throw new Error(`${args.join(' ')}: exit ${ran.code}\n${ran.stderr}`);
      return ran.stdout;
    },
    async refused(args, { code, exit, says }, options) {
      const [answer, ran] = await Promise.all([world.envelope(args, options), world.run(args, options)]);
      expect({
        ok: answer.ok,
        code: answer.error?.code,
        exit: answer.exit,
        message: answer.error?.message,
      }).toMatchObject({ ok: false, code, exit });
      expect({ exit: ran.code, stdout: ran.stdout }).toEqual({ exit, stdout: '' });
      expect(ran.stderr).toContain(`error ${code}`);
      if (!answer.error) throw new Error('no error');
      expect(answer.error.fix.length).toBeGreaterThan(10);
      if (says) {
        expect(answer.error.message).toMatch(says);
        expect(ran.stderr).toMatch(says);
      }
      return answer.error;
    },
    async startDevnet(args = [], options) {
      const live = await world.json<Live>(['devnet', 'start', ...args], options);
      for (const pid of pidsOf(live)) watched.add(pid);
      return live;
    },
    async stopDevnet(options) {
      await world.json(['devnet', 'stop'], options);
    },
    watch: (pid) => void watched.add(pid),
    write(path, text) {
      const file = join(project, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
  };

  afterAll(async () => {
    try {
      // Every devnet below this world: the project's, by whatever name, and those of demos.
      for (const found of readdirSync(dir, { recursive: true }) as string[])
        if (/\.sahara\/devnet\/[a-z][a-z0-9-]*$/.test(found)) {
          const devnet = join(dir, found);
          const pids = livePids(devnet);
          for (const pid of pids) watched.add(pid);
          const isWhole = pids.length > 0 && pids.every(isRunning);
          const [root, name] = [join(devnet, '../../..'), basename(devnet)];
          // What only looks like one needs no command.
          if (pids.length === 0 && name !== 'default') continue;
          await world.run(['devnet', 'stop', '--json', '--project', root, '--name', name]);
          if (isWhole) expectNoLocks(devnet);
        }
      await expectNoLeaks(dir, watched, outputs);
      expect([...broken], 'outputs that do not keep to their schema').toEqual([]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }, 60_000);
  return world;
}

function envelopeOf(ran: Ran, args: string[]): Envelope & { exit: number | null } {
  let parsed: Envelope;
  try {
    parsed = JSON.parse(ran.stdout) as Envelope;
  } catch {
    throw new Error(
      `${args.join(' ')} printed no single envelope, exit ${ran.code} ${ran.signal ?? ''}:\n${ran.stdout}\n--\n${ran.stderr}`,
    );
  }
  expect(
    Object.keys(parsed)
      .filter((k) => k !== 'data' && k !== 'error')
      .sort(),
  ).toEqual(['command', 'meta', 'ok', 'warnings']);
  expect('data' in parsed).toBe(parsed.ok);
  expect('error' in parsed).toBe(!parsed.ok);
  expectPasteable([...(parsed.error?.next ?? []), ...(parsed.meta.next ?? [])]);
  expect(contractProblems([...args, '--json'], ran.stdout), 'the shipped schema').toEqual([]);
  return { ...parsed, exit: ran.code };
}

export function pidsOf(live: Live): number[] {
  return [
    live.supervisor.pid,
    live.chain.process.pid,
    ...(live.content.process ? [live.content.process.pid] : []),
  ];
}

function livePids(devnet: string): number[] {
  try {
    return pidsOf(JSON.parse(readFileSync(join(devnet, 'live.json'), 'utf8')) as Live);
  } catch {
    return [];
  }
}

/** Ports that are free now: below the range that the system gives away by itself, and another part of it for each worker. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  const part = Number(process.env['VITEST_POOL_ID'] ?? 0) % 8;
  while (found.size < count) {
    const port = 20_000 + part * 1_500 + Math.floor(Math.random() * 1_500);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) found.add(port);
  }
  return [...found];
}

/** One JSON-RPC call to the chain, by no code of ours. */
export async function rpc<T = string>(url: string, method: string, params: unknown[] = []): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error) throw new Error(answer.error.message);
  return answer.result;
}

export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 20_000,
): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((r) => setTimeout(r, 20));
  }
  throw new Error(`waited in vain: ${what}`);
}

/** Lets a process stand still. On a busy machine it answers on until one of its threads gets the signal. */
export async function halt(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  if (process.platform !== 'linux') return;
  const tasks = `/proc/${pid}/task`;
  const stands = (task: string) => /^State:\s+[Tt]/m.test(readFileSync(`${tasks}/${task}/status`, 'utf8'));
  await until(() => {
    try {
      return readdirSync(tasks).every(stands);
    } catch {
      // A thread that ended while it was looked at.
      return false;
    }
  }, 'it to stand still');
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}
