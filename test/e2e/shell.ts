import { spawn } from 'node:child_process';
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
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (c) => {
    stdout += c;
  });
  child.stderr.on('data', (c) => {
    stderr += c;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}
