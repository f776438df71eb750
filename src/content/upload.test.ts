import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buildDag, type Dag, type DagEntry, type DagFile } from './dag.ts';
import { type ContentStore, type ContentStoreOptions, contentStore } from './store.ts';
import { type Fault, type FaultyDoor, openFaultyDoor } from './testing/faulty-door.ts';
import { tempDir } from './testing/node.ts';
import { type AnyNode, describeOnEachNode, type NodeKind } from './testing/nodes.ts';
import { keyStream } from './testing/vectors.ts';

const MIB = 1024 * 1024;
let temp: ReturnType<typeof tempDir>;
let node: AnyNode;
const doors: FaultyDoor[] = [];
const stores: ContentStore[] = [];

function withNode({ start }: NodeKind): void {
  beforeAll(async () => {
    temp = tempDir('upload');
    node = await start(join(temp.path, 'repo'));
  });
  afterAll(async () => {
    await node.stop();
    temp.remove();
  });
}
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  for (const door of doors.splice(0)) await door.close();
});

async function through(
  fault?: (endpoint: string, nth: number) => Fault | undefined,
  options: Partial<ContentStoreOptions> = {},
): Promise<{ store: ContentStore; door: FaultyDoor }> {
  const door = await openFaultyDoor(node.api, fault ? { fault } : {});
  const store = contentStore({ api: door.url, timeoutMs: 5000, ...options });
  doors.push(door);
  stores.push(store);
  return { store, door };
}

function warnings(): { list: string[]; logger: { info(): void; warn(m: string): void; debug(): void } } {
  const list: string[] = [];
  return { list, logger: { info() {}, warn: (m) => list.push(m), debug() {} } };
}

const file = (path: string, seed: string, size: number): DagEntry => ({ path, bytes: keyStream(seed)(size) });
const asks = (door: FaultyDoor) => door.calls.filter((c) => c.endsWith('/stat')).length;

/** Whole at the node, by the node's own word and by reading every block. */
async function expectThere(dag: Dag): Promise<void> {
  const { store } = await through();
  expect(await store.has(dag.root)).toBe(true);
  expect((await store.verify(dag.root)).blocks).toBe(dag.blockCount);
}

describeOnEachNode('only what is missing is sent', (kind) => {
  withNode(kind);

  it('of many files with one changed: that file and the folders above it', async () => {
    const folder = (changed: string) =>
      buildDag(
        Array.from({ length: 1000 }, (_, i) =>
          file(`part${i % 4}/file-${i}.bin`, i === 777 ? changed : `many${i}`, 3000),
        ),
      );
    const before = await folder('as it was');
    const after = await folder('as it is now');
    const first = await through();
    expect(await first.store.put(before)).toMatchObject({ blocksSent: before.blockCount });
    // A new folder is not asked about file by file.
    expect(asks(first.door)).toBeLessThan(60);
    const { store, door } = await through();
    const { sentBytes, blocksSent, blocksThere } = await store.put(after);
    expect(blocksSent).toBe(3);
    expect(blocksThere).toBe(after.blockCount - 3);
    expect(sentBytes).toBeLessThan(80_000);
    expect(door.bytes.get('dag/import')).toBeLessThan(sentBytes + 1000);
    expect(asks(door)).toBeLessThan(20);
    await expectThere(after);
  });

  it('of a large file that grew: the new end', async () => {
    const large = (mib: number) => buildDag([file('large.bin', 'large', mib * MIB)]);
    await (await through()).store.put(await large(12));
    const grown = await large(13);
    const { store, door } = await through();
    const { sentBytes } = await store.put(grown);
    expect(sentBytes).toBeGreaterThan(MIB);
    expect(sentBytes).toBeLessThan(MIB + 5000);
    expect(asks(door)).toBeLessThan(6);
    await expectThere(grown);
  });

  it.each([
    ['like Kubo, naming the first block that is missing', 'first'],
    ['without naming any', 'nameless'],
    ['not at all: then each large block is asked about', 'no endpoint'],
    ['with nonsense', 'nonsense'],
  ])('when the node answers %s', async (_, how) => {
    const seed = `answers ${how}`;
    const large = (last: string) =>
      buildDag([file('x/a.bin', seed, 9 * MIB), file('x/b.bin', last, 2 * MIB), file('y/c.bin', 'c', MIB)]);
    await (await through()).store.put(await large(`${seed} before`));
    const after = await large(`${seed} after`);
    const { store, door } = await through((endpoint) => {
      if (endpoint !== 'dag/stat') return undefined;
      if (how === 'no endpoint') return { status: 404, body: '404 page not found' };
      if (how === 'nonsense') return { status: 200, body: '{"DagStats": [{}]}' };
      return {
        rewrite: (answer) => {
          const short = answer.replace(/; of these DAGs[^"]*/, '');
          return how === 'first' ? short : short.replace(/find \w+/, 'find it');
        },
      };
    });
    const { sentBytes } = await store.put(after);
    expect(sentBytes).toBeGreaterThan(2 * MIB);
    expect(sentBytes).toBeLessThan(2 * MIB + 10_000);
    expect(asks(door)).toBeLessThan(25);
    await expectThere(after);
  });

  it('when the node answers no question at all, everything is sent', async () => {
    const dag = await buildDag([file('a.bin', 'unasked', 3 * MIB)]);
    const { store } = await through((e) =>
      e.endsWith('/stat') ? { status: 500, body: '{"Message": "not allowed", "Code": 0}' } : undefined,
    );
    expect(await store.put(dag)).toMatchObject({ sentBytes: dag.carSize, blocksThere: 0 });
    await expectThere(dag);
  });

  it('when the node says of everything that it is there, the pin finds out', async () => {
    const dag = await buildDag([file('a.bin', 'all there', 3 * MIB)]);
    const lie = { rewrite: () => JSON.stringify({ DagStats: [{ Cid: dag.root, NumBlocks: 1 }] }) };
    const liar = await through((e) => (e === 'dag/stat' ? { status: 200, body: lie.rewrite() } : undefined));
    await expect(liar.store.put(dag)).rejects.toMatchObject({
      id: 'CONTENT_REJECTED',
      message: expect.stringContaining('lacks some'),
    });
    // Once only: as after a collection between the question and the pin.
    const { list, logger } = warnings();
    const once = await through((e, nth) =>
      e === 'dag/stat' && nth === 1 ? { status: 200, body: lie.rewrite() } : undefined,
    );
    await once.store.put(dag, { logger });
    expect(list).toEqual([expect.stringContaining('has lost blocks')]);
    await expectThere(dag);
  });
});

describeOnEachNode('an upload goes on', (kind) => {
  withNode(kind);

  it.each<[string, (endpoint: string, nth: number) => Fault | undefined]>([
    [
      'after cut connections, from what was acknowledged',
      (e, n) => (e === 'dag/import' && [2, 3].includes(n) ? { cutAt: MIB } : undefined),
    ],
    [
      'after a proxy that has no node behind it for a moment',
      (e, n) => (n === 1 && e !== 'pin/ls' ? { status: 500, body: 'Bad gateway' } : undefined),
    ],
    ['with a slow node', (e) => (e === 'dag/import' ? { slowMs: 30 } : undefined)],
    ['after silence', (e, n) => (e === 'dag/import' && n === 1 ? 'hang' : undefined)],
  ])('%s', async (what, fault) => {
    const dag = await buildDag([file('a.bin', what, 8 * MIB)]);
    const { list, logger } = warnings();
    const { store, door } = await through(fault);
    const told = { total: 0, done: 0 };
    const { sentBytes } = await store.put(dag, {
      carBytes: 2 * MIB,
      retryDelayMs: 1,
      timeoutMs: 400,
      logger,
      progress: {
        start(step, total) {
          if (step === 'Uploading') told.total = total ?? 0;
        },
        advance: (by) => {
          told.done += by;
        },
        done() {},
      },
    });
    await expectThere(dag);
    expect(list.length > 0).toBe(!what.includes('slow'));
    for (const line of list) expect(line).toMatch(/try \d of 5/);
    // One header more for each CAR more; and what was sent twice was counted once.
    expect(sentBytes - dag.carSize).toBeLessThan(1000);
    expect(told.done).toBe(sentBytes);
    expect(sentBytes - told.total).toBeLessThan(1000);
    if (what.includes('cut')) expect(door.bytes.get('dag/import')).toBeLessThan(dag.carSize + 3.5 * MIB);
  });

  it('with what the node had not taken of a CAR that was cut off', async () => {
    const dag = await buildDag([file('a.bin', 'one CAR', 48 * MIB)]);
    const { store, door } = await through((e, n) =>
      e === 'dag/import' && n === 1 ? { cutAt: 40 * MIB } : undefined,
    );
    const { logger } = warnings();
    const { sentBytes, blocksSent, blocksThere } = await store.put(dag, { retryDelayMs: 1, logger });
    await expectThere(dag);
    expect(blocksSent + blocksThere).toBe(50);
    // Kubo forgets all of it.
    if (kind.kind === 'kubo') return;
    // The last batches were not written yet when the connection broke.
    expect(door.bytes.get('dag/import')).toBeLessThan(dag.carSize + 20 * MIB);
    expect(sentBytes).toBeLessThan(28 * MIB);
    expect(blocksThere).toBeGreaterThan(20);
  });

  it('not without end, and not when it was refused', async () => {
    const dag = await buildDag([file('a.bin', 'never', 2 * MIB)]);
    const cut = await through((e) => (e === 'dag/import' ? { cutAt: 1000 } : undefined));
    await expect(cut.store.put(dag, { retryDelayMs: 1 })).rejects.toMatchObject({
      id: 'CONTENT_UNAVAILABLE',
    });
    expect(cut.door.calls.filter((c) => c === 'dag/import')).toHaveLength(5);
    const full = { status: 500, body: '{"Message": "no space left on device", "Code": 0}' };
    const refused = await through((e) => (e === 'dag/import' ? full : undefined));
    await expect(refused.store.put(dag, { retryDelayMs: 1 })).rejects.toMatchObject({
      id: 'CONTENT_REJECTED',
      message: expect.stringContaining('no space left'),
    });
    expect(refused.door.calls.filter((c) => c === 'dag/import')).toHaveLength(1);
  });

  it('not when it is given up', async () => {
    const dag = await buildDag([file('a.bin', 'given up', 2 * MIB)]);
    const stop = new AbortController();
    const { store } = await through((e) => (e === 'dag/import' ? { cutAt: 1000 } : undefined));
    const { logger } = warnings();
    const quits = { ...logger, warn: () => stop.abort(new Error('enough')) };
    const put = store.put(dag, { signal: stop.signal, logger: quits, retryDelayMs: 60_000 });
    await expect(put).rejects.toThrow('enough');
  });

  it('not when the node acknowledges fewer blocks than it was sent', async () => {
    const dag = await buildDag([file('a.bin', 'fewer', 2 * MIB)]);
    const { store } = await through((e) =>
      e === 'dag/import'
        ? { rewrite: (text) => text.replace(/"BlockCount":\d+/, '"BlockCount":1') }
        : undefined,
    );
    await expect(store.put(dag)).rejects.toMatchObject({
      id: 'CONTENT_REJECTED',
      message: expect.stringContaining('acknowledged 1 of'),
    });
  });

  it('after the process was killed, with the rest only', async () => {
    const path = join(temp.path, 'killed.bin');
    writeFileSync(path, keyStream('killed')(16 * MIB));
    const reached = Promise.withResolvers<void>();
    const { door } = await through((e, n) => {
      if (e !== 'dag/import' || n < 4) return undefined;
      reached.resolve();
      return 'hang';
    });
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { buildDag } = await import(${JSON.stringify(new URL('./dag.ts', import.meta.url).href)});
         const { contentStore } = await import(${JSON.stringify(new URL('./store.ts', import.meta.url).href)});
         const dag = await buildDag([{ path: 'killed.bin', file: ${JSON.stringify(path)} }]);
         await contentStore({ api: ${JSON.stringify(door.url)} }).put(dag, { carBytes: ${4 * MIB + 10_000} });`,
      ],
      { stdio: 'ignore' },
    );
    await reached.promise;
    child.kill('SIGKILL');
    await once(child, 'exit');
    const dag = await buildDag([{ path: 'killed.bin', file: path }]);
    const { store } = await through();
    const { sentBytes } = await store.put(dag);
    // Three CARs of four blocks were acknowledged, and the fourth was not.
    expect(sentBytes).toBeGreaterThan(4 * MIB);
    expect(sentBytes).toBeLessThan(4 * MIB + 5000);
    await expectThere(dag);
  }, 60_000);

  it('names the file whose bytes changed without its state', async () => {
    const bytes = Buffer.from(keyStream('changes')(2 * MIB));
    const dag: Dag<DagFile> = await buildDag([{ path: 'changes.bin', bytes }]);
    bytes[MIB + 5] = (bytes[MIB + 5] ?? 0) ^ 1;
    const { store } = await through();
    await expect(store.put(dag)).rejects.toMatchObject({ id: 'CONTENT_FILE_CHANGED' });
  });
});
