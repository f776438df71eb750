import { hash } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CarReader } from '@ipld/car';
import fc from 'fast-check';
import { type FileCandidate, importer } from 'ipfs-unixfs-importer';
import { CID } from 'multiformats/cid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cidOfDigest, digestOfCid } from './cid.ts';
import { buildDag, type DagEntry } from './dag.ts';
import { collect } from './testing/collect.ts';
import { keyStream, vectorNames } from './testing/vectors.ts';

const MIB = 1024 * 1024;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sahara-dag-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const bytes = (path: string, data: Uint8Array | string): DagEntry => ({
  path,
  bytes: typeof data === 'string' ? Buffer.from(data) : data,
});

/** The root that the reference importer gives for the same files. */
async function referenceRoot(files: FileCandidate[], empty: string[] = []): Promise<string> {
  let root = '';
  const blackHole = { put: async (cid: unknown) => cid } as unknown as Parameters<typeof importer>[1];
  const source = [...files, ...empty.map((path) => ({ path }))];
  for await (const e of importer(source, blackHole, { profile: 'unixfs-v1-2025', wrapWithDirectory: true })) {
    root = e.cid.toString();
  }
  return root;
}

/** A file on disk with this many bytes of the key stream, written without holding it in memory. */
function vectorFile(size: number, seed: string): DagEntry {
  const file = join(dir, `${seed}-${size}`);
  writeFileSync(file, '');
  const next = keyStream(seed);
  for (let left = size; left > 0; left -= MIB) appendFileSync(file, next(Math.min(MIB, left)));
  return { path: 'f', file };
}

const fileCid = async (entry: DagEntry) => (await buildDag([entry])).files[0]?.cid;

// Vectors: ipfs/kubo test/cli/cid_profiles_test.go and ipfs/js-ipfs-unixfs ipip-499-profiles.spec.ts.
describe('published vectors of unixfs-v1-2025', () => {
  it('has the CID of "hello world" (one raw leaf)', async () => {
    const dag = await buildDag([bytes('f', 'hello world')]);
    expect(dag.files[0]?.cid).toBe('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e');
    expect(dag.files[0]?.sha256).toBe(`0x${hash('sha256', 'hello world')}`);
  });

  it('has the CID of the empty folder', async () => {
    const dag = await buildDag([{ path: 'empty', emptyFolder: true }]);
    expect(dag.folders.get('empty')).toBe('bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354');
  });

  it.each([
    [MIB, 'chunk-v1-seed', 'bafkreiacndfy443ter6qr2tmbbdhadvxxheowwf75s6zehscklu6ezxmta'],
    [MIB + 1, 'chunk-v1-seed', 'bafybeigmix7t42i6jacydtquhet7srwvgpizfg7gjbq7627d35mjomtu64'],
  ])('a file of %d bytes of %s', async (size, seed, cid) => {
    expect(await fileCid(vectorFile(size, seed))).toBe(cid);
  });

  // Those of a gibibyte are in file-dag.test.ts, made while they are read and never written to a disk.

  it.each([
    [21, 'bafybeic3h7rwruealwxkacabdy45jivq2crwz6bufb5ljwupn36gicplx4'],
    [22, 'bafybeiegvuterwurhdtkikfhbxcldohmxp566vpjdofhzmnhv6o4freidu'],
  ])('a folder at and one over the sharding threshold (last name of %d letters)', async (lastLength, cid) => {
    const names = vectorNames(4766, 11, lastLength, 'hamt-unixfs-v1-2025');
    expect((await buildDag(names.map((name) => bytes(name, 'x')))).root).toBe(cid);
  });
});

describe('against the reference importer', () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9 _.-]{1,8}$/).filter((n) => n !== '.' && n !== '..');
  const unicode = fc.constantFrom('Ünï', '日本', '🙂', 'naïve.txt', 'ß');
  const segment = fc.oneof({ weight: 4, arbitrary: name }, { weight: 1, arbitrary: unicode });
  const size = fc.oneof(
    fc.constantFrom(0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB + 7),
    fc.integer({ min: 0, max: 4096 }),
  );
  const tree = fc.dictionary(
    fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    size,
    { minKeys: 1, maxKeys: 12 },
  );

  it('gives the same root for random trees', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer(), async (sizes, seed) => {
        const next = keyStream(String(seed));
        const paths = Object.keys(sizes).filter((p, _, all) => !all.some((q) => q.startsWith(`${p}/`)));
        const files = paths.map((path) => ({ path, content: next(sizes[path] ?? 0) }));
        const dag = await buildDag(files.map((f) => bytes(f.path, f.content)));
        expect(dag.root).toBe(await referenceRoot(files.map((f) => ({ ...f }))));
        expect(dag.size).toBe(files.reduce((sum, f) => sum + f.content.length, 0));
        for (const f of files) {
          const ours = dag.files.find((d) => d.path === f.path);
          expect(ours?.sha256).toBe(`0x${hash('sha256', f.content)}`);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('finds sub-folders inside of sharded folders, and keeps empty ones', async () => {
    const long = 'n'.repeat(200);
    const entries: DagEntry[] = Array.from({ length: 1200 }, (_, i) => bytes(`big/${long}${i}/f`, String(i)));
    entries.push({ path: 'void', emptyFolder: true });
    const dag = await buildDag(entries);
    const one = await buildDag([bytes('f', '700')]);
    expect(dag.folders.get(`big/${long}700`)).toBe(one.root);
    expect(dag.folders.size).toBe(1 + 1 + 1200 + 1);
    // The reference does not count links to folders, and makes one block of 298,894 bytes of this folder. Told that
    // the folders are files, it shards as the profile says, and as Kubo does.
    const blackHole = { put: async (cid: unknown) => cid } as unknown as Parameters<typeof importer>[1];
    const folders = [...dag.folders.keys()].filter((path) => path.startsWith('big/') || path === 'void');
    const reference = importer(
      folders.map((path) => ({ path, content: Buffer.alloc(0) })),
      blackHole,
      {
        profile: 'unixfs-v1-2025',
        wrapWithDirectory: true,
        fileBuilder: async ({ originalPath: path = '' }) => {
          const text = path.slice(`big/${long}`.length);
          const own = await collect((await buildDag(text === '' ? [] : [bytes('f', text)])).blocks());
          const size = BigInt(own.reduce((sum, block) => sum + block.bytes.length, 0));
          return { cid: CID.parse(dag.folders.get(path) ?? ''), path, originalPath: path, size };
        },
      },
    );
    expect((await collect(reference)).at(-1)?.cid.toString()).toBe(dag.root);
  });

  it('does not depend on the order of the entries', async () => {
    const entries = ['b/c', 'a', 'b/a', 'B', 'é'].map((p) => bytes(p, p));
    expect((await buildDag(entries)).root).toBe((await buildDag(entries.toReversed())).root);
  });
});

describe('the CAR', () => {
  it('is read by the reference reader, complete, each block once, of the size foretold', async () => {
    const same = keyStream('same')(MIB);
    const dag = await buildDag([
      bytes('a', Buffer.concat([same, same, Buffer.from('tail')])),
      bytes('sub/b', same),
      bytes('sub/c', 'c'),
    ]);
    const car = Buffer.concat(await collect(dag.car()));
    expect(car.length).toBe(dag.carSize);
    const reader = await CarReader.fromBytes(car);
    expect((await reader.getRoots()).map(String)).toEqual([dag.root]);
    const cids = (await collect(reader.blocks())).map((b) => b.cid.toString());
    expect(new Set(cids).size).toBe(cids.length);
    expect(cids.length).toBe(dag.blockCount);
    // root, sub, a's node; the MiB, the tail, c
    expect(cids.length).toBe(6);
  });

  it('holds the same bytes twice when they are a file here and a folder there', async () => {
    const inner = await buildDag([bytes('x', 'x')]);
    const [node] = await collect(inner.blocks());
    const dag = await buildDag([bytes('folder/x', 'x'), bytes('file', node?.bytes ?? '')]);
    const cids = (await collect(dag.blocks())).map((b) => b.cid.toString());
    expect(cids.length).toBe(4);
    expect(dag.folders.get('folder')).toBe(inner.root);
    expect(cids).toEqual(expect.arrayContaining([inner.root, dag.files[0]?.cid]));
  });

  it('notices a file that changed between hashing and sending, even with its times put back', async () => {
    const file = join(dir, 'changing');
    writeFileSync(file, 'before');
    const then = new Date(1e12);
    utimesSync(file, then, then);
    const dag = await buildDag([{ path: 'changing', file }]);
    writeFileSync(file, 'later!');
    utimesSync(file, then, then);
    await expect(collect(dag.car())).rejects.toMatchObject({ id: 'CONTENT_FILE_CHANGED' });
  });

  it('notices a file that grows while it is hashed', async () => {
    const file = join(dir, 'growing');
    writeFileSync(file, keyStream('grow')(8 * MIB));
    let grown = false;
    const progress = {
      start() {},
      done() {},
      advance() {
        if (!grown) appendFileSync(file, 'more');
        grown = true;
      },
    };
    await expect(buildDag([{ path: 'growing', file }], { progress })).rejects.toMatchObject({
      id: 'CONTENT_FILE_CHANGED',
    });
  });

  it('notices a file that shrinks while it is hashed', async () => {
    const file = join(dir, 'shrinking');
    writeFileSync(file, keyStream('shrink')(8 * MIB));
    const progress = { start() {}, done() {}, advance: () => truncateSync(file, MIB) };
    await expect(buildDag([{ path: 'shrinking', file }], { progress })).rejects.toMatchObject({
      id: 'CONTENT_FILE_CHANGED',
    });
  });
});

describe('bad input', () => {
  it.each(['../x', '/x', 'a//b', 'a/./b', 'a\\b', 'a\0b', '', 'a/..', 'x\u001b[2J'])(
    'refuses the path %j',
    async (path) => {
      await expect(buildDag([bytes(path, 'x')])).rejects.toMatchObject({ id: 'CONTENT_NAME_BAD' });
    },
  );

  it('refuses the same path twice, and a file that is also a folder', async () => {
    const twice = [bytes('a', '1'), bytes('a', '2')];
    await expect(buildDag(twice)).rejects.toMatchObject({ id: 'CONTENT_NAME_COLLISION' });
    const both = [bytes('a', '1'), bytes('a/b', '2')];
    await expect(buildDag(both)).rejects.toMatchObject({ id: 'CONTENT_NAME_COLLISION' });
  });

  it('refuses a missing file, a folder and a link in the place of a file', async () => {
    symlinkSync('/etc/hostname', join(dir, 'link'));
    const of = (file: string) => buildDag([{ path: 'f', file }]);
    await expect(of(join(dir, 'none'))).rejects.toMatchObject({ id: 'CONTENT_UNREADABLE' });
    await expect(of(dir)).rejects.toMatchObject({ id: 'CONTENT_NOT_REGULAR' });
    await expect(of(join(dir, 'link'))).rejects.toMatchObject({ id: 'CONTENT_SYMLINK' });
  });

  it('stops when asked to', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(buildDag([bytes('a', 'a')], { signal })).rejects.toThrow('stop');
  });
});

describe('digest and CID', () => {
  it("are each other's inverse for releases", async () => {
    const dag = await buildDag([bytes('a', 'a')]);
    expect(digestOfCid(dag.root)).toBe(dag.rootDigest);
    expect(cidOfDigest(dag.rootDigest)).toBe(dag.root);
  });

  it.each([
    'QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn',
    'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
    'bafkqaaa',
    'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf35',
    'not a cid',
  ])('refuse %s', (cid) => {
    expect(() => digestOfCid(cid)).toThrow(expect.objectContaining({ id: 'CONTENT_CID_INVALID' }));
  });

  it('refuse a digest of the wrong length', () => {
    expect(() => cidOfDigest('0x00')).toThrow(expect.objectContaining({ id: 'CONTENT_CID_INVALID' }));
    expect(() => cidOfDigest('0xzz')).toThrow(expect.objectContaining({ id: 'CONTENT_CID_INVALID' }));
  });
});

describe('buildDag with folders addressed before', () => {
  it('gives what addressing everything together gives', async () => {
    const inner = [
      { path: 'a/b.txt', bytes: Buffer.from('b') },
      { path: 'z.bin', bytes: Buffer.alloc(3 * 1024 * 1024, 7) },
    ];
    const outer = [
      { path: 'about.json', bytes: Buffer.from('{}') },
      { path: 'keys/k.pem', bytes: Buffer.from('k') },
    ];
    const content = await buildDag(inner);
    const release = await buildDag(outer, { folders: { content } });
    const together = await buildDag([...outer, ...inner.map((e) => ({ ...e, path: `content/${e.path}` }))]);
    const { blocks: _blocks, car: _car, parts: _parts, ...plain } = release;
    const { blocks: _others, car: _other, parts: _rest, ...expected } = together;
    expect(plain).toEqual(expected);
    const bytes = async (dag: typeof release) => Buffer.concat([await collect(dag.car())].flat());
    expect((await bytes(release)).equals(await bytes(together))).toBe(true);
  });

  it('refuses a name that is taken', async () => {
    const content = await buildDag([{ path: 'a', bytes: Buffer.from('a') }]);
    await expect(
      buildDag([{ path: 'content', bytes: Buffer.from('b') }], { folders: { content } }),
    ).rejects.toMatchObject({
      id: 'CONTENT_NAME_COLLISION',
    });
  });
});
