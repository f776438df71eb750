import fc from 'fast-check';
import { importer } from 'ipfs-unixfs-importer';
import type { CID } from 'multiformats/cid';
import { describe, expect, it } from 'vitest';
import { sha256 } from './cid.ts';
import { buildDag, type DagEntry } from './dag.ts';
import { type FolderLink, folderDag } from './folder-dag.ts';
import { cidOf, cidText, rawKey } from './key.ts';
import { byBytes } from './names.ts';
import { collect } from './testing/collect.ts';
import { keyStream } from './testing/vectors.ts';

const deep = process.env['SAHARA_DEPTH'] === 'deep';
const MIB = 1024 * 1024;
type Options = Parameters<typeof importer>[2];
type Blockstore = Parameters<typeof importer>[1];
const PROFILE = { profile: 'unixfs-v1-2025', wrapWithDirectory: true } as const;

/** The last address that the reference importer gives, and every block that it makes. */
async function reference(source: Parameters<typeof importer>[0], options: Options = {}) {
  const blocks = new Set<string>();
  const store = {
    async put(cid: CID): Promise<CID> {
      blocks.add(cid.toString());
      return cid;
    },
  };
  const results = await collect(importer(source, store as unknown as Blockstore, { ...PROFILE, ...options }));
  return { root: results.at(-1)?.cid.toString(), size: Number(results.at(-1)?.size), blocks };
}

const odd = fc.constantFrom(
  ...[
    'naïve.txt',
    'cafe\u0301',
    'caf\u00e9',
    '日本語',
    '🙂',
    '👩‍👩‍👧',
    '\uff01',
    '\u{10ffff}',
    'ß',
    'ẞ',
    ' ',
    '  a ',
    'a.',
    '...',
  ],
  ...[
    '-rf',
    '~',
    '$HOME',
    '%2e%2e',
    'CON',
    'a:b',
    '"quoted"',
    "it's",
    '\u202egnp.exe',
    '\u200b',
    '0',
    'constructor',
    '__proto__',
  ],
  'x'.repeat(255),
);
const plain = fc.stringMatching(/^[a-zA-Z0-9 _.-]{1,12}$/).filter((n) => n !== '.' && n !== '..');
const name = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: odd });
const size = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(MIB - 1, MIB, MIB + 1, 2 * MIB - 1, 2 * MIB + 1) },
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 300 }) },
);
/** A file of that size, a folder with nothing in it, or bytes that another file has too. */
const thing = fc.oneof(
  { weight: 6, arbitrary: size },
  { weight: 1, arbitrary: fc.constant('empty folder' as const) },
  { weight: 2, arbitrary: fc.constant('the same' as const) },
);
const tree = fc.dictionary(
  fc.array(name, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/')),
  thing,
  { minKeys: 0, maxKeys: 20, noNullPrototype: true },
);

function entriesOf(things: Record<string, number | 'empty folder' | 'the same'>, seed: number): DagEntry[] {
  const next = keyStream(String(seed));
  const same = next(1000);
  return Object.entries(things)
    .filter(([path], _, all) => !all.some(([other]) => other.startsWith(`${path}/`)))
    .map(([path, what]): DagEntry => {
      if (what === 'empty folder') return { path, emptyFolder: true };
      return { path, bytes: what === 'the same' ? same : next(what) };
    });
}

const candidate = (e: DagEntry) => ('bytes' in e ? { path: e.path, content: e.bytes } : { path: e.path });

describe('addresses are those of the reference importer', () => {
  it('for random trees: root, every block and nothing besides', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer(), async (things, seed) => {
        const entries = entriesOf(things, seed);
        fc.pre(entries.length > 0);
        const dag = await buildDag(entries);
        const expected = await reference(entries.map(candidate));
        expect(dag.root).toBe(expected.root);
        const blocks = (await collect(dag.blocks())).map((block) => block.cid.toString());
        expect(blocks.length).toBe(dag.blockCount);
        expect(new Set(blocks)).toEqual(expected.blocks);
      }),
      { numRuns: deep ? 500 : 40 },
    );
  });

  it('for folders deep inside of each other', async () => {
    const path = Array.from({ length: 150 }, (_, i) => `d${i}`).join('/');
    const entries: DagEntry[] = [
      { path: `${path}/f`, bytes: Buffer.from('deep') },
      { path: `${path}/void`, emptyFolder: true },
      { path: 'd0/f', bytes: Buffer.from('deep') },
    ];
    expect((await buildDag(entries)).root).toBe((await reference(entries.map(candidate))).root);
  });

  /** One folder with links to whatever has these names, addresses and sizes. */
  async function sameFolder(links: FolderLink[]): Promise<void> {
    const nodes: string[] = [];
    const ours = folderDag(links, (key) => nodes.push(cidText(key)));
    const byName = new Map(links.map((link) => [link.name, link]));
    const expected = await reference(
      [...links]
        .sort((a, b) => byBytes(a.name, b.name))
        .map(({ name }) => ({ path: name, content: Buffer.alloc(0) })),
      {
        fileBuilder: async ({ originalPath: path = '' }) => {
          const link = byName.get(path);
          if (link === undefined) throw new Error(`no link ${path}`);
          return { cid: cidOf(link.key), path, originalPath: path, size: BigInt(link.tsize) };
        },
      },
    );
    expect(cidText(ours.key)).toBe(expected.root);
    expect(ours.tsize).toBe(expected.size);
    expect(new Set(nodes)).toEqual(expected.blocks);
  }

  const keyFor = (text: string) => rawKey(Buffer.from(sha256(Buffer.from(text))).toString('latin1'));

  it('for folders on both sides of the limit of a block, to the byte', async () => {
    // Each link of this kind takes 55 bytes, and the data of the folder 4: 262,144 are reached with a last name of 21.
    const names = Array.from({ length: 4765 }, (_, i) => String(i).padStart(11, 'n'));
    for (const last of deep ? [1, 20, 21, 22, 23, 150] : [21, 22]) {
      const links = [...names, 'z'.repeat(last)].map((n) => ({ name: n, key: keyFor('x'), tsize: 1 }));
      await sameFolder(links);
      let largest = 0;
      folderDag(links, (_, bytes) => {
        largest = Math.max(largest, bytes.length);
      });
      expect(largest <= 256 * 1024).toBe(true);
      expect(largest === 256 * 1024).toBe(last === 21);
    }
  });

  it('for sharded folders of names of any kind', async () => {
    const wide = fc
      .oneof(name, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }))
      .filter((n) => !n.includes('/') && n !== '.' && n !== '..' && n.isWellFormed());
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(wide, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 900, max: 1500 }),
        fc.integer({ min: 0, max: 2 ** 40 }),
        async (some, many, tsize) => {
          const long = Array.from({ length: many }, (_, i) =>
            `${i}`.padStart(230 + (i % 9), '日'.repeat(70)),
          );
          const names = [...new Set([...some, ...long])];
          await sameFolder(
            names.map((n, i) => ({ name: n, key: keyFor(n), tsize: i % 3 === 0 ? tsize : i })),
          );
        },
      ),
      { numRuns: deep ? 30 : 2 },
    );
  });

  it('for a folder of ten thousand files, in whatever order they come', async () => {
    const links = Array.from({ length: 10_000 }, (_, i) => ({
      name: `file-${i}.json`,
      key: keyFor(String(i)),
      tsize: i,
    }));
    await sameFolder(links);
    const once = folderDag(links, () => {});
    expect(folderDag(links.toReversed(), () => {})).toEqual(once);
  });
});

describe('a sharded folder', () => {
  it('refuses names that share all bits of their hash, which it cannot tell apart', () => {
    const key = rawKey('x'.repeat(32));
    const many = Array.from({ length: 5_000 }, (_, i) => ({ name: `long-enough-${i}`, key, tsize: 1 }));
    const twice = { name: 'long-enough-7', key, tsize: 2 };
    expect(() => folderDag([...many, twice], () => {})).toThrow(
      expect.objectContaining({
        id: 'CONTENT_NAME_COLLISION',
        params: { path: twice.name, other: twice.name },
      }),
    );
  });
});

describe('names', () => {
  it('are in the order of their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6 }).filter((t) => t.isWellFormed());
    const near = fc.tuple(text, text, text).map(([head, a, b]) => [head + a, head + b] as const);
    fc.assert(
      fc.property(near, ([a, b]) => {
        expect(Math.sign(byBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    for (const [a, b] of [
      ['\uff01', '\u{1f642}'],
      ['\ud7ff', '\u{10000}'],
      ['\ue000', '\u{10000}'],
      ['a', 'a\u{10000}'],
    ] as const)
      expect(byBytes(a, b)).toBeLessThan(0);
  });
});
