import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContentAccess, exportContent, getContent, importContent, openContent } from './manage/index.ts';
import { buildPathDag } from './path-dag.ts';
import { type RunningNode, startNode, tempDir } from './testing/node.ts';
import { keyStream } from './testing/vectors.ts';

/* By Kubo's own command line: the same folder has the same address there, and what either made the other reads. */

const binary = process.env['KUBO_BINARY'];
const MIB = 1024 * 1024;

/** What a folder holds: a file's size or bytes, or a folder. */
type Tree = { [name: string]: number | Uint8Array | Tree };

describe.skipIf(!binary)('what Kubo makes of the same content', { timeout: 120_000 }, () => {
  let temp: ReturnType<typeof tempDir>;
  let node: RunningNode;
  let access: ContentAccess;
  let count = 0;
  const fresh = (): string => join(temp.path, `d${count++}`);
  const ipfs = (...args: string[]): Buffer =>
    execFileSync(binary ?? '', args, {
      env: {
        PATH: process.env['PATH'],
        HOME: temp.path,
        IPFS_PATH: join(temp.path, 'kubo'),
        IPFS_TELEMETRY: 'off',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 256 * MIB,
    });
  beforeAll(async () => {
    temp = tempDir('kubo-addresses');
    ipfs('init', '--empty-repo', '--profile=test,unixfs-v1-2025');
    node = await startNode(join(temp.path, 'repo'));
    access = openContent({ api: node.api });
  });
  afterAll(async () => {
    access.close();
    await node.stop();
    temp.remove();
  });

  function write(dir: string, tree: Tree): string {
    const next = keyStream(dir.slice(temp.path.length));
    const inside = (at: string, things: Tree) => {
      mkdirSync(at);
      for (const [name, what] of Object.entries(things)) {
        const path = join(at, name);
        if (typeof what === 'number') writeFileSync(path, next(what));
        else if (what instanceof Uint8Array) writeFileSync(path, what);
        else inside(path, what);
      }
    };
    inside(dir, tree);
    return dir;
  }
  /** The address by `ipfs add`. */
  const theirs = (path: string, ...options: string[]): string =>
    ipfs('add', '--recursive', '--quieter', '--pin=false', ...options, path)
      .toString()
      .trim();
  const ours = async (path: string): Promise<string> => (await buildPathDag(path)).root;
  const expectSame = async (path: string): Promise<void> => expect(await ours(path)).toBe(theirs(path));

  const name = fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[a-z0-9_-][a-z0-9 _.-]{0,10}[a-z]$/) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '日本語',
        'naïve.txt',
        'cafe\u0301',
        '👩‍👩‍👧',
        '100%',
        "it's",
        '\uff01',
        '\u{10ffff}',
      ),
    },
  );
  const size = fc.oneof(
    { weight: 8, arbitrary: fc.nat(3000) },
    { weight: 1, arbitrary: fc.constantFrom(0, MIB - 1, MIB, MIB + 1, 2 * MIB + 1) },
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.dictionary(
      name,
      fc.oneof({ depthSize: 'small' }, size, tie('tree')) as fc.Arbitrary<number | Tree>,
      {
        maxKeys: 5,
        noNullPrototype: true,
      },
    ),
  }));

  test('random folders have one address', async () => {
    // Many at once: starting Kubo takes longer than adding them.
    const trees = fc.array(tree, { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(trees, async (all) => {
        await expectSame(write(fresh(), Object.fromEntries(all.map((t, i) => [`t${i}`, t]))));
      }),
      { numRuns: Math.min(fc.readConfigureGlobal()?.numRuns ?? 6, 60) },
    );
  });

  test('a folder deep in others, an empty one and an empty file have one address', async () => {
    let deep: Tree = { file: 1, void: {} };
    for (let i = 0; i < 150; i++) deep = { [`d${i}`]: deep };
    await expectSame(write(fresh(), { deep, void: {}, nothing: 0 }));
    await expectSame(write(fresh(), {}));
  });

  /* Each of these links takes 286 bytes, and the data of the folder 4: 262,144 are reached with a last name of 119. */
  const x = Buffer.from('x');
  const nameOf = (i: number): string => String(i).padStart(240, 'n');
  const many = Array.from({ length: 916 }, (_, i) => [nameOf(i), x] as const);
  test.each([
    ['', (i: number) => nameOf(i)],
    [' with names in Japanese', (i: number) => `${'日本'.repeat(39)}${String(i).padStart(6, '0')}`],
  ])('a folder of files%s is sharded from the same byte on', async (_, named) => {
    const files = Object.fromEntries(many.map(([, bytes], i) => [named(i), bytes]));
    for (const last of [119, 120]) {
      const dir = write(fresh(), { ...files, ['z'.repeat(last)]: x });
      await expectSame(dir);
      expect((await buildPathDag(dir)).blockCount > 2).toBe(last === 120);
    }
  });

  /*
   * Links to folders count as those to files do. Not to the byte: Kubo adds each folder again at
   * its end, forgets its name in the sum, and makes a single block of a folder that exceeds the limit by less than that.
   */
  test('a folder of folders is sharded, too, and folders count as files do', async () => {
    const inside = Array.from({ length: 916 }, (_, i) => [
      String(i).padStart(240, 'n'),
      i % 5 === 0 ? {} : x,
    ]);
    const full = { ...Object.fromEntries(inside), ['z'.repeat(119)]: x };
    const dir = write(fresh(), full);
    await expectSame(dir);
    expect((await buildPathDag(dir)).blockCount).toBe(3);
    const over = write(fresh(), { ...full, ['y'.repeat(240)]: {} });
    await expectSame(over);
    expect((await buildPathDag(over)).blockCount).toBeGreaterThan(100);
  });

  test('what lies in a folder counts by the length of its size, at the same byte', async () => {
    // 200 bytes take a varint of 2, 20,000 one of 3: links of 287 and 288 bytes. With one more of 286, 66 are left.
    const sizes = [1, 200, 20_000].map((bytes) => Buffer.alloc(bytes));
    const files = Array.from({ length: 912 }, (_, i) => [nameOf(i), sizes[i % 3] ?? x]);
    for (const last of [66, 67]) {
      const all = { ...Object.fromEntries(files), [nameOf(912)]: x, ['z'.repeat(last)]: x };
      const dir = write(fresh(), all);
      await expectSame(dir);
      expect((await buildPathDag(dir)).blockCount > 5).toBe(last === 67);
    }
  });

  test('sharded folders in sharded folders have one address', async () => {
    const large = (inside: Tree): Tree => ({
      ...Object.fromEntries(many),
      [nameOf(916)]: x,
      ...inside,
    });
    await expectSame(
      write(fresh(), large({ 日本: large({ deep: large({ more: 1 }) }), large: 3 * MIB + 7, more: 1 })),
    );
  });

  test.each([0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 1024 * MIB, 1024 * MIB + 1])(
    'a file of %d bytes has one address',
    async (bytes) => {
      const file = fresh();
      writeFileSync(file, '');
      truncateSync(file, bytes);
      await expectSame(file);
    },
  );

  test('an archive of ours is read by Kubo, which writes the same', async () => {
    const dir = write(fresh(), {
      'a.txt': 5,
      none: 0,
      sub: {
        日本: 2 * MIB + 5,
        again: { copy: Buffer.from('twice') },
        twice: Buffer.from('twice'),
        void: {},
      },
    });
    const cid = theirs(dir);
    const byKubo = ipfs('dag', 'export', '--progress=false', cid);
    const file = fresh();
    writeFileSync(file, byKubo);
    expect((await importContent(access, file)).roots).toMatchObject([{ cid, pinned: true }]);
    const again = fresh();
    await exportContent(access, cid, again);
    expect(readFileSync(again).equals(byKubo)).toBe(true);
    const out = fresh();
    await getContent(access, cid, out);
    expect(await ours(out)).toBe(cid);

    // The other way round, with something that Kubo has not seen.
    const other = write(fresh(), { more: { of: 2 * MIB, it: 100 } });
    const root = await ours(other);
    await access.store.put(await buildPathDag(other));
    const car = fresh();
    await exportContent(access, root, car);
    expect(ipfs('dag', 'import', '--stats=false', car).toString()).toContain(root);
    expect(ipfs('pin', 'ls', '--type=recursive', '--quiet').toString()).toContain(root);
    const got = fresh();
    ipfs('get', '--progress=false', '--output', got, root);
    expect(await ours(got)).toBe(root);
  });

  test.each([
    [['--cid-version=0', '--chunker=size-262144', '--max-file-links=174']],
    [['--raw-leaves=false']],
    [['--trickle']],
    [['--chunker=rabin-1024-65536-131072']],
    [['--chunker=buzhash']],
    [['--inline', '--inline-limit=64']],
    [['--max-directory-links=3']],
    [['--raw-leaves=false', '--preserve-mode', '--preserve-mtime']],
  ])('what Kubo adds with %j is read here as it was', async (options) => {
    const dir = write(fresh(), {
      'a.txt': 5,
      none: 0,
      sub: { 日本: 2 * MIB + 5, x: 300, y: 10, z: 1, void: {} },
    });
    const file = fresh();
    const cid = theirs(dir, ...options);
    writeFileSync(file, ipfs('dag', 'export', '--progress=false', cid));
    await importContent(access, file);
    const out = fresh();
    await getContent(access, cid, out);
    expect(await ours(out)).toBe(await ours(dir));
  });
});
