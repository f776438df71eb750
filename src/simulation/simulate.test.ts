import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isError } from '../base/errors.ts';
import { planScenario } from './plan.ts';
import { earningsTable } from './report.ts';
import type { Scenario, ScenarioAsset } from './scenario.ts';
import { simulate } from './simulate.ts';

const SAHARA = 10n ** 18n;

/** Constant demand only, so that everything about it can be worked out on paper. */
const BY_HAND: Scenario = {
  name: 'by hand',
  description: '',
  seed: 1,
  days: 5,
  feeBps: 250,
  settleEvery: 2,
  assets: [
    {
      name: 'data',
      kind: 'dataset',
      owner: 'curator',
      price: SAHARA,
      relations: [],
      contributors: {
        bps: 6_000,
        of: [
          { account: 'ana', weight: 2n },
          { account: 'trainer', weight: 1n },
        ],
      },
    },
    {
      name: 'model',
      kind: 'model',
      owner: 'trainer',
      price: 4n * SAHARA,
      relations: [{ type: 'TRAINED_ON', asset: 'data', royaltyBps: 2_000 }],
    },
  ],
  demand: [
    { buyers: ['bob'], asset: 'model', from: 1, until: 5, rate: { kind: 'constant', perDayMilli: 500 } },
    { buyers: ['cleo'], asset: 'data', from: 3, until: 3, rate: { kind: 'constant', perDayMilli: 2_000 } },
  ],
};

const milli = (n: number) => (BigInt(n) * SAHARA) / 1000n;

describe('simulate', () => {
  it('earns what a calculation by hand says, on the day it arrives', () => {
    const { series, purchases, buyers, earnings, lineage, conservation } = simulate(BY_HAND);
    // bob buys on days 2 and 4, cleo twice on day 3. Settled on days 2, 4 and 5.
    // A model brings 3.9 net: 0.78 to the data, 3.12 to the trainer. Of the 0.78: 0.312 curator, 0.312 ana, 0.156 trainer.
    // Two sets of data bring 1.95 net: 0.78 curator, 0.78 ana, 0.39 trainer; they arrive on day 4.
    expect(purchases).toEqual({ count: 4, volume: 10n * SAHARA, refused: 0 });
    expect(Object.fromEntries(series.map((s) => [s.account, s.perDay]))).toEqual({
      trainer: [0, 3_276, 0, 3_666, 0].map(milli),
      curator: [0, 312, 0, 1_092, 0].map(milli),
      ana: [0, 312, 0, 1_092, 0].map(milli),
      protocol: [0, 100, 50, 100, 0].map(milli),
    });
    expect(series.map((s) => s.account)).toEqual(['trainer', 'curator', 'ana', 'protocol']);
    expect(series[0]).toMatchObject({ roles: ['owner', 'contributor'], total: milli(6_942) });
    expect(series[0]?.cumulative).toEqual([0, 3_276, 3_276, 6_942, 6_942].map(milli));
    expect(buyers).toEqual([
      { buyer: 'bob', purchases: 2, spent: 8n * SAHARA },
      { buyer: 'cleo', purchases: 2, spent: 2n * SAHARA },
    ]);
    expect(earnings).toEqual([
      { account: 'trainer', role: 'contributor', asset: 'data', amount: milli(702) },
      { account: 'trainer', role: 'owner', asset: 'model', amount: milli(6_240) },
      { account: 'curator', role: 'owner', asset: 'data', amount: milli(1_404) },
      { account: 'ana', role: 'contributor', asset: 'data', amount: milli(1_404) },
      { account: 'protocol', role: 'protocol', asset: null, amount: milli(250) },
    ]);
    expect(lineage[0]).toMatchObject({
      asset: 'data',
      sold: 2,
      direct: milli(1_950),
      royalties: milli(1_560),
    });
    expect(lineage[1]).toMatchObject({
      asset: 'model',
      parents: [
        { asset: 'data', type: 'TRAINED_ON', royaltyBps: 2_000, absolute: false, paid: milli(1_560) },
      ],
      obligations: [],
      ceiling: 0n,
      stayed: milli(6_240),
      unsettled: 0n,
    });
    expect(conservation).toEqual({
      paidIn: 10n * SAHARA,
      fees: milli(250),
      unsettled: 0n,
      pools: milli(9_750),
      claimed: milli(9_750),
      drift: 0n,
    });
  });

  it('sells up to the ceiling, and pays absolute royalties of sales', () => {
    const [data, model] = BY_HAND.assets;
    if (!data || !model) throw new Error('the scenario by hand has two assets');
    // One sale of 4 nets 3.9; a second one would be above 7.
    const relations = model.relations.map((r) => ({ ...r, absolute: true as const, ceiling: 7n * SAHARA }));
    const { purchases, buyers, lineage } = simulate({ ...BY_HAND, assets: [data, { ...model, relations }] });
    expect(purchases).toEqual({ count: 3, volume: 6n * SAHARA, refused: 1 });
    expect(buyers[0]).toEqual({ buyer: 'bob', purchases: 1, spent: 4n * SAHARA });
    expect(lineage[1]).toMatchObject({
      sold: 1,
      ceiling: 7n * SAHARA,
      parents: [{ absolute: true, paid: 0n }],
      obligations: [{ asset: 'data', bps: 2_000, paid: milli(780) }],
      stayed: milli(3_120),
    });
  });

  it('is the same for the same seed, and another for another', () => {
    const poisson = withPoisson(BY_HAND, 7);
    expect(simulate(poisson)).toEqual(simulate(structuredClone(poisson)));
    expect(simulate({ ...poisson, seed: 2 })).not.toEqual(simulate(poisson));
  });

  it('counts a thousandth of a purchase a day exactly', () => {
    const demand = [
      {
        buyers: ['b'],
        asset: 'data',
        from: 11,
        until: 3_010,
        rate: { kind: 'constant', perDayMilli: 1 } as const,
      },
    ];
    const { events } = planScenario({ ...BY_HAND, days: 3_650, settleEvery: 3_650, demand });
    expect(events.filter((e) => e.kind === 'purchase').map((e) => e.day)).toEqual([1_010, 2_010, 3_010]);
  });

  it('plans purchases in the order of time, settles every so often and at the end', () => {
    const { events, purchases } = planScenario(withPoisson({ ...BY_HAND, days: 30, settleEvery: 7 }, 5));
    expect(events.filter((e) => e.kind === 'settle').map((e) => e.day)).toEqual([7, 14, 21, 28, 30]);
    const times = events.map((e) => e.day * 86_400 + (e.kind === 'purchase' ? e.second : 86_399.5));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(purchases).toBe(events.length - 5);
  });

  it('draws each line of demand by itself', () => {
    const one = withPoisson(BY_HAND, 3);
    const more = {
      ...one,
      demand: [...one.demand, { ...one.demand[0], buyers: ['late'] } as Scenario['demand'][number]],
    };
    const ofOne = planScenario(one).events.filter((e) => e.kind === 'purchase');
    const ofMore = planScenario(more).events.filter((e) => e.kind === 'purchase' && e.buyer !== 'late');
    expect(ofMore.filter((e) => e.kind === 'purchase')).toEqual(ofOne);
  });

  it('refuses a future that is too long to plan', () => {
    const huge = withPoisson({ ...BY_HAND, days: 3_650 }, 10_000);
    try {
      planScenario(huge);
      expect.unreachable();
    } catch (error) {
      if (!isError(error, 'SCENARIO_TOO_LARGE')) throw error;
      expect(error.params.purchases).toBeGreaterThan(1_000_000);
    }
  });

  it('accounts for everything in any scenario (property)', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { series, earnings, conservation, purchases, lineage } = simulate(scenario);
        expect(conservation.drift).toBe(0n);
        expect(conservation.paidIn).toBe(purchases.volume);
        expect(conservation.claimed <= conservation.pools).toBe(true);
        const byPeople = series.filter((s) => s.account !== 'protocol').reduce((sum, s) => sum + s.total, 0n);
        expect(byPeople).toBe(conservation.claimed);
        expect(earnings.reduce((sum, e) => sum + e.amount, 0n)).toBe(byPeople + conservation.fees);
        for (const { account, total, perDay } of series) {
          expect(perDay).toHaveLength(scenario.days);
          expect(perDay.every((wei) => wei >= 0n)).toBe(true);
          expect(perDay.reduce((a, b) => a + b, 0n)).toBe(total);
          const sources = earnings.filter((e) => e.account === account);
          expect(sources.reduce((sum, e) => sum + e.amount, 0n)).toBe(total);
        }
        expect(purchases.count + purchases.refused).toBe(planScenario(scenario).purchases);
        for (const l of lineage) {
          expect(l.ceiling === 0n || l.direct <= l.ceiling).toBe(true);
          const paidOn = [...l.parents, ...l.obligations].reduce((sum, p) => sum + p.paid, 0n);
          expect(l.direct + l.royalties).toBe(l.unsettled + l.stayed + paidOn);
        }
        expect(lineage.reduce((sum, l) => sum + l.stayed, 0n)).toBe(conservation.pools);
        expect(lineage.reduce((sum, l) => sum + l.unsettled, 0n)).toBe(conservation.unsettled);
      }),
    );
  });
});

describe('earningsTable', () => {
  const result = simulate(withPoisson({ ...BY_HAND, days: 30 }, 2));

  it('shows evenly spread days and ends with the last', () => {
    const table = earningsTable(result, { points: 4 });
    expect(table.days).toEqual([8, 15, 23, 30]);
    expect(table.rows.map((r) => r.earned.at(-1))).toEqual(result.series.map((s) => s.total));
    expect(earningsTable({ ...result, scenario: { ...result.scenario, days: 2 } }).days).toEqual([1, 2]);
    expect(earningsTable(result, { points: 0 }).days).toEqual([30]);
  });

  it('says what it leaves out', () => {
    const { rows, omitted } = earningsTable(result, { rows: 1 });
    expect(rows).toHaveLength(1);
    expect(omitted.accounts).toBe(result.series.length - 1);
    const all = result.series.reduce((sum, s) => sum + s.total, 0n);
    expect((rows[0]?.total ?? 0n) + omitted.total).toBe(all);
  });
});

function withPoisson(scenario: Scenario, perDay: number): Scenario {
  const rate = { kind: 'poisson', perDay } as const;
  return { ...scenario, demand: scenario.demand.map((d) => ({ ...d, from: 1, until: scenario.days, rate })) };
}

/** Small random lineages with awkward prices, many roles for few people, and any demand. */
const person = fc.constantFrom('ana', 'bo', 'chen', 'dara');
const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(),
    days: fc.integer({ min: 1, max: 12 }),
    feeBps: fc.integer({ min: 0, max: 1_000 }),
    settleEvery: fc.integer({ min: 1, max: 5 }),
    assets: fc.array(
      fc.record({
        owner: person,
        price: fc.bigInt({ min: 1n, max: 10n ** 19n }),
        royalties: fc.array(
          fc.record({
            bps: fc.integer({ min: 0, max: 2_300 }),
            absolute: fc.constantFrom(undefined, true),
            ceiling: fc.option(fc.bigInt({ min: 1n, max: 10n ** 11n }), { nil: undefined, freq: 4 }),
          }),
          { maxLength: 4 },
        ),
        share: fc.integer({ min: 1, max: 10_000 }),
        of: fc.array(fc.record({ account: person, weight: fc.bigInt({ min: 1n, max: 99n }) }), {
          maxLength: 4,
        }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    perDay: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ assets, perDay, ...rest }) => ({
    ...rest,
    name: 'random',
    description: '',
    assets: assets.map(
      ({ owner, price, royalties, share, of }, i): ScenarioAsset => ({
        name: `a${i}`,
        kind: 'model',
        owner,
        price,
        relations: royalties.slice(0, i).map(({ bps, absolute, ceiling }, k) => ({
          type: 'USES',
          asset: `a${k}`,
          // Absolute ones are inherited by all that follow, and must leave them room.
          royaltyBps: absolute ? Math.floor(bps / 25) : bps,
          ...(absolute ? { absolute } : {}),
          ...(ceiling === undefined ? {} : { ceiling: ceiling * 10n ** 9n }),
        })),
        ...(of.length > 0 ? { contributors: { bps: share, of } } : {}),
      }),
    ),
    demand: perDay.map((mean, i) => ({
      buyers: ['x', 'y'],
      asset: `a${i % assets.length}`,
      from: 1,
      until: rest.days,
      rate: { kind: 'poisson', perDay: mean },
    })),
  }));
