import { once } from 'node:events';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildDag } from '../dag.ts';
import { contentStore } from '../store.ts';
import { spawnNode, startNode, tempDir } from '../testing/node.ts';
import { keyStream } from '../testing/vectors.ts';
import { openPins } from './pins.ts';

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('main');
});
afterEach(() => temp.remove());

const refused = async (args: string[]) => {
  const { child, first } = await spawnNode(args);
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(1);
  expect(first['ready']).toBe(false);
  return first['error'] as { code: string; message: string; port?: number };
};

describe('the node as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('keeps its identity and content over %s', async (signal) => {
    const dag = await buildDag([{ path: 'a', bytes: Buffer.from('kept') }]);
    const first = await startNode(temp.path);
    await contentStore({ api: first.api }).put(dag);
    expect(await first.stop(signal)).toBe(0);
    expect(existsSync(join(temp.path, 'lock.json'))).toBe(false);
    expect(statSync(join(temp.path, 'identity.pem')).mode & 0o777).toBe(0o600);
    const second = await startNode(temp.path);
    expect(second.peerId).toBe(first.peerId);
    expect(second.peerId).toMatch(/^12D3KooW/);
    expect(await contentStore({ api: second.api }).has(dag.root)).toBe(true);
    await second.stop();
  });

  it('is the only one on its repo, until it is gone', async () => {
    const first = await startNode(temp.path);
    expect(await refused(['--repo', temp.path])).toMatchObject({ code: 'CONTENT_REPO_LOCKED' });
    await first.stop('SIGKILL');
    expect(existsSync(join(temp.path, 'lock.json'))).toBe(true);
    const second = await startNode(temp.path);
    // A live process with the id in the lock, but another start: not the holder.
    await second.stop('SIGKILL');
    writeFileSync(join(temp.path, 'lock.json'), JSON.stringify({ pid: process.pid, started: '1' }));
    await (await startNode(temp.path)).stop();
    writeFileSync(join(temp.path, 'lock.json'), 'not json');
    await (await startNode(temp.path)).stop();
  });

  it('says which port is taken', async () => {
    const first = await startNode(join(temp.path, 'one'));
    const port = Number(new URL(first.api).port);
    for (const flag of ['--api-port', '--gateway-port']) {
      const error = await refused(['--repo', join(temp.path, 'two'), flag, String(port)]);
      expect(error).toMatchObject({ code: 'EADDRINUSE', port });
    }
    await first.stop();
  });

  it('refuses to listen for other machines', async () => {
    for (const host of ['0.0.0.0', 'example.org']) {
      expect((await refused(['--repo', temp.path, '--api-host', host])).message).toMatch(/this machine only/);
    }
    expect((await refused(['--repo', temp.path, '--api-port', '70000'])).message).toMatch(/not a port/);
  });

  it('ends with its parent, when told to', async () => {
    const bound = await startNode(temp.path, ['--exit-with-stdin']);
    bound.child.stdin?.end();
    await once(bound.child, 'exit');
    expect(bound.child.exitCode).toBe(0);
  });
});

describe('a disk that is full in the middle of an upload', () => {
  it('is told in plain words, costs nothing that was stored, and passes when there is room', async () => {
    // A limit on the size of a file, in KiB, stands in for the disk.
    const node = await startNode(temp.path, [], ['bash', '-c', 'ulimit -f 3000; exec "$@"', 'bash']);
    const store = contentStore({ api: node.api });
    const small = await buildDag([{ path: 'small', bytes: keyStream('small')(1_200_000) }]);
    const large = await buildDag([{ path: 'large', bytes: keyStream('large')(9_000_000) }]);
    const tiny = await buildDag([{ path: 'tiny', bytes: Buffer.from('tiny') }]);
    await store.put(small);
    await expect(store.put(large)).rejects.toMatchObject({ id: 'CONTENT_REJECTED' });
    expect(await store.has(large.root)).toBe(false);
    await store.put(tiny);
    for (const dag of [small, tiny]) expect((await store.verify(dag.root)).blocks).toBe(dag.blockCount);
    await node.stop('SIGKILL');

    const roomy = await startNode(temp.path);
    const again = contentStore({ api: roomy.api });
    for (const dag of [small, tiny]) expect((await again.verify(dag.root)).blocks).toBe(dag.blockCount);
    await again.put(large);
    expect((await again.verify(large.root)).blocks).toBe(large.blockCount);
    await roomy.stop();
  });

  it('costs nothing when it is full in the middle of a collection', async () => {
    const kept = await buildDag([{ path: 'kept', bytes: keyStream('kept')(5_000_000) }]);
    const gone = await buildDag([{ path: 'gone', bytes: keyStream('gone')(1_200_000) }]);
    const first = await startNode(temp.path);
    const filling = contentStore({ api: first.api });
    for (const dag of [gone, kept]) await filling.put(dag);
    await filling.unpin(gone.root);
    await first.stop();

    const gc = async (api: string) => {
      const answer = await fetch(`${api}/api/v0/repo/gc`, { method: 'POST' });
      return { status: answer.status, text: await answer.text() };
    };
    const grace = ['--gc-grace', '0'];
    const full = await startNode(temp.path, grace, ['bash', '-c', 'ulimit -f 3000; exec "$@"', 'bash']);
    expect(await gc(full.api)).toMatchObject({ status: 500, text: expect.stringMatching(/EFBIG|ENOSPC/) });
    const store = contentStore({ api: full.api });
    expect((await store.verify(kept.root)).blocks).toBe(kept.blockCount);
    await full.stop('SIGKILL');

    const roomy = await startNode(temp.path, grace);
    const collected = await gc(roomy.api);
    expect(collected).toMatchObject({ status: 200, text: expect.stringContaining(gone.root) });
    expect((await contentStore({ api: roomy.api }).verify(kept.root)).blocks).toBe(kept.blockCount);
    await roomy.stop();
  });
});

describe('kill -9', () => {
  it('in the middle of uploads loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
    const next = keyStream('crash');
    const acknowledged: string[] = [];
    for (let round = 0; round < 5; round++) {
      const node = await startNode(temp.path);
      const store = contentStore({ api: node.api });
      for (const root of acknowledged) expect(await store.has(root)).toBe(true);
      const dags = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          buildDag([
            { path: 'r', bytes: Buffer.from(`${round}/${i}`) },
            { path: 'd/big', bytes: next(1_500_000 + i * 700_000) },
          ]),
        ),
      );
      // Killed at another point each round: before the first answer, or a little after the second, fourth, ...
      let answers = 0;
      const enough = Promise.withResolvers<void>();
      const uploads = dags.map(async (dag) => {
        await store.put(dag, { retries: 0 });
        acknowledged.push(dag.root);
        answers++;
        if (answers >= round) enough.resolve();
      });
      const all = Promise.allSettled(uploads);
      if (round > 0) await Promise.race([enough.promise, all]);
      await new Promise((r) => setTimeout(r, round * 7 + 5));
      await node.stop('SIGKILL');
      await all;
      store.close();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(1 + 2 + 3 + 4);
    const node = await startNode(temp.path);
    const store = contentStore({ api: node.api });
    for (const root of acknowledged) expect((await store.verify(root)).blocks).toBeGreaterThan(3);
    await node.stop();
  });

  it('leaves pins whole: what was answered is on disk', async () => {
    const node = await startNode(temp.path);
    const store = contentStore({ api: node.api });
    for (let i = 0; i < 5; i++) await store.put(await buildDag([{ path: 'x', bytes: Buffer.from(`${i}`) }]));
    await node.stop('SIGKILL');
    const pins = openPins(temp.path, () => {});
    expect([...pins.list()]).toHaveLength(5);
    pins.close();
  });

  it('opens a repo whose folder was only just made', async () => {
    mkdirSync(join(temp.path, 'packs'), { recursive: true });
    writeFileSync(join(temp.path, 'packs', '000001.pack'), '');
    await (await startNode(temp.path)).stop();
  });
});
