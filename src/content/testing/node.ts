import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type RunningNode = {
  api: string;
  gateway: string;
  peerId: string;
  pid: number;
  dir: string;
  child: ChildProcess;
  log(): string;
  /** Ends it with a signal and waits. Gives the exit code, or null when the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

const dist = process.env['SAHARA_TEST_DIST'];
export const NODE_ENTRY = dist
  ? join(dist, 'content/node/main.js')
  : fileURLToPath(new URL('../node/main.ts', import.meta.url));

export function tempDir(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `sahara-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts the embedded node on free ports and waits for its first line. `wrapper` is a command that runs it. */
export async function startNode(
  dir: string,
  extra: string[] = [],
  wrapper: string[] = [],
): Promise<RunningNode> {
  const { child, first, log } = await spawnNode(['--repo', dir, ...extra], wrapper);
  if (first['ready'] !== true) throw new Error(`the node did not start: ${JSON.stringify(first)}\n${log()}`);
  const ended = once(child, 'exit');
  return {
    ...(first as { api: string; gateway: string; peerId: string; pid: number }),
    dir,
    child,
    log,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Starts the process, and gives the first line that it prints, parsed. */
export async function spawnNode(
  args: string[],
  wrapper: string[] = [],
): Promise<{ child: ChildProcess; first: Record<string, unknown>; log: () => string }> {
  const [command = '', ...rest] = [...wrapper, process.execPath, NODE_ENTRY, ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => {
      throw new Error(`the node ended without a word: ${errors}`);
    }),
  ])) as [string];
  return { child, first: JSON.parse(line) as Record<string, unknown>, log: () => errors };
}
