// What a test runs in a process of its own, to count its reads and its memory:
// node --expose-gc scale.test-helper.ts <path> [<folder of a store>]; prints JSON.
import { existsSync, readFileSync } from 'node:fs';
import { openPackStore } from './node/pack-store.ts';
import { buildPathDag } from './path-dag.ts';

const [path = '', where] = process.argv.slice(2);

/** Bytes and calls of reading, of all threads of this process. Linux only. */
function reading(): { bytes: number; calls: number } {
  if (!existsSync('/proc/self/io')) return { bytes: 0, calls: 0 };
  const text = readFileSync('/proc/self/io', 'utf8');
  const value = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { bytes: value('rchar'), calls: value('syscr') };
}

/** Bytes that are still in use. Memory of buffers is given back some turns after the buffers themselves. */
async function heap(): Promise<number> {
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc?.();
    await new Promise((done) => setTimeout(done, 20));
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

async function build() {
  if (where === undefined) return await buildPathDag(path);
  const store = await openPackStore(where, () => {});
  const writer = store.writer();
  const dag = await buildPathDag(path, { sink: (block) => writer.add(block) });
  await writer.finish();
  await store.close();
  return dag;
}

// Code is loaded before anything is counted.
await buildPathDag(import.meta.filename);
const heapBefore = await heap();
const before = reading();
const dag = await build();
const after = reading();
const heapAfter = await heap();
process.stdout.write(
  JSON.stringify({
    root: dag.root,
    files: dag.files.length,
    size: dag.size,
    blocks: dag.blockCount,
    readBytes: after.bytes - before.bytes,
    readCalls: after.calls - before.calls,
    keptBytes: heapAfter - heapBefore,
    maxRss: process.resourceUsage().maxRSS * 1024,
  }),
);
