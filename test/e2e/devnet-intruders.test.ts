import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anvilBinary } from '../../src/devnet/toolkit.ts';
import { deep } from '../depth.ts';
import { createWorld, isRunning, type Live, pidsOf, ROOT, rpc, until } from './support.ts';

/* Others at the devnet's folder and port, and a clock that jumps. At depth only: much of it is waiting. */

const world = await createWorld('intruders');
const dir = join(world.project, '.sahara/devnet/default');
const anyPort = { SAHARA_RPC_PORT: '', SAHARA_IPFS_API_PORT: '', SAHARA_IPFS_GATEWAY_PORT: '' };
let live: Live;
let foreign: ChildProcess | undefined;

const balance = async () =>
  (await world.json<{ native: string }[]>(['account', 'balance', 'dao']))[0]?.native;
const kill = async () => {
  for (const pid of pidsOf(live)) process.kill(pid, 'SIGKILL');
  await until(() => !pidsOf(live).some(isRunning), 'it to die');
};

beforeAll(async () => {
  if (!deep) return;
  live = await world.startDevnet();
  await world.json(['account', 'send', 'dao', '1', '--account', 'buyer']);
});
afterAll(() => void foreign?.kill('SIGKILL'));

test.runIf(deep)(
  'a second supervisor on the folder is turned away, and the first notices nothing',
  async () => {
    const record = readFileSync(join(dir, 'live.json'), 'utf8');
    const options = JSON.stringify({
      stateDir: join(world.project, '.sahara'),
      name: 'default',
      ports: { rpc: 0, api: 0, gateway: 0 },
      contentNode: 'embedded',
      externalContent: null,
    });
    const rivals = [1, 2].map(() =>
      fork(join(ROOT, 'dist/devnet/supervisor/main.js'), [options], { env: world.env, stdio: 'ignore' }),
    );
    const words = await Promise.all(rivals.map((rival) => once(rival, 'message').then(([word]) => word)));
    for (const word of words)
      expect(word).toMatchObject({ type: 'error', id: 'DEVNET_BUSY', params: { pid: live.supervisor.pid } });
    await until(() => rivals.every(({ exitCode }) => exitCode !== null), 'the rivals to end');
    expect(rivals.map(({ exitCode }) => exitCode)).toEqual([1, 1]);
    expect(readFileSync(join(dir, 'live.json'), 'utf8')).toBe(record);
    expect(pidsOf(live).filter(isRunning)).toEqual(pidsOf(live));
    expect(await world.json(['devnet', 'status'])).toMatchObject({ state: 'running' });
  },
);

test.runIf(deep)(
  'two supervisors that begin over what a killed one left: one gets it, with all that was done',
  async () => {
    const held = await balance();
    await kill();
    const answers = await Promise.all([1, 2].map(() => world.envelope(['devnet', 'start'])));
    const lives = answers.map(({ data }) => data as Live);
    for (const one of lives) for (const pid of pidsOf(one)) world.watch(pid);
    expect(new Set(lives.map((one) => one.supervisor.pid)).size).toBe(1);
    live = lives[0] as Live;
    expect(await balance()).toBe(held);
  },
);

test.runIf(deep)('another anvil on our port, of the same chain id, is never taken for ours', async () => {
  const held = await balance();
  await kill();
  const port = new URL(live.chain.rpcUrl).port;
  foreign = spawn(anvilBinary(), ['--port', port, '--chain-id', '31337', '--host', '127.0.0.1']);
  const { pid } = foreign;
  await until(
    () =>
      rpc(live.chain.rpcUrl, 'eth_chainId').then(
        () => true,
        () => false,
      ),
    'it to listen',
  );
  expect((await world.envelope(['devnet', 'status'])).data).toMatchObject({
    state: 'foreign',
    owner: `anvil (pid ${pid})`,
  });
  const sent = await world.envelope(['account', 'send', 'dao', '1', '--account', 'buyer']);
  expect(sent.error).toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining('not the one that this project started'),
  });
  expect(await rpc(live.chain.rpcUrl, 'eth_blockNumber')).toBe('0x0');
  await world.refused(['devnet', 'start'], {
    code: 'SAH-2003',
    exit: 5,
    says: new RegExp(`anvil \\(pid ${pid}\\)`),
  });
  // Where nobody asked for this very port, another one will do.
  live = await world.startDevnet([], { env: anyPort });
  expect(live.chain.rpcUrl).not.toContain(`:${port}`);
  expect(await balance()).toBe(held);
  expect(foreign.exitCode).toBe(null);
  expect(await rpc(`http://127.0.0.1:${port}`, 'eth_blockNumber')).toBe('0x0');
  foreign.kill('SIGKILL');
  await once(foreign, 'exit');
  await world.stopDevnet();
});

test.runIf(deep)(
  'a machine whose clock was set back: the chain goes on from where it was, and its clock never back',
  async () => {
    // The host's clock cannot be moved here. A chain that is 40 days ahead of it is what one finds whose clock was.
    live = await world.startDevnet();
    await rpc(live.chain.rpcUrl, 'evm_increaseTime', [40 * 86_400]);
    await world.json(['account', 'send', 'dao', '1', '--account', 'buyer']);
    const time = async () => {
      const block = await rpc<{ timestamp: string }>(live.chain.rpcUrl, 'eth_getBlockByNumber', [
        'latest',
        false,
      ]);
      return Number(block.timestamp);
    };
    const before = await time();
    const held = await balance();
    for (const end of deep ? [kill, () => world.stopDevnet()] : [kill]) {
      await end();
      live = await world.startDevnet();
      expect(await balance()).toBe(held);
      expect(await time()).toBeGreaterThanOrEqual(before);
    }
    await world.json(['account', 'send', 'dao', '1', '--account', 'buyer']);
    expect(await time()).toBeGreaterThan(before);
    await world.stopDevnet();
  },
);
