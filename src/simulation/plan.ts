import { SaharaError } from '../base/errors.ts';
import { createRandom, type Random } from './random.ts';
import type { Demand, Scenario } from './scenario.ts';

/** One license bought. */
export type Purchase = {
  kind: 'purchase';
  /** From 1. */
  day: number;
  /** Second of that day, 0 to 86,399. */
  second: number;
  buyer: string;
  asset: string;
  /** Price paid, wei. */
  amount: bigint;
};

/** At the end of a day, everything earned so far is settled: children first. */
export type SettleAll = { kind: 'settle'; day: number };

export type PlanEvent = Purchase | SettleAll;

/** A scenario's future, fixed: what happens, in order. */
export type Plan = { scenario: Scenario; events: PlanEvent[]; purchases: number };

const MAX_PURCHASES = 1_000_000;
const DAY_SECONDS = 86_400;

/**
 * Draws the future of a scenario from its seed. Each line of demand has its own stream of random numbers, so
 * that adding one changes nothing about the others.
 *
 * @throws SCENARIO_TOO_LARGE above about a million purchases
 */
export function planScenario(scenario: Scenario): Plan {
  const expected = scenario.demand.reduce((sum, d) => sum + meanPerDay(d) * (d.until - d.from + 1), 0);
  if (expected > MAX_PURCHASES)
    throw new SaharaError('SCENARIO_TOO_LARGE', { purchases: Math.round(expected), maximum: MAX_PURCHASES });
  const prices = new Map(scenario.assets.map((a) => [a.name, a.price]));
  const lines = scenario.demand.map((demand, i) => ({
    demand,
    amount: prices.get(demand.asset) ?? 0n,
    random: createRandom(scenario.seed, i),
  }));
  const events: PlanEvent[] = [];
  let purchases = 0;
  for (let day = 1; day <= scenario.days; day++) {
    // Sorting is stable: purchases in the same second stay in the order of the demand.
    const today = lines.flatMap((line) => purchasesOn(day, line)).sort((a, b) => a.second - b.second);
    purchases += today.length;
    for (const purchase of today) events.push(purchase);
    if (day % scenario.settleEvery === 0 || day === scenario.days) events.push({ kind: 'settle', day });
  }
  return { scenario, events, purchases };
}

function meanPerDay({ rate }: Demand): number {
  return rate.kind === 'poisson' ? rate.perDay : rate.perDayMilli / 1000;
}

function purchasesOn(day: number, line: { demand: Demand; amount: bigint; random: Random }): Purchase[] {
  const { demand, amount, random } = line;
  if (day < demand.from || day > demand.until) return [];
  return Array.from({ length: countOn(day - demand.from, demand, random) }, () => ({
    kind: 'purchase',
    day,
    second: random.below(DAY_SECONDS),
    buyer: demand.buyers[random.below(demand.buyers.length)] ?? '',
    asset: demand.asset,
    amount,
  }));
}

/** @param elapsed days since this demand began */
function countOn(elapsed: number, { rate }: Demand, random: Random): number {
  if (rate.kind === 'poisson') return random.poisson(rate.perDay);
  return (
    Math.floor(((elapsed + 1) * rate.perDayMilli) / 1000) - Math.floor((elapsed * rate.perDayMilli) / 1000)
  );
}
