import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBooks, MAX_PAID_IN } from './model.ts';
import {
  type Lineage,
  lineage,
  obligationsOf,
  open,
  payments,
  payUnlessFull,
  type Step,
  steps,
} from './model-fixtures.test-helper.ts';
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
        // Stated bounds: under a quantum for each stream of a version, under one wei for each contributor but one.
        const people = versions.reduce((n, v) => n + Math.max(0, (v.contributors?.of.length ?? 0) - 1), 0);
        const { unsettled, pooled, claimed } = books.totals();
        const streams = versions.reduce((n, v) => n + (books.books(v.version).split ? 2n : 1n), 0n);
        expect(unsettled < 10_000n * streams).toBe(true);
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
            // Ceilings count payments alone, so that settlements cannot change what is refused either.
            const taken = payUnlessFull(() => often.payVersion(version, wei));
            expect(payUnlessFull(() => once.payVersion(version, wei))).toBe(taken);
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
        const direct = new Map(versions.map((v) => [v.version, 0n]));
        for (const { to, amount: wei } of paid) {
          const version = 1 + (to % versions.length);
          const after = (direct.get(version) ?? 0n) + wei - (wei * BigInt(feeBps)) / 10_000n;
          const ceilings = (versions[version - 1]?.parents ?? []).flatMap((p) => p.ceiling ?? []);
          const taken = payUnlessFull(() => books.payVersion(version, wei));
          expect(taken).toBe(ceilings.every((ceiling) => after <= ceiling));
          if (taken) direct.set(version, after);
        }
        books.settleAll();
        const earned = [...books.accounts()].map(([account, sum]) => [account, sum.earned] as const);
        expect(new Map(earned)).toEqual(workedOut(versions, direct));
      }),
    );
  });

  it('pay a contributor the same in many claims as in one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 2, maxLength: 40 }),
        fc.array(fc.bigInt({ min: 1n, max: 1n << 94n }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 10_000 }),
        (paid, weights, bps) => {
          const of = weights.map((w, k) => ({ account: `c${k}`, weight: w }));
          const parents = [{ version: 1, royaltyBps: 1_234, policy: 'ABSOLUTE' as const }];
          const versions: Lineage = [
            { version: 1, asset: 1 },
            { version: 2, asset: 2, parents, contributors: { bps, of } },
            { version: 3, asset: 3, parents: [{ version: 2, royaltyBps: 5_000 }] },
          ];
          const often = open(versions);
          const once = open(versions);
          const sums = weights.map(() => 0n);
          for (const [i, wei] of paid.entries())
            for (const books of [often, once]) {
              books.payVersion(2 + (i % 2), wei);
              books.settleAll();
              if (books === often)
                weights.forEach((_, k) => {
                  sums[k] = (sums[k] ?? 0n) + books.claimContribution(2, k).amount;
                });
            }
          expect(sums).toEqual(weights.map((_, k) => once.claimContribution(2, k).amount));
        },
      ),
    );
  });

  it('open what can be afforded, and refuse more, naming an ancestor that is owed something', () => {
    fc.assert(
      fc.property(lineage, (versions) => {
        const books = open(versions);
        const next = versions.length + 1;
        for (const v of versions) {
          const b = books.books(v.version);
          const owed = obligationsOf(versions, v.version);
          expect(new Map(b.obligations.map((o) => [o.version, o.bps]))).toEqual(owed);
          expect(b.absoluteBps).toBe([...owed.values()].reduce((sum, rate) => sum + BigInt(rate), 0n));
          expect(b.parentsBps + b.contributorUnit + b.ownerUnit).toBe(10_000n);
          expect(b.parentsBps + b.absoluteBps + b.directContributorUnit + b.directOwnerUnit).toBe(10_000n);
          const left = 10_000 - Number(b.absoluteBps);
          const child = (royaltyBps: number) => {
            const again = createBooks();
            for (const before of versions) {
              if (again.period(before.asset) === 0) again.setOwner(before.asset, 'o');
              again.openVersion(before);
            }
            again.openVersion({
              version: next,
              asset: v.asset,
              parents: [{ version: v.version, royaltyBps }],
            });
            return again.books(next).directOwnerUnit;
          };
          expect(child(left)).toBe(0n);
          if (left === 10_000) continue; // 10,001 is no royalty
          const named = [v.version, ...owed.keys()];
          expect(() => child(left + 1)).toThrow(
            expect.objectContaining({
              id: 'REVENUE_ROYALTIES_TOO_HIGH',
              params: expect.objectContaining({ totalBps: 10_001, ancestor: expect.toBeOneOf(named) }),
            }),
          );
        }
      }),
      { numRuns: Math.min(fc.readConfigureGlobal().numRuns ?? 100, 500) },
    );
  });

  it('hold the most that can ever be paid in, wherever it goes', () => {
    fc.assert(
      fc.property(lineage, fc.nat(), (versions, to) => {
        const books = open(versions);
        const version = 1 + (to % versions.length);
        fc.pre(books.books(version).ceiling === 0n);
        books.payVersion(version, MAX_PAID_IN);
        books.settleAll();
        for (const v of versions) {
          const { settledUnits, settledDirectUnits, inflow } = books.books(v.version);
          // What the vault's counters have room for.
          expect(settledUnits + settledDirectUnits < 1n << 88n).toBe(true);
          expect(inflow < 1n << 104n).toBe(true);
        }
        expectBalanced(books);
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
        for (const { to, amount: wei } of paid)
          payUnlessFull(() => books.payVersion(1 + (to % versions.length), wei));
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
  if (kind === 'pay') payUnlessFull(() => books.payVersion(v.version, wei));
  else if (kind === 'payAsset') payUnlessFull(() => books.pay(v.asset, wei));
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

/** What everybody earned, by the rule in words: quanta of each kind of income, divided by basis points. */
function workedOut(versions: Lineage, direct: ReadonlyMap<number, bigint>): Map<string, bigint> {
  const royalties = new Map<number, bigint>();
  const earned = new Map<string, bigint>();
  const add = (account: string, wei: bigint) => {
    if (wei > 0n) earned.set(account, (earned.get(account) ?? 0n) + wei);
  };
  for (const v of [...versions].reverse()) {
    const owed = obligationsOf(versions, v.version);
    const counted = owed.size > 0 || (v.parents ?? []).some((p) => p.ceiling !== undefined);
    const sold = direct.get(v.version) ?? 0n;
    const received = royalties.get(v.version) ?? 0n;
    // Without absolute royalties and a ceiling both are one income, of which one remainder waits.
    const incomes = counted
      ? [
          { quanta: received / 10_000n, absolute: new Map<number, number>() },
          { quanta: sold / 10_000n, absolute: owed },
        ]
      : [{ quanta: (received + sold) / 10_000n, absolute: new Map<number, number>() }];
    let owners = 0n;
    let contributed = 0n;
    for (const { quanta, absolute } of incomes) {
      const relative = (v.parents ?? []).filter((p) => p.policy !== 'ABSOLUTE');
      const shares = [...relative.map((p) => [p.version, p.royaltyBps] as const), ...absolute];
      for (const [to, rate] of shares) royalties.set(to, (royalties.get(to) ?? 0n) + quanta * BigInt(rate));
      const stays = 10_000n - shares.reduce((sum, [, rate]) => sum + BigInt(rate), 0n);
      const perQuantum = (stays * BigInt(v.contributors?.bps ?? 0)) / 10_000n;
      contributed += quanta * perQuantum;
      owners += quanta * (stays - perQuantum);
    }
    const people = v.contributors?.of ?? [];
    const weights = people.reduce((sum, c) => sum + c.weight, 0n);
    for (const c of people) add(c.account, (contributed * c.weight) / weights);
    add(`o${v.asset}`, owners);
  }
  return earned;
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
