import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../base/hex.ts';
import { largestAccounts } from './merkle-sum-accounts.ts';
import { indexesOf, rowsOf, tableOf } from './merkle-sum-table.ts';

const account = (n: number): Address => `0x${(n + 1).toString(16).padStart(40, '0')}`;
const row = fc.record({
  account: fc.nat({ max: 12 }).map(account),
  weight: fc.bigInt({ min: 1n, max: 1n << 70n }),
});

describe('largestAccounts', () => {
  it('adds the rows of each account up as a plain map does (property)', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 15 }),
        (rows, most) => {
          const sums = new Map<Address, { rows: number; weight: bigint }>();
          for (const { account: who, weight } of rows) {
            const before = sums.get(who) ?? { rows: 0, weight: 0n };
            sums.set(who, { rows: before.rows + 1, weight: before.weight + weight });
          }
          const sorted = [...sums]
            .map(([who, sum]) => ({ account: who, ...sum }))
            .sort((a, b) => (a.weight === b.weight ? 0 : a.weight < b.weight ? 1 : -1));
          const { accounts, largest } = largestAccounts(tableOf(rows), most);
          expect(accounts).toBe(sums.size);
          expect(largest).toEqual(sorted.slice(0, most));
        },
      ),
    );
  });
});

describe('a table', () => {
  it('gives back the rows it was made of, and finds those of an account (property)', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 200 }), fc.nat({ max: 13 }), (rows, who) => {
        const table = tableOf(rows);
        expect([...rowsOf(table)]).toEqual(rows);
        expect(indexesOf(table, account(who))).toEqual(
          rows.flatMap((r, i) => (r.account === account(who) ? [i] : [])),
        );
      }),
    );
  });
});
