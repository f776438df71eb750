import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Lineage, lineage, open, payments, type Step, steps } from './model-fixtures.test-helper.ts';
import type { Books } from './model-types.ts';

describe('properties of the books', () => {
  it('account for every wei at every moment, and are never negative', () => {
    fc.assert(
      fc.property(lineage, steps, (versions, todo) => {
        const books = open(versions);
        for (const step of todo) {
          apply(books, versions, step);
          expectBalanced(books);
        }
        books.settleAll();
        books.claimAll();
        expectBalanced(books);
        // Stated bounds: under a quantum for each version, under one wei for each contributor but one.
        const people = versions.reduce((n, v) => n + Math.max(0, (v.contributors?.of.length ?? 0) - 1), 0);
        const { unsettled, pooled, claimed } = books.totals();
        expect(unsettled < 10_000n * BigInt(versions.length)).toBe(true);
        expect(pooled - claimed <= BigInt(people)).toBe(true);
      }),
    );
  });

  it('settle to the same state in any order, any number of times, at any moment', () => {
    fc.assert(
      fc.property(
        lineage,
        payments,
        fc.array(fc.array(fc.nat()), { maxLength: 30 }),
        (versions, paid, settlements) => {
          const often = open(versions, 250);
          const once = open(versions, 250);
          for (const [i, { to, amount: wei }] of paid.entries()) {
            const version = 1 + (to % versions.length);
            often.payVersion(version, wei);
            once.payVersion(version, wei);
            often.settle((settlements[i] ?? []).map((n) => 1 + (n % versions.length)));
            if (i % 3 === 0) often.claimAll();
          }
          // Oldest first, over and over, must end where youngest first gets in one pass.
          while (often.settle(often.versions()).length > 0);
          once.settleAll();
          expect(once.settleAll()).toEqual([]);
          expect(stateOf(often)).toEqual(stateOf(once));
        },
      ),
    );
  });

  it('equal a separate calculation from the payments alone', () => {
    fc.assert(
      fc.property(lineage, payments, fc.integer({ min: 0, max: 1_000 }), (versions, paid, feeBps) => {
        const books = open(versions, feeBps);
        const inflow = new Map(versions.map((v) => [v.version, 0n]));
        for (const { to, amount: wei } of paid) {
          const version = 1 + (to % versions.length);
          books.payVersion(version, wei);
          inflow.set(version, (inflow.get(version) ?? 0n) + wei - (wei * BigInt(feeBps)) / 10_000n);
        }
        books.settleAll();
        const expected = new Map<string, bigint>();
        const add = (account: string, wei: bigint) => {
          if (wei > 0n) expected.set(account, (expected.get(account) ?? 0n) + wei);
        };
        for (const v of [...versions].reverse()) {
          const whole = (inflow.get(v.version) ?? 0n) / 10_000n;
          let stays = 10_000n;
          for (const p of v.parents ?? []) {
            stays -= BigInt(p.royaltyBps);
            inflow.set(p.version, (inflow.get(p.version) ?? 0n) + whole * BigInt(p.royaltyBps));
          }
          const people = v.contributors?.of ?? [];
          const perQuantum = (stays * BigInt(v.contributors?.bps ?? 0)) / 10_000n;
          const weights = people.reduce((sum, c) => sum + c.weight, 0n);
          for (const c of people) add(c.account, (whole * perQuantum * c.weight) / weights);
          add(`o${v.asset}`, whole * (stays - perQuantum));
        }
        expect(new Map([...books.accounts()].map(([account, { earned }]) => [account, earned]))).toEqual(
          expected,
        );
      }),
    );
  });

  it('pay nobody for money that another asset earned', () => {
    fc.assert(
      fc.property(lineage, payments, (versions, paid) => {
        // A stranger beside the lineage: paid first, it must find all of its money after all others took theirs.
        const id = versions.length + 1;
        const books = open([...versions, { version: id, asset: id }]);
        books.payVersion(id, 70_000n);
        for (const { to, amount: wei } of paid) books.payVersion(1 + (to % versions.length), wei);
        books.settleAll();
        for (const v of versions) {
          books.claimOwner(v.version, 1);
          for (const index of v.contributors?.of.keys() ?? []) books.claimContribution(v.version, index);
        }
        expect(books.totals().balance >= 70_000n).toBe(true);
        expect(books.claimOwner(id, 1).amount).toBe(70_000n);
      }),
    );
  });
});

function apply(books: Books, versions: Lineage, { kind, to, amount: wei }: Step): void {
  const v = versions[to % versions.length] ?? { version: 1, asset: 1 };
  if (kind === 'pay') books.payVersion(v.version, wei);
  else if (kind === 'settle') books.settle([v.version]);
  else if (kind === 'fee') books.setFeeBps(to);
  else if (kind === 'withdraw') books.withdrawFees();
  else if (kind === 'transfer') books.setOwner(v.asset, `heir${to}`);
  else if (kind === 'claimOwner') books.claimOwner(v.version, 1 + (to % books.period(v.asset)));
  else {
    const people = v.contributors?.of.length ?? 0;
    if (people > 0) books.claimContribution(v.version, to % people);
  }
}

function expectBalanced(books: Books): void {
  const t = books.totals();
  expect(t.paidIn).toBe(t.fees + t.unsettled + t.pooled);
  expect(t.balance).toBe(t.paidIn - t.feesWithdrawn - t.claimed);
  expect(t.claimed <= t.pooled).toBe(true);
  for (const value of Object.values(t)) expect(value >= 0n).toBe(true);
  let claimed = 0n;
  let earned = 0n;
  for (const line of books.earnings()) {
    expect(line.claimed >= 0n && line.claimed <= line.earned).toBe(true);
    claimed += line.claimed;
    earned += line.earned;
  }
  expect(claimed).toBe(t.claimed);
  expect(earned <= t.pooled).toBe(true);
  expect(t.balance >= t.unsettled + (earned - claimed)).toBe(true);
}

/** Everything but what has been claimed, which is the claimants' own choice. */
function stateOf(books: Books): unknown {
  const earned = books.earnings().map(({ claimed: _, ...line }) => line);
  const { claimed: _, balance: __, ...totals } = books.totals();
  return { totals, earned, versions: books.versions().map((v) => books.books(v)) };
}
