import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startAnvil } from '../../devnet/genesis/throwaway-anvil.ts';
import { testAtDepth } from '../depth.ts';
import { FREE, smallDataset } from './scripted.ts';
import { createWorld, freePorts, isRunning, type Live, pidsOf, rpc, until } from './support.ts';

const world = await createWorld('fork');
const KEY = 'sk-0123456789abcdef';
const HOLDER = `0x${'ab'.repeat(20)}`;
/** Returns 42 whatever it is asked. */
const CODE = '0x602a60005260206000f3';
const CONTRACT = `0x${'c0'.repeat(20)}`;
const CURATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

/** The live network: another anvil, with its own id, that knows nothing of the protocol. */
const network = await startAnvil(['--chain-id', '777', '--timestamp', '1700000000']);
await network.rpc('anvil_setBalance', [HOLDER, '0x7b']);
await network.rpc('anvil_setCode', [CONTRACT, CODE]);
await network.rpc('anvil_setStorageAt', [CONTRACT, `0x${'0'.repeat(64)}`, `0x${'0'.repeat(62)}07`]);
// Somebody has delegated an account whose key everybody knows.
await network.rpc('anvil_setCode', [CURATOR, `0xef0100${'c0'.repeat(20)}`]);
await network.rpc('anvil_setNonce', [CURATOR, '0x5']);
for (let i = 0; i < 5; i++) await network.rpc('anvil_mine', [1, 12]);

const asked: string[] = [];
let isAway = false;
/** The way to it, which wants a key. */
const door = createServer(async (incoming, outgoing) => {
  if (isAway) return void incoming.socket.destroy();
  if (incoming.url !== `/v2/${KEY}`) return void outgoing.writeHead(401).end();
  const onward = request(network.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  onward.on('response', (answer) => answer.pipe(outgoing));
  onward.on('error', () => incoming.socket.destroy());
  let body = '';
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
  asked.push(body);
  onward.end(body);
});
await new Promise<void>((ready) => door.listen(0, '127.0.0.1', ready));
const { port } = door.address() as AddressInfo;
const url = `http://127.0.0.1:${port}/v2/${KEY}`;
const shown = `http://127.0.0.1:${port}/…`;
const env = { SAHARA_FORK_URL: url };
afterAll(async () => {
  door.close();
  await network[Symbol.asyncDispose]();
});

type Fork = { url: string; chainId: number; block: { number: number; hash: string }; protocol: string };
type Forked = Live & { fork: Fork; alreadyRunning: boolean };
let live: Live;
const ask = <T = string>(method: string, ...params: unknown[]) => rpc<T>(live.chain.rpcUrl, method, params);
const head = () => ask<{ number: string; hash: string }>('eth_getBlockByNumber', 'latest', false);
const folder = join(world.project, '.sahara/devnet/default');

async function killAll(): Promise<void> {
  for (const pid of pidsOf(live)) process.kill(pid, 'SIGKILL');
  await until(() => !pidsOf(live).some(isRunning), 'all of it to be gone');
}

test('a dry run tells of the network, and starts nothing', async () => {
  const foreseen = await world.envelope(['devnet', 'fork', '--dry-run'], { env });
  expect(foreseen).toMatchObject({
    ok: true,
    meta: { dryRun: true },
    data: {
      supervisor: null,
      fork: { url: shown, chainId: 777, protocol: 'put there', block: { number: 5 } },
    },
  });
  expect(existsSync(folder)).toBe(false);
  const dry = await world.run(['devnet', 'fork', url, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/Would start the fork/) });
  expect(dry.stdout + dry.stderr).not.toContain(KEY);
});

test('it has the state of the network, our chain id, and the protocol', async () => {
  const forked = await world.json<Forked>(['devnet', 'fork', '--block', '4'], { env });
  live = forked;
  for (const pid of pidsOf(live)) world.watch(pid);
  expect(forked).toMatchObject({
    alreadyRunning: false,
    fork: { url: shown, chainId: 777, block: { number: 4 }, protocol: 'put there' },
  });
  expect(await ask('eth_chainId')).toBe('0x7a69');
  expect(await head()).toMatchObject({ number: '0x4', hash: forked.fork.block.hash });
  expect(await ask('eth_getBalance', HOLDER, 'latest')).toBe('0x7b');
  expect(await ask('eth_call', { to: CONTRACT, data: '0x' }, 'latest')).toBe(`0x${'0'.repeat(62)}2a`);
  expect(BigInt(await ask('eth_getStorageAt', CONTRACT, '0x0', 'latest'))).toBe(7n);
  expect(await ask('eth_getTransactionCount', CURATOR, 'latest')).toBe('0x5');
  expect(await ask('eth_getCode', CURATOR, 'latest')).toBe('0x');
  const [newcomer] = await world.json<{ native: string }[]>(['account', 'balance', 'newcomer']);
  expect(newcomer?.native).toBe(`${10n ** 22n}`);
});

test('the life of an asset goes on there, and the network is as it was', async () => {
  const before = await network.rpc('eth_getBlockByNumber', ['latest', false]);
  smallDataset(world, 'tides', {}, FREE);
  await world.json(['publish', 'tides']);
  await world.json(['license', 'set', 'tides', '--preset', 'commercial-remix']);
  await world.json(['market', 'buy', 'tides', '--account', 'buyer']);
  await world.json(['account', 'send', HOLDER, '1', '--account', 'buyer']);
  await world.json(['devnet', 'time', '+1d']);
  expect(await network.rpc('eth_getBlockByNumber', ['latest', false])).toEqual(before);
  expect(await network.rpc('eth_getBalance', [HOLDER, 'latest'])).toBe('0x7b');
});

test('it is saved and restored, and not carried elsewhere', async () => {
  await world.json(['devnet', 'snapshot', 'save', 'before']);
  const at = await head();
  await world.json(['account', 'send', HOLDER, '1', '--account', 'buyer']);
  await world.json(['devnet', 'snapshot', 'restore', 'before']);
  live = await world.startDevnet();
  expect(await head()).toEqual(at);
  expect(await ask('eth_getBalance', HOLDER, 'latest')).toBe(`0x${(10n ** 18n + 123n).toString(16)}`);
  await world.json(['asset', 'verify', 'tides']);
  for (const words of [
    ['export', 'before', 'fork.snapshot'],
    ['diff', 'before'],
  ])
    await world.refused(['devnet', 'snapshot', ...words], { code: 'SAH-2040', exit: 5 });
});

test('status and list name the network, and its key is nowhere', async () => {
  const status = await world.text(['devnet', 'status']);
  expect(status).toContain(`${shown}  chain id 777  block 4`);
  const listed = await world.text(['devnet', 'list']);
  expect(listed).toContain(`${shown} at 4`);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  const holding = files
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => readFileSync(path, 'latin1').includes(KEY));
  expect(holding).toEqual([join(folder, 'fork.json')]);
  expect(statSync(join(folder, 'fork.json')).mode & 0o777).toBe(0o600);
  for (const pid of pidsOf(live))
    for (const part of ['cmdline', 'environ']) {
      if (process.platform !== 'linux') continue;
      expect(readFileSync(`/proc/${pid}/${part}`, 'latin1')).not.toContain(KEY);
    }
  expect(JSON.stringify(await ask('anvil_nodeInfo'))).not.toContain(KEY);
});

test('all of it survives kill -9, and the network is asked nothing twice', async () => {
  const last = await head();
  const { offsetSeconds } = await world.json<{ offsetSeconds: number }>(['devnet', 'time']);
  expect(offsetSeconds, 'its block is years old').toBeLessThan(-365 * 86_400);
  await killAll();
  const before = asked.length;
  live = await world.startDevnet();
  expect(await head()).toEqual(last);
  const again = await world.json<{ offsetSeconds: number }>(['devnet', 'time']);
  expect(Math.abs(again.offsetSeconds - offsetSeconds)).toBeLessThan(60);
  await world.json(['asset', 'verify', 'tides']);
  // Whether its block is still the same.
  expect(asked.slice(before)).toHaveLength(1);
  expect((await ask('eth_getBalance', HOLDER, 'latest')).length).toBeGreaterThan(10);
  expect(
    await world.json<Forked>(['devnet', 'fork'], { env }),
    'asked for again it is what is there',
  ).toMatchObject({ alreadyRunning: true, fork: { block: { number: 4 } } });
});

test('with the network away it comes back whole, and says what it cannot be told', async () => {
  const last = await head();
  await killAll();
  isAway = true;
  live = await world.startDevnet();
  expect(await head()).toEqual(last);
  await world.json(['revenue', 'pay', 'tides', '1']);
  await expect(ask('eth_getBalance', `0x${'99'.repeat(20)}`, 'latest')).rejects.toThrow(/does not answer/);
  await world.refused(['account', 'balance', `0x${'98'.repeat(20)}`], { code: 'SAH-2048', exit: 6 });
  const { services } = await world.json<{ services: { detail: string }[] }>(['devnet', 'status']);
  expect(services[0]?.detail).toMatch(/network at .*… does not answer/);
  isAway = false;
  expect(await ask('eth_getBalance', `0x${'99'.repeat(20)}`, 'latest')).toBe('0x0');
});

testAtDepth('with the network away and nothing kept of it, nothing is begun anew', async () => {
  const stranger = `0x${'77'.repeat(20)}`;
  await world.json(['account', 'send', stranger, '1', '--account', 'buyer']);
  const last = await head();
  await killAll();
  const cache = join(folder, 'fork-cache.ndjson');
  const kept = readFileSync(cache, 'utf8').split('\n');
  isAway = true;
  // Enough to begin with, and not for making the journal's blocks again; then nothing.
  for (const lines of [kept.filter((line) => !line.includes(stranger)), []]) {
    expect(lines.length).toBeLessThan(kept.length);
    writeFileSync(cache, lines.join('\n'));
    await world.refused(['devnet', 'start'], { code: 'SAH-2048', exit: 6, says: /does not answer/ });
    expect(readdirSync(folder).filter((name) => name.startsWith('damaged-'))).toEqual([]);
  }
  isAway = false;
  live = await world.startDevnet();
  expect(await head()).toEqual(last);
  await world.json(['asset', 'verify', 'tides']);
});

test('a record that cannot be read makes no ordinary devnet of it', async () => {
  await world.stopDevnet();
  const path = join(folder, 'fork.json');
  const record = readFileSync(path, 'utf8');
  writeFileSync(path, record.slice(0, 20));
  await world.refused(['devnet', 'start'], { code: 'SAH-2006', exit: 1, says: /fork\.json/ });
  writeFileSync(path, record);
});

test('reset forgets what it was a fork of', async () => {
  await world.json(['devnet', 'reset', '--yes']);
  live = await world.startDevnet();
  expect(live.chain).not.toHaveProperty('fork');
  expect(await ask('eth_getBalance', HOLDER, 'latest')).toBe('0x0');
});

test('a network that has the protocol is used as it is', async () => {
  await world.json(['publish', 'tides']);
  await world.json(['license', 'set', 'tides', '--preset', 'commercial-remix']);
  const origin = live.chain.rpcUrl;
  const [a, b, c] = await freePorts(3);
  const forked = await world.json<Forked>(['devnet', 'fork', origin, '--name', 'beside'], {
    env: { SAHARA_RPC_PORT: `${a}`, SAHARA_IPFS_API_PORT: `${b}`, SAHARA_IPFS_GATEWAY_PORT: `${c}` },
  });
  for (const pid of pidsOf(forked)) world.watch(pid);
  expect(forked.fork).toMatchObject({ url: origin, protocol: 'of the network' });
  const beside = { env: { SAHARA_DEVNET: 'beside' } };
  expect(await world.json(['asset', 'list'], beside)).toMatchObject([{ name: 'tides' }]);
  await world.json(['market', 'buy', 'tides', '--account', 'buyer'], beside);
  expect(await world.json(['license', 'list'], beside)).toMatchObject({
    licenses: [{ asset: 'curator/tides' }],
  });
  expect(await world.json(['license', 'list'])).toMatchObject({ licenses: [] });
  await world.json(['devnet', 'stop', '--name', 'beside']);
});
