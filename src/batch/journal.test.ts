import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChunkRecord, openJournal, otherRecords } from './journal.ts';

const record = (chunk: number): ChunkRecord => ({
  chunk,
  account: '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65',
  former: null,
  nonce: chunk,
  hash: '0x01',
  raw: '0x02',
  items: [{ line: chunk, id: null, op: 'revenue.pay', what: '', foretold: { amount: '1' } }],
});

describe('openJournal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sahara-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps what was written, in its order', () => {
    const journal = openJournal(folder, 'chain-file');
    expect(journal.records).toEqual([]);
    for (const n of [1, 2, 3]) journal.append(record(n));
    expect(openJournal(folder, 'chain-file').records).toEqual([1, 2, 3].map(record));
  });

  it('leaves out a record that was cut off, which was never sent, and goes on after the one before', () => {
    const first = openJournal(folder, 'chain-file');
    first.append(record(1));
    appendFileSync(first.path, JSON.stringify(record(2)).slice(0, 40));
    const second = openJournal(folder, 'chain-file');
    expect(second.records).toEqual([record(1)]);
    second.append(record(3));
    expect(readFileSync(second.path, 'utf8').split('\n').length).toBe(3);
    expect(openJournal(folder, 'chain-file').records).toEqual([record(1), record(3)]);
  });

  it('refuses one that is damaged, as going on without it could do things twice', () => {
    writeFileSync(join(folder, 'chain-file.ndjson'), `{"chunk"\n${JSON.stringify(record(1))}\n`);
    expect(() => openJournal(folder, 'chain-file')).toThrow(/cannot be read: a line of it is damaged/);
    writeFileSync(join(folder, 'chain-newer.ndjson'), '{"chunk":1,"envelope":"0x"}\n');
    expect(() => openJournal(folder, 'chain-newer')).toThrow(/another version of the toolkit wrote it/);
  });

  it('gives the records of the other files of a chain, and of no other chain', () => {
    const own = openJournal(folder, 'a-1');
    own.append(record(1));
    openJournal(folder, 'a-2').append(record(2));
    openJournal(folder, 'b-1').append(record(3));
    expect(otherRecords(folder, 'a', own)).toEqual([record(2)]);
    expect(otherRecords(join(folder, 'nowhere'), 'a', own)).toEqual([]);
  });
});
