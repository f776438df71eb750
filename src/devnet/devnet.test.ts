import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type LiveState, readLiveState, removeLiveState, writeLiveState } from './live-state.ts';
import { readLogs } from './logs.ts';
import { devnetPaths } from './paths.ts';
import { isPortFree, portOwner, preferOrAny } from './ports.ts';
import { endProcess, identify, isAlive } from './process-identity.ts';
import { socketsOf } from './sockets.ts';
import { lockHolder, takeLock } from './supervisor/lock.ts';
import { spawnService } from './supervisor/service.ts';
import { lastLinesOf } from './tail.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-devnet-'));
afterAll(() => rmSync(base, { recursive: true }));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(base, 'd-'));
});

describe('a process is known by more than its pid', () => {
  test('itself, and one that has ended', async () => {
    const self = identify(process.pid);
    expect(self && isAlive(self)).toBe(true);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = identify(child.pid ?? -1);
    if (!identity) throw new Error('not running');
    expect(isAlive(identity)).toBe(true);
    await endProcess(identity);
    expect(isAlive(identity)).toBe(false);
    await endProcess(identity);
  });

  test('another one with the same pid is another one', () => {
    if (process.platform === 'win32') return;
    expect(isAlive({ pid: process.pid, startTime: 'long ago' })).toBe(false);
  });

  test('one that does not listen to SIGTERM is ended all the same', async () => {
    const child = spawn(process.execPath, [
      '-e',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")',
    ]);
    await once(child.stdout, 'data');
    const identity = identify(child.pid ?? -1);
    if (!identity) throw new Error('not running');
    await endProcess(identity, 100);
    expect(isAlive(identity)).toBe(false);
  });
});

function deadHolder(): string {
  return JSON.stringify({ pid: spawnSync(process.execPath, ['-e', '']).pid, startTime: '1' });
}

describe('the lock', () => {
  test('has one holder, and can be given back', () => {
    const path = join(dir, 'x/supervisor.lock');
    const release = takeLock(path);
    expect(lockHolder(path)?.pid).toBe(process.pid);
    expect(() => takeLock(path)).toThrow(new RegExp(`pid ${process.pid}`));
    release();
    expect(lockHolder(path)).toBeUndefined();
    takeLock(path)();
    expect(existsSync(path)).toBe(false);
  });

  test.for<[string, () => string]>([
    ['a dead process', () => deadHolder()],
    ['a process that got the pid later', () => JSON.stringify({ pid: process.pid, startTime: 'long ago' })],
    ['nobody: an empty file', () => ''],
    ['nobody: half a file', () => '{"pid": 1'],
  ])('of %s is taken over', ([, content]) => {
    const path = join(dir, 'lock');
    writeFileSync(path, content());
    const release = takeLock(path);
    expect(lockHolder(path)?.pid).toBe(process.pid);
    release();
  });
});

describe('ports', () => {
  test('that are taken, by whom, and what to take instead', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await isPortFree(port)).toBe(false);
    expect(await preferOrAny(port)).toBe(0);
    if (process.platform === 'linux')
      expect(portOwner(port)).toMatch(new RegExp(`\\(pid ${process.pid}\\)$`));
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port)).toBe(true);
    expect(await preferOrAny(port)).toBe(port);
    expect(portOwner(port)).toBe(null);
  });
});

describe('what a devnet says of itself', () => {
  test('is read back, and what is unreadable or of another format counts as nothing', () => {
    const paths = devnetPaths(dir);
    expect(readLiveState(paths)).toBeUndefined();
    const live = { format: 1, name: 'default' } as LiveState;
    writeLiveState(paths, live);
    expect(readLiveState(paths)).toEqual(live);
    for (const text of ['', '{', '{"format": 2}', 'null']) {
      writeFileSync(paths.live, text);
      expect(readLiveState(paths), text).toBeUndefined();
    }
    removeLiveState(paths);
    removeLiveState(paths);
    expect(existsSync(paths.live)).toBe(false);
  });

  test('has sockets of its own, short enough however long the path', () => {
    const [a, b] = ['x'.repeat(300), 'y'.repeat(300)].map((name) => socketsOf({ dir: join(dir, name) }));
    expect(a?.supervisor).not.toBe(b?.supervisor);
    if (process.platform !== 'win32')
      expect(Buffer.byteLength(a?.chain ?? '')).toBeLessThan(tmpdir().length + 60);
  });

  test('logs: the last lines of each, none of one that was never written', () => {
    const { logs } = devnetPaths(dir);
    mkdirSync(join(logs.chain, '..'), { recursive: true });
    writeFileSync(logs.chain, 'one\ntwo\nthree\n');
    expect(readLogs(dir, { lines: 2 }).map((l) => [l.log, l.lines])).toEqual([
      ['supervisor', []],
      ['chain', ['two', 'three']],
      ['content', []],
    ]);
    expect(readLogs(dir, { which: 'chain', lines: 9 })).toHaveLength(1);
    expect(readFileSync(logs.chain, 'utf8')).toBe('one\ntwo\nthree\n');
  });

  test('logs: only the end of a long one is read', () => {
    const { logs } = devnetPaths(dir);
    mkdirSync(join(logs.chain, '..'), { recursive: true });
    const path = logs.chain;
    for (const size of [0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 300_000]) {
      // Lines of several bytes a character, which blocks cut through.
      const lines = Array.from({ length: size / 20 }, (_, i) => `${i} ${'ä€'.repeat(i % 7)}`);
      writeFileSync(path, `${'x'.repeat(size % 64)}\n${lines.join('\n')}\n`);
      const text = readFileSync(path, 'utf8').trimEnd();
      const all = text === '' ? [] : text.split('\n');
      for (const count of [1, 2, 1000, 1e6]) expect(lastLinesOf(path, count)).toEqual(all.slice(-count));
    }
    // More than any text can hold: nobody reads it from its beginning.
    truncateSync(path, 0);
    truncateSync(path, 600 * 1024 ** 2);
    appendFileSync(path, '\nlast but one\nlast\n');
    expect(lastLinesOf(path, 2)).toEqual(['last but one', 'last']);
    rmSync(path);
  });

  test('logs: a long one is set aside when its service starts, and a failure tells its own run only', async () => {
    const log = join(dir, 'x.log');
    writeFileSync(log, 'from before\n');
    truncateSync(log, 5 * 1024 * 1024);
    const say = (text: string) =>
      spawnService(process.execPath, ['-e', `console.error(${JSON.stringify(text)}); process.exit(3)`], log);
    await expect(say('no luck').firstLine(/never/, 5000)).rejects.toThrow(/^exited with code 3: no luck$/);
    expect(statSync(`${log}.1`).size).toBe(5 * 1024 * 1024);
    await expect(say('').firstLine(/never/, 5000)).rejects.toThrow(/^exited with code 3: $/);
    expect(readFileSync(log, 'utf8')).toMatch(/^--- started .*\nno luck\n--- started/);
  });
});
