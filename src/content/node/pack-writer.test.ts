import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { keyStream } from '../testing/vectors.ts';
import { openPackWriter } from './pack-writer.ts';
import { isAtPage, pageMemory } from './page-memory.ts';

const MIB = 1024 * 1024;
const PAGE = 4096;
let dir = '';
let file: FileHandle | undefined;
afterEach(async () => {
  await file?.close();
  rmSync(dir, { recursive: true, force: true });
});

async function fresh(parent = tmpdir()) {
  dir = mkdtempSync(join(parent, 'sahara-writer-'));
  const path = join(dir, 'pack');
  file = await open(path, 'wx+');
  return { path, file };
}

type Place = (bytes: Uint8Array, at: number) => Uint8Array;

/** In memory where it need not be copied to be written. */
const asInPage: Place = (bytes, at) => {
  const memory = pageMemory(bytes.length + PAGE).subarray(at % PAGE, (at % PAGE) + bytes.length);
  memory.set(bytes);
  return memory;
};

/** Writes these lengths one behind the other; the file must be their bytes, also as read where it is written. */
async function append(
  lengths: readonly number[],
  { parent, place = (bytes) => bytes }: { parent?: string; place?: Place } = {},
): Promise<void> {
  const { path, file } = await fresh(parent);
  const next = keyStream(lengths.join());
  const writer = await openPackWriter(path, file);
  const expected: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    const bytes = place(next(length), at);
    await writer.write(bytes, at);
    const read = Buffer.alloc(length);
    await file.read(read, 0, length, at);
    expect(Buffer.compare(read, bytes)).toBe(0);
    expected.push(bytes);
    at += length;
  }
  await writer.close();
  expect(Buffer.compare(readFileSync(path), Buffer.concat(expected))).toBe(0);
}

describe('what is written to a pack', () => {
  it.each([
    ['whole pages', [MIB, 2 * MIB]],
    ['a byte less, and more', [MIB - 1, MIB, MIB + 1, 2 * MIB - 1]],
    ['up to a page and past it', [PAGE - 1, MIB + 1, 1, MIB + PAGE, PAGE + 1, MIB]],
    ['nothing', [0, MIB, 0]],
  ])('stands there: %s', async (_, lengths) => {
    await append(lengths);
  });

  it('stands there, whatever the lengths', async () => {
    const length = fc.oneof(fc.nat(3 * PAGE), fc.integer({ min: MIB - PAGE, max: 2 * MIB }));
    await fc.assert(
      fc.asyncProperty(fc.array(length, { maxLength: 5 }), async (lengths) => {
        for (const place of [asInPage, undefined]) {
          await append(lengths, place && { place });
          await file?.close();
          rmSync(dir, { recursive: true });
        }
      }),
      { numRuns: process.env['SAHARA_DEPTH'] === 'deep' ? 200 : 15 },
    );
  });

  it.runIf(existsSync('/dev/shm'))('stands there in a file system without a disk', async () => {
    await append([5, 2 * MIB + 7, MIB], { parent: '/dev/shm' });
  });

  it('does not need the second way into the file', async () => {
    const { file } = await fresh();
    const writer = await openPackWriter(join(dir, 'not there'), file);
    const bytes = keyStream('one way')(2 * MIB);
    await writer.write(bytes, 0);
    await writer.close();
    expect(Buffer.compare(readFileSync(join(dir, 'pack')), bytes)).toBe(0);
  });

  it('begins at a page where it says so', () => {
    const memory = pageMemory(3 * PAGE);
    expect([0, 1, PAGE, PAGE + 512].map((at) => isAtPage(memory.subarray(at)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(isAtPage(Buffer.allocUnsafeSlow(PAGE))).toBe(false);
  });
});
