import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runAsWritten } from './shell.ts';
import { createWorld, freePorts, halt, isRunning, type Live, pidsOf, rpc, until } from './support.ts';

const world = await createWorld('devnet-faults');
const state = join(world.project, '.sahara/devnet/default');
const saved = join(state, 'chain-state.json');
let live: Live;

type Balance = { native: string }[];
const balance = () => world.json<Balance>(['account', 'balance', 'dao']);
const spend = () => world.json(['account', 'send', 'dao', '1', '--account', 'buyer']);

/** In the way of the file, so that it cannot be written, not even by a superuser. */
function obstruct(): void {
  if (existsSync(saved)) renameSync(saved, `${saved}.away`);
  mkdirSync(saved);
}

function makeWay(): void {
  rmdirSync(saved);
  if (existsSync(`${saved}.away`)) renameSync(`${saved}.away`, saved);
}

describe('a chain that cannot be saved', () => {
  beforeAll(async () => {
    live = await world.startDevnet();
    await spend();
  });

  test('is not stopped, and the next stop that can save it does', async () => {
    const held = await balance();
    obstruct();
    const error = await world.refused(['devnet', 'stop'], { code: 'SAH-2008', exit: 1, says: /EISDIR/ });
    expect(error.params).toMatchObject({ path: saved });
    expect(pidsOf(live).filter(isRunning)).toEqual(pidsOf(live));
    expect(await world.json(['devnet', 'status'])).toMatchObject({ state: 'running', stopping: false });
    expect(await balance()).toEqual(held);
    makeWay();
    await world.stopDevnet();
    live = await world.startDevnet();
    expect(await balance()).toEqual(held);
    expect(live).toMatchObject({ lost: null });
  });

  test('is not ended either when a dead supervisor left it', async () => {
    await spend();
    const held = await balance();
    process.kill(live.supervisor.pid, 'SIGKILL');
    await until(() => !isRunning(live.supervisor.pid), 'the supervisor to die');
    obstruct();
    for (const act of ['start', 'stop', 'start'])
      await world.refused(['devnet', act], { code: 'SAH-2008', exit: 1 });
    expect(isRunning(live.chain.process.pid)).toBe(true);
    makeWay();
    live = await world.startDevnet();
    expect(await balance()).toEqual(held);
  });

  test('is in its journal when the system ends its supervisor, and the next start has it all', async () => {
    await spend();
    const held = await balance();
    obstruct();
    process.kill(live.supervisor.pid, 'SIGTERM');
    await until(() => pidsOf(live).filter(isRunning).length === 0, 'all of it to end', 5000);
    makeWay();
    live = await world.startDevnet();
    expect(live).toMatchObject({ lost: null });
    expect(await balance()).toEqual(held);
  });

  test('can be removed all the same', async () => {
    obstruct();
    await world.json(['devnet', 'reset', '--yes']);
    expect(pidsOf(live).filter(isRunning)).toEqual([]);
    expect(existsSync(state)).toBe(false);
  });
});

describe('a chain that was killed', () => {
  const warned = async () => {
    const { data, warnings } = await world.envelope(['devnet', 'start']);
    live = data as Live;
    for (const pid of pidsOf(live)) world.watch(pid);
    return { lost: (data as { lost: object | null }).lost, warnings };
  };

  test('on its own is brought back on its port, with all that was done', async () => {
    live = await world.startDevnet();
    const { rpcUrl } = live.chain;
    await spend();
    const held = await balance();
    process.kill(live.chain.process.pid, 'SIGKILL');
    await until(async () => {
      const { services } = await world.json<{ services: { state: string; detail: string | null }[] }>([
        'devnet',
        'status',
      ]);
      return services.some((s) => s.state === 'running' && s.detail === 'restarted 1x');
    }, 'the chain to be back');
    expect(await balance()).toEqual(held);
    expect(await warned()).toEqual({ lost: null, warnings: [] });
    expect(live.chain.rpcUrl).toBe(rpcUrl);
    await spend();
  });

  test('with its supervisor: so too, by the next start', async () => {
    const held = await balance();
    process.kill(live.supervisor.pid, 'SIGKILL');
    process.kill(live.chain.process.pid, 'SIGKILL');
    await until(() => !isRunning(live.chain.process.pid), 'the chain to die');
    expect(await warned()).toEqual({ lost: null, warnings: [] });
    expect(await balance()).toEqual(held);
  });

  test('and whose saved state is damaged: what is missing is said, once', async () => {
    await world.json(['account', 'fund', 'dao', '1']);
    await spend();
    process.kill(live.supervisor.pid, 'SIGKILL');
    process.kill(live.chain.process.pid, 'SIGKILL');
    await until(() => !isRunning(live.chain.process.pid), 'the chain to die');
    truncateSync(saved, 1000);
    expect(await warned()).toMatchObject({ warnings: [expect.stringMatching(/lost: block.*damaged-/)] });
    expect(await warned()).toEqual({ lost: null, warnings: [] });
    await world.stopDevnet();
    expect(await warned()).toEqual({ lost: null, warnings: [] });
    await world.stopDevnet();
  });
});

describe('a devnet', () => {
  beforeEach(async () => {
    live = await world.startDevnet();
  });

  test('that is stopping is no devnet to rely on: a start waits, and starts it again', async () => {
    const { chain } = live;
    // Slow to save, as a big chain would be.
    await halt(chain.process.pid);
    const stop = world.start(['devnet', 'stop', '--json']);
    const stopping = () => world.json<{ stopping: boolean }>(['devnet', 'status']).then((s) => s.stopping);
    await until(stopping, 'the stop to begin');
    const start = world.start(['devnet', 'start', '--json']);
    await new Promise((r) => setTimeout(r, 700));
    process.kill(chain.process.pid, 'SIGCONT');
    expect((await stop.result).code).toBe(0);
    const { data } = JSON.parse((await start.result).stdout) as { data: Live & { alreadyRunning: boolean } };
    for (const pid of pidsOf(data)) world.watch(pid);
    expect(data.alreadyRunning).toBe(false);
    expect(pidsOf(data).filter(isRunning)).toEqual(pidsOf(data));
    live = data;
  });

  test('that runs on another port than was asked for says so', async () => {
    const [port] = await freePorts(1);
    const { warnings } = await world.envelope(['devnet', 'start', '--rpc-port', `${port}`]);
    expect(warnings).toEqual([expect.stringMatching(`${port} was asked for.*${live.chain.rpcUrl}`)]);
  });

  test('keeps quiet about the calls it answers', async () => {
    const log = join(state, 'logs/chain.log');
    const before = statSync(log).size;
    for (let i = 0; i < 50; i++) await rpc(live.chain.rpcUrl, 'eth_chainId');
    await rpc(live.chain.rpcUrl, 'evm_mine');
    await new Promise((r) => setTimeout(r, 100));
    expect(statSync(log).size).toBe(before);
  });

  test('gives its environment to the programs that a shell starts', async () => {
    const line = 'eval "$(sahara devnet status -o env)" && env';
    const { stdout } = await runAsWritten(world, line);
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        `SAHARA_RPC_URL=${live.chain.rpcUrl}`,
        'SAHARA_CHAIN_ID=31337',
        `SAHARA_IPFS_API=${live.content.api}`,
        `SAHARA_IPFS_GATEWAY=${live.content.gateway}`,
      ]),
    );
  });

  test('runs its own content node, whatever a client’s settings were exported from an earlier run', async () => {
    const env = {
      SAHARA_RPC_URL: live.chain.rpcUrl,
      SAHARA_IPFS_API: live.content.api,
      SAHARA_IPFS_GATEWAY: live.content.gateway,
    };
    await world.stopDevnet({ env });
    live = await world.startDevnet([], { env });
    expect(live.content).toMatchObject({ kind: 'embedded', process: { pid: expect.any(Number) } });
    await world.stopDevnet();
    const external = { SAHARA_DEVNET_IPFS_API: 'http://127.0.0.1:9' };
    live = await world.startDevnet([], { env: external });
    expect(live.content).toMatchObject({ kind: 'external', process: null, api: 'http://127.0.0.1:9' });
    await world.stopDevnet();
  });

  test('whose state is removed ends by itself, and keeps what was on it', async () => {
    await spend();
    const held = await balance();
    rmSync(join(state, 'live.json'));
    await until(() => pidsOf(live).filter(isRunning).length === 0, 'all of it to end', 5000);
    live = await world.startDevnet();
    expect(live).toMatchObject({ alreadyRunning: false, lost: null });
    expect(await balance()).toEqual(held);
  });

  test('whose folder is removed ends by itself, and makes none again', async () => {
    rmSync(join(world.project, '.sahara'), { recursive: true });
    await until(() => pidsOf(live).filter(isRunning).length === 0, 'all of it to end', 5000);
    expect(existsSync(state)).toBe(false);
    mkdirSync(join(world.project, '.sahara'));
  });

  test('that took the place of one whose folder was removed is left alone by that one', async () => {
    const first = live;
    rmSync(join(world.project, '.sahara'), { recursive: true });
    mkdirSync(join(world.project, '.sahara'));
    const [a, b, c] = (await freePorts(3)).map(String);
    live = await world.startDevnet([], {
      env: {
        SAHARA_RPC_PORT: a ?? '',
        SAHARA_IPFS_API_PORT: b ?? '',
        SAHARA_IPFS_GATEWAY_PORT: c ?? '',
      },
    });
    await until(() => pidsOf(first).filter(isRunning).length === 0, 'the first to end', 5000);
    expect(pidsOf(live).filter(isRunning)).toEqual(pidsOf(live));
    expect(await world.json(['devnet', 'status'])).toMatchObject({ state: 'running' });
    await spend();
    await world.stopDevnet();
    expect(statSync(saved).size).toBeGreaterThan(1000);
  });
});
