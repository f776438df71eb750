import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, type World } from '../e2e/support.ts';
import { openTerminal, type Terminal } from './tmux.ts';

/** The usual size of a terminal, and a roomy one. */
export const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
] as const;

/** A terminal of a person in this world's project, with `sahara` on PATH. CI is not set: nobody is asked there. */
export function openSahara(
  world: World,
  size: { columns: number; rows: number },
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Terminal> {
  const bin = join(world.dir, 'terminal-bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    writeFileSync(join(bin, 'sahara'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
    chmodSync(join(bin, 'sahara'), 0o755);
  }
  return openTerminal({
    ...size,
    cwd: options.cwd ?? world.project,
    env: { ...world.env, ...options.env, PATH: `${bin}:${world.env['PATH']}` },
  });
}
