import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempDir } from './testing/node.ts';

const deep = process.env['SAHARA_DEPTH'] === 'deep';
const CHILD = join(import.meta.dirname, 'scale.test-helper.ts');
const MIB = 1024 * 1024;

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir('scale');
});
// A busy disk takes its time to forget so many files.
afterEach(() => temp.remove(), 300_000);

type Answer = Readonly<
  Record<'files' | 'size' | 'blocks' | 'readBytes' | 'readCalls' | 'keptBytes' | 'maxRss', number>
>;

async function build(...args: string[]): Promise<Answer> {
  const flags = ['--expose-gc', '--disable-warning=ExperimentalWarning', CHILD];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...args]);
  return JSON.parse(stdout) as Answer;
}

function folderOf(files: number): string {
  const folder = join(temp.path, `files-${files}`);
  mkdirSync(folder);
  for (let i = 0; i < files; i++) writeFileSync(join(folder, `file-${i}.json`), `{"row": ${i}}\n`);
  return folder;
}

/** More than the memory that is allowed. */
const mebibytes = deep ? 3072 : 512;

it(`a file of ${mebibytes} MiB is addressed in 300 MB of memory`, { timeout: 900_000 }, async () => {
  const file = join(temp.path, 'sparse');
  writeFileSync(file, 'a head that is no zero');
  truncateSync(file, mebibytes * MIB);
  const answer = await build(file);
  expect(answer.size).toBe(mebibytes * MIB);
  expect(answer.maxRss).toBeLessThan(300e6);
  // An address of 32 bytes for each chunk while it works, and of distinct blocks what is kept.
  expect(answer.keptBytes).toBeLessThan(3e6);
});

const many = deep ? 30_000 : 8_000;

it(`a folder of ${many} files takes less than 1,200 bytes of memory for each`, {
  timeout: 600_000,
}, async () => {
  const answer = await build(folderOf(many));
  expect(answer.files).toBe(many);
  expect(answer.keptBytes / many).toBeLessThan(1200);
  expect(answer.maxRss).toBeLessThan(200e6 + many * 3500);
});

it.runIf(process.platform === 'linux')('reads each byte once, for an address and into a pack', async () => {
  const large = join(temp.path, 'large');
  writeFileSync(large, Buffer.alloc(24 * MIB, 'sahara'));
  for (const [i, path] of [large, folderOf(500)].entries()) {
    const store = join(temp.path, `store-${i}`);
    for (const where of [[], [store]]) {
      const { size, files, readBytes } = await build(path, ...where);
      expect(readBytes).toBeGreaterThanOrEqual(size);
      // What a file is read with beyond its bytes is no byte; the rest is what Node reads to load code.
      expect(readBytes).toBeLessThan(size + files + MIB);
    }
    rmSync(store, { recursive: true });
  }
});

it.runIf(process.platform === 'linux')(
  'asks for each small file as often, however many there are',
  async () => {
    const [few, twice] = [await build(folderOf(1000)), await build(folderOf(2000))];
    const each = (twice.readCalls - few.readCalls) / 1000;
    // One call, and one more would be a file that is read again.
    expect(each).toBeGreaterThanOrEqual(1);
    expect(each).toBeLessThan(1.5);
    expect(twice.blocks - few.blocks).toBeGreaterThanOrEqual(1000);
    expect(twice.blocks - few.blocks).toBeLessThan(1400);
  },
);
