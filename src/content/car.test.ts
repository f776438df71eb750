import { CarReader, CarWriter } from '@ipld/car';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, carHeader, exportCar, importCar, varint } from './car.ts';
import { CID, cidV1, RAW, sha256 } from './cid.ts';
import { collect } from './testing/collect.ts';

const block = async (bytes: Uint8Array): Promise<Block> => ({ cid: cidV1(RAW, sha256(bytes)), bytes });

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size = 65536, maxBlock?: number) {
  const car = await importCar(inPieces(bytes, size), maxBlock === undefined ? {} : { maxBlock });
  return { roots: car.roots.map(String), blocks: await collect(car.blocks) };
}

const plain = (blocks: Block[]) =>
  blocks.map((b) => [b.cid.toString(), Buffer.from(b.bytes).toString('hex')]);

const bad = { name: 'SaharaError', id: 'CONTENT_CAR_INVALID' };

describe('CAR', () => {
  it('is read back, whatever the chunks it comes in, and is what the reference reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 30_000 }),
        async (data, size) => {
          const blocks = await Promise.all(data.map(block));
          const roots = blocks.slice(0, 2).map((b) => b.cid);
          const bytes = Buffer.concat(await collect(exportCar(roots, blocks)));
          const ours = await read(bytes, size);
          expect(ours.roots).toEqual(roots.map(String));
          expect(plain(ours.blocks)).toEqual(plain(blocks));
          const reference = await CarReader.fromBytes(bytes);
          expect((await collect(reference.blocks())).length).toBe(blocks.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is read in memory that is used again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(70_000), { maxLength: 8 }), async (lengths) => {
        const blocks = await Promise.all(lengths.map((n, i) => block(Buffer.alloc(n, `block ${i}`))));
        const bytes = Buffer.concat(await collect(exportCar([(await block(Buffer.of(1))).cid], blocks)));
        const source = (async function* () {
          for (let at = 0; at < bytes.length; at += 20_000) yield bytes.subarray(at, at + 20_000);
        })();
        const car = await importCar(source, { lend: 3 });
        const seen: Block[] = [];
        const memory = new Set<ArrayBufferLike>();
        for await (const one of car.blocks) {
          seen.push(one);
          if (one.bytes.length >= 64 * 1024) memory.add(one.bytes.buffer);
          // The last three are as they were.
          for (const { cid, bytes } of seen.slice(-3))
            expect(Buffer.compare(cid.multihash.digest, sha256(bytes))).toBe(0);
        }
        expect(seen.map(({ cid }) => String(cid))).toEqual(blocks.map(({ cid }) => String(cid)));
        expect(memory.size).toBeLessThanOrEqual(6);
      }),
      { numRuns: 40 },
    );
  });

  it('made by the reference is read, version 0 addresses too', async () => {
    const first = await block(Buffer.from('one'));
    const v0 = CID.createV0(first.cid.multihash as never);
    const { writer, out } = CarWriter.create([first.cid, v0]);
    const all = collect(out);
    await writer.put({ cid: first.cid, bytes: first.bytes });
    await writer.put({ cid: v0, bytes: first.bytes });
    await writer.close();
    const ours = await read(Buffer.concat(await all), 7);
    expect(ours.roots).toEqual([first.cid.toString(), v0.toString()]);
    expect(ours.blocks).toHaveLength(2);
  });

  it('of version 2 is read, without its index', async () => {
    const one = await block(Buffer.from('one'));
    const inner = Buffer.concat(await collect(exportCar([one.cid], [one])));
    const fixed = Buffer.alloc(40);
    fixed.writeBigUInt64LE(60n, 16);
    fixed.writeBigUInt64LE(BigInt(inner.length), 24);
    const pragma = Buffer.from('0aa16776657273696f6e02', 'hex');
    const bytes = Buffer.concat([pragma, fixed, Buffer.alloc(9), inner, Buffer.from('index')]);
    expect(plain((await read(bytes)).blocks)).toEqual(plain([one]));
    await expect(read(bytes.subarray(0, bytes.length - 10))).rejects.toMatchObject(bad);
  });

  it('cut off anywhere is never taken for whole', async () => {
    const blocks = await Promise.all(['one', 'two', 'three'].map((t) => block(Buffer.from(t))));
    const bytes = Buffer.concat(await collect(exportCar([(blocks[0] as Block).cid], blocks)));
    for (let length = 0; length < bytes.length; length++) {
      // Between two blocks a CAR ends cleanly; completeness of the DAG is another check.
      const result = await read(bytes.subarray(0, length)).catch((error) => error);
      if (result instanceof Error) expect(result).toMatchObject(bad);
      else expect(result.blocks.length).toBeLessThan(blocks.length);
    }
  });

  it('of random bytes gives its own error, and soon', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (junk) => {
        const header = carHeader([(await block(Buffer.from('x'))).cid]);
        for (const bytes of [junk, Buffer.concat([header, junk])]) {
          const result = await read(bytes).catch((error) => error);
          if (result instanceof Error) expect(result).toMatchObject(bad);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('with a block that claims to be huge is refused before it is read', async () => {
    const one = await block(Buffer.from('x'));
    const bytes = Buffer.concat([carHeader([one.cid]), varint(2 ** 40), one.cid.bytes]);
    await expect(read(bytes)).rejects.toMatchObject(bad);
    const large = Buffer.concat(await collect(exportCar([one.cid], [await block(new Uint8Array(101))])));
    await expect(read(large, 10, 100)).rejects.toMatchObject(bad);
    expect((await read(large, 10, 101)).blocks).toHaveLength(1);
  });
});
