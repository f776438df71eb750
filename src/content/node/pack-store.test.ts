import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Block } from '../car.ts';
import { cidV1, DAG_PB, RAW, sha256 } from '../cid.ts';
import { tempDir } from '../testing/node.ts';
import { keyStream } from '../testing/vectors.ts';
import { DamagedBlock, openPackStore } from './pack-store.ts';

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('packs');
});
afterEach(() => temp.remove());

const pack = (n = 1) => join(temp.path, `00000${n}.pack`);
const index = (n = 1) => join(temp.path, `00000${n}.idx`);

async function blocksOf(count: number, size = 100, seed = 's'): Promise<Block[]> {
  const next = keyStream(seed);
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const bytes = next(size);
      return { cid: cidV1(RAW, sha256(bytes)), bytes };
    }),
  );
}

async function open(options: { segmentBytes?: number } = {}) {
  const log: string[] = [];
  return { store: await openPackStore(temp.path, (m) => log.push(m), options), log };
}

async function fill(blocks: Block[], options: { segmentBytes?: number } = {}): Promise<void> {
  const { store } = await open(options);
  const writer = store.writer();
  for (const block of blocks) await writer.add(block);
  await writer.finish();
  await store.close();
}

async function present(blocks: Block[]): Promise<boolean[]> {
  const { store } = await open();
  const found = await Promise.all(
    blocks.map(async ({ cid, bytes }) => {
      const got = await store.get(cid).catch(() => undefined);
      return got !== undefined && Buffer.compare(got, bytes) === 0;
    }),
  );
  await store.close();
  return found;
}

describe('pack store', () => {
  it('keeps blocks over restarts, with and without its index', async () => {
    const blocks = await blocksOf(50);
    await fill(blocks);
    expect(existsSync(index())).toBe(true);
    expect(await present(blocks)).toEqual(blocks.map(() => true));
    rmSync(index());
    expect(await present(blocks)).toEqual(blocks.map(() => true));
    writeFileSync(index(), readFileSync(index()).fill(7, 20, 30));
    expect(await present(blocks)).toEqual(blocks.map(() => true));
  });

  it('stores a block once, by its hash whatever the codec', async () => {
    const [block] = (await blocksOf(1)) as [Block];
    const other = { cid: cidV1(DAG_PB, block.cid.multihash.digest), bytes: block.bytes };
    await fill([block, block, other]);
    await fill([block]);
    expect(statSync(pack()).size).toBeLessThan(200);
    const { store } = await open();
    expect(store.stat()).toEqual({ blocks: 1, bytes: 100 });
    expect(store.has(other.cid)).toBe(true);
    await store.close();
  });

  it('begins a new pack when one is full', async () => {
    const blocks = await blocksOf(20, 1000);
    for (const block of blocks) await fill([block], { segmentBytes: 5000 });
    const packs = readdirSync(temp.path).filter((f) => f.endsWith('.pack'));
    expect(packs.length).toBe(4);
    for (const name of readdirSync(temp.path)) if (name.endsWith('.idx')) rmSync(join(temp.path, name));
    expect(await present(blocks)).toEqual(blocks.map(() => true));
  });

  it('cut at any byte keeps every whole block before the cut, and takes new ones after', async () => {
    const blocks = await blocksOf(8, 50);
    await fill(blocks);
    const whole = readFileSync(pack());
    const wholeIndex = readFileSync(index());
    const each = whole.length / blocks.length;
    const [extra] = (await blocksOf(1, 70, 'extra')) as [Block];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), fc.boolean(), async (length, keepIndex) => {
        writeFileSync(pack(), whole.subarray(0, length));
        if (keepIndex) writeFileSync(index(), wholeIndex);
        else rmSync(index(), { force: true });
        await fill([extra]);
        const found = await present([...blocks, extra]);
        expect(found).toEqual([...blocks.map((_, i) => (i + 1) * each <= length), true]);
      }),
      { numRuns: 60 },
    );
  });

  it('does without an index that was cut or changed anywhere', async () => {
    const blocks = await blocksOf(6, 50);
    await fill(blocks);
    const whole = readFileSync(index());
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), async (at, xor) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ xor;
        writeFileSync(index(), xor === 0 ? whole.subarray(0, at) : bytes);
        expect(await present(blocks)).toEqual(blocks.map(() => true));
      }),
      { numRuns: 40 },
    );
  });

  it('steps over damage in the middle instead of cutting off what comes after', async () => {
    const blocks = await blocksOf(5, 3000);
    await fill(blocks);
    rmSync(index());
    const bytes = readFileSync(pack());
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
    writeFileSync(pack(), bytes);
    const { store, log } = await open();
    expect(log.join()).toMatch(/damaged/);
    await store.close();
    expect(await present(blocks)).toEqual([true, true, false, true, true]);
    expect(statSync(pack()).size).toBe(bytes.length);
  });

  it('tells a damaged block from a missing one', async () => {
    const blocks = await blocksOf(2);
    await fill(blocks);
    const bytes = readFileSync(pack());
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    writeFileSync(pack(), bytes);
    const { store } = await open();
    await expect(store.get((blocks[1] as Block).cid)).rejects.toBeInstanceOf(DamagedBlock);
    expect(await store.get((await blocksOf(1, 10, 'none'))[0]?.cid as Block['cid'])).toBeUndefined();
    await store.close();
  });

  it('is not fooled by a block that looks like a pack', async () => {
    const inner = await blocksOf(3);
    await fill(inner);
    const bytes = readFileSync(pack());
    rmSync(pack());
    rmSync(index());
    const outer = { cid: cidV1(RAW, sha256(bytes)), bytes };
    await fill([outer]);
    rmSync(index());
    expect(await present([outer, ...inner])).toEqual([true, false, false, false]);
    appendFileSync(pack(), 'torn');
    expect(await present([outer])).toEqual([true]);
  });

  it('opens what a power cut leaves: a tail of zeros', async () => {
    const blocks = await blocksOf(3);
    await fill(blocks);
    rmSync(index());
    truncateSync(pack(), statSync(pack()).size + 100_000);
    expect(await present(blocks)).toEqual([true, true, true]);
    expect(statSync(pack()).size).toBeLessThan(1000);
  });

  it('serves many writers at once', async () => {
    const { store } = await open();
    const groups = await Promise.all(Array.from({ length: 8 }, (_, i) => blocksOf(40, 500, `g${i % 4}`)));
    await Promise.all(
      groups.map(async (blocks) => {
        const writer = store.writer();
        for (const block of blocks) await writer.add(block);
        await writer.finish();
        for (const { cid, bytes } of blocks)
          expect(Buffer.compare((await store.get(cid)) ?? Buffer.alloc(0), bytes)).toBe(0);
      }),
    );
    expect(store.stat().blocks).toBe(160);
    await store.close();
  });

  it('tells whoever adds or finishes that something could not be written', async () => {
    const { store } = await open();
    const blocks = await blocksOf(24, 1024 * 1024);
    const writer = store.writer();
    await store.close();
    const add = async () => {
      for (const block of blocks) await writer.add(block);
    };
    await expect(add()).rejects.toThrow('closed');
    await expect(writer.finish()).rejects.toThrow('closed');
  });

  it('keeps what a writer copied, whatever becomes of the memory it came in', async () => {
    const { store } = await open();
    const blocks = await blocksOf(9, 1024 * 1024, 'lent');
    const memory = new Uint8Array(1024 * 1024);
    const writer = store.writer();
    for (const { cid, bytes } of blocks) {
      memory.set(bytes);
      await writer.add({ cid, bytes: memory });
      memory.fill(0);
    }
    await writer.finish();
    await store.close();
    expect(await present(blocks)).toEqual(blocks.map(() => true));
  });
});
