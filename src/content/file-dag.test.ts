import { createHash, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildFileDag, type FileDagOptions, type FileSink } from './file-dag.ts';
import { cidText, type Key } from './key.ts';
import type { Source } from './source.ts';
import { keyStreamAt } from './testing/vectors.ts';

const MIB = 1024 * 1024;
const nothing: FileSink = { leaf: () => undefined, node: () => undefined, advance() {} };

/** Counts what is asked of a file that is made of the key stream. */
function counted(size: number, seed: string) {
  const at = keyStreamAt(seed);
  const work = { reads: 0, bytes: 0, memory: new Set<ArrayBufferLike>() };
  const source: Source = {
    name: seed,
    size,
    async read(into, position) {
      work.reads++;
      work.bytes += into.length;
      work.memory.add(into.buffer);
      at(position, into);
    },
    readHere: (into, position) => at(position, into),
    async unchanged() {},
    async close() {},
  };
  return { source, work };
}

const address = async (size: number, seed: string, options: Partial<FileDagOptions> = {}) =>
  cidText(
    (await buildFileDag(counted(size, seed).source, nothing, { digest: false, keepBytes: false, ...options }))
      .key,
  );

// Vectors: ipfs/kubo test/cli/cid_profiles_test.go and ipfs/js-ipfs-unixfs ipip-499-profiles.spec.ts. Size and seed of
// the last one are those of ipfs/kubo test/cli/add_test.go, which says that its root has two links.
describe('published vectors of unixfs-v1-2025 with more than one level', () => {
  it.each([
    [1024 * MIB, 'bafybeihmf37wcuvtx4hpu7he5zl5qaf2ineo2lqlfrapokkm5zzw7zyhvm'],
    [1024 * MIB + 1, 'bafybeibdsi225ugbkmpbdohnxioyab6jsqrmkts3twhpvfnzp77xtzpyhe'],
  ])('a file of %d bytes of v1-2025-seed', { timeout: 120_000 }, async (size, cid) => {
    expect(await address(size, 'v1-2025-seed')).toBe(cid);
  });

  it.runIf(process.env['SAHARA_DEPTH'] === 'deep')(
    'a file of 1025 MiB, with its own digest',
    {
      timeout: 300_000,
    },
    async () => {
      const cid = 'bafybeihmzokxxjqwxjcryerhp5ezpcog2wcawfryb2xm64xiakgm4a5jue';
      expect(await address(1025 * MIB, 'v1-2025-seed', { digest: true })).toBe(cid);
    },
  );
});

describe('a file of several chunks', () => {
  const size = 9 * MIB + 3;

  it('has one address and one digest however it is read', async () => {
    const bytes = Buffer.alloc(size);
    keyStreamAt('ways')(0, bytes);
    const keys = new Set<Key>();
    for (const digest of [true, false]) {
      for (const keepBytes of [true, false]) {
        const { source } = counted(size, 'ways');
        const dag = await buildFileDag(source, nothing, { digest, keepBytes });
        keys.add(dag.key);
        const own = dag.sha256 === undefined ? undefined : Buffer.from(dag.sha256, 'latin1').toString('hex');
        expect(own).toBe(digest ? hash('sha256', bytes) : undefined);
      }
    }
    expect(keys.size).toBe(1);
  });

  it('hands over each leaf in memory of its own, that nobody writes to again', async () => {
    const { source } = counted(size, 'own');
    const leaves: { offset: number; bytes: Uint8Array }[] = [];
    const sink: FileSink = {
      ...nothing,
      leaf(_key, offset, _length, bytes) {
        if (bytes !== undefined) leaves.push({ offset, bytes });
        return undefined;
      },
    };
    await buildFileDag(source, sink, { digest: false, keepBytes: true });
    expect(new Set(leaves.map((l) => l.bytes.buffer)).size).toBe(10);
    const whole = createHash('sha256');
    for (const { bytes } of leaves.sort((a, b) => a.offset - b.offset)) whole.update(bytes);
    const expected = Buffer.alloc(size);
    keyStreamAt('own')(0, expected);
    expect(whole.digest('hex')).toBe(hash('sha256', expected));
  });

  it('fails as its source or its sink fails, after everything that was under way', async () => {
    for (const digest of [true, false]) {
      const { source } = counted(size, 'fails');
      let running = 0;
      const read: Source['read'] = async (into, position) => {
        running++;
        await new Promise((resume) => setImmediate(resume));
        running--;
        if (position === 5 * MIB) throw new Error('the disk is gone');
        await source.read(into, position);
      };
      const options = { digest, keepBytes: false };
      await expect(buildFileDag({ ...source, read }, nothing, options)).rejects.toThrow('the disk is gone');
      expect(running).toBe(0);
      const full = async () => {
        throw new Error('no space left');
      };
      await expect(buildFileDag(source, { ...nothing, leaf: full }, options)).rejects.toThrow(
        'no space left',
      );
    }
  });
});

describe('the work for a file', () => {
  it.each([
    [true, 'with'],
    [false, 'without'],
  ])('grows with its bytes and its memory does not: %s (%s its digest)', async (digest) => {
    for (const chunks of [8, 16, 32]) {
      const { source, work } = counted(chunks * MIB, 'linear');
      let kept = 0;
      const sink: FileSink = {
        ...nothing,
        leaf: () => void kept++,
        node: () => void kept++,
      };
      await buildFileDag(source, sink, { digest, keepBytes: false });
      expect({ reads: work.reads, bytes: work.bytes, kept }).toEqual({
        reads: chunks,
        bytes: chunks * MIB,
        kept: chunks + 1,
      });
      expect(work.memory.size).toBeLessThanOrEqual(4);
    }
  });
});
