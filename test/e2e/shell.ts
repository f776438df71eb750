import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, type Ran, type World } from './support.ts';

/** Runs a line in a shell that has `sahara` on PATH, as somebody would who pastes it. */
export async function runAsWritten(
  world: World,
  line: string,
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const bin = join(world.dir, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    writeFileSync(join(bin, 'sahara'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
    chmodSync(join(bin, 'sahara'), 0o755);
  }
  const child = spawn('/bin/sh', ['-c', line], {
    cwd: options.cwd ?? world.project,
    env: { ...world.env, ...options.env, PATH: `${bin}:${world.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ranTo(child);
}

/** What a process says until it ends. */
export async function ranTo(child: ChildProcess): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (chunk) => {
      said[stream] += chunk;
    });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...said };
}
