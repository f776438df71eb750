import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { create } from 'kubo-rpc-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDag } from './dag.ts';
import { contentFacts, exportContent, openContent } from './manage/index.ts';
import { scanFolder } from './scan.ts';
import { type ContentStore, contentStore } from './store.ts';
import { raw } from './testing/blocks.ts';
import { collect } from './testing/collect.ts';
import { tempDir } from './testing/node.ts';
import { type AnyNode, describeOnEachNode } from './testing/nodes.ts';
import { keyStream } from './testing/vectors.ts';

/* What our commands need of a content node, whichever it is. */

describeOnEachNode('content through our store', ({ start }) => {
  let temp: ReturnType<typeof tempDir>;
  let node: AnyNode;
  let store: ContentStore;
  beforeAll(async () => {
    temp = tempDir('every-node');
    node = await start(join(temp.path, 'repo'));
    store = contentStore({ api: node.api, timeoutMs: 20_000 });
  });
  afterAll(async () => {
    store.close();
    await node.stop();
    temp.remove();
  });

  let count = 0;
  /** A folder on disk with these files. */
  const onDisk = (files: Record<string, Uint8Array>): string => {
    const dir = join(temp.path, `in${count++}`);
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), bytes);
    }
    return dir;
  };
  const dagOf = async (dir: string) => {
    const scan = await scanFolder(dir);
    return await buildDag(scan.files.map((f) => ({ path: f.path, file: f.absolute })));
  };

  test('random folders come back as they were, and have one address everywhere', async () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-z0-9_-]{1,6}$/),
      fc.constantFrom('日本', 'ü.txt', 'a b', '100%'),
    );
    const size = fc.oneof(fc.nat(2000), fc.constantFrom(0, 1024 * 1024, 1024 * 1024 + 1, 2_300_000));
    const files = fc.dictionary(
      fc.array(name, { minLength: 1, maxLength: 3 }).map((p) => p.join('/')),
      size,
      {
        minKeys: 1,
        maxKeys: 6,
      },
    );
    const ipfs = create({ url: node.api });
    await fc.assert(
      fc.asyncProperty(files, fc.string(), async (sizes, seed) => {
        // A path that is the folder of another cannot be a file.
        const paths = Object.keys(sizes).filter((p, _, all) => !all.some((q) => q.startsWith(`${p}/`)));
        const lower = new Set(paths.map((p) => p.toLowerCase()));
        fc.pre(paths.length > 0 && lower.size === paths.length);
        const next = keyStream(seed);
        const content = Object.fromEntries(paths.map((path) => [path, next(sizes[path] as number)]));
        const dir = onDisk(content);
        const dag = await dagOf(dir);
        const added = await collect(
          ipfs.addAll(
            paths.map((path) => ({ path: `top/${path}`, content: content[path] as Uint8Array })),
            { cidVersion: 1, rawLeaves: true, chunker: 'size-1048576', onlyHash: true },
          ),
        );
        expect(added.find(({ path }) => path === 'top')?.cid.toString()).toBe(dag.root);
        await store.put(dag);
        const out = join(temp.path, `out${count++}`);
        await store.fetchTo(dag.root, out);
        for (const path of paths)
          expect(readFileSync(join(out, path)).equals(content[path] as Buffer)).toBe(true);
        expect((await dagOf(out)).root).toBe(dag.root);
        expect(await store.verify(dag.root)).toMatchObject({ blocks: dag.blockCount });
      }),
      { numRuns: Math.min(fc.readConfigureGlobal()?.numRuns ?? 6, 60) },
    );
  });

  test('folders large enough for shards have one address and one list of names', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1_400 }, (_, i) => [`${'n'.repeat(200)}${i}`, Buffer.from(`${i}`)]),
    );
    const dag = await buildDag(Object.entries(files).map(([path, bytes]) => ({ path, bytes })));
    await store.put(dag);
    const listed = await store.list(dag.root);
    expect(listed.map(({ name }) => name)).toEqual(Object.keys(files).sort());
    expect(Buffer.from(await store.readFile(dag.root, `${'n'.repeat(200)}1321`)).toString()).toBe('1321');
  });

  test('what is stored is there, what is not is not, and says so soon', async () => {
    const dag = await buildDag([{ path: 'content/a.txt', bytes: Buffer.from('here') }]);
    expect(await store.has(dag.root)).toBe(false);
    await store.put(dag, { name: 'a release' });
    expect(await store.has(dag.root)).toBe(true);
    const absent = (await buildDag([{ path: 'x', bytes: Buffer.from('nobody has this') }])).root;
    await expect(store.readFile(absent, 'x')).rejects.toMatchObject({ id: 'CONTENT_NOT_FOUND' });
    await expect(store.readFile(dag.root, 'content/b.txt')).rejects.toMatchObject({
      id: 'CONTENT_NOT_FOUND',
    });
  });

  test('publishing again changes nothing', async () => {
    const dag = await buildDag([{ path: 'a', bytes: keyStream('again')(1_500_000) }]);
    await store.put(dag);
    await store.put(dag);
    const { blocks, bytes } = await store.verify(dag.root);
    expect(blocks).toBe(dag.blockCount);
    // What the node counts, and exports, is what is there.
    const access = openContent({ api: node.api });
    expect(await contentFacts(access, dag.root)).toMatchObject({ blocks, bytes });
    const car = await exportContent(access, dag.root, join(temp.path, 'again.car'));
    expect(car).toMatchObject({ blocks, size: dag.carSize });
    access.close();
  });

  test('a block that lies is refused, and not kept', async () => {
    const { sendCar, carOf } = await import('./testing/blocks.ts');
    const truth = raw(`the truth ${node.api}`);
    const { status, text } = await sendCar(
      node.api,
      await carOf([{ cid: truth.cid, bytes: Buffer.from('a lie') }]),
    );
    // Kubo answers 200 before it has read everything, and names the error in the stream or its trailer.
    expect(status === 500 || /mismatch|error|^$/i.test(text), text).toBe(true);
    expect(
      (await fetch(`${node.api}/api/v0/block/stat?arg=${truth.cid}&offline=true`, { method: 'POST' })).ok,
    ).toBe(false);
  });
});
