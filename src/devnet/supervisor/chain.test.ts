import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { listJournals } from '../durability/store.ts';
import { devnetPaths } from '../paths.ts';
import { isPortRace } from '../ports.ts';
import { type ChainService, startChain } from './chain.ts';
import { jsonRpc } from './json-rpc.ts';

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
  // With them it would be brought back from the beginning.
  for (const { path } of listJournals(paths).journals) rmSync(path);
  const damaged = await startChain(paths, 0, null).catch((e) => e);
  expect(damaged).toMatchObject({ id: 'CHAIN_STATE_DAMAGED' });
});

describe('what is saved while transactions come in', () => {
  // Each sends for itself: two that take the same nonce are refused.
  const accounts = [
    '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
    '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  ];
  const paths = devnetPaths(join(dir, 'busy'));
  mkdirSync(paths.dir, { recursive: true });
  const send = ({ rpcUrl }: ChainService, from = accounts[0]) =>
    jsonRpc<string>(rpcUrl, 'eth_sendTransaction', [{ from, to: from }]);
  const count = async ({ rpcUrl }: ChainService, from: string) =>
    Number(await jsonRpc(rpcUrl, 'eth_getTransactionCount', [from, 'latest']));
  const has = async ({ rpcUrl }: ChainService, hash: string) =>
    (await jsonRpc(rpcUrl, 'eth_getTransactionReceipt', [hash])) !== null;

  test('is whole: accounts and blocks agree, and whoever had a receipt still has it', async () => {
    let chain = await startChain(paths, 0, null);
    let total = 0;
    for (let round = 0; round < 6; round++) {
      const sent: string[] = [];
      const acknowledged: string[] = [];
      let busy = true;
      const senders = accounts.map(async (from) => {
        while (busy) {
          const hash = await send(chain, from);
          sent.push(hash);
          if (await has(chain, hash)) acknowledged.push(hash);
        }
      });
      await expect.poll(() => acknowledged.length).toBeGreaterThan(0);
      await chain.save();
      busy = false;
      await Promise.all(senders);
      await chain.stop();

      chain = await startChain(paths, 0, null);
      const kept = await Promise.all(sent.map((hash) => has(chain, hash)));
      total += kept.filter(Boolean).length;
      const counts = await Promise.all(accounts.map((from) => count(chain, from)));
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(total);
      expect(acknowledged.filter((hash) => !kept[sent.indexOf(hash)])).toEqual([]);
    }
    await chain.stop();
  });

  test('when it cannot be saved, blocks are made as before', async () => {
    writeFileSync(join(dir, 'file'), '');
    const own = devnetPaths(join(dir, 'unsaved'));
    mkdirSync(own.dir, { recursive: true });
    const chain = await startChain({ ...own, chainState: join(dir, 'file', 'state.json') }, 0, null);
    await expect(chain.save()).rejects.toMatchObject({ id: 'CHAIN_NOT_SAVED' });
    const hash = await send(chain);
    await expect.poll(() => has(chain, hash)).toBe(true);
    await chain.stop();
  });
});
