import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anvilBinary } from '../../src/devnet/toolkit.ts';
import { smallDataset } from './scripted.ts';
import { createWorld, freePorts, isRunning, type Live, pidsOf, rpc, until } from './support.ts';

const world = await createWorld('devnet');
const others: ChildProcess[] = [];

afterAll(() => {
  for (const child of others) child.kill('SIGKILL');
});

/** A chain that is none of ours. */
async function foreignChain(port: number, chainId: number): Promise<ChildProcess> {
  const child = spawn(
    anvilBinary(),
    ['--port', `${port}`, '--chain-id', `${chainId}`, '--accounts', '1', '--silent'],
    { stdio: 'ignore' },
  );
  others.push(child);
  const answers = () =>
    rpc(`http://127.0.0.1:${port}`, 'eth_chainId').then(
      () => true,
      () => false,
    );
  await until(answers, 'the foreign chain');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function projectOf(name: string): { cwd: string; dir: string } {
  const cwd = join(world.project, name);
  mkdirSync(join(cwd, '.sahara'), { recursive: true });
  return { cwd, dir: join(cwd, '.sahara/devnet/default') };
}

describe('without a devnet', () => {
  const at = projectOf('none');

  test('commands that need one say so, and how to get one', async () => {
    for (const args of [
      ['asset', 'list'],
      ['revenue', 'show'],
      ['account', 'balance'],
    ]) {
      const { next } = await world.refused(args, { code: 'SAH-2001', exit: 6, says: /none/ }, at);
      expect(next).toContainEqual(expect.objectContaining({ command: 'sahara devnet start' }));
    }
    smallDataset(world, 'none/letters');
    world.write('none/letters/sahara.yaml', 'kind: dataset\nname: letters\n');
    await world.refused(['publish', 'letters'], { code: 'SAH-2001', exit: 6 }, at);
  });

  test('status, stop, logs and reset are no errors of theirs', async () => {
    expect(await world.envelope(['devnet', 'status'], at)).toMatchObject({
      ok: true,
      exit: 6,
      data: { state: 'stopped', hasSavedChain: false },
    });
    expect(await world.run(['devnet', 'status', '-o', 'env'], at)).toMatchObject({ code: 6, stdout: '' });
    expect(await world.json(['devnet', 'stop'], at)).toEqual({ wasRunning: false });
    expect(await world.json(['devnet', 'reset', '--yes'], at)).toHaveProperty('removed');
    expect(await world.json(['devnet', 'logs'], at)).toHaveLength(3);
  });

  test('another chain behind the RPC is told from ours before anything is sent', async () => {
    const [other, bare] = await freePorts(2);
    await Promise.all([foreignChain(other ?? 0, 1234), foreignChain(bare ?? 0, 31337)]);
    const env = (port: number | undefined) => ({
      env: { SAHARA_RPC_URL: `http://127.0.0.1:${port}`, SAHARA_IPFS_API: 'http://127.0.0.1:9' },
      ...at,
    });
    await world.refused(
      ['asset', 'list'],
      { code: 'SAH-3002', exit: 5, says: /1234; 31337 was expected/ },
      env(other),
    );
    await world.refused(
      ['asset', 'list'],
      { code: 'SAH-3004', exit: 3, says: /no Sahara protocol/ },
      env(bare),
    );
    await world.refused(['asset', 'list'], { code: 'SAH-3001', exit: 6, says: /ECONNREFUSED/ }, env(9));
    expect(await rpc(`http://127.0.0.1:${bare}`, 'eth_blockNumber')).toBe('0x0');
  });

  test('what answers there but is no chain at all', async () => {
    const page = createServer((_, response) => response.end('<h1>It works</h1>'));
    page.listen(0, '127.0.0.1');
    await once(page, 'listening');
    const { port } = page.address() as AddressInfo;
    await world.refused(
      ['asset', 'list'],
      { code: 'SAH-3001', exit: 6, says: /not JSON-RPC/ },
      { ...at, env: { SAHARA_RPC_URL: `http://127.0.0.1:${port}`, SAHARA_IPFS_API: 'http://127.0.0.1:9' } },
    );
    page.close();
  });

  test('a port that is taken: its holder is named, and nothing is left started', async () => {
    const holder = createServer();
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    for (const flag of ['--rpc-port', '--api-port', '--gateway-port'])
      await world.refused(
        ['devnet', 'start', flag, `${port}`],
        { code: 'SAH-2003', exit: 5, says: new RegExp(`${port}.*\\(pid ${process.pid}\\)`) },
        at,
      );
    expect(existsSync(join(at.dir, 'live.json'))).toBe(false);
    holder.close();
  });

  test('Kubo that was asked for and is not there', async () => {
    await world.refused(
      ['devnet', 'start', '--content-node', 'kubo'],
      { code: 'SAH-2007', exit: 3, says: /KUBO_BINARY/ },
      at,
    );
    expect(existsSync(join(at.dir, 'live.json'))).toBe(false);
  });
});

describe('a devnet', () => {
  const at = projectOf('one');
  let live: Live;

  test('two starts at once make one', async () => {
    const started = await Promise.all(
      Array.from({ length: 3 }, () => world.envelope(['devnet', 'start'], at)),
    );
    const lives = started.filter((s) => s.ok).map((s) => s.data as Live & { alreadyRunning: boolean });
    for (const one of lives) for (const pid of pidsOf(one)) world.watch(pid);
    expect(started.map((s) => s.error?.code ?? 'ok')).toEqual(['ok', 'ok', 'ok']);
    expect(new Set(lives.map((l) => l.chain.instanceId)).size).toBe(1);
    expect(new Set(lives.map((l) => l.supervisor.pid)).size).toBe(1);
    expect(lives.filter((l) => !l.alreadyRunning)).toHaveLength(1);
    live = lives[0] as Live;
  });

  test('listens on this machine only', () => {
    if (process.platform !== 'linux') return;
    const ports = [live.chain.rpcUrl, live.content.api, live.content.gateway].map((url) =>
      Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0'),
    );
    const listening = ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((table) => readFileSync(table, 'utf8').split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && ports.includes(fields[1]?.split(':')[1] ?? ''))
      .map((fields) => fields[1]?.split(':')[0]);
    expect(listening).toEqual(['0100007F', '0100007F', '0100007F']);
    expect(statSync(live.socket).mode & 0o077).toBe(0);
  });

  test('is found from folders below, and named by --project from anywhere', async () => {
    mkdirSync(join(at.cwd, 'a/b'), { recursive: true });
    expect(await world.json(['devnet', 'status'], { cwd: join(at.cwd, 'a/b') })).toMatchObject({
      state: 'running',
    });
    expect(await world.json(['devnet', 'status', '--project', at.cwd], { cwd: world.dir })).toMatchObject({
      state: 'running',
    });
  });

  test('time that was moved ahead does not run backwards after stop and start', async () => {
    smallDataset(world, 'one/letters');
    world.write(
      'one/letters/sahara.yaml',
      'kind: dataset\nname: letters\nterms: [{preset: open-use, price: 1, period: 10d}]\n',
    );
    await world.json(['publish', 'letters'], at);
    await world.json(['market', 'buy', 'letters', '--account', 'buyer'], at);
    await rpc(live.chain.rpcUrl, 'evm_increaseTime', [20 * 86_400]);
    await rpc(live.chain.rpcUrl, 'evm_mine');
    const before = await chainTime(live);
    // The licence is over by now, so another one is bought; it must not live again.
    expect(await world.json(['market', 'buy', 'letters', '--account', 'buyer'], at)).toMatchObject({
      bought: true,
    });
    await world.stopDevnet(at);
    live = await world.startDevnet([], at);
    await world.json(['account', 'send', 'dao', '1', '--account', 'buyer'], at);
    expect(await chainTime(live)).toBeGreaterThan(before);
    expect(await world.json(['asset', 'show', 'letters'], at)).toMatchObject({ versions: 1 });
  });

  test('after kill -9 of the supervisor: crashed, and a start recovers what the chain held', async () => {
    await world.json(['account', 'send', 'dao', '3', '--account', 'buyer'], at);
    const held = await world.json(['account', 'balance', 'dao'], at);
    const old = pidsOf(live);
    process.kill(live.supervisor.pid, 'SIGKILL');
    await until(() => !isRunning(live.supervisor.pid), 'the supervisor to die');
    expect(await world.envelope(['devnet', 'status'], at)).toMatchObject({
      ok: true,
      exit: 6,
      data: { state: 'crashed' },
    });
    expect(await world.text(['devnet', 'status', '--quiet'], at).catch((e: Error) => e.message)).toMatch(
      /exit 6/,
    );
    live = await world.startDevnet([], at);
    expect(old.filter(isRunning)).toEqual([]);
    expect(await world.json(['account', 'balance', 'dao'], at)).toEqual(held);
    await world.json(['asset', 'verify', 'letters'], at);
  });

  test('after kill -9 of the supervisor: a stop ends what it left', async () => {
    const held = await world.json(['account', 'balance', 'dao'], at);
    process.kill(live.supervisor.pid, 'SIGKILL');
    await until(() => !isRunning(live.supervisor.pid), 'the supervisor to die');
    await world.stopDevnet(at);
    await until(() => pidsOf(live).filter(isRunning).length === 0, 'its services to end', 3000);
    expect(await world.envelope(['devnet', 'status'], at)).toMatchObject({ data: { state: 'stopped' } });
    live = await world.startDevnet([], at);
    expect(await world.json(['account', 'balance', 'dao'], at)).toEqual(held);
  });

  test('a chain that dies again and again takes the devnet down in good order, and keeps what was on it', async () => {
    const known = await world.json(['account', 'balance', 'dao'], at);
    const killed = new Set<number>();
    const newest = () => {
      try {
        return (JSON.parse(readFileSync(join(at.dir, 'live.json'), 'utf8')) as Live).chain.process.pid;
      } catch {
        return 0;
      }
    };
    await until(() => {
      const pid = newest();
      if (pid > 0 && !killed.has(pid) && isRunning(pid)) {
        world.watch(pid);
        process.kill(pid, 'SIGKILL');
        killed.add(pid);
      }
      return !isRunning(live.supervisor.pid);
    }, 'all of it to end');
    expect(killed.size).toBe(6);
    expect(pidsOf(live).filter(isRunning)).toEqual([]);
    await world.refused(['asset', 'list'], { code: 'SAH-2001', exit: 6 }, at);
    live = await world.startDevnet([], at);
    expect(await world.json(['account', 'balance', 'dao'], at)).toEqual(known);
    await world.stopDevnet(at);
  });

  test('a foreign chain on the port that was ours is recognised', async () => {
    live = await world.startDevnet([], at);
    const port = Number(new URL(live.chain.rpcUrl).port);
    process.kill(live.supervisor.pid, 'SIGKILL');
    process.kill(live.chain.process.pid, 'SIGKILL');
    await until(() => !isRunning(live.chain.process.pid), 'our chain to die');
    const foreign = await foreignChain(port, 31337);
    await world.refused(['asset', 'list'], { code: 'SAH-3003', exit: 5 }, at);
    await end(foreign);
    await world.stopDevnet(at);
  });

  test('a saved chain that was cut short is brought back from the generation before, which is said', async () => {
    const file = join(at.dir, 'chain-state.json');
    await world.startDevnet([], at);
    const known = await world.json(['account', 'balance', 'dao'], at);
    await world.stopDevnet(at);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const { data, warnings } = await world.envelope(['devnet', 'start'], at);
    for (const pid of pidsOf(data as Live)) world.watch(pid);
    expect(warnings).toEqual([expect.stringMatching(/damaged.*nothing of it is lost.*damaged-/)]);
    expect(await world.json(['account', 'balance', 'dao'], at)).toEqual(known);
    await world.stopDevnet(at);
  });

  test('one that no other generation leads to is refused by name, and left as it is', async () => {
    const file = join(at.dir, 'chain-state.json');
    for (const name of readdirSync(at.dir).filter((n) => /chain-journal|previous/.test(n)))
      rmSync(join(at.dir, name));
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const cut = readFileSync(file);
    await world.refused(['devnet', 'start'], { code: 'SAH-2006', exit: 1, says: /chain-state\.json/ }, at);
    expect(readFileSync(file).equals(cut)).toBe(true);
    expect(existsSync(join(at.dir, 'live.json'))).toBe(false);
    await until(() => !existsSync(join(at.dir, 'supervisor.lock')), 'the lock to be given back', 3000);
    // Its next step is the way out.
    await world.json(['devnet', 'reset', '--yes'], at);
    await world.startDevnet([], at);
    expect(await world.json(['asset', 'list'], at)).toEqual([]);
    await world.stopDevnet(at);
  });
});

describe('two devnets side by side', () => {
  const [a, b] = [projectOf('left'), projectOf('right')];

  beforeAll(async () => {
    const ports = (await freePorts(6)).map(String);
    await Promise.all(
      [a, b].map((at, i) =>
        world.startDevnet([], {
          ...at,
          env: {
            SAHARA_RPC_PORT: ports[i * 3] ?? '',
            SAHARA_IPFS_API_PORT: ports[i * 3 + 1] ?? '',
            SAHARA_IPFS_GATEWAY_PORT: ports[i * 3 + 2] ?? '',
          },
        }),
      ),
    );
  });

  test('have the same protocol and nothing else in common', async () => {
    await world.json(['account', 'fund', 'newcomer', '5'], a);
    const [left, right] = await Promise.all(
      [a, b].map((at) => world.json<{ native: string }[]>(['account', 'balance', 'newcomer'], at)),
    );
    expect(BigInt(left?.[0]?.native ?? 0) - BigInt(right?.[0]?.native ?? 0)).toBe(5n * 10n ** 18n);
    await world.stopDevnet(a);
    expect(await world.json(['asset', 'list'], b)).toEqual([]);
    await world.stopDevnet(b);
  });
});

async function chainTime(live: Live): Promise<number> {
  return Number(
    (await rpc<{ timestamp: string }>(live.chain.rpcUrl, 'eth_getBlockByNumber', ['latest', false]))
      .timestamp,
  );
}
