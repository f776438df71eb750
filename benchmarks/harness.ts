import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One figure of ours beside the same figure of something that everybody can run. */
export interface Result {
  /** What was measured, e.g. `sahara --version`. */
  readonly metric: string;
  /** Unit of `ours` and `reference`, e.g. `ms`. */
  readonly unit: string;
  readonly ours: number;
  readonly reference: number;
  readonly referenceName: string;
  /** ours / reference, which travels between machines where the figures themselves do not. */
  readonly ratio: number;
}

export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** True where nothing is measured that differs from run to run. */
  readonly isCounted?: boolean;
  /** `note` is for what the figures do not say; it goes to stderr. */
  run(note: (line: string) => void): Promise<Result[]>;
}

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const launcher = join(root, 'bin', 'run.js');

/** Runs per figure. At least 9 for a figure to be quoted; fewer only to see whether a benchmark works. */
export const RUNS = Math.max(1, Number(process.env['SAHARA_BENCH_RUNS'] ?? 11));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('the median of nothing');
  return (low + high) / 2;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

export function result(
  metric: string,
  unit: string,
  ours: number,
  reference: number,
  referenceName: string,
): Result {
  return {
    metric,
    unit,
    ours: rounded(ours, 1),
    reference: rounded(reference, 1),
    referenceName,
    ratio: rounded(ours / reference, 2),
  };
}

/**
 * Medians in milliseconds of several measurements, taken in turns so that whatever else the machine does meets all of
 * them alike. One round before is thrown away: caches of files and code are then warm.
 */
export async function interleaved<Name extends string>(
  measures: Readonly<Record<Name, () => Promise<number>>>,
  runs = RUNS,
): Promise<Record<Name, number>> {
  const names = Object.keys(measures) as Name[];
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let run = -1; run < runs; run++) {
    for (const name of names) {
      const elapsed = await measures[name]();
      if (run >= 0) samples.get(name)?.push(elapsed);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

export interface Ran {
  readonly milliseconds: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs a program to its end, from spawn to exit. */
export function run(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const startedAt = performance.now();
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    let milliseconds = 0;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text.stderr += chunk;
    });
    child.on('error', fail);
    child.on('exit', () => {
      milliseconds = performance.now() - startedAt;
    });
    child.on('close', (code) => done({ milliseconds, ...text, code }));
  });
}

/** Settings of the developer who measures must not reach what is measured. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('SAHARA_'));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}

/** Runs `sahara` in `cwd` and requires that it succeeds. */
export async function sahara(cwd: string, ...args: string[]): Promise<Ran> {
  const ran = await run(process.execPath, [launcher, ...args], { cwd, env: cleanEnvironment() });
  if (ran.code !== 0)
    throw new Error(`sahara ${args.join(' ')} exited ${ran.code}:\n${ran.stdout}${ran.stderr}`);
  return ran;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') fail(new Error('no port'));
        else done(address.port);
      });
    });
  });
}
