import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode, prepare } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { identity } from 'multiformats/hashes/identity';
import { sha512 } from 'multiformats/hashes/sha2';
import { afterAll, describe, expect, test } from 'vitest';
import { type Block, exportCar, varint } from '../car.ts';
import { CID, cidV1, DAG_PB, RAW, sha256 } from '../cid.ts';
import type { DagParts } from '../dag-parts.ts';
import { buildDag } from '../index.ts';
import { shapeOf } from '../probe.ts';
import { collect } from '../testing/collect.ts';
import { tempDir } from '../testing/node.ts';
import { checkCar } from './car-check.ts';

const dir = tempDir('car-check');
afterAll(() => dir.remove());
let files = 0;

function fileWith(bytes: Uint8Array): string {
  const path = join(dir.path, `${files++}.car`);
  writeFileSync(path, bytes);
  return path;
}
const check = (bytes: Uint8Array) => checkCar(fileWith(bytes));
const joined = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(chunks));
const carOf = (roots: CID[], blocks: Block[]) => joined(exportCar(roots, blocks));
const raw = (text: string): Block => {
  const bytes = Buffer.from(text);
  return { cid: cidV1(RAW, sha256(bytes)), bytes };
};
function folder(leaves: Block[]): Block {
  const Links = leaves.map(({ cid, bytes }, i) => ({ Name: `${i}`, Hash: cid, Tsize: bytes.length }));
  const bytes = encode(prepare({ Data: new UnixFS({ type: 'directory' }).marshal(), Links }));
  return { cid: cidV1(DAG_PB, sha256(bytes)), bytes };
}
const invalid = (reason: RegExp) => ({
  id: 'CONTENT_CAR_INVALID',
  params: { reason: expect.stringMatching(reason) },
});

const leaves = [raw('one'), raw('two'), raw('three')];
const root = folder(leaves);

describe('a whole CAR', () => {
  test('gives back the DAG that it was made of', async () => {
    const dag = await buildDag([
      { path: 'a.txt', bytes: Buffer.from('a') },
      { path: 'sub/large.bin', bytes: randomBytes(2_500_000) },
      { path: 'sub/none', bytes: Buffer.alloc(0) },
    ]);
    const bytes = await joined(dag.car());
    const car = await check(bytes);
    expect(car).toMatchObject({ blocks: dag.blockCount, size: bytes.length });
    const again = car.dag(car.roots[0] as CID);
    expect(again).toMatchObject({ root: dag.root, rootDigest: dag.rootDigest, carSize: bytes.length });
    expect(Buffer.compare(await joined(again.car()), bytes)).toBe(0);
  });

  test('blocks may come in any order, twice, and next to others; only what the root needs is sent', async () => {
    const other = raw('not asked for');
    const car = await check(await carOf([root.cid], [...leaves, other, root, ...leaves]));
    expect(car.blocks).toBe(5);
    expect(car.dag(root.cid)).toMatchObject({ root: root.cid.toString(), blockCount: 4 });
  });

  test('may hold small blocks in their addresses, as Kubo makes them when it is told to', async () => {
    const bytes = Buffer.from('inline');
    const inline = { cid: CID.createV1(RAW, identity.digest(bytes)), bytes };
    const top = folder([inline, leaves[0] as Block]);
    const car = await check(await carOf([top.cid], [top, inline, leaves[0] as Block]));
    const dag = car.dag(top.cid);
    expect(dag.blockCount).toBe(2);
    const outline = await collect(dag.parts?.outline() as AsyncIterable<{ node: unknown }>);
    expect(outline.map(({ node }) => node === undefined)).toEqual([false, true]);
    expect((await shapeOf(dag.parts as DagParts)).blocks.map((b) => b.kids)).toEqual([[1], undefined]);
  });

  test('may have several roots', async () => {
    const first = leaves[0] as Block;
    const car = await check(await carOf([root.cid, first.cid], [root, ...leaves]));
    expect(car.roots.map((r) => car.dag(r).blockCount)).toEqual([4, 1]);
  });
});

describe('is refused', () => {
  test('cut short at whatever byte', async () => {
    const whole = await carOf([root.cid], [root, ...leaves]);
    for (let length = 0; length < whole.length; length++)
      await expect(check(whole.subarray(0, length)), `${length} of ${whole.length}`).rejects.toMatchObject({
        id: 'CONTENT_CAR_INVALID',
      });
    await check(whole);
  });

  test('with one bit of a block or an address changed', async () => {
    const whole = await carOf([root.cid], [root, ...leaves]);
    const head = (await carOf([root.cid], [])).length;
    for (let at = head; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      await expect(check(bytes), `byte ${at}`).rejects.toMatchObject({
        id: expect.stringMatching(/^CONTENT_(CAR_INVALID|UNSAFE|CID_INVALID)$/),
      });
    }
  });

  test('with a block that is not there, or no root', async () => {
    const lost = leaves[1]?.cid.toString() ?? '';
    await expect(check(await carOf([root.cid], [root, ...leaves.toSpliced(1, 1)]))).rejects.toMatchObject(
      invalid(new RegExp(`not complete: ${lost}`)),
    );
    await expect(check(await carOf([root.cid], leaves))).rejects.toMatchObject(invalid(/not complete/));
    await expect(check(await carOf([], [root, ...leaves]))).rejects.toMatchObject(invalid(/no root/));
  });

  test('with bytes that are another block’s', async () => {
    const lie = { cid: (leaves[0] as Block).cid, bytes: Buffer.from('two') };
    await expect(check(await carOf([lie.cid], [lie]))).rejects.toMatchObject(invalid(/not what its address/));
  });

  test('with a hash that nobody here can check', async () => {
    const bytes = Buffer.from('other');
    const cid = CID.createV1(RAW, await sha512.digest(bytes));
    await expect(check(await carOf([cid], [{ cid, bytes }]))).rejects.toMatchObject(
      invalid(/neither sha2-256/),
    );
  });

  test('with a block that is too large, before it is read', async () => {
    const head = await carOf([root.cid], []);
    await expect(check(Buffer.concat([head, varint(2 ** 40)]))).rejects.toMatchObject(invalid(/larger than/));
  });

  test('that is none, is not there, or is no file', async () => {
    for (const bytes of [randomBytes(64), Buffer.from('{"kind": "dataset"}\n'), Buffer.alloc(1000)])
      await expect(check(bytes)).rejects.toMatchObject({ id: 'CONTENT_CAR_INVALID' });
    await expect(checkCar(join(dir.path, 'nowhere.car'))).rejects.toMatchObject({
      id: 'CONTENT_PATH_MISSING',
    });
    mkdirSync(join(dir.path, 'folder.car'));
    await expect(checkCar(join(dir.path, 'folder.car'))).rejects.toMatchObject({ id: 'CONTENT_NOT_REGULAR' });
    symlinkSync('/dev/null', join(dir.path, 'null.car'));
    await expect(checkCar(join(dir.path, 'null.car'))).rejects.toMatchObject({ id: 'CONTENT_NOT_REGULAR' });
  });
});

test('a file that changes between check and sending is noticed', async () => {
  const path = fileWith(await carOf([root.cid], [root, ...leaves]));
  const car = await checkCar(path);
  writeFileSync(path, await carOf([root.cid], [...leaves, root]));
  await expect(joined(car.dag(root.cid).car())).rejects.toMatchObject({ id: 'CONTENT_FILE_CHANGED' });
});
