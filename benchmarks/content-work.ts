// One measurement of the benchmark `content`, in a process of its own so that its memory can be told apart.
// node content-work.ts <kind> <path> [<folder of a store> | <address of a node>]; prints {ms, cpu, rss, root} as JSON.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { contentStore } from '../src/content/index.ts';
import { openPackStore } from '../src/content/node/pack-store.ts';
// Not by way of the index, which would load it while the clock runs.
import { buildPathDag } from '../src/content/path-dag.ts';
import { scanFolder } from '../src/content/scan.ts';

const [kind = '', path = '', where = ''] = process.argv.slice(2);

/** sha2-256 of all bytes, in the order of the names, as Node's own examples do it: what one core can. */
async function stream(): Promise<string> {
  const isFolder = kind === 'stream-files';
  const files = isFolder ? (await scanFolder(path)).files.map((f) => f.absolute) : [path];
  const hash = createHash('sha256');
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
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
  'stream-file': stream,
  'stream-files': stream,
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
