import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isError } from '../base/errors.ts';
import { type Block, carHeader, importCar, sectionHead, varint } from './car.ts';
import { DAG_PB, matches, RAW } from './cid.ts';
import { type ContentStore, contentStore } from './store.ts';
import {
  block,
  carOf,
  fileNode,
  folder,
  identity,
  type Link,
  raw,
  sendCar,
  shard,
} from './testing/blocks.ts';
import { collect } from './testing/collect.ts';
import { type RunningNode, startNode, tempDir } from './testing/node.ts';

/* What content can look like when somebody means harm: each gets a clear error, or an answer of a sane size. */

const deep = process.env['SAHARA_DEPTH'] === 'deep';
/** Limit of a test, milliseconds. */
const LONG = deep ? 600_000 : 120_000;
let temp: ReturnType<typeof tempDir>;
let node: RunningNode;
let store: ContentStore;
beforeAll(async () => {
  temp = tempDir('hostile');
  node = await startNode(temp.path);
  store = contentStore({ api: node.api, timeoutMs: 15_000 });
});
afterAll(async () => {
  await node.stop();
  temp.remove();
});

const leaf = raw('a leaf');
const rpc = (path: string, signal?: AbortSignal) =>
  fetch(`${node.api}/api/v0/${path}`, { method: 'POST', ...(signal === undefined ? {} : { signal }) });
const put = async (blocks: readonly Block[]) => {
  for (let at = 0; at < blocks.length; at += 50_000) {
    const { status, text } = await sendCar(node.api, await carOf(blocks.slice(at, at + 50_000)));
    expect(status, text).toBe(200);
  }
};
/** The error of a request that fails, also in the middle; undefined when it succeeds. */
const failure = async (answer: Promise<Response>): Promise<string | undefined> => {
  try {
    const got = await answer;
    const text = await got.text();
    return got.ok ? undefined : text;
  } catch {
    return 'cut off';
  }
};
/** Reads so much of an answer, and goes away. */
async function taste(path: string, base = node.gateway, method = 'GET', bytes = 200_000): Promise<number> {
  const stop = new AbortController();
  let got = 0;
  try {
    const answer = await fetch(`${base}${path}`, { method, signal: stop.signal });
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      got += chunk.length;
      if (got >= bytes) break;
    }
  } finally {
    stop.abort();
  }
  return got;
}

describe('CARs', () => {
  const blocks = [folder([{ name: 'a', to: leaf }]), leaf, raw('b'.repeat(300)), raw('')];

  test('changed in whatever way are an error of ours, or blocks', async () => {
    const car = await carOf(blocks);
    const at = fc.nat(car.length - 1);
    const change = fc.oneof(
      fc.record({ kind: fc.constant('cut' as const), at }),
      fc.record({ kind: fc.constant('flip' as const), at, with: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ kind: fc.constant('insert' as const), at, bytes: fc.uint8Array({ maxLength: 20 }) }),
      fc.record({ kind: fc.constant('remove' as const), at, length: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ kind: fc.constant('twice' as const), at, length: fc.integer({ min: 1, max: 200 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 500 }),
        async (changes, size) => {
          let bytes = car;
          for (const c of changes) {
            const [before, after] = [bytes.subarray(0, c.at), bytes.subarray(c.at)];
            if (c.kind === 'cut') bytes = before;
            else if (c.kind === 'insert') bytes = Buffer.concat([before, c.bytes, after]);
            else if (c.kind === 'remove') bytes = Buffer.concat([before, after.subarray(c.length)]);
            else if (c.kind === 'twice') bytes = Buffer.concat([before, after.subarray(0, c.length), after]);
            else bytes = Buffer.from(bytes.map((byte, i) => (i === c.at ? byte ^ c.with : byte)));
          }
          const pieces = (async function* () {
            for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
          })();
          try {
            const read = await importCar(pieces);
            for await (const { cid, bytes: data } of read.blocks) matches(cid, data);
          } catch (error) {
            expect(isError(error as Error, 'CONTENT_CAR_INVALID'), String(error)).toBe(true);
          }
        },
      ),
    );
  });

  const head = (bytes: Buffer) => Buffer.concat([varint(bytes.length), bytes]);
  const start = carHeader([leaf.cid]);
  const cases: [string, Buffer, RegExp][] = [
    ['a header of nested lists', head(Buffer.alloc(60_000, 0x81)), /cannot be decoded/],
    [
      'a header that claims a list of 2^64',
      head(Buffer.from('a265726f6f74739bffffffffffffffff', 'hex')),
      /cannot be decoded/,
    ],
    ['a header that claims to be huge', Buffer.concat([varint(2 ** 40)]), /impossible length/],
    ['a header of nothing', Buffer.from([0]), /impossible length/],
    ['a number without an end', Buffer.concat([start, Buffer.alloc(20, 0xff)]), /not a number/],
    [
      'a block that claims to be huge',
      Buffer.concat([start, varint(2 ** 45), leaf.cid.bytes]),
      /larger than/,
    ],
    ['a block of length zero', Buffer.concat([start, Buffer.from([0])]), /length zero/],
    [
      'a block shorter than its address',
      Buffer.concat([start, varint(10), leaf.cid.bytes.subarray(0, 10)]),
      /address of a block/,
    ],
    [
      'a block longer than it says',
      Buffer.concat([start, sectionHead(leaf.cid, 2), leaf.bytes]),
      /does not match|CAR|block/,
    ],
    [
      'a version 2 that points backwards',
      Buffer.concat([Buffer.from('0aa16776657273696f6e02', 'hex'), Buffer.alloc(40)]),
      /backwards/,
    ],
    [
      'a block over 2 MiB',
      Buffer.concat([start, sectionHead(leaf.cid, 2 * 1024 * 1024 + 1), Buffer.alloc(2 * 1024 * 1024 + 1)]),
      /larger than/,
    ],
    [
      'another block than was promised',
      Buffer.concat([start, sectionHead(leaf.cid, 3), Buffer.from('lie')]),
      /does not match/,
    ],
    [
      'an identity block that lies',
      Buffer.concat([start, sectionHead(identity('true'), 3), Buffer.from('lie')]),
      /does not match/,
    ],
  ];
  test.each(cases)('with %s are refused by the node, which goes on', async (_, car, says) => {
    const { status, text } = await sendCar(node.api, car);
    expect(status).toBe(500);
    expect(text).toMatch(says);
    expect((await rpc('version')).status).toBe(200);
  });

  test('with roots that are not in them, or cannot be, are pinned by nobody', async () => {
    const absent = raw('absent');
    const other = CID.createV1(RAW, createDigest(0x1e, leaf.cid.multihash.digest));
    for (const root of [absent.cid, other]) {
      const { status, text } = await sendCar(node.api, await carOf([leaf], [root]), 'pin-roots=true');
      expect(status, text).toBe(500);
      expect((await rpc(`pin/ls?arg=${root}`)).status).toBe(500);
    }
    expect((await sendCar(node.api, await carOf([leaf], []), 'pin-roots=true')).status).toBe(200);
  });

  test('with a block many times over, identity blocks and empty ones are taken', async () => {
    const car = await carOf([...Array.from({ length: 500 }, () => leaf), raw('')]);
    const own = identity('in itself');
    const more = Buffer.concat([car, sectionHead(own, 9), Buffer.from('in itself')]);
    expect(await sendCar(node.api, more, 'stats=true')).toMatchObject({ status: 200 });
    expect(await (await rpc(`block/get?arg=${own}`)).text()).toBe('in itself');
  });

  test('in pieces of one byte are read in time', async () => {
    const big = raw(Buffer.alloc(300_000, 'piece'));
    const car = await carOf([big]);
    const pieces = (async function* () {
      for (const byte of car) yield Uint8Array.of(byte);
    })();
    const [read] = await collect((await importCar(pieces)).blocks);
    expect(read?.cid.toString()).toBe(big.cid.toString());
  });
});

describe('names', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'sahara-names-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test.each([
    ['nothing', ['']],
    ['the folder itself', ['.']],
    ['the folder above', ['..']],
    ['a way out', ['../evil']],
    ['an absolute path', ['/evil']],
    ['a path', ['a/b']],
    ['a path of another system', ['a\\b']],
    ['NUL', ['a\0b']],
    ['what a terminal obeys', ['\u001b[2J']],
    ['a line', ['a\nb']],
    ['more than a file system holds', ['n'.repeat(256)]],
    ['one twice', ['a', 'a']],
    ['two that differ in case', ['Data.csv', 'data.csv']],
    ['two spellings of one letter', ['\u00e9', 'e\u0301']],
  ])('%s: nothing is written, nor put into a tar', async (_, names) => {
    const root = folder(names.map((name) => ({ name, to: leaf })));
    await put([root, leaf]);
    const dest = join(dir, 'dest');
    await expect(store.fetchTo(root.cid.toString(), dest)).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });
    expect(readdirSync(dir)).toEqual([]);
    const tar = await failure(rpc(`get?arg=${root.cid}`));
    // A tar can hold what some file systems cannot tell apart.
    if (names.length === 1) expect(tar).toBeDefined();
    const page = await (await fetch(`${node.gateway}/ipfs/${root.cid}/`)).text();
    expect(page).toContain('<table>');
    expect(await failure(rpc(`ls?arg=${root.cid}`))).toBeUndefined();
  });

  test('of any kind are written as they are, or not at all', async () => {
    const odd = fc.constantFrom(
      '..',
      '.',
      'CON',
      'a/../b',
      'A',
      'a',
      '\0',
      ' ',
      'x.',
      '-rf',
      '~',
      '$HOME',
      '%2e%2e',
    );
    const name = fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), async (names) => {
        const inner = folder(names.map((n) => ({ name: n, to: leaf })));
        const root = folder([{ name: 'sub', to: inner }]);
        await put([root, inner, leaf]);
        const dest = join(dir, 'dest');
        try {
          const { files } = await store.fetchTo(root.cid.toString(), dest);
          expect(readdirSync(join(dest, 'sub')).sort()).toEqual([...names].sort());
          expect(files).toHaveLength(names.length);
        } catch (error) {
          expect(isError(error as Error, 'CONTENT_UNSAFE'), String(error)).toBe(true);
          expect(existsSync(dest)).toBe(false);
        }
        rmSync(dest, { recursive: true, force: true });
        expect(readdirSync(dir)).toEqual([]);
      }),
      { numRuns: Math.min(fc.readConfigureGlobal()?.numRuns ?? 25, 200) },
    );
  });
});

describe('files that lie about their sizes', () => {
  const part = raw(Buffer.alloc(1000, 'p'));
  const small = fileNode([{ to: part, size: 1000n }]);
  test.each([
    ['less than there is', fileNode([{ to: part, size: 10n }])],
    ['more than there is', fileNode([{ to: part, size: 5000n }])],
    ['an exbibyte', fileNode([{ to: part, size: 2n ** 60n }])],
    [
      'sizes that overflow',
      fileNode([
        { to: part, size: 2n ** 63n },
        { to: part, size: 2n ** 63n },
      ]),
    ],
    ['of a part that is a tree', fileNode([{ to: small, size: 999n }])],
    ['a part that is a folder', fileNode([{ to: folder([]), size: 1000n }])],
  ])('%s', async (_, file) => {
    await put([file, part, small, folder([])]);
    const root = folder([{ name: 'f', to: file }]);
    await put([root]);
    const dest = join(temp.path, `lie-${file.cid}`);
    const error = await store.fetchTo(root.cid.toString(), dest).catch((e) => e);
    expect(error).toMatchObject({ name: 'SaharaError' });
    expect(existsSync(dest)).toBe(false);
    expect(await failure(rpc(`cat?arg=${file.cid}`))).toBeDefined();
    expect(await failure(fetch(`${node.gateway}/ipfs/${file.cid}`))).toBeDefined();
    expect(await failure(rpc(`get?arg=${root.cid}`))).toBeDefined();
  });
});

describe('DAGs without measure', () => {
  const depth = deep ? 100_000 : 2_000;
  let chain: Block;
  beforeAll(async () => {
    const blocks: Block[] = [folder([])];
    for (let i = 0; i < depth; i++) blocks.push(folder([{ name: 'a', to: blocks.at(-1) as Block }]));
    chain = blocks.at(-1) as Block;
    await put(blocks.toReversed());
  }, LONG);

  test(
    'a chain of folders is counted and moved, and written by nobody',
    async () => {
      const cid = chain.cid.toString();
      expect(await store.verify(cid)).toMatchObject({ blocks: depth + 1 });
      expect(await failure(rpc(`pin/add?arg=${cid}`))).toBeUndefined();
      const exported = Buffer.from(await (await rpc(`dag/export?arg=${cid}`)).arrayBuffer());
      expect(exported.length).toBeGreaterThan(depth * 40);
      const refs = (await (await rpc(`refs?arg=${cid}&recursive=true`)).text()).trim().split('\n');
      expect(refs).toHaveLength(depth);
      const dest = join(temp.path, 'chain');
      await expect(store.fetchTo(cid, dest)).rejects.toThrow(/more than 128 deep/);
      expect(existsSync(dest)).toBe(false);
      expect(await failure(rpc(`get?arg=${cid}`))).toBeDefined();
      expect(await failure(fetch(`${node.gateway}/ipfs/${cid}?format=car`))).toBeUndefined();
      expect(await failure(fetch(`${node.gateway}/ipfs/${cid}${'/a'.repeat(500)}/`))).toBeUndefined();
      expect(await failure(rpc(`ls?arg=${cid}${'/a'.repeat(500)}`))).toBeUndefined();
    },
    LONG,
  );

  /** 30 levels of two links each to one folder: 2^30 paths in 31 blocks. */
  const bomb = (() => {
    const blocks: Block[] = [folder([{ name: 'x', to: leaf }])];
    for (let i = 0; i < 30; i++) {
      const to = blocks.at(-1) as Block;
      blocks.push(
        folder([
          { name: 'a', to },
          { name: 'b', to },
        ]),
      );
    }
    return blocks.toReversed();
  })();

  test(
    'a few folders that link to each other are as many blocks as they are',
    async () => {
      await put([...bomb, leaf]);
      const cid = (bomb[0] as Block).cid.toString();
      expect(await store.verify(cid)).toMatchObject({ blocks: 32 });
      for (const call of ['pin/add', 'dag/export', 'refs', 'ls', 'pin/rm'])
        expect(
          await failure(rpc(`${call}?arg=${cid}${call === 'refs' ? '&recursive=true' : ''}`)),
          call,
        ).toBeUndefined();
      for (const query of ['', '?format=car', '?format=car&dag-scope=entity', '?format=raw'])
        expect(await failure(fetch(`${node.gateway}/ipfs/${cid}/${query}`)), query).toBeUndefined();
      const dest = join(temp.path, 'bomb');
      await expect(store.fetchTo(cid, dest, { maxEntries: 2000 })).rejects.toThrow(/more than 2000 entries/);
      expect(existsSync(dest)).toBe(false);
      // What is asked for path by path ends when nobody reads it any more.
      expect(await taste(`/api/v0/get?arg=${cid}`, node.api, 'POST')).toBeGreaterThan(0);
      expect(await taste(`/ipfs/${cid}?format=car&car-dups=y`)).toBeGreaterThan(0);
      const stop = new AbortController();
      const fetching = store.fetchTo(cid, dest, { signal: stop.signal });
      setTimeout(() => stop.abort(new Error('enough')), 50);
      await expect(fetching).rejects.toThrow('enough');
      expect(existsSync(dest)).toBe(false);
      expect((await rpc('version')).status).toBe(200);
    },
    LONG,
  );

  test(
    'a folder that links to one large block many times is read once',
    async () => {
      const large = folder(Array.from({ length: 8_000 }, (_, i) => ({ name: `n${i}`, to: leaf })));
      const wide = folder(Array.from({ length: 8_000 }, (_, i) => ({ name: `w${i}`, to: large })));
      await put([wide, large, leaf]);
      expect((await (await rpc(`ls?arg=${wide.cid}`)).json()) as object).toMatchObject({ Objects: [{}] });
      const page = await (await fetch(`${node.gateway}/ipfs/${wide.cid}/`)).text();
      expect(page.match(/<tr>/g)?.length).toBe(8_000);
      const listed = await store.list(wide.cid.toString());
      expect(listed).toHaveLength(8_000);
      const fetching = store.fetchTo(wide.cid.toString(), join(temp.path, 'wide'), { maxEntries: 30_000 });
      await expect(fetching).rejects.toThrow(/more than 30000 entries/);
    },
    LONG,
  );

  /** A file of 2^53 bytes at most: each level holds the one below 64 times. */
  const fileBomb = (() => {
    let size = 1024n * 1024n;
    const blocks: Block[] = [raw(Buffer.alloc(Number(size), 'z'))];
    for (let i = 0; i < 5; i++) {
      const to = blocks.at(-1) as Block;
      blocks.push(fileNode(Array.from({ length: 64 }, () => ({ to, size }))));
      size *= 64n;
    }
    return { blocks: blocks.toReversed(), size };
  })();

  test(
    'a file of a petabyte in six blocks is read where it is asked for',
    async () => {
      await put(fileBomb.blocks);
      const cid = (fileBomb.blocks[0] as Block).cid.toString();
      const at = fileBomb.size - 3n;
      expect(await (await rpc(`cat?arg=${cid}&offset=${at}&length=10`)).text()).toBe('zzz');
      const range = await fetch(`${node.gateway}/ipfs/${cid}`, { headers: { range: `bytes=${at}-` } });
      expect([range.status, await range.text()]).toEqual([206, 'zzz']);
      for (const query of ['', '&dag-scope=entity', '&entity-bytes=5:-5', `&entity-bytes=${at}:*`])
        expect(await failure(fetch(`${node.gateway}/ipfs/${cid}?format=car${query}`)), query).toBeUndefined();
      expect(await store.verify(cid)).toMatchObject({ blocks: 6 });
      await expect(store.fetchTo(cid, join(temp.path, 'huge'))).rejects.toMatchObject({
        id: 'CONTENT_TOO_LARGE',
      });
      expect(await taste(`/api/v0/cat?arg=${cid}`, node.api, 'POST', 5_000_000)).toBeGreaterThan(0);
      expect(await taste(`/ipfs/${cid}`)).toBeGreaterThan(0);
      expect((await rpc('version')).status).toBe(200);
    },
    LONG,
  );

  test(
    'shards without end, and shards that hold each other many times, are refused',
    async () => {
      const nested: Block[] = [shard([])];
      for (let i = 0; i < 40; i++) nested.push(shard([{ name: '00', to: nested.at(-1) as Block }]));
      const crossed: Block[] = [shard([{ name: '00x', to: leaf }])];
      for (let i = 0; i < 14; i++) {
        const to = crossed.at(-1) as Block;
        crossed.push(
          shard(
            Array.from(
              { length: 256 },
              (_, j): Link => ({ name: j.toString(16).toUpperCase().padStart(2, '0'), to }),
            ),
          ),
        );
      }
      for (const blocks of [nested, crossed]) {
        const root = blocks.at(-1) as Block;
        await put([...blocks, leaf]);
        const cid = root.cid.toString();
        await expect(store.list(cid)).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });
        await expect(store.fetchTo(cid, join(temp.path, 'shards'))).rejects.toMatchObject({
          id: 'CONTENT_UNSAFE',
        });
        for (const call of ['ls', 'get'])
          expect(await failure(rpc(`${call}?arg=${cid}`)), call).toBeDefined();
        for (const path of ['/', '/?format=car&dag-scope=entity'])
          expect(await failure(fetch(`${node.gateway}/ipfs/${cid}${path}`)), path).toBeDefined();
        // A name leads to one place at most.
        expect([404, 422]).toContain((await fetch(`${node.gateway}/ipfs/${cid}/name`)).status);
        expect(await store.verify(cid)).toMatchObject({ blocks: expect.any(Number) });
      }
    },
    LONG,
  );

  test('what is no UnixFS at all', async () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('not dag-pb'),
      Buffer.alloc(1000, 0x12),
      Buffer.from([0x0a, 0x02, 0x08, 0x63]),
    ]) {
      const odd = block(DAG_PB, bytes);
      await put([odd]);
      for (const call of ['ls', 'cat', 'get'])
        expect(await failure(rpc(`${call}?arg=${odd.cid}`)), call).toBeDefined();
      expect(await failure(fetch(`${node.gateway}/ipfs/${odd.cid}`))).toBeDefined();
      await expect(store.list(odd.cid.toString())).rejects.toMatchObject({ id: 'CONTENT_UNSAFE' });
    }
  });

  test.runIf(process.platform === 'linux')('and the node has stayed small', () => {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))?.[1];
    expect(Number(peak) / 1024, 'MiB').toBeLessThan(deep ? 900 : 600);
  });
});
