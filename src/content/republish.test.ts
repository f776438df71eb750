import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDag, type Dag } from './dag.ts';
import { foreseeUpload } from './foresee-upload.ts';
import { buildPathDag } from './path-dag.ts';
import { type Rpc, rpcClient } from './rpc.ts';
import { type ContentStore, contentStore, type PutOptions, type PutResult } from './store.ts';
import { type RunningNode, startNode, tempDir } from './testing/node.ts';
import { keyStream } from './testing/vectors.ts';

const deep = process.env['SAHARA_DEPTH'] === 'deep';
const MIB = 1024 * 1024;
let temp: ReturnType<typeof tempDir>;
let node: RunningNode;
let store: ContentStore;
let rpc: Rpc;

beforeAll(async () => {
  temp = tempDir('republish');
  node = await startNode(join(temp.path, 'repo'));
  store = contentStore({ api: node.api });
  rpc = rpcClient({ api: node.api, timeoutMs: 30_000 });
});
afterAll(async () => {
  store.close();
  rpc.close();
  await node.stop();
  temp.remove();
}, 300_000);

/** Puts it, and holds what was foretold against what was sent. */
async function putAsForetold(dag: Dag, options: PutOptions = {}): Promise<PutResult> {
  const foretold = await foreseeUpload(rpc, dag, options);
  const result = await store.put(dag, options);
  expect(foretold).toBe(result.sentBytes);
  return result;
}

describe('what an upload will send is foretold', () => {
  const dagOf = (seed: string, count: number, bytes: number) =>
    buildDag(
      Array.from({ length: count }, (_, i) => ({
        path: `${i % 3}/${i}`,
        bytes: keyStream(i === 1 ? seed : `${i}`)(bytes),
      })),
    );

  it('of something small, all of it', async () => {
    const dag = await dagOf('small', 3, 100);
    expect((await putAsForetold(dag)).blocksSent).toBe(dag.blockCount);
  });

  it('over several CARs, and then what is missing', async () => {
    const carBytes = 300_000;
    await putAsForetold(await dagOf('one', 30, 100_000), { carBytes });
    expect(await putAsForetold(await dagOf('two', 30, 100_000), { carBytes })).toMatchObject({
      blocksSent: 3,
    });
    // Cheaper sent than asked about: still foretold.
    await putAsForetold(await dagOf('three', 40, 3000), { carBytes });
  });

  it('over CARs that grow: 64 MiB, 128 MiB, and the rest', async () => {
    const path = join(temp.path, 'large.bin');
    const file = openSync(path, 'w');
    for (let i = 0; i < 200; i++) writeSync(file, `chunk ${i}`, i * MIB);
    ftruncateSync(file, 200 * MIB);
    closeSync(file);
    const dag = await buildPathDag(path);
    const { sentBytes, blocksSent } = await putAsForetold(dag);
    expect(blocksSent).toBe(dag.blockCount);
    // A head for each CAR, and the one that an archive of the whole has.
    expect(sentBytes - dag.carSize).toBe(2 * 59);
  });
});

/** A file with a beginning of its own; the rest is a hole, so that it costs no time to make. */
function writeSparse(path: string, beginning: string, size: number): void {
  const file = openSync(path, 'w');
  writeSync(file, beginning);
  ftruncateSync(file, size);
  closeSync(file);
}

const size = deep ? 1024 * 1024 : 128 * 1024;
const count = deep ? 1024 : 100;

it(`of ${(size * count) / MIB} MiB in ${count} files one is changed: that file goes, and the folders above it`, {
  timeout: 300_000,
}, async () => {
  const folder = join(temp.path, 'many');
  const at = (i: number) => join(folder, `part-${i % 10}`, `file-${i}.bin`);
  for (let part = 0; part < 10; part++) mkdirSync(join(folder, `part-${part}`), { recursive: true });
  for (let i = 0; i < count; i++) writeSparse(at(i), `file ${i}`, size);
  const before = await buildPathDag(folder);
  const first = await putAsForetold(before);
  expect(first.sentBytes).toBeGreaterThan(size * count);

  writeSparse(at(77), 'another beginning', size);
  const after = await buildPathDag(folder);
  expect(after.root).not.toBe(before.root);
  const second = await putAsForetold(after);
  expect(second).toMatchObject({ blocksSent: 3, blocksThere: after.blockCount - 3 });
  expect(second.sentBytes).toBeGreaterThan(size);
  expect(second.sentBytes).toBeLessThan(size + 32 * 1024);
  expect(await store.verify(after.root)).toMatchObject({ blocks: after.blockCount });
});
