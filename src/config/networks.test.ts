import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { findProject } from './project.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-networks-'));
afterAll(() => rmSync(base, { recursive: true }));
const root = join(base, 'project');
const file = join(root, 'sahara.config.yaml');
const user = join(base, 'user/sahara/sahara.config.yaml');
mkdirSync(join(root, '.sahara'), { recursive: true });
mkdirSync(join(base, 'user/sahara'), { recursive: true });

function load(project: string, env: NodeJS.ProcessEnv = {}, own = '') {
  writeFileSync(file, project);
  writeFileSync(user, own);
  return loadConfig(findProject(root), { XDG_CONFIG_HOME: join(base, 'user'), ...env });
}

const ONE = 'networks: {one: {rpcUrl: "http://127.0.0.1:1", chainId: 11}}\n';
const where = async (...args: Parameters<typeof load>) => {
  const { network, rpcUrl, chainId } = (await load(...args)).config;
  return [network, rpcUrl, chainId];
};
const DEVNET = [null, null, 31337];

test('the chosen network says where the chain is and which it is, and that is told', async () => {
  const { config, origins, overridden } = await load(
    `${ONE}network: one\nrpcUrl: http://127.0.0.1:9\n`,
    { SAHARA_NETWORKS: JSON.stringify({ two: { rpcUrl: 'http://127.0.0.1:2', chainId: 22, coin: 'TWO' } }) },
    'networks: {one: {rpcUrl: "http://127.0.0.1:3", chainId: 33}, three: null}\n',
  );
  expect(config).toMatchObject({ network: 'one', rpcUrl: 'http://127.0.0.1:1', chainId: 11 });
  expect(config.networks).toEqual({
    one: { rpcUrl: 'http://127.0.0.1:1', chainId: 11, explorer: null, coin: 'SAHARA' },
    two: { rpcUrl: 'http://127.0.0.1:2', chainId: 22, explorer: null, coin: 'TWO' },
  });
  expect(origins).toMatchObject({ rpcUrl: 'network one', chainId: 'network one', 'networks.one': file });
  expect(overridden).toMatchObject({
    rpcUrl: [{ from: file, value: 'http://127.0.0.1:9' }],
    'networks.one': [{ from: user, value: 'http://127.0.0.1:3, chain id 33' }],
  });
});

test('a stronger source has the whole chain, never half of it', async () => {
  const chosen = `${ONE}network: one\n`;
  const RPC = 'http://127.0.0.1:7';
  expect(await where(ONE)).toEqual(DEVNET);
  expect(await where(chosen)).toEqual(['one', 'http://127.0.0.1:1', 11]);
  expect(await where(chosen, { SAHARA_RPC_URL: RPC })).toEqual([null, RPC, 31337]);
  expect(await where(chosen, { SAHARA_CHAIN_ID: '5' })).toEqual([null, null, 5]);
  expect(await where(ONE, { SAHARA_NETWORK: 'one', SAHARA_RPC_URL: RPC })).toEqual([
    'one',
    'http://127.0.0.1:1',
    11,
  ]);
  expect(await where('', { SAHARA_NETWORK: 'sahara-testnet' })).toEqual([
    'sahara-testnet',
    'https://testnet.saharalabs.ai',
    313313,
  ]);
});

test('devnet means the project’s own, or what the same source says of its address', async () => {
  const chosen = `${ONE}network: one\n`;
  expect(await where(chosen, { SAHARA_NETWORK: 'devnet' })).toEqual(DEVNET);
  expect(await where(`${chosen}rpcUrl: http://127.0.0.1:9\n`, { SAHARA_NETWORK: 'devnet' })).toEqual(DEVNET);
  // As `devnet run` and `devnet status -o env` set it.
  expect(
    await where(chosen, {
      SAHARA_NETWORK: 'devnet',
      SAHARA_RPC_URL: 'http://127.0.0.1:8',
      SAHARA_CHAIN_ID: '31337',
    }),
  ).toEqual([null, 'http://127.0.0.1:8', 31337]);
});

test.each([
  ['networks: {devnet: {rpcUrl: "http://127.0.0.1:1", chainId: 1}}', 'networks.devnet'],
  ['networks: {"a b": {rpcUrl: "http://127.0.0.1:1", chainId: 1}}', 'networks.a b'],
  ['networks: {one: {chainId: 1}}', 'networks.one.rpcUrl'],
  ['networks: {one: {rpcUrl: "ws://127.0.0.1:1", chainId: 1}}', 'networks.one.rpcUrl'],
  ['networks: {one: {rpcUrl: "http://me:secret@127.0.0.1:1", chainId: 1}}', 'networks.one.rpcUrl'],
  ['networks: {one: {rpcUrl: "http://127.0.0.1:1", chainId: 0}}', 'networks.one.chainId'],
  ['networks: {one: {rpcUrl: "http://127.0.0.1:1", chainId: "1"}}', 'networks.one.chainId'],
  ['networks: {one: {rpcUrl: "http://127.0.0.1:1", chainId: 1, coin: "a b"}}', 'networks.one.coin'],
  ['networks: {one: {rpcUrl: "http://127.0.0.1:1", chainId: 1, explorer: 3}}', 'networks.one.explorer'],
  ['networks: [1]', 'networks'],
  ['network: a b', 'network'],
])('%s is refused, and what was written is not repeated', async (text, key) => {
  const error = await load(text).catch((e) => e);
  expect(error).toMatchObject({ id: 'CONFIG_INVALID', params: { source: file, key } });
  expect(error.message).not.toContain('secret');
});

test('what is misspelt is named with what it is near to', async () => {
  await expect(load('network: sahara-tesnet\n')).rejects.toMatchObject({
    id: 'NETWORK_UNKNOWN',
    params: { suggestion: 'sahara-testnet' },
  });
  await expect(load('networks: {one: {rpcurl: "http://127.0.0.1:1", chainId: 1}}')).rejects.toMatchObject({
    id: 'CONFIG_UNKNOWN_KEY',
    params: { key: 'networks.one.rpcurl', suggestion: 'rpcUrl' },
  });
});
