import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { cidV1, RAW, sha256 } from '../cid.ts';
import { putRecord, recordData } from './pack-record.ts';
import { pageMemory } from './page-memory.ts';
import { openProver } from './prover.ts';

const prover = openProver();
afterAll(prover.close);

const LENGTHS = [1_000_000, 1, 0, 262_144];

/** Records of random blocks one behind the other, without checksums, and where each begins and ends. */
function unproved(memory: Buffer) {
  let end = 0;
  return LENGTHS.map((length) => {
    const data = randomBytes(length);
    const cid = cidV1(RAW, sha256(data));
    const at = end;
    end += putRecord(memory, at, cid, data, false);
    return { at, end, data, cidLength: cid.bytes.length };
  });
}

describe.each([
  ['shared with the thread', pageMemory],
  ['of this thread alone', (bytes: number) => Buffer.allocUnsafeSlow(bytes)],
])('records in memory %s', (_, newMemory) => {
  const memory = newMemory(2_000_000);

  test('that hold their address get the checksum that a reader wants', async () => {
    const records = unproved(memory);
    const at = records.map((record) => record.at);
    expect(await prover.prove(memory, at)).toBeUndefined();
    for (const { at, end, data, cidLength } of records) {
      const read = recordData(memory.subarray(at, end), cidLength);
      expect(read && data.equals(read)).toBe(true);
    }
  });

  test('of which one has a byte turned over are not written: it is named', async () => {
    for (const bad of [0, 1, 3]) {
      const records = unproved(memory);
      const { end } = records[bad] as (typeof records)[number];
      memory.writeUInt8(memory.readUInt8(end - 1) ^ 1, end - 1);
      const at = records.map((record) => record.at);
      expect(await prover.prove(memory, at)).toBe(bad);
    }
  });
});

test('many at once are answered each with its own', async () => {
  const all = Array.from({ length: 20 }, (_, i) => {
    const memory = pageMemory(2_000_000);
    const records = unproved(memory);
    const { end } = records[3] as (typeof records)[number];
    if (i % 3 === 0) memory.writeUInt8(memory.readUInt8(end - 1) ^ 1, end - 1);
    const at = records.map((record) => record.at);
    return prover.prove(memory, at);
  });
  expect(await Promise.all(all)).toEqual(all.map((_, i) => (i % 3 === 0 ? 3 : undefined)));
});

test('a thread that ends fails what waits for it, and the next has another', async () => {
  const own = openProver();
  const memory = pageMemory(2_000_000);
  const at = unproved(memory).map((record) => record.at);
  const waits = own.prove(memory, at);
  const failed = expect(waits).rejects.toThrow(/thread .* has ended/);
  await own.close();
  await failed;
  expect(await own.prove(memory, at)).toBeUndefined();
  await own.close();
});
