import { describe, expect, it } from 'vitest';
import { conservationLine, earningsTable } from './revenue.ts';

const earned = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    account: `0x${(i + 1).toString(16).padStart(40, '0')}`,
    role: 'contributor',
    asset: 'penguins',
    version: 1,
    amount: BigInt(i + 1) * 10n ** 18n,
  }));

describe('earningsTable', () => {
  it('shows all of a few', () => {
    expect(earningsTable(earned(20)).split('\n')).toHaveLength(21);
  });

  it('shows the largest of very many, and what the others have together', () => {
    const lines = earningsTable(earned(200_000)).split('\n');
    expect(lines).toHaveLength(22);
    expect(lines[1]).toContain('200000');
    const rest = (199_980n * 199_981n) / 2n;
    expect(lines.at(-1)).toBe(`and 199980 more with ${rest} SAHARA together`);
  });
});

describe('conservationLine', () => {
  const books = { paidIn: 10n, fees: 1n, unsettled: 2n, pools: 7n, claimed: 0n };

  it('takes over what the books judged', () => {
    expect(conservationLine({ ...books, drift: 0n, unsolicited: 0n, holds: false })).toMatch(/^✗/);
    expect(conservationLine({ ...books, drift: 5n, unsolicited: 5n, holds: true })).toMatch(/^✓.*unasked/);
  });

  it('judges by the sums where nobody has', () => {
    expect(conservationLine({ ...books, drift: 0n })).toMatch(/^✓/);
    expect(conservationLine({ ...books, pools: 8n, drift: 0n })).toMatch(/^✗/);
    expect(conservationLine({ ...books, drift: -1n })).toMatch(/^✗/);
  });
});
