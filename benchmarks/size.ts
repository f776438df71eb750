import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Benchmark, result, root, run } from './harness.ts';

interface LockEntry {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly version?: string;
}

/** Bytes of the files below a package's folder; packages nested in it are counted by themselves. */
async function packageBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') bytes += await packageBytes(path);
    else if (entry.isFile()) bytes += (await stat(path)).size;
  }
  return bytes;
}

/** Unpacked bytes of our own tarball. npm asks the files field, so the answer is what users get. */
async function ownBytes(): Promise<number> {
  const packed = await run('npm', ['pack', '--dry-run', '--json'], { cwd: root });
  const [entry] = Object.values(
    JSON.parse(packed.stdout.slice(packed.stdout.search(/^[[{]/m))) as Record<
      string,
      { unpackedSize: number }
    >,
  );
  if (!entry) throw new Error(`npm pack said nothing: ${packed.stderr}`);
  return entry.unpackedSize;
}

export const size: Benchmark = {
  name: 'size',
  summary: 'what an installation brings along: its size and number of packages, beside the whole checkout',
  async run(note) {
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, LockEntry>;
    };
    const installed = Object.entries(lock.packages).filter(
      ([key]) => key !== '' && existsSync(join(root, key)),
    );
    const rows = await Promise.all(
      installed.map(async ([key, entry]) => ({
        key,
        runtime: !entry.dev && !entry.devOptional,
        bytes: await packageBytes(join(root, key)),
      })),
    );
    const runtime = rows.filter((r) => r.runtime);
    const own = await ownBytes();
    const sum = (list: typeof rows) => list.reduce((total, row) => total + row.bytes, 0);
    note(`our own tarball: ${(own / 1e6).toFixed(1)} MB unpacked`);
    for (const { key, bytes } of runtime.sort((a, b) => b.bytes - a.bytes).slice(0, 8))
      note(`${key.replace('node_modules/', '')}: ${(bytes / 1e6).toFixed(1)} MB`);
    const checkout = 'the checkout with its development packages';
    return [
      result('installed size', 'MB', (sum(runtime) + own) / 1e6, (sum(rows) + own) / 1e6, checkout),
      result('runtime packages', 'packages', runtime.length, rows.length, checkout),
    ];
  },
};
