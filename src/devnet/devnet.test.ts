import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
});
