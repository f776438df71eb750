import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { devnetPaths } from '../paths.ts';
import { createHealth } from './health.ts';

let dir: string;
const paths = () => ({
  ...devnetPaths(dir),
  logs: { supervisor: '', chain: join(dir, 'a'), content: join(dir, 'b') },
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sahara-health-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a service that runs again is another process, one more time', () => {
  const changed = vi.fn();
  const health = createHealth(paths(), changed);
  const { since } = health.chain;
  health.tell('chain', { state: 'restarting', detail: 'ended by SIGKILL' });
  expect(health.chain).toMatchObject({ state: 'restarting', restarts: 0, since });
  health.tell('chain', { state: 'running', detail: 'restarted 1x' });
  expect(health.chain).toMatchObject({ state: 'running', restarts: 1, lastLines: [] });
  expect(Date.parse(health.chain.since)).toBeGreaterThanOrEqual(Date.parse(since));
  expect(health.content).toMatchObject({ state: 'running', restarts: 0 });
  expect(changed).toHaveBeenCalledTimes(2);
});

test('what a service said last is of its last process, and told when it is not started again', () => {
  const lines = Array.from({ length: 9 }, (_, i) => `line ${i}`);
  writeFileSync(join(dir, 'a'), ['--- started 1', 'before', '--- started 2', '', '====', 'why'].join('\n'));
  writeFileSync(join(dir, 'b'), ['--- started 1', ...lines].join('\n'));
  const health = createHealth(paths(), () => {});
  for (const service of ['chain', 'content'] as const)
    health.tell(service, { state: 'failed', detail: 'so' });
  expect(health.chain.lastLines).toEqual(['why']);
  expect(health.content.lastLines).toEqual(lines.slice(-5));
});
