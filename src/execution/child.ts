import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { SaharaError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { findToolkit, hookAddress } from './toolkit-hook.ts';

export type OutputHandler = (line: string, stream: 'stdout' | 'stderr') => void;

export type ChildTask = {
  /** Options of Node itself, before the script. */
  nodeArgs?: string[];
  /** The script and its arguments, or `--eval` and code. */
  args: string[];
  cwd: string;
  /** What the script is told; secrets of our own environment never reach it. */
  env: Record<`SAHARA_${string}`, string>;
  /** Sent to stdin, which is then closed. */
  input?: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds; without it there is no limit. */
  timeoutMs?: number | undefined;
  onOutput?: OutputHandler | undefined;
};

export type ChildEnd = {
  /** In words, to follow "The script ...": `ended with exit code 1`. */
  how: string;
  ok: boolean;
  timedOut: boolean;
  /** The last lines of both streams together, oldest first, safe for a terminal. */
  lastLines: string[];
  /** The one line among them that tells most. */
  reason: string;
  /** What was written to descriptor 3, at most RESULT_LIMIT bytes, null when there was more. */
  result: string | null;
  durationMs: number;
};

/** Descriptor on which a child hands its result back. Scripts' own prints can then never be mistaken for it. */
export const RESULT_FD = 3;
/** Bytes. */
export const RESULT_LIMIT = 1024 * 1024;

const LAST_LINES = 20;
const LINE_LIMIT = 4_000;
/** Milliseconds that a script has to end by itself after it was asked to. */
const GRACE_MS = 1_000;
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG'];
// Without these Node and most programs cannot even start on Windows.
const PASSED_ON_WINDOWS = ['SystemRoot', 'TEMP', 'TMP', 'USERPROFILE', 'PATHEXT', 'ComSpec'];
const isWindows = process.platform === 'win32';

/**
 * Runs a script in a Node process of its own, in its own process group, with the toolkit's libraries in reach.
 * Whatever it started is gone when this returns.
 *
 * @throws INTERRUPTED (or the signal's own reason) when `signal` is aborted; never for what the script does
 */
export async function runChild(task: ChildTask): Promise<ChildEnd> {
  throwIfAborted(task.signal);
  const started = performance.now();
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
    ...(task.nodeArgs ?? []),
    `--import=${hookAddress(findToolkit())}`,
    ...task.args,
  ];
  const child = spawn(process.execPath, args, {
    cwd: task.cwd,
    env: { ...environment(), ...task.env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    detached: !isWindows,
    windowsHide: true,
  });
  const [stdin, stdout, stderr, results, lifeline] = child.stdio;
  // A child that ends without reading its stdin must not fail us with EPIPE.
  stdin.on('error', () => {}).end(task.input ?? '');
  (lifeline as unknown as Readable | null)?.on('error', () => {}).resume();

  const lastLines: string[] = [];
  const onLine: OutputHandler = (line, stream) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    task.onOutput?.(line, stream);
  };
  const flushes = [readLines(stdout, 'stdout', onLine), readLines(stderr, 'stderr', onLine)];
  const result = collect(results as Readable);

  const kill = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      if (isWindows) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // The group is gone already, which is what was wanted.
    }
  };
  let timedOut = false;
  let force: NodeJS.Timeout | undefined;
  const stop = () => {
    kill('SIGTERM');
    force ??= setTimeout(kill, GRACE_MS, 'SIGKILL');
  };
  const limit =
    task.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          stop();
        }, task.timeoutMs);
  task.signal?.addEventListener('abort', stop, { once: true });

  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on('error', reject);
      let leftover: NodeJS.Timeout | undefined;
      let end: [number | null, NodeJS.Signals | null] = [null, null];
      child.on('exit', (exitCode, exitSignal) => {
        end = [exitCode, exitSignal];
        // A process that the script left behind may hold its output open for ever.
        leftover = setTimeout(() => {
          kill('SIGKILL');
          resolve(end);
        }, 500);
      });
      child.on('close', () => {
        clearTimeout(leftover);
        kill('SIGKILL');
        resolve(end);
      });
    });
    for (const flush of flushes) flush();
    throwIfAborted(task.signal);
    return {
      how: signal ? `was killed by ${signal}` : `ended with exit code ${code}`,
      ok: code === 0 && !timedOut,
      timedOut,
      lastLines,
      reason: telling(lastLines),
      result: result(),
      durationMs: Math.round(performance.now() - started),
    };
  } finally {
    clearTimeout(limit);
    clearTimeout(force);
    task.signal?.removeEventListener('abort', stop);
    for (const stream of [stdout, stderr, results, lifeline]) stream?.destroy();
  }
}

function environment(): Record<string, string> {
  const names = isWindows ? [...PASSED_ON, ...PASSED_ON_WINDOWS] : PASSED_ON;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof SaharaError) throw signal.reason;
  throw new SaharaError('INTERRUPTED', {
    signal: typeof signal.reason === 'string' ? signal.reason : 'SIGINT',
  });
}

/** Hands over whole lines; returns what gives out a last line without an end. */
function readLines(stream: Readable, name: 'stdout' | 'stderr', onLine: OutputHandler): () => void {
  let rest = '';
  const give = (line: string) =>
    onLine(
      printable(stripVTControlCharacters(line.slice(0, LINE_LIMIT)).replaceAll('\t', '  ').trimEnd()),
      name,
    );
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = (lines.pop() ?? '').slice(0, LINE_LIMIT + 1);
    lines.forEach(give);
  });
  return () => {
    if (rest) give(rest);
    rest = '';
  };
}

function collect(stream: Readable): () => string | null {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= RESULT_LIMIT) chunks.push(chunk);
  });
  return () => (size > RESULT_LIMIT ? null : Buffer.concat(chunks).toString('utf8'));
}

/** The line that names the error if one does, else the last that says anything. */
function telling(lines: string[]): string {
  const saying = lines.filter((line) => line.trim() && !/^(Node\.js v|\s+at |\}$)/.test(line));
  return (
    saying.findLast((line) => /^\s*(Uncaught )?([A-Z]\w*)?(Error|Exception)( \[\w+\])?:/.test(line)) ??
    saying.at(-1) ??
    ''
  ).trim();
}
