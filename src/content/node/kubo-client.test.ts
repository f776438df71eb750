import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CarReader } from '@ipld/car';
import fc from 'fast-check';
import { exporter } from 'ipfs-unixfs-exporter';
import { create, type KuboRPCClient } from 'kubo-rpc-client';
import { CID } from 'multiformats/cid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDag, type Dag, type DagFile } from '../dag.ts';
import { scanFolder } from '../scan.ts';
import { contentStore } from '../store.ts';
import { collect } from '../testing/collect.ts';
import { startNode, tempDir } from '../testing/node.ts';
import { type AnyNode, describeOnEachNode } from '../testing/nodes.ts';
import { type Recorder, recordCalls } from '../testing/recorder.ts';
import { keyStream, vectorNames } from '../testing/vectors.ts';
import { ENDPOINTS } from './rpc-server.ts';

/* The compatibility witness: everything here goes through the client that tools for Kubo use. */

const bytesOf = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(chunks));
const MIB = 1024 * 1024;

describeOnEachNode('kubo-rpc-client', ({ kind, start }) => {
  /** What Kubo says in other words, or does besides. */
  const ours = kind === 'embedded';
  let temp: ReturnType<typeof tempDir>;
  let node: AnyNode;
  let calls: Recorder;
  let ipfs: KuboRPCClient;
  beforeAll(async () => {
    temp = tempDir('kubo');
    node = await start(join(temp.path, 'repo'));
    calls = await recordCalls(node.api);
    ipfs = create({ url: calls.api });
  });
  afterAll(async () => {
    await calls.close();
    await node.stop();
    temp.remove();
  });

  it('learns who we are', async () => {
    expect((await ipfs.version()).version).toMatch(ours ? /^0\.1\.0$/ : /^0\.\d+\./);
    const id = await ipfs.id();
    expect(id.id.toString()).toMatch(/^12D3KooW/);
    expect(id.agentVersion).toMatch(ours ? /^sahara-devkit\/0\.1\.0$/ : /^kubo\//);
    if (ours) expect(await ipfs.swarm.peers()).toEqual([]);
    else await expect(ipfs.swarm.peers()).rejects.toThrow(/online mode/);
  });

  // CIDs of "hello world": ipfs/kubo test/cli/cid_profiles_test.go (v0 profile), and IPIP-0499 (v1).
  it('adds with the defaults of Kubo, and with CIDv1', async () => {
    const v0 = await ipfs.add('hello world');
    expect(v0.cid.toString()).toBe('Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD');
    expect(v0.path).toBe(v0.cid.toString());
    const v1 = await ipfs.add('hello world', { cidVersion: 1 });
    expect(v1.cid.toString()).toBe('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e');
    const wrapped = await ipfs.add('hello world', { cidVersion: 1, rawLeaves: false });
    expect(wrapped.cid.code).toBe(0x70);
    expect((await bytesOf(ipfs.cat(v0.cid))).toString()).toBe('hello world');
  });

  it.each([
    [44544 * 1024, 'QmUbBALi174SnogsUzLpYbD4xPiBSFANF4iztWCsHbMKh2'],
    [44800 * 1024, 'QmepeWtdmS1hHXx1oZXsPUv6bMrfRRKfZcoPPU4eEfjnbf'],
  ])("adds Kubo's own v0 vector of %d bytes at and over 174 links", async (size, cid) => {
    const next = keyStream('v0-seed');
    const content = (async function* () {
      for (let left = size; left > 0; left -= MIB) yield next(Math.min(MIB, left));
    })();
    expect((await ipfs.add({ content }, { onlyHash: true })).cid.toString()).toBe(cid);
  });

  it.each([
    [4096, 30, 'QmX5GtRk3TSSEHtdrykgqm4eqMEn3n2XhfkFAis5fjyZmN'],
    [4033, 31, 'QmeMiJzmhpJAUgynAcxTQYek5PPKgdv3qEvFsdV3XpVnvP'],
  ])("adds Kubo's own v0 folder of %d files at and over the threshold", async (count, length, cid) => {
    const names = vectorNames(count, length, length, 'hamt-unixfs-v0-2015');
    const files = names.map((name) => ({ path: `d/${name}`, content: 'x' }));
    const added = await collect(ipfs.addAll(files, { onlyHash: true }));
    expect(added.at(-1)?.cid.toString()).toBe(cid);
  });

  it('adds folders, wrapped or not, and lists them', async () => {
    const files = [
      { path: 'dir/a.txt', content: 'A' },
      { path: 'dir/sub/b.txt', content: keyStream('b')(600_000) },
    ];
    const added = await collect(ipfs.addAll(files));
    expect(added.map((f) => f.path)).toEqual(['dir/a.txt', 'dir/sub/b.txt', 'dir/sub', 'dir']);
    const root = added.at(-1)?.cid as CID;
    const listed = await collect(ipfs.ls(root));
    expect(listed.map((e) => [e.name, e.type, e.size])).toEqual([
      ['a.txt', 'file', 1],
      ['sub', 'dir', 0],
    ]);
    expect((await collect(ipfs.ls(`${root}/sub`))).map((e) => [e.name, e.size])).toEqual([
      ['b.txt', 600_000],
    ]);
    // Kubo lists nothing for a file, and the client makes an entry of that.
    const size = ours ? 1 : undefined;
    expect((await collect(ipfs.ls(`${root}/a.txt`))).map((e) => [e.type, e.size])).toEqual([['file', size]]);
    expect((await bytesOf(ipfs.cat(`${root}/a.txt`))).toString()).toBe('A');
    const wrapped = await collect(ipfs.addAll(files, { wrapWithDirectory: true, cidVersion: 1 }));
    expect(wrapped.at(-1)?.path).toBe('');
    const pins = (await collect(ipfs.pin.ls({ type: 'recursive' }))).map((p) => p.cid.toString());
    expect(pins).toContain(root.toString());
    expect(pins).toContain(wrapped.at(-1)?.cid.toString());
  });

  it('reads parts of files', async () => {
    const content = keyStream('parts')(700_000);
    const { cid } = await ipfs.add(content);
    await fc.assert(
      fc.asyncProperty(fc.nat(800_000), fc.nat(800_000), async (offset, length) => {
        const got = await bytesOf(ipfs.cat(cid, { offset, length }));
        expect(got.equals(content.subarray(offset, offset + length))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('puts, gets and measures blocks', async () => {
    const cid = await ipfs.block.put(Buffer.from('a block'), { format: 'raw' });
    expect(Buffer.from(await ipfs.block.get(cid)).toString()).toBe('a block');
    expect(await ipfs.block.stat(cid)).toMatchObject({ size: 7 });
    const missing = CID.parse('bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku');
    await expect(ipfs.block.get(missing)).rejects.toThrow(/could not find bafkreihdwdcefgh4/);
    await expect(ipfs.block.put(Buffer.alloc(2 * MIB + 1))).rejects.toThrow(/2MiB/);
  });

  it('imports and exports CARs that other tools read', async () => {
    const dag = await buildDag([
      { path: 'a', bytes: keyStream('car')(2_500_000) },
      { path: 'sub/b', bytes: Buffer.from('b') },
    ]);
    const roots = await collect(ipfs.dag.import(dag.car()));
    expect(roots.map((r) => [r.root.cid.toString(), r.root.pinErrorMsg])).toEqual([[dag.root, '']]);
    const exported = await bytesOf(ipfs.dag.export(CID.parse(dag.root)));
    const reader = await CarReader.fromBytes(exported);
    expect((await reader.getRoots()).map(String)).toEqual([dag.root]);
    const blocks = {
      get: async function* (cid: CID) {
        yield (await reader.get(cid))?.bytes as Uint8Array;
      },
    };
    const file = await exporter(`${dag.root}/a`, blocks as never);
    if (file.type !== 'file') throw new Error(`a ${file.type}`);
    expect((await bytesOf(file.content())).equals(keyStream('car')(2_500_000))).toBe(true);
  });

  it('gets folders as a tar that tar unpacks', async () => {
    const names = ['a.txt', 'empty', 'sub/日本.txt', `sub/${'long'.repeat(50)}`, `${'d'.repeat(120)}/x`];
    const dag = await buildDag([
      ...names.map((path) => ({ path, bytes: path === 'empty' ? Buffer.alloc(0) : Buffer.from(path) })),
      { path: 'big', bytes: keyStream('tar')(1_500_001) },
    ]);
    await contentStore({ api: node.api }).put(dag);
    const archive = await bytesOf(ipfs.get(dag.root));
    const to = join(temp.path, 'untar');
    mkdirSync(to);
    execFileSync('tar', ['-x', '-C', to], { input: archive });
    const scan = await scanFolder(join(to, dag.root));
    const again = await buildDag(scan.files.map((f) => ({ path: f.path, file: f.absolute })));
    expect(again.root).toBe(dag.root);
    const one = await bytesOf(ipfs.get(`${dag.root}/sub/日本.txt`));
    expect(execFileSync('tar', ['-x', '-O'], { input: one }).toString()).toBe('sub/日本.txt');
  });

  it('pins by name, lists directly and indirectly, and unpins', async () => {
    const dag = await buildDag([{ path: 'content/x', bytes: Buffer.from('pinned') }]);
    await contentStore({ api: node.api }).put(dag, { name: 'release one' });
    const root = CID.parse(dag.root);
    const child = CID.parse(dag.folders.get('content') as string);
    const named = await collect(ipfs.pin.ls({ name: 'release one' }));
    expect(named.map((p) => [p.cid.toString(), p.type, (p as { name?: string }).name])).toEqual([
      [dag.root, 'recursive', 'release one'],
    ]);
    const of = async (cid: CID) => (await collect(ipfs.pin.ls({ paths: cid })))[0]?.type;
    expect(await of(root)).toBe('recursive');
    expect(await of(child)).toBe(`indirect through ${dag.root}`);
    await expect(ipfs.pin.rm(child)).rejects.toThrow(/not pinned|pinned indirectly/);
    expect((await ipfs.pin.rm(root)).toString()).toBe(dag.root);
    await expect(of(root)).rejects.toThrow(/is not pinned/);
    expect((await ipfs.pin.add(root, { recursive: true })).toString()).toBe(dag.root);
    // Not the empty folder, which Kubo always has.
    const missing = CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi');
    await expect(ipfs.pin.add(missing)).rejects.toThrow(/could not find/);
  });

  it('resolves paths and lists references', async () => {
    const dag = await buildDag([{ path: 'content/x', bytes: Buffer.from('ref') }]);
    await contentStore({ api: node.api }).put(dag);
    const content = dag.folders.get('content') as string;
    expect(await ipfs.resolve(`/ipfs/${dag.root}/content`)).toBe(`/ipfs/${content}`);
    await expect(ipfs.resolve(`/ipfs/${dag.root}/nope`)).rejects.toThrow(/no link named/);
    const shallow = await collect(ipfs.refs(dag.root));
    expect(shallow.map((r) => r.ref)).toEqual([content]);
    const deep = await collect(ipfs.refs(dag.root, { recursive: true }));
    expect(deep.map((r) => r.ref)).toEqual([content, dag.files[0]?.cid]);
    const local = await collect(ipfs.refs.local());
    const { numObjects } = await ipfs.repo.stat();
    // Kubo counts what it needs for itself as well.
    if (ours) expect(local.length).toBe(Number(numObjects));
    else expect(local.length).toBeGreaterThan(1);
  });

  it.runIf(!ours)('collects at once what no pin reaches', async () => {
    const kept = await ipfs.add('kept by a pin', { cidVersion: 1 });
    const loose = await ipfs.add('held by nobody', { cidVersion: 1, pin: false });
    const removed = (await collect(ipfs.repo.gc())).map((r) => r.cid?.multihash.bytes.toString());
    expect(removed).toContain(loose.cid.multihash.bytes.toString());
    expect(removed).not.toContain(kept.cid.multihash.bytes.toString());
    await expect(ipfs.block.get(loose.cid)).rejects.toThrow(/could not find/);
    expect((await bytesOf(ipfs.cat(kept.cid))).toString()).toBe('kept by a pin');
  });

  it.runIf(ours)('updates pins, keeping the name', async () => {
    const [from, to] = (await Promise.all(
      ['one', 'two'].map((text) => buildDag([{ path: 'x', bytes: Buffer.from(`update ${text}`) }])),
    )) as [Dag<DagFile>, Dag<DagFile>];
    const store = contentStore({ api: node.api });
    await store.put(from, { name: 'moving' });
    await collect(ipfs.dag.import(to.car(), { pinRoots: false }));
    const [a, b] = [CID.parse(from.root), CID.parse(to.root)] as const;
    expect((await ipfs.pin.update(a, b)).map(String)).toEqual([from.root, to.root]);
    const named = async () =>
      (await collect(ipfs.pin.ls({ name: 'moving' }))).map(({ cid }) => cid.toString());
    expect(await named()).toEqual([to.root]);
    await expect(ipfs.pin.update(a, b)).rejects.toThrow(/not recursively pinned/);
    await ipfs.pin.update(b, a, { unpin: false });
    expect((await named()).sort()).toEqual([from.root, to.root].sort());
  });

  it.runIf(ours)('collects what no pin reaches, and nothing else', async () => {
    const [gone, kept] = (await Promise.all(
      ['gone', 'kept'].map((name) =>
        buildDag([
          { path: 'shared', bytes: keyStream('shared')(400_000) },
          { path: name, bytes: keyStream(name)(1_300_000) },
        ]),
      ),
    )) as [Dag<DagFile>, Dag<DagFile>];
    const store = contentStore({ api: node.api });
    for (const dag of [gone, kept]) await store.put(dag);
    const loose = await ipfs.block.put(Buffer.from('an upload whose pin is still to come'), {
      format: 'raw',
    });
    await store.unpin(gone.root);
    const before = await ipfs.repo.stat();
    const removed = await collect(ipfs.repo.gc());
    expect(removed.map(({ err }) => err).filter((err) => err !== null)).toEqual([]);
    const cids = removed.map(({ cid }) => String(cid));
    expect(cids).toContain(gone.root);
    for await (const { cid } of kept.blocks()) expect(cids).not.toContain(cid.toString());
    const after = await ipfs.repo.stat();
    expect(Number(before.numObjects) - Number(after.numObjects)).toBe(removed.length);
    expect(after.repoSize).toBeLessThan(before.repoSize);
    expect(await store.has(gone.root)).toBe(false);
    expect((await store.verify(kept.root)).blocks).toBe(kept.blockCount);
    expect((await ipfs.block.get(loose)).length).toBe(36);
    expect(await collect(ipfs.repo.gc({ quiet: true }))).toEqual([]);
    const pins = (await collect(ipfs.pin.ls({ type: 'recursive' }))).map(({ cid }) => cid);
    for (const cid of pins) expect((await store.verify(cid.toString())).blocks).toBeGreaterThan(0);
  });

  it.runIf(ours)('looks at every block', async () => {
    // The client has no method for it.
    const answer = await fetch(`${calls.api}/api/v0/repo/verify`, { method: 'POST' });
    const lines = (await answer.text()).trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ Msg: 'verify complete, all blocks validated.' });
  });

  it('moves a pin from one version to the next', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map((path) => buildDag([{ path, bytes: Buffer.from(path) }])),
    );
    for (const dag of [one, two]) await contentStore({ api: node.api }).put(dag as Dag);
    const [from, to] = [CID.parse((one as Dag).root), CID.parse((two as Dag).root)];
    await ipfs.pin.rm(to).catch(() => undefined);
    await ipfs.pin.update(from, to, { unpin: true });
    const pins = (await collect(ipfs.pin.ls({ type: 'recursive' }))).map((p) => p.cid.toString());
    expect(pins).toContain(to.toString());
    expect(pins).not.toContain(from.toString());
  });

  it('adds a folder under the address that we work out for it', async () => {
    const files = [
      { path: 'd/a.txt', content: 'A' },
      { path: 'd/empty', content: Buffer.alloc(0) },
      { path: 'd/sub/big', content: keyStream('profile')(3_500_000) },
      { path: 'd/sub/\u65e5\u672c.txt', content: 'unicode' },
    ];
    const dag = await buildDag(
      files.map(({ path, content }) => ({ path: path.slice(2), bytes: Buffer.from(content) })),
    );
    const added = await collect(
      ipfs.addAll(files, { cidVersion: 1, rawLeaves: true, chunker: 'size-1048576', onlyHash: true }),
    );
    expect(added.at(-1)?.cid.toString()).toBe(dag.root);
  });

  it.runIf(ours)('is told plainly about what we do not serve', async () => {
    await expect(ipfs.files.mkdir('/x')).rejects.toThrow(/command not found/);
    await expect(ipfs.add('x', { hashAlg: 'blake3' })).rejects.toThrow(/not supported/);
    await expect(ipfs.add('x', { chunker: 'rabin' })).rejects.toThrow(/not supported/);
  });

  it('counts the blocks of a DAG', async () => {
    const dag = await buildDag([{ path: 'content/x', bytes: keyStream('stat')(2_500_000) }]);
    await contentStore({ api: node.api }).put(dag);
    // The client has no method for it.
    const answer = await fetch(`${calls.api}/api/v0/dag/stat?arg=${dag.root}&progress=false`, {
      method: 'POST',
    });
    expect(await answer.json()).toMatchObject({
      DagStats: [{ Cid: dag.root, NumBlocks: dag.blockCount }],
    });
  });

  it.runIf(ours)('has called every endpoint that we serve', async () => {
    const missing = [...ENDPOINTS.keys()].filter((name) => !calls.called.has(name));
    expect(missing, 'an endpoint needs a test here').toEqual([]);
  });
});

describe('kubo-rpc-client and a store that is damaged', () => {
  it('hears of it in its own terms', async () => {
    const dir = tempDir('kubo-damaged');
    const damaged = await startNode(dir.path, ['--gc-grace', '0']);
    try {
      const client = create({ url: damaged.api });
      const dag = await buildDag([{ path: 'a', bytes: Buffer.from('damaged'.repeat(20)) }]);
      const store = contentStore({ api: damaged.api });
      await store.put(dag);
      await client.block.put(Buffer.from('loose'), { format: 'raw' });
      const pack = join(dir.path, 'packs', '000001.pack');
      const bytes = readFileSync(pack);
      // The first block is the root.
      bytes[16 + 36 + 5] = (bytes[16 + 36 + 5] ?? 0) ^ 1;
      writeFileSync(pack, bytes, { flag: 'r+' });
      await expect(collect(client.repo.gc())).rejects.toThrow(/could not retrieve links/);
      const told = await collect(client.repo.gc({ streamErrors: true } as object));
      expect(told).toMatchObject([
        { cid: null, err: { message: expect.stringMatching(/could not retrieve/) } },
      ]);
      const answer = await fetch(`${damaged.api}/api/v0/repo/verify`, { method: 'POST' });
      const lines = (await answer.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { Msg: string });
      expect(lines[0]?.Msg).toMatch(new RegExp(`block ${dag.root} was corrupt`));
      expect(lines.at(-1)?.Msg).toMatch(/1 blocks corrupt/);
      await store.put(dag);
      expect((await collect(client.repo.gc())).length).toBe(1);
      expect((await store.verify(dag.root)).blocks).toBe(dag.blockCount);
    } finally {
      await damaged.stop();
      dir.remove();
    }
  });
});
