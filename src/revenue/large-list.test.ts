import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const CHILD = join(import.meta.dirname, 'large-list.test-helper.ts');
const count = process.env['SAHARA_DEPTH'] === 'deep' ? 1_000_000 : 50_000;
/** Megabytes of heap. With an object for each row 50,000 need more than that, and a million more than 300. */
const HEAP = 28;

it(`${count} contributors are read, proved and written in ${HEAP} MB of heap and 400 bytes of memory each`, {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sahara-large-list-'));
  try {
    const args = [`--max-old-space-size=${HEAP}`, '--max-semi-space-size=4', CHILD, String(count), folder];
    await promisify(execFile)(process.execPath, args);
    const answer: unknown = JSON.parse(readFileSync(join(folder, 'answer.json'), 'utf8'));
    expect(answer).toMatchObject({
      count,
      depth: Math.ceil(Math.log2(count)),
      total: String((count / 1_000) * 500_500),
      proofs: 5,
      isSameAgain: true,
      accounts: Math.ceil((count * 2) / 3),
      rowsOfLast: 2,
    });
    const { maxRssMegabytes } = answer as { maxRssMegabytes: number };
    expect(maxRssMegabytes).toBeLessThan(200 + (count * 400) / 1e6);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
