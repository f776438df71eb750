import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildDag, type DagEntry } from './dag.ts';
import { openPackStore } from './node/pack-store.ts';
import { buildPathDag } from './path-dag.ts';
import { tempDir } from './testing/node.ts';
import { keyStream } from './testing/vectors.ts';

const MIB = 1024 * 1024;
let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('disk');
});
afterEach(() => temp.remove());

const at = (...parts: string[]) => join(temp.path, ...parts);
const put = (path: string, bytes: string | Uint8Array = path) => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), bytes);
};
const refuses = (path: string, id: string) =>
  expect(buildPathDag(path)).rejects.toMatchObject({ name: 'SaharaError', id });

/** Does something once, when the first bytes have been read. */
function during(act: () => void) {
  let done = false;
  const advance = () => {
    if (!done) act();
    done = true;
  };
  return { progress: { start() {}, done() {}, advance } };
}

describe('content as people have it', () => {
  it('a sparse file has the address of its zeros, each block once', async () => {
    put('sparse', '');
    truncateSync(at('sparse'), 40 * MIB + 7);
    const dag = await buildPathDag(at('sparse'));
    const inMemory = await buildDag([{ path: 'sparse', bytes: Buffer.alloc(40 * MIB + 7) }]);
    expect(dag.root).toBe(inMemory.files[0]?.cid);
    // The zeros of a mebibyte, the zeros of the rest, and the node over them.
    expect(dag.blockCount).toBe(3);
  });

  it('names of all scripts, with blanks, dots and marks, are kept as they are', async () => {
    const names = [
      '日本語/ファイル',
      'naïve café.txt',
      '🙂/👩‍👩‍👧',
      ' blank ',
      'a.',
      '~',
      '-rf',
      '$(x)',
      '__proto__',
      'x'.repeat(255),
    ];
    for (const name of names) put(name);
    const dag = await buildPathDag(temp.path);
    expect(new Set(dag.files.map((f) => f.path))).toEqual(new Set(names));
    const expected = await buildDag(names.map((path) => ({ path, bytes: Buffer.from(path) })));
    expect(dag.root).toBe(expected.root);
  });

  it.each([
    ['README.md', 'readme.md'],
    ['caf\u00e9', 'cafe\u0301'],
    ['STRASSE/a', 'strasse/b'],
  ])('names that are one elsewhere are refused: %s and %s', async (a, b) => {
    put(a);
    put(b);
    await refuses(temp.path, 'CONTENT_NAME_COLLISION');
  });

  it('folders are as deep as the file system lets them', async () => {
    // A path has at most 4,096 bytes on Linux.
    const depth = Math.floor((4000 - temp.path.length) / 2);
    const deep = Array.from({ length: depth }, () => 'd').join('/');
    put(`${deep}/f`, 'deep');
    const dag = await buildPathDag(temp.path);
    expect(dag.files).toHaveLength(1);
    expect(dag.folders.size).toBe(depth + 1);
    const byHand = await buildDag([{ path: `${deep}/f`, bytes: Buffer.from('deep') }]);
    expect(dag.root).toBe(byHand.root);
  });

  it('folders in memory are deeper than any stack', async () => {
    const path = `${Array.from({ length: 6_000 }, () => 'd').join('/')}/f`;
    const dag = await buildDag([{ path, bytes: Buffer.from('f') }]);
    expect(dag.folders.size).toBe(6_001);
    let blocks = 0;
    for await (const _ of dag.blocks()) blocks++;
    expect(blocks).toBe(6_002);
  });

  it('ten thousand entries in one folder, files and folders, are one sharded folder', async () => {
    const entries: DagEntry[] = Array.from({ length: 10_000 }, (_, i) =>
      i % 2 === 0 ? { path: `e${i}`, bytes: Buffer.from(String(i)) } : { path: `e${i}`, emptyFolder: true },
    );
    const dag = await buildDag(entries);
    expect(dag.folders.size).toBe(5_001);
    for await (const { bytes } of dag.blocks()) expect(bytes.length <= 256 * 1024).toBe(true);
  });

  it('the same bytes under many names are one block', async () => {
    for (let i = 0; i < 20; i++) put(`d${i % 3}/copy-${i}`, 'the same');
    linkSync(at('d0/copy-0'), at('hard-link'));
    const dag = await buildPathDag(temp.path);
    expect(dag.files).toHaveLength(21);
    expect(new Set(dag.files.map((f) => f.cid)).size).toBe(1);
    const folders = new Set(dag.folders.values());
    expect(dag.blockCount).toBe(1 + folders.size);
  });

  it('sockets and pipes are refused, beside files and on their own', async () => {
    put('ok');
    const server = createServer().listen(at('socket'));
    await new Promise((ready) => server.once('listening', ready));
    try {
      await refuses(temp.path, 'CONTENT_NOT_REGULAR');
      await expect(buildPathDag(at('socket'))).rejects.toMatchObject({ name: 'SaharaError' });
    } finally {
      await new Promise((closed) => server.close(closed));
    }
    execFileSync('mkfifo', [at('pipe')]);
    await refuses(temp.path, 'CONTENT_NOT_REGULAR');
    await refuses(at('pipe'), 'CONTENT_NOT_REGULAR');
  });

  it.skipIf(process.getuid?.() === 0)('what may not be read is refused by name', async () => {
    put('folder/secret');
    chmodSync(at('folder/secret'), 0);
    await refuses(at('folder/secret'), 'CONTENT_UNREADABLE');
    await refuses(temp.path, 'CONTENT_UNREADABLE');
    chmodSync(at('folder'), 0);
    await refuses(at('folder'), 'CONTENT_UNREADABLE');
    chmodSync(at('folder'), 0o700);
  });
});

describe('a file that is not left alone while it is read', () => {
  const size = 12 * MIB;
  const changes: [string, (file: string) => void][] = [
    ['grows', (file) => appendFileSync(file, 'more')],
    ['shrinks', (file) => truncateSync(file, MIB)],
    [
      'is replaced by another',
      (file) => {
        writeFileSync(`${file}.new`, Buffer.alloc(size, 2));
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'is written over in place, its times put back',
      (file) => {
        const { atime, mtime } = statSync(file);
        execFileSync('dd', [`of=${file}`, 'bs=1', 'count=1', 'seek=100', 'conv=notrunc', 'status=none'], {
          input: 'x',
        });
        utimesSync(file, atime, mtime);
      },
    ],
  ];

  it.each(changes)('%s: noticed for the address', async (_, change) => {
    put('f', Buffer.alloc(size, 1));
    await expect(
      buildPathDag(
        at('f'),
        during(() => change(at('f'))),
      ),
    ).rejects.toMatchObject({
      id: 'CONTENT_FILE_CHANGED',
      params: { path: 'f' },
    });
  });

  it.each(changes)('%s: noticed for a release, with its digest', async (_, change) => {
    put('f', Buffer.alloc(size, 1));
    const options = during(() => change(at('f')));
    await expect(buildDag([{ path: 'f', file: at('f') }], options)).rejects.toMatchObject({
      id: 'CONTENT_FILE_CHANGED',
    });
  });

  it('vanishes between the list and its turn', async () => {
    put('a');
    put('b');
    const options = during(() => renameSync(at('b'), at('.b')));
    await expect(buildPathDag(temp.path, options)).rejects.toMatchObject({
      id: 'CONTENT_UNREADABLE',
      params: { path: 'b' },
    });
  });

  it('stops when asked to, in the middle of a file', async () => {
    put('f', Buffer.alloc(size, 1));
    const stop = new AbortController();
    const options = { ...during(() => stop.abort(new Error('stop'))), signal: stop.signal };
    await expect(buildPathDag(at('f'), options)).rejects.toThrow('stop');
  });
});

describe('addressing into a sink', () => {
  const content = () => {
    for (let i = 0; i < 50; i++) put(`d${i % 4}/f${i}`, `file ${i % 40}`);
    put('large', Buffer.concat([Buffer.alloc(3 * MIB, 1), Buffer.from('tail')]));
    mkdirSync(at('void'));
  };

  it('gives every block once, children before parents, with the address of its bytes', async () => {
    content();
    const seen = new Map<string, Uint8Array>();
    const dag = await buildPathDag(temp.path, {
      sink: async ({ cid, bytes }) => {
        expect(seen.has(cid.toString())).toBe(false);
        seen.set(cid.toString(), bytes);
      },
    });
    const expected = new Map<string, Uint8Array>();
    for await (const { cid, bytes } of dag.blocks()) expected.set(cid.toString(), bytes);
    expect([...seen.keys()].at(-1)).toBe(dag.root);
    expect(new Set(seen.keys())).toEqual(new Set(expected.keys()));
    for (const [cid, bytes] of seen)
      expect(hash('sha256', bytes)).toBe(hash('sha256', expected.get(cid) ?? ''));
    expect((await buildPathDag(temp.path)).root).toBe(dag.root);
  });

  it('fills a pack that holds the whole of it', async () => {
    content();
    mkdirSync(at('.store'));
    const store = await openPackStore(at('.store'), () => {});
    const writer = store.writer();
    const dag = await buildPathDag(temp.path, { sink: (block) => writer.add(block) });
    await writer.finish();
    for await (const { cid, bytes } of dag.blocks())
      expect(Buffer.compare((await store.get(cid)) ?? Buffer.alloc(0), bytes)).toBe(0);
    expect(store.stat().blocks).toBe(dag.blockCount);
    await store.close();
  });

  it('ends with the failure of the sink', async () => {
    content();
    const sink = async () => {
      throw new Error('no space left');
    };
    await expect(buildPathDag(temp.path, { sink })).rejects.toThrow('no space left');
    await expect(buildPathDag(at('large'), { sink })).rejects.toThrow('no space left');
  });
});

describe('sending', () => {
  /** Files below the folder that this process has open. */
  const open = () =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${fd}`);
        return target.startsWith(temp.path) ? [target] : [];
      } catch {
        return [];
      }
    });

  it.runIf(process.platform === 'linux')('has few files open at a time, and none at the end', async () => {
    const next = keyStream('sending');
    for (let i = 0; i < 6; i++) put(`large-${i}`, next(5 * MIB + i));
    const dag = await buildPathDag(temp.path);
    let most = 0;
    for await (const _ of dag.blocks()) most = Math.max(most, open().length);
    // The one that is read and the one before it, whose last blocks may be on their way.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
    expect(open()).toEqual([]);
    for await (const { bytes } of dag.blocks()) if (bytes.length === MIB) break;
    expect(open()).toEqual([]);
    truncateSync(at('large-3'), MIB);
    const all = async () => {
      for await (const _ of dag.blocks());
    };
    await expect(all()).rejects.toMatchObject({ id: 'CONTENT_FILE_CHANGED', params: { path: 'large-3' } });
    renameSync(at('large-1'), at('elsewhere'));
    await expect(all()).rejects.toMatchObject({ id: 'CONTENT_UNREADABLE', params: { path: 'large-1' } });
    expect(open()).toEqual([]);
  });
});
