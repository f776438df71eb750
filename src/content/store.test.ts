import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { encode, prepare } from '@ipld/dag-pb';
import fc from 'fast-check';
import { UnixFS } from 'ipfs-unixfs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Block, exportCar } from './car.ts';
import { type CID, cidV1, DAG_PB, RAW, sha256 } from './cid.ts';
import { buildDag, type Dag, type DagEntry } from './dag.ts';
import { scanFolder } from './scan.ts';
import { type ContentStore, contentStore } from './store.ts';
import { collect } from './testing/collect.ts';
import { tempDir } from './testing/node.ts';
import { type AnyNode, describeOnEachNode, type NodeKind } from './testing/nodes.ts';
import { keyStream } from './testing/vectors.ts';

let temp: ReturnType<typeof tempDir>;
let node: AnyNode;
let store: ContentStore;
let count = 0;
const fresh = () => join(temp.path, `out${count++}`);

function withNode({ start }: NodeKind): void {
  beforeAll(async () => {
    temp = tempDir('store');
    node = await start(join(temp.path, 'repo'));
    store = contentStore({ api: node.api, timeoutMs: 5000 });
  });
  afterAll(async () => {
    store.close();
    await node.stop();
    temp.remove();
  });
}

const text = (path: string, data: string | Uint8Array): DagEntry => ({ path, bytes: Buffer.from(data) });

/** Stores any blocks, as hostile as need be. */
async function putBlocks(root: CID, blocks: Block[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of exportCar([root], blocks)) chunks.push(chunk);
  const form = new FormData();
  form.append('file', new Blob([Buffer.concat(chunks)]));
  const url = `${node.api}/api/v0/dag/import?pin-roots=false`;
  const response = await fetch(url, { method: 'POST', body: form });
  if (!response.ok) throw new Error(await response.text());
  return root.toString();
}

async function block(codec: number, bytes: Uint8Array): Promise<Block> {
  return { cid: cidV1(codec, sha256(bytes)), bytes };
}

async function folder(links: { name: string; to: Block; tsize?: number }[]): Promise<Block> {
  const list = links.map(({ name, to, tsize }) => ({
    Name: name,
    Hash: to.cid,
    Tsize: tsize ?? to.bytes.length,
  }));
  return await block(
    DAG_PB,
    encode(prepare({ Data: new UnixFS({ type: 'directory' }).marshal(), Links: list })),
  );
}

async function fileNode(links: { to: Block; size: number }[]): Promise<Block> {
  const unixfs = new UnixFS({ type: 'file', blockSizes: links.map(({ size }) => BigInt(size)) });
  const list = links.map(({ to, size }) => ({ Name: '', Hash: to.cid, Tsize: size }));
  return await block(DAG_PB, encode(prepare({ Data: unixfs.marshal(), Links: list })));
}

describeOnEachNode('a release through the node', (kind) => {
  withNode(kind);

  it('comes back as it was: random trees', async () => {
    const name = fc.oneof(fc.stringMatching(/^[a-z0-9 _-]{1,6}$/), fc.constantFrom('日本', 'ü.txt', '🙂'));
    const size = fc.oneof(fc.nat(3000), fc.constantFrom(0, 1024 * 1024, 1024 * 1024 + 1, 2_500_000));
    const tree = fc.dictionary(
      fc.array(name, { minLength: 1, maxLength: 3 }).map((p) => p.join('/')),
      size,
      { minKeys: 1, maxKeys: 8 },
    );
    await fc.assert(
      fc.asyncProperty(tree, fc.integer(), async (sizes, seed) => {
        const next = keyStream(String(seed));
        const paths = Object.keys(sizes).filter((p, _, all) => !all.some((q) => q.startsWith(`${p}/`)));
        const entries = paths.map((path) => ({ path, bytes: next(sizes[path] ?? 0) }));
        const dag = await buildDag(entries);
        await store.put(dag);
        const dest = fresh();
        const { files } = await store.fetchTo(dag.root, dest);
        expect(files).toEqual(dag.files.map(({ cid: _, ...rest }) => rest));
        for (const { path, bytes } of entries)
          expect(readFileSync(join(dest, path)).equals(bytes)).toBe(true);
        const scan = await scanFolder(dest);
        const again = await buildDag(scan.files.map((f) => ({ path: f.path, file: f.absolute })));
        expect(again.root).toBe(dag.root);
      }),
      { numRuns: 15 },
    );
  });

  it('may hold the same bytes as a file here and as a folder there', async () => {
    const inner = await buildDag([text('x', 'x')]);
    const [root] = await collect(inner.blocks());
    const dag = await buildDag([text('folder/x', 'x'), text('file', root?.bytes ?? '')]);
    await store.put(dag);
    expect((await store.verify(dag.root)).blocks).toBe(dag.blockCount);
    const { files } = await store.fetchTo(dag.root, fresh());
    expect(files).toEqual(dag.files.map(({ cid: _, ...rest }) => rest));
  });

  it('is sent once, pinned by name, and can be let go', async () => {
    const dag = await buildDag([text('once.txt', 'once')]);
    expect(await store.has(dag.root)).toBe(false);
    const { root, carSize: sentBytes, blockCount } = dag;
    const sent = { root, sentBytes, blocksSent: blockCount, blocksThere: 0 };
    expect(await store.put(dag, { name: 'my release' })).toEqual(sent);
    const none = { root, sentBytes: 0, blocksSent: 0, blocksThere: blockCount };
    expect(await store.put(dag)).toEqual(none);
    expect(await store.has(dag.root)).toBe(true);
    await store.unpin(dag.root);
    await store.unpin(dag.root);
    expect(await store.has(dag.root)).toBe(false);
  });

  it('is listed and read by path, folders with thousands of entries too', async () => {
    const many = Array.from({ length: 2500 }, (_, i) =>
      text(`many/file-${String(i).padStart(120, '0')}`, String(i)),
    );
    const dag = await buildDag([
      ...many,
      text('content/deep/a.txt', 'A'),
      { path: 'void', emptyFolder: true },
    ]);
    await store.put(dag);
    expect((await store.list(dag.root)).map((e) => `${e.name}:${e.type}`)).toEqual([
      'content:folder',
      'many:folder',
      'void:folder',
    ]);
    expect(await store.list(dag.root, 'content/deep')).toMatchObject([
      { name: 'a.txt', size: 1, type: 'file' },
    ]);
    const read = async (path: string) => Buffer.from(await store.readFile(dag.root, path)).toString();
    expect(await read('content/deep/a.txt')).toBe('A');
    expect(await read(`many/file-${'1234'.padStart(120, '0')}`)).toBe('1234');
    expect(await store.verify(dag.root)).toMatchObject({ blocks: dag.blockCount });
    await expect(read('content/none')).rejects.toMatchObject({ id: 'CONTENT_NOT_FOUND' });
    await expect(read('content')).rejects.toMatchObject({ id: 'CONTENT_NOT_A_FILE' });
    await expect(store.list(dag.root, 'content/deep/a.txt')).rejects.toMatchObject({
      id: 'CONTENT_NOT_A_FOLDER',
    });
    const tooLarge = store.readFile(dag.root, 'content/deep/a.txt', { maxBytes: 0 });
    await expect(tooLarge).rejects.toMatchObject({ id: 'CONTENT_TOO_LARGE' });
  });

  it('is not written over anything, and leaves nothing behind when it fails', async () => {
    const dag = await buildDag([text('a', 'a'), text('sub/b', 'b')]);
    await store.put(dag);
    const dest = fresh();
    await store.fetchTo(dag.root, dest);
    writeFileSync(join(dest, 'mine'), 'mine');
    await expect(store.fetchTo(dag.root, dest)).rejects.toMatchObject({ id: 'CONTENT_DESTINATION_EXISTS' });
    const inFile = store.fetchTo(dag.root, join(dest, 'mine', 'x'));
    await expect(inFile).rejects.toMatchObject({ id: 'CONTENT_WRITE_FAILED' });
    const before = readdirSync(temp.path);
    const aborted = store.fetchTo(dag.root, fresh(), { signal: AbortSignal.abort(new Error('stop')) });
    await expect(aborted).rejects.toThrow('stop');
    const limited = store.fetchTo(dag.root, fresh(), { maxBytes: 1 });
    await expect(limited).rejects.toMatchObject({ id: 'CONTENT_TOO_LARGE' });
    expect(readdirSync(temp.path)).toEqual(before);
  });

  it('that nobody has is missing, not unreachable', async () => {
    const dag = await buildDag([text('x', 'nobody has this')]);
    const missing = { id: 'CONTENT_NOT_FOUND', kind: 'not-found' };
    await expect(store.verify(dag.root)).rejects.toMatchObject(missing);
    await expect(store.fetchTo(dag.root, fresh())).rejects.toMatchObject(missing);
    await expect(store.readFile(dag.root, 'x')).rejects.toMatchObject(missing);
  });

  it.runIf(kind.kind === 'embedded')('with a byte changed on the disk of the node is corrupt', async () => {
    const marker = 'a sentence that can be found again in the pack';
    const dag = await buildDag([text('x', marker)]);
    await store.put(dag);
    const packs = join(temp.path, 'repo', 'packs');
    for (const name of readdirSync(packs).filter((f) => f.endsWith('.pack'))) {
      const bytes = readFileSync(join(packs, name));
      const at = bytes.indexOf(marker);
      if (at < 0) continue;
      bytes[at] = 0x41;
      writeFileSync(join(packs, name), bytes, { flag: 'r+' });
    }
    const corrupt = { id: 'CONTENT_CORRUPT', kind: 'verification' };
    await expect(store.verify(dag.root)).rejects.toMatchObject(corrupt);
    await expect(store.fetchTo(dag.root, fresh())).rejects.toMatchObject(corrupt);
  });
});

describeOnEachNode('hostile content', (kind) => {
  withNode(kind);

  it.each(['..', '.', '', 'a/b', '../../etc/x', 'a\\..\\b', '/etc/x', 'nul\0', 'esc\u001b[2J'])(
    'with an entry named %j is not written',
    async (name) => {
      const leaf = await block(RAW, Buffer.from('evil'));
      const root = await folder([{ name, to: leaf }]);
      const cid = await putBlocks(root.cid, [root, leaf]);
      const before = readdirSync(temp.path);
      await expect(store.fetchTo(cid, fresh())).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });
      expect(readdirSync(temp.path)).toEqual(before);
    },
  );

  it('with two names that are one on some systems, or a link, is not written', async () => {
    const leaf = await block(RAW, Buffer.from('x'));
    const twins = await folder([
      { name: 'a', to: leaf },
      { name: 'A', to: leaf },
    ]);
    const link = await block(
      DAG_PB,
      encode(prepare({ Data: new UnixFS({ type: 'symlink', data: Buffer.from('/etc/passwd') }).marshal() })),
    );
    const linked = await folder([{ name: 'l', to: link }]);
    for (const [root, ...rest] of [
      [twins, leaf],
      [linked, link],
    ] as [Block, ...Block[]][]) {
      const cid = await putBlocks(root.cid, [root, ...rest]);
      await expect(store.fetchTo(cid, fresh())).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });
    }
  });

  it('that unfolds without end is stopped: folders in folders, folders that share, files that share', async () => {
    let deep = await folder([]);
    const chain = [deep];
    for (let i = 0; i < 200; i++) {
      deep = await folder([{ name: 'd', to: deep }]);
      chain.push(deep);
    }
    await putBlocks(deep.cid, chain);
    await expect(store.fetchTo(deep.cid.toString(), fresh())).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });

    // 2^20 folders out of 20 blocks.
    let wide = await folder([]);
    const doubles = [wide];
    for (let i = 0; i < 20; i++) {
      wide = await folder([
        { name: 'a', to: wide },
        { name: 'b', to: wide },
      ]);
      doubles.push(wide);
    }
    await putBlocks(wide.cid, doubles);
    const bomb = store.fetchTo(wide.cid.toString(), fresh(), { maxEntries: 500 });
    await expect(bomb).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });
    expect(await store.verify(wide.cid.toString())).toMatchObject({ blocks: 21 });

    // A pebibyte of one byte.
    let file = await block(RAW, Buffer.from('x'));
    let size = 1;
    const parts = [file];
    for (let i = 0; i < 5; i++) {
      file = await fileNode(Array.from({ length: 1024 }, () => ({ to: file, size })));
      size *= 1024;
      parts.push(file);
    }
    const root = await folder([{ name: 'big', to: file }]);
    await putBlocks(root.cid, [...parts, root]);
    const huge = store.fetchTo(root.cid.toString(), fresh());
    await expect(huge).rejects.toMatchObject({ id: 'CONTENT_TOO_LARGE' });
  });

  it('that lies about its sizes is not written', async () => {
    const leaf = await block(RAW, Buffer.from('four'));
    const short = await fileNode([{ to: leaf, size: 3 }]);
    const liar = await folder([{ name: 'f', to: short }]);
    const tsize = await folder([{ name: 'f', to: leaf, tsize: 1 }]);
    for (const root of [liar, tsize]) {
      const cid = await putBlocks(root.cid, [root, short, leaf]);
      await expect(store.fetchTo(cid, fresh())).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });
    }
  });

  it('that is not UnixFS gives its own error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (junk) => {
        const root = await block(DAG_PB, junk);
        const put = putBlocks(root.cid, [root]);
        // Kubo takes no block that it cannot read.
        if (kind.kind === 'kubo' && (await put.catch(() => undefined)) === undefined) return;
        await put;
        const result = await store.fetchTo(root.cid.toString(), fresh()).catch((error) => error);
        if (result instanceof Error) expect(result).toMatchObject({ name: 'SaharaError' });
      }),
      { numRuns: 40 },
    );
  });
});

describe('a node that misbehaves', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  let dag: Dag;
  beforeEach(async () => {
    dag = await buildDag([text('big', keyStream('big')(3_000_000))]);
  });

  async function fake(listener: Parameters<typeof createServer>[1]): Promise<ContentStore> {
    server = createServer(listener as never);
    await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    return contentStore({ api: `http://127.0.0.1:${port}`, timeoutMs: 400 });
  }
  const kubo = (message: string) => JSON.stringify({ Message: message, Code: 0, Type: 'error' });

  /** Answers as a node that has nothing; false for anything but a question. */
  function asksOnly(request: IncomingMessage, response: ServerResponse): boolean {
    const isPin = request.url?.includes('pin/ls') ?? false;
    if (!isPin && !/(dag|block)\/stat/.test(request.url ?? '')) return false;
    response.writeHead(500).end(kubo(isPin ? 'not pinned' : 'ipld: could not find it'));
    return true;
  }

  it('is not there', async () => {
    const gone = contentStore({ api: 'http://127.0.0.1:1' });
    const unavailable = { id: 'CONTENT_UNAVAILABLE', retryable: true, kind: 'unavailable' };
    await expect(gone.version()).rejects.toMatchObject(unavailable);
    await expect(gone.put(dag)).rejects.toMatchObject(unavailable);
  });

  it('never answers', async () => {
    const hangs = await fake((request) => request.resume());
    const timeout = { id: 'CONTENT_TIMEOUT', retryable: true };
    await expect(hangs.version()).rejects.toMatchObject(timeout);
    await expect(hangs.put(dag, { timeoutMs: 300 })).rejects.toMatchObject(timeout);
  });

  it('stops reading in the middle of an upload', async () => {
    const stalls = await fake((request, response) => {
      if (!asksOnly(request, response)) request.pause();
    });
    await expect(stalls.put(dag, { timeoutMs: 300, retryDelayMs: 1 })).rejects.toMatchObject({
      id: 'CONTENT_TIMEOUT',
    });
  });

  it('dies in the middle of an upload', async () => {
    const dies = await fake((request, response) => {
      if (!asksOnly(request, response)) request.once('data', () => request.socket.destroy());
    });
    await expect(dies.put(dag, { retryDelayMs: 1 })).rejects.toMatchObject({ id: 'CONTENT_UNAVAILABLE' });
  });

  it('refuses an upload before it is over, in its own words', async () => {
    const full = await fake((request, response) => {
      if (!asksOnly(request, response)) {
        request.once('data', () => response.writeHead(500).end(kubo('no space left on device')));
        request.resume();
      }
    });
    await expect(full.put(dag)).rejects.toMatchObject({
      id: 'CONTENT_REJECTED',
      message: expect.stringContaining('no space left on device'),
    });
  });

  it('says that it took fewer blocks than were sent', async () => {
    const loses = await fake((request, response) => {
      if (!asksOnly(request, response)) {
        request.resume();
        request.on('end', () => response.end('{"Stats":{"BlockCount":1,"BlockBytesCount":1}}\n'));
      }
    });
    await expect(loses.put(dag)).rejects.toMatchObject({ id: 'CONTENT_REJECTED' });
  });

  it.each([
    ['wrong bytes', Buffer.from('lies'), 'CONTENT_CORRUPT'],
    ['no end of bytes', Buffer.alloc(3 * 1024 * 1024), 'CONTENT_CORRUPT'],
  ])('answers with %s', async (_, body, id) => {
    const lies = await fake((_request, response) => response.end(body));
    await expect(lies.readFile(dag.root, 'big')).rejects.toMatchObject({ id });
    await expect(lies.verify(dag.root)).rejects.toMatchObject({ id });
  });

  it('answers with half of what it promised', async () => {
    const half = await fake((_request, response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(half.verify(dag.root)).rejects.toMatchObject({ id: 'CONTENT_UNAVAILABLE' });
  });

  it('answers with something else than JSON', async () => {
    const html = await fake((_request, response) => response.end('<html>'));
    await expect(html.version()).rejects.toMatchObject({ id: 'CONTENT_REJECTED' });
  });

  it('closed a kept connection: the next call goes through on a new one', async () => {
    let calls = 0;
    const closes = await fake((_request, response) => {
      calls++;
      response.end('{"Version":"1"}');
      setTimeout(() => response.socket?.destroy(), 0);
    });
    for (let i = 0; i < 5; i++) expect((await closes.version()).version).toBe('1');
    expect(calls).toBe(5);
    closes.close();
  });

  it('is given up when asked to', async () => {
    const hangs = await fake((request) => request.resume());
    const abort = new AbortController();
    const call = hangs.version({ signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 30);
    await expect(call).rejects.toThrow('enough');
  });
});
