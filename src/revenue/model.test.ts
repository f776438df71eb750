import { describe, expect, it } from 'vitest';
import { type ErrorName, isError } from '../base/errors.ts';
import { createBooks, MAX_PAID_IN } from './model.ts';
import { open } from './model-fixtures.test-helper.ts';
import type { OpenVersion } from './model-types.ts';

describe('books', () => {
  it('split one sale as worked out by hand', () => {
    const books = createBooks({ feeBps: 250 });
    books.setOwner(1, 'curator');
    books.setOwner(2, 'trainer');
    const of = [
      { account: 'ana', weight: 2n },
      { account: 'ben', weight: 1n },
    ];
    books.openVersion({ version: 1, asset: 1, contributors: { bps: 6_000, of } });
    books.openVersion({ version: 2, asset: 2, parents: [{ version: 1, royaltyBps: 2_000 }] });
    expect(books.pay(2, 1_000_001n)).toBe(25_000n);
    // 975,001 wei net: 97 quanta move, 5,001 wei wait. 20 % of 970,000 is 194,000, of which 19 quanta move on.
    expect(books.settleAll()).toEqual([
      { version: 2, period: 1, units: 97n, directUnits: 0n, moved: [{ parent: 1, amount: 194_000n }] },
      { version: 1, period: 1, units: 19n, directUnits: 0n, moved: [] },
    ]);
    expect(books.ownerOwed(2, 1)).toBe(776_000n);
    expect(books.ownerOwed(1, 1)).toBe(76_000n);
    expect(books.contributionOwed(1, 0)).toBe(76_000n);
    expect(books.contributionOwed(1, 1)).toBe(38_000n);
    expect(books.totals()).toEqual({
      paidIn: 1_000_001n,
      fees: 25_000n,
      feesWithdrawn: 0n,
      unsettled: 9_001n,
      pooled: 966_000n,
      claimed: 0n,
      balance: 1_000_001n,
    });
    expect(books.claimOwner(2, 1)).toEqual({ account: 'trainer', amount: 776_000n });
    expect(books.claimOwner(2, 1).amount).toBe(0n);
    expect(books.accounts()).toEqual(
      new Map([
        ['curator', { earned: 76_000n, claimed: 0n }],
        ['ana', { earned: 76_000n, claimed: 0n }],
        ['ben', { earned: 38_000n, claimed: 0n }],
        ['trainer', { earned: 776_000n, claimed: 776_000n }],
      ]),
    );
  });

  it('floor the contributors of a quantum and leave the exact rest to the owner', () => {
    const books = open([
      { version: 1, asset: 1, contributors: { bps: 3_333, of: [{ account: 'c', weight: 1n }] } },
    ]);
    expect(books.books(1)).toMatchObject({ parentsBps: 0n, contributorUnit: 3_333n, ownerUnit: 6_667n });
    const child = open([
      { version: 1, asset: 1 },
      {
        version: 2,
        asset: 2,
        parents: [{ version: 1, royaltyBps: 9_999 }],
        contributors: { bps: 9_999, of: [{ account: 'c', weight: 1n }] },
      },
    ]);
    expect(child.books(2)).toMatchObject({ parentsBps: 9_999n, contributorUnit: 0n, ownerUnit: 1n });
  });

  it('keep wei that make no quantum, until they do', () => {
    const books = open([{ version: 1, asset: 1 }]);
    for (let i = 0; i < 9_999; i++) books.pay(1, 1n);
    expect(books.settleAll()).toEqual([]);
    expect(books.totals()).toMatchObject({ unsettled: 9_999n, pooled: 0n });
    books.pay(1, 1n);
    expect(books.settleAll()).toHaveLength(1);
    expect(books.totals()).toMatchObject({ unsettled: 0n, pooled: 10_000n });
  });

  it('send a diamond both ways and lose nothing', () => {
    const books = open([
      { version: 1, asset: 1 },
      { version: 2, asset: 2, parents: [{ version: 1, royaltyBps: 10_000 }] },
      { version: 3, asset: 3, parents: [{ version: 1, royaltyBps: 10_000 }] },
      {
        version: 4,
        asset: 4,
        parents: [
          { version: 2, royaltyBps: 5_000 },
          { version: 3, royaltyBps: 5_000 },
        ],
      },
    ]);
    books.pay(4, 10n ** 18n);
    books.settleAll();
    expect(books.ownerOwed(1, 1)).toBe(10n ** 18n);
    expect(books.ownerOwed(4, 1)).toBe(0n);
  });

  it('carry money through ten thousand generations', () => {
    const chain = Array.from({ length: 10_000 }, (_, i): OpenVersion => {
      const parents = i === 0 ? [] : [{ version: i, royaltyBps: 10_000 }];
      return { version: i + 1, asset: i + 1, parents };
    });
    const books = open(chain);
    books.pay(10_000, 123_450_000n);
    expect(books.settleAll()).toHaveLength(10_000);
    expect(books.ownerOwed(1, 1)).toBe(123_450_000n);
  });

  it('pay each owner for their own period', () => {
    const books = open([{ version: 1, asset: 1 }]);
    books.pay(1, 50_000n);
    books.settle([1]);
    books.pay(1, 30_000n); // still unsettled at the transfer: it arrives in the next period
    expect(books.setOwner(1, 'next')).toBe(2);
    books.settle([1]);
    expect(books.claimOwner(1, 1)).toEqual({ account: 'o1', amount: 50_000n });
    expect(books.claimOwner(1, 2)).toEqual({ account: 'next', amount: 30_000n });
    expect(books.ownerOf(1, 1)).toBe('o1');
  });

  it('credit the current version, and an older one when it is named', () => {
    const books = open([
      { version: 1, asset: 1 },
      { version: 2, asset: 1 },
    ]);
    books.pay(1, 5n);
    books.payVersion(1, 7n);
    expect([books.books(1).direct, books.books(2).direct]).toEqual([7n, 5n]);
  });

  it('take the fee of the moment, and give it out once', () => {
    const books = open([{ version: 1, asset: 1 }]);
    books.pay(1, 39n);
    books.setFeeBps(1_000);
    expect(books.pay(1, 39n)).toBe(3n);
    books.setFeeBps(0);
    expect(books.pay(1, 39n)).toBe(0n);
    expect([books.withdrawFees(), books.withdrawFees()]).toEqual([3n, 0n]);
    expect(books.totals()).toMatchObject({ paidIn: 117n, balance: 114n, unsettled: 114n });
  });

  it('work at their limits', () => {
    const of = [
      { account: 'most', weight: (1n << 96n) - 2n },
      { account: 'least', weight: 1n },
    ];
    const books = open([{ version: 1, asset: 1, contributors: { bps: 10_000, of } }]);
    books.pay(1, MAX_PAID_IN);
    books.settleAll();
    books.claimAll();
    const { pooled, claimed, unsettled } = books.totals();
    expect(unsettled).toBe(0n);
    expect(pooled - claimed).toBeLessThan(2n);
    expect(refusal(() => books.pay(1, 1n))).toBe('REVENUE_AMOUNT_INVALID');
  });

  it('never pay more than the pool, whatever a publisher says the weights add up to', () => {
    const of = ['x', 'y', 'z'].map((account) => ({ account, weight: 10n }));
    const books = open([
      { version: 1, asset: 1, contributors: { bps: 5_000, of, totalWeight: 10n } },
      { version: 2, asset: 2 },
    ]);
    books.pay(1, 20_000n);
    books.pay(2, 50_000n);
    books.settleAll();
    expect(books.claimContribution(1, 0)).toEqual({ account: 'x', amount: 10_000n });
    expect(refusal(() => books.claimContribution(1, 1))).toBe('REVENUE_POOL_EXCEEDED');
    expect(books.claimAll()).toEqual([
      { account: 'o1', amount: 10_000n },
      { account: 'o2', amount: 50_000n },
    ]);
    expect(books.totals().balance).toBe(0n);
  });
});

describe('absolute royalties', () => {
  const ABSOLUTE = { policy: 'ABSOLUTE' } as const;

  it('take their part of direct payments, however far down, and of nothing else', () => {
    const books = open([
      { version: 1, asset: 1 },
      { version: 2, asset: 2, parents: [{ version: 1, royaltyBps: 500, ...ABSOLUTE }] },
      { version: 3, asset: 3, parents: [{ version: 2, royaltyBps: 2_000 }] },
    ]);
    books.pay(3, 1_000_000n);
    // 5 % of the sale goes to version 1 at once, 20 % to version 2, which owes nothing of a royalty.
    expect(books.settle([3])).toEqual([
      {
        version: 3,
        period: 1,
        units: 0n,
        directUnits: 100n,
        moved: [
          { parent: 2, amount: 200_000n },
          { parent: 1, amount: 50_000n },
        ],
      },
    ]);
    expect(books.settle([2])).toEqual([{ version: 2, period: 1, units: 20n, directUnits: 0n, moved: [] }]);
    books.settle([1]);
    expect([1, 2, 3].map((v) => books.ownerOwed(v, 1))).toEqual([50_000n, 200_000n, 750_000n]);
  });

  it('count an ancestor once, at the highest of its rates', () => {
    const books = open([
      { version: 1, asset: 1 },
      { version: 2, asset: 2, parents: [{ version: 1, royaltyBps: 300, ...ABSOLUTE }] },
      { version: 3, asset: 3, parents: [{ version: 1, royaltyBps: 700, ...ABSOLUTE }] },
      {
        version: 4,
        asset: 4,
        parents: [
          { version: 2, royaltyBps: 0 }, // a relation that costs nothing passes on what its parent owes
          { version: 3, royaltyBps: 1_000 },
          { version: 1, royaltyBps: 500, ...ABSOLUTE },
          { version: 3, royaltyBps: 100, ...ABSOLUTE },
        ],
      },
    ]);
    expect(books.books(4)).toMatchObject({
      split: true,
      parentsBps: 1_000n,
      absoluteBps: 800n,
      obligations: [
        { version: 1, bps: 700 },
        { version: 3, bps: 100 },
      ],
      ownerUnit: 9_000n,
      directOwnerUnit: 8_200n,
    });
    books.pay(4, 10_000n);
    books.settleAll();
    // 1,000 + 100 of the quantum arrive at version 3: no quantum of its own yet.
    expect([1, 2, 3, 4].map((v) => books.books(v).inflow)).toEqual([700n, 0n, 1_100n, 10_000n]);
  });

  it('divide what is left of each kind of income between owner and contributors', () => {
    const books = open([
      { version: 1, asset: 1 },
      {
        version: 2,
        asset: 2,
        parents: [{ version: 1, royaltyBps: 1_111, ...ABSOLUTE }],
        contributors: { bps: 3_333, of: [{ account: 'c', weight: 7n }] },
      },
      { version: 3, asset: 3, parents: [{ version: 2, royaltyBps: 10_000 - 1_111 }] },
    ]);
    // Of 8,889 a third is 2,962.7; of 10,000 it is 3,333.
    expect(books.books(2)).toMatchObject({
      contributorUnit: 3_333n,
      ownerUnit: 6_667n,
      directContributorUnit: 2_962n,
      directOwnerUnit: 5_927n,
    });
    books.pay(2, 25_000n);
    books.pay(3, 90_000n); // 9 x 8,889 = 80,001 wei of royalties
    books.settleAll();
    expect(books.books(2)).toMatchObject({ settledUnits: 8n, settledDirectUnits: 2n, unsettled: 5_001n });
    expect(books.claimContribution(2, 0).amount).toBe(8n * 3_333n + 2n * 2_962n);
    expect(books.claimOwner(2, 1).amount).toBe(8n * 6_667n + 2n * 5_927n);
    expect(books.claimOwner(3, 1).amount).toBe(0n);
  });

  it('are refused above everything, naming the ancestor, though no parent asks for that much', () => {
    const books = open([
      { version: 1, asset: 1 },
      { version: 2, asset: 2 },
      { version: 3, asset: 3, parents: [{ version: 1, royaltyBps: 6_000, ...ABSOLUTE }] },
      { version: 4, asset: 4, parents: [{ version: 2, royaltyBps: 3_000, ...ABSOLUTE }] },
    ]);
    const child = (royaltyBps: number) => () =>
      books.openVersion({
        version: 5,
        asset: 4,
        parents: [
          { version: 3, royaltyBps: 0 },
          { version: 4, royaltyBps },
        ],
      });
    expect(refusal(child(1_001))).toBe('REVENUE_ROYALTIES_TOO_HIGH');
    expect(child(1_001)).toThrow(
      expect.objectContaining({ params: { version: 5, totalBps: 10_001, ancestor: 2 } }),
    );
    child(1_000)();
    expect(books.books(5)).toMatchObject({ directOwnerUnit: 0n, ownerUnit: 9_000n });
  });

  it('are owed to sixteen ancestors at most', () => {
    const roots = Array.from({ length: 17 }, (_, i): OpenVersion => ({ version: i + 1, asset: i + 1 }));
    const books = open(roots);
    const owing = (count: number) =>
      roots.slice(0, count).map(({ version }) => ({ version, royaltyBps: 1, ...ABSOLUTE }));
    const child = (version: number, count: number) => () =>
      books.openVersion({ version, asset: 1, parents: owing(count) });
    expect(refusal(child(18, 17))).toBe('REVENUE_OBLIGATIONS_TOO_MANY');
    child(18, 16)();
    const parents = [{ version: 18, royaltyBps: 0 }];
    books.openVersion({ version: 19, asset: 1, parents });
    expect(books.books(19).obligations).toHaveLength(16);
    // One that is inherited anyway is no further one; any other is.
    const more = (to: number) => () =>
      books.openVersion({
        version: 20,
        asset: 1,
        parents: [...parents, { version: to, royaltyBps: 9, ...ABSOLUTE }],
      });
    expect(refusal(more(17))).toBe('REVENUE_OBLIGATIONS_TOO_MANY');
    more(16)();
    expect(books.books(20)).toMatchObject({ absoluteBps: 24n });
  });
});

describe('ceilings', () => {
  const GWEI = 10n ** 9n;
  const two = [
    { version: 1, royaltyBps: 0, ceiling: 7n * GWEI },
    { version: 1, royaltyBps: 1_000, ceiling: 5n * GWEI },
    { version: 1, royaltyBps: 1_000 },
  ];

  it('let direct payments in, net of fees, up to the lowest of them, and royalties always', () => {
    const books = open([
      { version: 1, asset: 1 },
      { version: 2, asset: 2, parents: two },
      { version: 3, asset: 3, parents: [{ version: 2, royaltyBps: 10_000 }] },
    ]);
    expect(books.books(2)).toMatchObject({ ceiling: 5n * GWEI, split: true, absoluteBps: 0n });
    books.setFeeBps(1_000);
    books.pay(2, 3n * GWEI); // 2.7 count
    books.setFeeBps(0);
    const before = books.totals();
    expect(() => books.pay(2, 23n * (GWEI / 10n) + 1n)).toThrow(
      expect.objectContaining({
        id: 'REVENUE_CEILING_REACHED',
        params: { version: 2, ceiling: '5000000000', wouldBe: '5000000001' },
      }),
    );
    expect(books.totals()).toEqual(before);
    books.pay(3, 100n * GWEI);
    books.settleAll();
    expect(books.books(2)).toMatchObject({ inflow: 1_027n * (GWEI / 10n), direct: 27n * (GWEI / 10n) });
    books.pay(2, 23n * (GWEI / 10n));
    expect(refusal(() => books.payVersion(2, 1n))).toBe('REVENUE_CEILING_REACHED');
  });

  it('are for the versions that rest on the terms, not for those behind them', () => {
    const books = open([
      { version: 1, asset: 1 },
      { version: 2, asset: 2, parents: two },
      { version: 3, asset: 3, parents: [{ version: 2, royaltyBps: 0 }] },
      { version: 4, asset: 2 },
    ]);
    books.pay(3, 10n * GWEI);
    books.pay(2, 10n * GWEI); // its current version is another one
    expect(refusal(() => books.payVersion(2, 10n * GWEI))).toBe('REVENUE_CEILING_REACHED');
  });
});

describe('refusals', () => {
  const books = open([
    { version: 1, asset: 1 },
    { version: 5, asset: 1 },
  ]);
  const one = [{ account: 'c', weight: 1n }];
  const version = (spec: Partial<OpenVersion>) => () => books.openVersion({ version: 6, asset: 1, ...spec });

  it.each<[ErrorName, string, () => unknown]>([
    ['REVENUE_FEE_TOO_HIGH', 'a fee above the limit', () => books.setFeeBps(1_001)],
    ['REVENUE_FEE_TOO_HIGH', 'a broken fee', () => createBooks({ feeBps: 2.5 })],
    ['REVENUE_FEE_TOO_HIGH', 'a negative fee', () => createBooks({ feeBps: -1 })],
    ['REVENUE_AMOUNT_INVALID', 'no money', () => books.pay(1, 0n)],
    ['REVENUE_AMOUNT_INVALID', 'negative money', () => books.pay(1, -1n)],
    ['REVENUE_AMOUNT_INVALID', 'too much money', () => books.pay(1, MAX_PAID_IN + 1n)],
    ['REVENUE_ASSET_UNKNOWN', 'an unknown asset', () => books.pay(2, 1n)],
    ['REVENUE_ASSET_UNKNOWN', 'a version of an unowned asset', version({ asset: 9 })],
    ['REVENUE_VERSION_UNKNOWN', 'an unknown version', () => books.payVersion(2, 1n)],
    ['REVENUE_VERSION_UNKNOWN', 'a settlement of an unknown version', () => books.settle([1, 2])],
    ['REVENUE_VERSION_UNKNOWN', 'a claim on an unknown version', () => books.claimOwner(2, 1)],
    ['REVENUE_PERIOD_UNKNOWN', 'a future period', () => books.claimOwner(1, 2)],
    ['REVENUE_PERIOD_UNKNOWN', 'period zero', () => books.ownerOwed(1, 0)],
    ['REVENUE_CONTRIBUTOR_UNKNOWN', 'an unknown contributor', () => books.claimContribution(1, 0)],
    [
      'REVENUE_CONTRIBUTOR_UNKNOWN',
      'what an unknown contributor is owed',
      () => books.contributionOwed(1, 0),
    ],
    ['REVENUE_SPLIT_INVALID', 'an id that is taken', version({ version: 5 })],
    ['REVENUE_SPLIT_INVALID', 'an id between others', version({ version: 3 })],
    ['REVENUE_SPLIT_INVALID', 'itself as parent', version({ parents: [{ version: 6, royaltyBps: 1 }] })],
    ['REVENUE_SPLIT_INVALID', 'an unknown parent', version({ parents: [{ version: 2, royaltyBps: 1 }] })],
    [
      'REVENUE_ROYALTIES_TOO_HIGH',
      'royalties above all',
      version({
        parents: [
          { version: 1, royaltyBps: 6_000 },
          { version: 5, royaltyBps: 4_001 },
        ],
      }),
    ],
    [
      'REVENUE_SPLIT_INVALID',
      'too many parents',
      version({ parents: Array.from({ length: 65 }, () => ({ version: 1, royaltyBps: 1 })) }),
    ],
    ...[0n, -(10n ** 9n), 10n ** 9n + 1n, 1n << 94n].map((ceiling): [ErrorName, string, () => unknown] => [
      'REVENUE_SPLIT_INVALID',
      `a ceiling of ${ceiling} wei`,
      version({ parents: [{ version: 1, royaltyBps: 0, ceiling }] }),
    ]),
    ['REVENUE_SPLIT_INVALID', 'a negative royalty', version({ parents: [{ version: 1, royaltyBps: -1 }] })],
    ['REVENUE_SPLIT_INVALID', 'a share above all', version({ contributors: { bps: 10_001, of: one } })],
    ['REVENUE_SPLIT_INVALID', 'a share for nobody', version({ contributors: { bps: 1, of: [] } })],
    ['REVENUE_SPLIT_INVALID', 'somebody without a share', version({ contributors: { bps: 0, of: one } })],
    [
      'REVENUE_SPLIT_INVALID',
      'a weight of zero',
      version({ contributors: { bps: 1, of: [{ account: 'c', weight: 0n }] } }),
    ],
    [
      'REVENUE_SPLIT_INVALID',
      'weights too large',
      version({ contributors: { bps: 1, of: [{ account: 'c', weight: 1n << 96n }] } }),
    ],
    [
      'REVENUE_SPLIT_INVALID',
      'a total of zero',
      version({ contributors: { bps: 1, of: one, totalWeight: 0n } }),
    ],
  ])('%s: %s', (name, _, run) => {
    const before = { totals: books.totals(), versions: books.versions() };
    expect(refusal(run)).toBe(name);
    expect({ totals: books.totals(), versions: books.versions() }).toEqual(before);
  });

  it('settle nothing of a list with an unknown version', () => {
    const some = open([{ version: 1, asset: 1 }]);
    some.pay(1, 20_000n);
    expect(refusal(() => some.settle([1, 9]))).toBe('REVENUE_VERSION_UNKNOWN');
    expect(some.books(1).settledUnits).toBe(0n);
  });
});

function refusal(run: () => unknown): ErrorName | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'id' in error && isError(error, error.id as ErrorName)) return error.id;
    throw error;
  }
}
