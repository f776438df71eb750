import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { frame, MAX_RECORD, readFrames } from './frames.ts';
import { continueJournal, createJournal, readJournal } from './journal.ts';
import type { BlockRecord, JournalHeader } from './types.ts';

const dir = mkdtempSync(join(tmpdir(), 'sahara-journal-'));
afterAll(() => rmSync(dir, { recursive: true }));
const path = join(dir, 'chain-journal-0.log');

const header: JournalHeader = {
  t: 'header',
  format: 1,
  sequence: 0,
  base: { kind: 'genesis', sha256: 'aa', timestamp: 1 },
  continues: true,
  head: { number: 0, hash: '0x00' },
  mining: { automine: true, intervalSeconds: null },
};
const block = (number: number): BlockRecord => ({
  t: 'block',
  number,
  hash: `0x${number}`,
  parentHash: `0x${number - 1}`,
  timestamp: number,
  baseFeePerGas: '0x1',
  miner: '0x00',
  gasLimit: '0x1',
  transactions: [`0x${'ab'.repeat(number * 7)}`],
});
const upTo = (count: number) => Array.from({ length: count }, (_, i) => block(i + 1));

const payloads = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 });
const framed = (records: readonly Uint8Array[]) => Buffer.concat(records.map((r) => frame(Buffer.from(r))));
const contents = (records: readonly Uint8Array[]) => records.map((r) => Buffer.from(r).toString('hex'));

describe('records', () => {
  test('of any length come back, and a file that was cut anywhere gives those that are whole', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (records, cut) => {
        const whole = framed(records);
        expect(readFrames(whole)).toMatchObject({ end: 'whole', goodBytes: whole.length });
        expect(contents(readFrames(whole).records)).toEqual(contents(records));
        const part = whole.subarray(0, cut % (whole.length + 1));
        const read = readFrames(part);
        expect(contents(read.records)).toEqual(contents(records.slice(0, read.records.length)));
        expect(read.end).toBe(read.goodBytes === part.length ? 'whole' : 'torn');
      }),
    );
  });

  test('with any one bit turned over: those before it, and nothing that was never written', () => {
    const records = [Buffer.from('one'), Buffer.from(''), Buffer.from('three')];
    const whole = framed(records);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const turned = Buffer.from(whole);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const read = readFrames(turned);
      expect(read.end, `bit ${bit}`).not.toBe('whole');
      expect(contents(read.records)).toEqual(contents(records.slice(0, read.records.length)));
      expect(read.goodBytes).toBeLessThanOrEqual(bit >> 3);
    }
  });

  test('longer than any that is written are damage, and are not written', () => {
    const long = Buffer.alloc(8);
    long.writeUInt32LE(MAX_RECORD + 1);
    expect(readFrames(long)).toEqual({ records: [], goodBytes: 0, end: 'damaged' });
    expect(() => frame(Buffer.alloc(MAX_RECORD + 1))).toThrow(RangeError);
  });
});

describe('a journal', () => {
  test('that was cut at any byte of its last write goes on after what is whole', () => {
    const journal = createJournal(path, header);
    journal.append(upTo(2));
    const before = journal.bytes();
    journal.append([block(3)]);
    journal.close();
    const whole = readFileSync(path);
    expect(whole).toHaveLength(journal.bytes());
    for (let cut = before; cut <= whole.length; cut++) {
      writeFileSync(path, whole.subarray(0, cut));
      const read = readJournal(path);
      if (!read) throw new Error('it cannot be read');
      const kept = cut === whole.length ? 3 : 2;
      expect(read.records).toEqual(upTo(kept));
      expect(read.end).toBe(cut === before || kept === 3 ? 'whole' : 'torn');
      const again = continueJournal(read);
      again.append([block(4)]);
      again.close();
      expect(readJournal(path)?.records).toEqual([...upTo(kept), block(4)]);
    }
  });

  test('whose last write is followed by something else is damaged, and keeps what stands before', () => {
    createJournal(path, header).close();
    appendFileSync(path, Buffer.alloc(40, 0xff));
    expect(readJournal(path)).toMatchObject({ records: [], end: 'damaged', header });
  });

  test('without a first record, or of another format, is none', () => {
    for (const bytes of [
      '',
      'text',
      frame(Buffer.from('{"t":"block"}')),
      frame(Buffer.from('{"t":"header","format":2}')),
    ]) {
      writeFileSync(path, bytes);
      expect(readJournal(path)).toBeUndefined();
    }
    createJournal(path, header).close();
    truncateSync(path, 12);
    expect(readJournal(path)).toBeUndefined();
  });
});
