import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Hex } from '../base/hex.ts';
import { commitWritten } from './commit.ts';
import { createJournal } from './durability/journal.ts';
import { journalPath } from './durability/store.ts';
import { devnetPaths } from './paths.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-commit-'));
afterAll(() => rmSync(base, { recursive: true }));

const hash = (byte: string): Hex => `0x${byte.repeat(32)}`;
const [HEAD, FIRST, SECOND] = [hash('01'), hash('02'), hash('03')];

describe('the supervisor has ended before it could say that a block is on disk', () => {
  let stateDir: string;
  let journal: string;

  beforeEach(() => {
    stateDir = mkdtempSync(join(base, 's-'));
    const paths = devnetPaths(stateDir, 'side');
    mkdirSync(paths.dir, { recursive: true });
    journal = journalPath(paths, 4);
    const mining = { automine: true, intervalSeconds: null };
    const checkpoint = { kind: 'checkpoint', sha256: 'aa' } as const;
    const head = { number: 7, hash: HEAD };
    const opened = createJournal(journal, {
      t: 'header',
      format: 1,
      sequence: 4,
      base: checkpoint,
      continues: true,
      head,
      mining,
    });
    const block = (number: number, own: Hex, parentHash: Hex) => ({
      t: 'block' as const,
      number,
      hash: own,
      parentHash,
      timestamp: number,
      baseFeePerGas: '0x1' as const,
      miner: '0x00' as const,
      gasLimit: '0x1' as const,
      transactions: [],
    });
    opened.append([block(8, FIRST, HEAD), block(9, SECOND, FIRST)]);
    opened.close();
  });

  const commit = (block: Hex | null, dir: string | undefined = stateDir) =>
    commitWritten([{ supervisor: join(base, 'none.sock'), instanceId: '0x01', block }], dir);
  const refused = { id: 'NOT_DURABLE' };

  test.each([
    ['the one that the checkpoint was made at', HEAD],
    ['one of the journal', FIRST],
    ['the newest of the journal', SECOND],
  ])('%s is there', async (_, block) => {
    await expect(commit(block)).resolves.toBeUndefined();
  });

  test('one that nobody wrote is not, nor what is in no block', async () => {
    await expect(commit(hash('09'))).rejects.toMatchObject(refused);
    await expect(commit(null)).rejects.toMatchObject(refused);
  });

  test('one whose record was cut short is not', async () => {
    truncateSync(journal, 400);
    await expect(commit(SECOND)).rejects.toMatchObject(refused);
    appendFileSync(journal, 'x'.repeat(400));
    await expect(commit(SECOND)).rejects.toMatchObject(refused);
  });

  test('nor is any where there is no folder to look in', async () => {
    await expect(commit(FIRST, join(base, 'nowhere'))).rejects.toMatchObject(refused);
    await expect(
      commitWritten([{ supervisor: join(base, 'none.sock'), instanceId: '0x01', block: FIRST }]),
    ).rejects.toMatchObject(refused);
  });
});
