import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { devnetPaths } from '../paths.ts';
import { isPortRace } from '../ports.ts';
import { startChain } from './chain.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-chain-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('a port that was taken first is told from a saved chain that is damaged', async () => {
  const paths = devnetPaths(dir);
  mkdirSync(paths.dir, { recursive: true });
  const chain = await startChain(paths, 0, null);
  await chain.save();
  await chain.stop();

  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  // What an earlier run said is no reason for anything.
  appendFileSync(paths.logs.chain, 'failed to deserialize the state: EOF\n');
  const race = await startChain(paths, port, null).catch((e) => e);
  expect(race).toMatchObject({ id: 'DEVNET_START_FAILED' });
  expect(isPortRace(race.message)).toBe(true);
  holder.close();

  appendFileSync(paths.logs.chain, 'Error: Address already in use (os error 98)\n');
  writeFileSync(paths.chainState, '{"block": }');
  const damaged = await startChain(paths, 0, null).catch((e) => e);
  expect(damaged).toMatchObject({ id: 'CHAIN_STATE_DAMAGED' });
});
