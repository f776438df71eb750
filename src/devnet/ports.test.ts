import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { freePort, isPortFree } from './ports.ts';

test('a free port can be listened on, and is not the one that is spoken for', async () => {
  const first = await freePort();
  expect(await isPortFree(first)).toBe(true);
  const second = await freePort(first);
  expect(second).not.toBe(first);
  const server = createServer();
  await new Promise<void>((ready) => server.listen(first, '127.0.0.1', ready));
  expect(await isPortFree(first)).toBe(false);
  await new Promise((done) => server.close(done));
});

test('also where the system would give just that one away', async () => {
  const { createServer: real } = await vi.importActual<typeof import('node:net')>('node:net');
  const spoken = await freePort();
  // The first that is asked for is made to be the one that is spoken for; the system does so once in thousands.
  const asked: number[] = [];
  const spy = vi.spyOn(real().constructor.prototype, 'address');
  spy.mockImplementationOnce(() => {
    asked.push(spoken);
    return { port: spoken, address: '127.0.0.1', family: 'IPv4' };
  });
  const other = await freePort(spoken);
  expect(asked).toEqual([spoken]);
  expect(other).not.toBe(spoken);
  spy.mockRestore();
});
