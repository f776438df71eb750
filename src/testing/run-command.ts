import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { toolkitRoot } from '../devnet/toolkit.ts';

export type RunOptions = {
  /** Where it runs; by default the devnet's project. */
  cwd?: string;
  /** Variables besides the devnet's. */
  env?: Record<string, string>;
  signal?: AbortSignal;
};

/** What `run` rejects with: a command that failed, with all that its envelope says. */
export type CommandFailure = Error & {
  /** The stable code, e.g. SAH-6002. */
  code: string;
  /** The exit code of the process. */
  exitCode: number;
  /** The error of the envelope: name, kind, fix, next, params. */
  error: Record<string, unknown>;
};

type Envelope = {
  ok: boolean;
  data?: unknown;
  error?: { code: string; message: string } & Record<string, unknown>;
};

/**
 * Runs a command of `sahara` as a process of its own, with `--json`, and gives the data of its envelope.
 *
 * @param args as on a command line, without `sahara`; words behind `--` stay behind it
 * @throws CommandFailure where the command says that it failed
 */
export async function runCommand<T>(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { cwd, signal }: { cwd: string; signal?: AbortSignal },
): Promise<T> {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const line = [...own, '--json', ...args.slice(own.length)];
  const child = spawn(process.execPath, [join(toolkitRoot(), 'bin', 'run.js'), ...line], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk;
    });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const envelope = parsed(printed.stdout);
  if (envelope?.ok) return envelope.data as T;
  const said = envelope?.error ?? {
    code: 'none',
    message: `it printed no envelope, and on stderr: ${printed.stderr.trim()}`,
  };
  throw Object.assign(new Error(`sahara ${args.join(' ')}: ${said.message}`), {
    code: said.code,
    exitCode: exitCode ?? 1,
    error: said,
  }) satisfies CommandFailure;
}

function parsed(text: string): Envelope | undefined {
  try {
    return JSON.parse(text) as Envelope;
  } catch {
    return undefined;
  }
}
