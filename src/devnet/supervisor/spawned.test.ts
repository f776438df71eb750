import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { devnetPaths } from '../paths.ts';
import { identify } from '../process-identity.ts';
import { endSpawned, notedCommand, spawnedAlive } from './spawned.ts';

const base = mkdtempSync(join(tmpdir(), "sahara-spawned it's-"));
afterAll(() => rmSync(base, { recursive: true }));
let paths = devnetPaths(base);
beforeEach(() => {
  paths = devnetPaths(mkdtempSync(join(base, 'd-')));
  mkdirSync(paths.dir, { recursive: true });
});
const until = async (holds: () => boolean) => {
  for (const end = Date.now() + 5000; !holds() && Date.now() < end; )
    await new Promise((r) => setTimeout(r, 5));
};

describe.skipIf(process.platform === 'win32')('a process of the devnet', () => {
  test('has written itself down before it is what it is to be, with the id and start that it keeps', async () => {
    const words = ['-c', 'echo "$0|$1" >&2; exec sleep 30', 'a b', '"$x"'];
    const child = spawn(...notedCommand(paths, 'sh', words), { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    await until(() => said.includes('\n'));
    expect(said).toBe('a b|"$x"\n');
    expect(spawnedAlive(paths)).toEqual([identify(child.pid ?? -1)]);
    await endSpawned(paths);
    expect(identify(child.pid ?? -1)).toBeNull();
    expect(spawnedAlive(paths)).toEqual([]);
    expect(existsSync(join(paths.dir, 'spawned'))).toBe(false);
  });

  test('runs without that where it cannot be written', async () => {
    rmSync(paths.dir, { recursive: true });
    const child = spawn(...notedCommand(paths, 'sh', ['-c', 'echo here']), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout?.on('data', (chunk) => {
      said.out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      said.err += chunk;
    });
    await new Promise((ended) => child.on('close', ended));
    expect(said).toEqual({ out: 'here\n', err: '' });
  });

  test('is never taken for another one that has its id', () => {
    const own = identify(process.pid);
    const file = join(paths.dir, 'spawned');
    const stat = (start: string) => `${process.pid} (a) b) S ${'0 '.repeat(18)}${start} 0 0`;
    const lines = [stat('1'), `${process.pid}`, `${process.pid} `, 'nonsense', '', `{"pid":${process.pid}}`];
    writeFileSync(file, lines.join('\n'));
    expect(spawnedAlive(paths)).toEqual([]);
    for (const line of [stat(`${own?.startTime}`), `${process.pid} ${own?.startTime}`]) {
      writeFileSync(file, `${readFileSync(file, 'utf8')}\n${line}`);
      expect(spawnedAlive(paths).at(-1)).toEqual(own);
    }
  });
});
