import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ArchiveProblem, archiveOf, readArchive } from './archive.ts';

const deep = process.env['SAHARA_DEPTH'] === 'deep';
const dir = mkdtempSync(join(tmpdir(), 'sahara-archive-'));
afterAll(() => rmSync(dir, { recursive: true }));
const seed = Number(process.env['SAHARA_TEST_SEED'] ?? Date.now() % 1e6);
const file = join(dir, 'one.snapshot');

function randomFrom(start: number): () => number {
  let at = start >>> 0;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at / 2 ** 32;
  };
}

type Read = { manifest: string; files: Record<string, Buffer> };

async function write(manifest: string, files: Record<string, Buffer>): Promise<Buffer> {
  const all = Object.entries(files).map(([path, bytes]) => ({
    path,
    chunks: (async function* () {
      yield bytes;
    })(),
  }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of archiveOf(manifest, all)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function read(bytes: Buffer): Promise<Read> {
  writeFileSync(file, bytes);
  const found: Read = { manifest: '', files: {} };
  let open = '';
  await readArchive(file, {
    manifest(text) {
      found.manifest = text;
    },
    begin: (path) => {
      open = path;
      found.files[path] = Buffer.alloc(0);
    },
    piece(piece) {
      found.files[open] = Buffer.concat([found.files[open] ?? Buffer.alloc(0), piece]);
    },
    end() {},
  });
  return found;
}

/** What compresses and what does not, and more than one piece. */
const random = randomFrom(seed);
const noise = Buffer.from(Array.from({ length: 600 }, () => Math.floor(random() * 256)));
const FILES = { 'a.json': Buffer.alloc(300_000, 'abc'), empty: Buffer.alloc(0), 'local/noise': noise };

describe(`an exported file, seed ${seed}`, () => {
  test('is read as it was written', async () => {
    expect(await read(await write('{"m":1}', FILES))).toEqual({ manifest: '{"m":1}', files: FILES });
  });

  test('cut short anywhere it is refused', async () => {
    const whole = await write('{"m":1}', FILES);
    const ends = deep
      ? Array.from({ length: whole.length }, (_, i) => i)
      : [0, 1, 15, 16, 19, 20, 21, whole.length - 1, whole.length - 8, whole.length - 9];
    for (let i = 0; i < 20; i++) ends.push(Math.floor(random() * whole.length));
    for (const end of ends)
      await expect(read(whole.subarray(0, end)), `cut at ${end} of ${whole.length}`).rejects.toThrow(
        ArchiveProblem,
      );
  });

  test('with any bit flipped it is refused, or says the same', async () => {
    const whole = await write('{"m":1}', FILES);
    const bits = deep
      ? Array.from({ length: whole.length * 8 }, (_, i) => i)
      : Array.from({ length: 240 }, (_, i) => (i < 180 ? i : Math.floor(random() * whole.length * 8)));
    let refused = 0;
    for (const bit of bits) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const found = await read(bytes).catch((error: unknown) => {
        expect(error, `bit ${bit}`).toBeInstanceOf(ArchiveProblem);
        refused++;
        return undefined;
      });
      // The header of gzip has fields that mean nothing: the time, the system.
      if (found) expect(found, `bit ${bit}`).toEqual({ manifest: '{"m":1}', files: FILES });
    }
    expect(refused).toBeGreaterThan(bits.length * 0.7);
  });

  test('with something after its end it is refused', async () => {
    const whole = await write('{"m":1}', FILES);
    for (const more of [Buffer.from('x'), Buffer.alloc(100), whole.subarray(20)])
      await expect(read(Buffer.concat([whole, more]))).rejects.toThrow(ArchiveProblem);
  });

  test('of another version it says which', async () => {
    const whole = await write('{"m":1}', FILES);
    whole.writeUInt32LE(7, 16);
    await expect(read(whole)).rejects.toMatchObject({ version: 7 });
  });

  test('that is something else is refused', async () => {
    for (const other of [Buffer.from('PK\u0003\u0004'), Buffer.alloc(64), readFileSync(import.meta.filename)])
      await expect(read(other)).rejects.toThrow(/no exported snapshot/);
  });

  test('fails as what it is made of fails', async () => {
    const broken = (async function* () {
      yield Buffer.from('half');
      throw new Error('the node is gone');
    })();
    const all = archiveOf('{}', [{ path: 'a', chunks: broken }]);
    const read = async () => {
      for await (const _ of all);
    };
    await expect(read()).rejects.toThrow('the node is gone');
  });
});
