// One measurement of the benchmark `content`, in a process of its own so that its memory can be told apart.
// node content-work.ts <kind> <path> [<folder> | <address of a node>]; prints {ms, cpu, rss, root} as JSON.
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fdatasyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { contentStore } from '../src/content/index.ts';
import { openPackStore } from '../src/content/node/pack-store.ts';
// Not by way of the index, which would load it while the clock runs.
import { buildPathDag } from '../src/content/path-dag.ts';
import { scanFolder } from '../src/content/scan.ts';

const [kind = '', path = '', where = ''] = process.argv.slice(2);

async function filesOf(path: string): Promise<string[]> {
  return statSync(path).isDirectory() ? (await scanFolder(path)).files.map((f) => f.absolute) : [path];
}

/** sha2-256 of all bytes, in the order of the names, as Node's own examples do it: what one core can. */
async function stream(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesOf(path))
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** All bytes into one new file, and on disk: what the disk can. Reading them is a small part of it. */
async function write(): Promise<string> {
  const buffer = Buffer.alloc(1024 * 1024);
  const target = openSync(join(where, 'plain'), 'wx');
  for (const file of await filesOf(path)) {
    const source = openSync(file, 'r');
    for (let read = readSync(source, buffer); read > 0; read = readSync(source, buffer))
      writeSync(target, buffer, 0, read);
    closeSync(source);
  }
  fdatasyncSync(target);
  closeSync(target);
  return '';
}

async function pack(): Promise<string> {
  const store = await openPackStore(where, () => {});
  try {
    const writer = store.writer();
    const dag = await buildPathDag(path, { sink: (block) => writer.add(block), lend: true });
    await writer.finish();
    return dag.root;
  } finally {
    await store.close();
  }
}

async function upload(): Promise<string> {
  const store = contentStore({ api: where });
  const dag = await buildPathDag(path);
  await store.put(dag);
  store.close();
  return dag.root;
}

const WORK: Readonly<Record<string, () => Promise<string>>> = {
  stream,
  write,
  hash: async () => (await buildPathDag(path)).root,
  pack,
  upload,
};

const before = process.resourceUsage();
const startedAt = performance.now();
const root = await WORK[kind]?.();
const ms = performance.now() - startedAt;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpu = (userCPUTime + systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1000;
process.stdout.write(JSON.stringify({ ms, cpu, rss: maxRSS * 1024, root }));
