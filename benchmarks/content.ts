import { spawn } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type Benchmark,
  cleanEnvironment,
  interleaved,
  median,
  type Result,
  result,
  root,
  run,
} from './harness.ts';

const MIB = 1024 * 1024;
const FILE_MIB = Math.max(1, Number(process.env['SAHARA_BENCH_FILE_MIB'] ?? 1024));
const FILES = Math.max(1, Number(process.env['SAHARA_BENCH_FILES'] ?? 20_000));
const PER_FOLDER = 500;
const STREAM = 'a sha256 stream of the same bytes';
const WRITE = 'a plain write and fdatasync of the same bytes';

/** Bytes that no file system and no store makes smaller, the same on every run. */
function noise(): (length: number) => Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  return (length) => cipher.update(Buffer.alloc(length));
}

function writeLarge(file: string): number {
  const next = noise();
  const fd = openSync(file, 'w');
  for (let i = 0; i < FILE_MIB; i++) writeSync(fd, next(MIB));
  closeSync(fd);
  return FILE_MIB * MIB;
}

/** Sizes from 1 to 8 KiB. */
function writeSmall(folder: string): number {
  const next = noise();
  let bytes = 0;
  for (let i = 0; i < FILES; i++) {
    const inside = join(folder, `part-${Math.floor(i / PER_FOLDER)}`);
    if (i % PER_FOLDER === 0) mkdirSync(inside, { recursive: true });
    const size = 1024 + ((i * 2741) % 7168);
    writeFileSync(join(inside, `file-${i}.bin`), next(size));
    bytes += size;
  }
  return bytes;
}

type Sample = { ms: number; rss: number; root: string };

async function sample(...args: string[]): Promise<Sample> {
  const ran = await run(process.execPath, [join(root, 'benchmarks/content-work.ts'), ...args], {
    env: cleanEnvironment(),
  });
  if (ran.code !== 0) throw new Error(`${args.join(' ')} exited ${ran.code}:\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as Sample;
}

/** The embedded node with a store of its own, for as long as `work` takes; with the most memory that it had, bytes. */
async function withNode<T>(
  folder: string,
  work: (api: string) => Promise<T>,
): Promise<{ value: T; rss: number | undefined }> {
  const child = spawn(
    process.execPath,
    [join(root, 'src/content/node/main.ts'), '--repo', join(folder, 'node')],
    { stdio: ['pipe', 'pipe', 'ignore'], env: cleanEnvironment() },
  );
  const ended = once(child, 'exit');
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const value = await work((JSON.parse(line) as { api: string }).api);
    return { value, rss: peakOf(child.pid) };
  } finally {
    child.kill('SIGTERM');
    await ended;
    await rm(join(folder, 'node'), { recursive: true, force: true });
  }
}

/** Bytes; undefined where the system does not tell it of another process (proc_pid_status(5)). */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** The binary of a Kubo that knows the profile, or why there is none. */
async function findKubo(): Promise<{ binary: string } | { reason: string }> {
  const binary = process.env['KUBO_BINARY'] ?? 'ipfs';
  const ran = await run(binary, ['version', '--number']).catch((error: Error) => ({
    code: 1,
    stderr: error.message,
  }));
  return ran.code === 0 ? { binary } : { reason: `no Kubo here (${binary}: ${ran.stderr.trim()})` };
}

/** `ipfs add` into a repo of its own. The repo is made before the clock starts. */
async function kuboAdd(binary: string, path: string, repo: string, expected: string): Promise<number> {
  const env = { ...cleanEnvironment(), IPFS_PATH: repo };
  const call = async (...args: string[]) => {
    const ran = await run(binary, args, { env });
    if (ran.code !== 0) throw new Error(`ipfs ${args.join(' ')} exited ${ran.code}:\n${ran.stderr}`);
    return ran;
  };
  await call('init', '--empty-repo', '--profile=unixfs-v1-2025');
  const added = await call('add', '--recursive', '--quieter', path);
  if (added.stdout.trim() !== expected) throw new Error(`Kubo says ${added.stdout}, we say ${expected}`);
  await rm(repo, { recursive: true, force: true });
  return added.milliseconds;
}

type Content = { what: string; path: string; bytes: number };

async function measure(content: Content, folder: string, note: (line: string) => void): Promise<Result[]> {
  const { what, path, bytes } = content;
  const memory = new Map<string, number[]>();
  const roots = new Set<string>();
  const remember = (name: string, rss: number) => memory.set(name, [...(memory.get(name) ?? []), rss]);
  const kind = async (name: string, where = ''): Promise<number> => {
    const { ms, rss, root: cid } = await sample(name, path, where);
    remember(name, rss);
    if (name !== 'stream' && name !== 'write') roots.add(cid);
    return ms;
  };
  const upload = async (dir: string): Promise<number> => {
    const { value, rss } = await withNode(dir, (api) => kind('upload', api));
    if (rss !== undefined) remember('node', rss);
    return value;
  };
  const fresh = async (work: (dir: string) => Promise<number>): Promise<number> => {
    const dir = await mkdtemp(join(folder, 'store-'));
    try {
      return await work(dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  };
  const kubo = await findKubo();
  const measures = {
    stream: () => kind('stream'),
    write: () => fresh((dir) => kind('write', dir)),
    hash: () => kind('hash'),
    pack: () => fresh((dir) => kind('pack', dir)),
    upload: () => fresh(upload),
  };
  const added = async (binary: string) =>
    fresh((dir) => kuboAdd(binary, path, join(dir, 'repo'), [...roots][0] ?? ''));
  const ms =
    'binary' in kubo
      ? await interleaved({ ...measures, kubo: () => added(kubo.binary) })
      : await interleaved(measures);
  if (roots.size !== 1) throw new Error(`one content, and these addresses: ${[...roots].join(', ')}`);

  const rate = (milliseconds: number) => bytes / 1e6 / (milliseconds / 1000);
  const speed = (metric: string, ours: number, reference: number, name: string) =>
    result(`${metric}, ${what}`, 'MB/s', rate(ours), rate(reference), name);
  const peak = (metric: string, name: string) =>
    result(
      `${metric}, ${what}: peak memory`,
      'MB',
      median(memory.get(name) ?? []) / 1e6,
      median(memory.get('stream') ?? []) / 1e6,
      STREAM,
    );
  const results = [
    speed('hash', ms.hash, ms.stream, STREAM),
    speed('hash and write into the pack', ms.pack, ms.stream, STREAM),
    speed('hash and dag/import over HTTP', ms.upload, ms.stream, STREAM),
    speed('hash and write into the pack', ms.pack, ms.write, WRITE),
    speed('hash and dag/import over HTTP', ms.upload, ms.write, WRITE),
    peak('hash', 'hash'),
    peak('hash and write into the pack', 'pack'),
    peak('hash and dag/import over HTTP', 'upload'),
  ];
  if (memory.has('node')) results.push(peak('the node during dag/import', 'node'));
  else note('the memory of the node: this system does not tell it of another process');
  if ('reason' in kubo) note(`ipfs add: left out, ${kubo.reason}`);
  else if ('kubo' in ms) {
    const name = 'ipfs add of real Kubo, same profile';
    results.push(speed('hash and write into the pack', ms.pack, ms.kubo as number, name));
  }
  return results;
}

export const content: Benchmark = {
  name: 'content',
  summary: 'addressing and storing content, as a multiple of hashing its bytes on one core',
  async run(note) {
    const folder = await mkdtemp(join(tmpdir(), 'sahara-bench-'));
    try {
      const large = join(folder, 'large.bin');
      const small = join(folder, 'small');
      const largeBytes = writeLarge(large);
      const smallBytes = writeSmall(small);
      const results = [
        ...(await measure(
          { what: `a file of ${FILE_MIB} MiB`, path: large, bytes: largeBytes },
          folder,
          note,
        )),
        ...(await measure({ what: `${FILES} small files`, path: small, bytes: smallBytes }, folder, note)),
      ];
      return results;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
