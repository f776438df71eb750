import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { BIN, type World } from '../support.ts';

/** One hostile command line. */
export type Hostile = {
  /** What is hostile about it. */
  what: string;
  argv: string[];
  /** Shell redirections behind the command, e.g. `>&-`. */
  redirect?: string;
  env?: Record<string, string | undefined>;
  /** Folder below the project; the project itself by default. */
  cwd?: string;
  /** Shell text before the command, e.g. to remove the folder one stands in. */
  before?: string;
  /** Exit codes that are right; any foreseen one by default. */
  exit?: number[];
  /** The error code that is wanted where it fails. */
  code?: string;
};

type Ran = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** Every exit code that the contract knows but "failed" of a bug, which is told by its error code. */
const FORESEEN = [0, 1, 2, 3, 4, 5, 6, 7];
const LIMIT_MS = 30_000;

/** Runs a line in a shell of its own, as redirections are the shell's. */
export async function runHostile(world: World, hostile: Hostile): Promise<Ran> {
  const env: NodeJS.ProcessEnv = { ...world.env, ...hostile.env };
  for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name];
  const script = `${hostile.before ?? ''}\nexec "$0" "$@" ${hostile.redirect ?? ''}`;
  const child = spawn('/bin/sh', ['-c', script, process.execPath, BIN, ...hostile.argv], {
    cwd: hostile.cwd ?? world.project,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const seen = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8');
    child[stream].on('data', (chunk: string) => {
      seen[stream] += chunk;
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...seen };
}

/**
 * Holds what came of it against the contract: it ended by itself, with a foreseen exit code, a clear error where it
 * failed, no stack trace, nothing that could move a terminal's cursor.
 */
export function expectClear(hostile: Hostile, ran: Ran): void {
  const told = `${hostile.what}: ${JSON.stringify(hostile.argv).slice(0, 300)} ${hostile.redirect ?? ''}\nexit ${ran.code} ${ran.signal ?? ''}\n${ran.stdout.slice(0, 1500)}\n--\n${ran.stderr.slice(0, 1500)}`;
  expect(ran.signal, told).toBeNull();
  expect(hostile.exit ?? FORESEEN, told).toContain(ran.code);
  const both = ran.stdout + ran.stderr;
  expect(both, told).not.toMatch(/^\s+at .+[:)]\d*|node:internal|UnhandledPromise|SAH-0001/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(both, told).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  const seesStdout = !/(^|\s)1?>/.test(hostile.redirect ?? '');
  const seesStderr = !/2>/.test(hostile.redirect ?? '');
  if (isJson(hostile) && seesStdout) {
    const envelope = JSON.parse(
      ran.stdout.trimEnd().split('\n').at(-1) === '}' ? ran.stdout : lastLine(ran),
    ) as {
      ok: boolean;
      error?: { code: string; message: string; fix: string };
    };
    expect(envelope.ok, told).toBe(ran.code === 0 || envelope.error === undefined);
    if (envelope.error) {
      expect(envelope.error.code, told).toMatch(
        hostile.code ? new RegExp(`^${hostile.code}$`) : /^SAH-\d{4}$/,
      );
      expect(envelope.error.message.length, told).toBeGreaterThan(5);
      expect(envelope.error.fix.length, told).toBeGreaterThan(10);
    }
  } else if (ran.code !== 0 && seesStdout && seesStderr && !isJson(hostile)) {
    // `devnet status` and `doctor` tell what they found by their exit code, and that is no error.
    if (ran.stdout === '')
      expect(ran.stderr, told).toMatch(new RegExp(`^error ${hostile.code ?? 'SAH-\\d{4}'} \\S`, 'm'));
  }
}

const lastLine = ({ stdout }: Ran) => stdout.trimEnd().split('\n').at(-1) ?? '';

export function isJson({ argv }: Hostile): boolean {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return own.includes('--json') || own.includes('ndjson');
}
