import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { SaharaError } from '../base/errors.ts';
import { silentLogger } from '../base/progress.ts';
import type { LiveState } from './live-state.ts';
import { identify } from './process-identity.ts';
import { onReturningChain } from './returning.ts';
import type { SupervisorStatus } from './supervisor-client.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-returning-'));
afterAll(() => rmSync(dir, { recursive: true }));
const socket = join(dir, 's.sock');
const self = identify(process.pid) ?? { pid: process.pid, startTime: null };
let server: Server | undefined;
afterEach(() => {
  server?.close();
  rmSync(socket, { force: true });
});

const liveWith = (instanceId: string, pid = self.pid) =>
  ({ socket, supervisor: { ...self, pid }, chain: { instanceId, process: self } }) as unknown as LiveState;

/** A supervisor that answers with one status after the other, and then with the last. */
async function supervisor(...answers: { instance: string; state: string }[]): Promise<void> {
  server = createServer((_, response) => {
    const [next] = answers.length > 1 ? answers.splice(0, 1) : answers;
    const { instance, state } = next ?? { instance: '', state: 'failed' };
    const status = { live: liveWith(instance), services: [{ service: 'chain', state }], stopping: false };
    response.end(JSON.stringify(status as unknown as SupervisorStatus));
  });
  await new Promise<void>((ready) => server?.listen(socket, ready));
}

/** Opens the chain of that instance only. */
const opening = (right: string) => async (live: LiveState) => {
  if (live.chain.instanceId === right) return right;
  throw new SaharaError('CHAIN_FOREIGN', { url: 'http://127.0.0.1:1' });
};

describe('a chain that does not answer as the one it was', () => {
  test('is waited for while it is started again, and a long wait is spoken of once', async () => {
    const restarting = Array.from({ length: 30 }, () => ({ instance: '0x1', state: 'restarting' }));
    await supervisor(...restarting, { instance: '0x2', state: 'running' });
    const told: string[] = [];
    const logger = { ...silentLogger, info: (line: string) => void told.push(line) };
    expect(await onReturningChain(liveWith('0x1'), opening('0x2'), { logger })).toBe('0x2');
    expect(told).toEqual([expect.stringMatching(/started again; waiting/)]);
  });

  test.each([
    ['runs, as its supervisor says and its process shows', liveWith('0x1'), '0x1'],
    ['is of another supervisor', liveWith('0x1', self.pid + 1), '0x2'],
  ])('fails as it did where it %s', async (_, live, instance) => {
    await supervisor({ instance, state: 'running' });
    await expect(onReturningChain(live, opening('0x2'))).rejects.toMatchObject({ id: 'CHAIN_FOREIGN' });
  });

  test('fails as it did where there is no supervisor, and stops waiting when it is told to', async () => {
    const attempt = opening('0x2');
    await expect(onReturningChain(liveWith('0x1'), attempt)).rejects.toMatchObject({ id: 'CHAIN_FOREIGN' });
    await supervisor({ instance: '0x1', state: 'restarting' });
    const signal = AbortSignal.timeout(100);
    await expect(onReturningChain(liveWith('0x1'), attempt, { signal })).rejects.toThrow(/timeout/);
  });
});
