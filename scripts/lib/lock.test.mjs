import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

const module = pathToFileURL(join(import.meta.dirname, 'lock.mjs')).href;
let folder;
let path;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sahara-lock-'));
  path = join(folder, 'sub', 'work.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (script) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.on('exit', (code) => done(code)));
  return { child, ended };
};

/** Adds one to a number in a file, slowly and without care: only the lock keeps the sum right. */
const increment = (counter) => `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  const { withLock } = await import(${JSON.stringify(module)});
  await withLock(${JSON.stringify(path)}, async () => {
    const before = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
    await sleep(40);
    writeFileSync(${JSON.stringify(counter)}, String(before + 1));
  });`;

it('lets one process at a time work', async () => {
  const counter = join(folder, 'counter');
  writeFileSync(counter, '0');
  const processes = Array.from({ length: 5 }, () => start(increment(counter)));
  expect(await Promise.all(processes.map((p) => p.ended))).toEqual([0, 0, 0, 0, 0]);
  expect(readFileSync(counter, 'utf8')).toBe('5');
  expect(existsSync(path)).toBe(false);
});

it('takes over from a holder that was killed', async () => {
  const hold = `const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(path)}, () => { process.stdout.write('held'); return new Promise(() => setInterval(() => {}, 1000)); });`;
  const { child, ended } = start(hold);
  await new Promise((done) => child.stdout.once('data', done));
  expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${child.pid} `));
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(path)).toBe(true);
  expect(await withLock(path, () => 'mine')).toBe('mine');
});

it('takes over from a process whose number now belongs to another one', async () => {
  await withLock(path, () => 0);
  writeFileSync(path, `${process.pid} 0 somebody\n`);
  const longAgo = new Date(Date.now() - 10 * 60_000);
  utimesSync(path, longAgo, longAgo);
  expect(await withLock(path, () => 'mine')).toBe('mine');
});

it('waits for a holder that lives, and says so once', async () => {
  await withLock(path, () => 0);
  writeFileSync(path, `${process.ppid} 0 parent\n`);
  const told = [];
  setTimeout(() => rmSync(path), 700);
  expect(
    await withLock(
      path,
      () => 'mine',
      (pid) => told.push(pid),
    ),
  ).toBe('mine');
  expect(told).toEqual([process.ppid]);
});

it('is free again after work that failed', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});
