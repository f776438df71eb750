import type { AccountSeries, EarningRole, SimulationResult } from './simulate.ts';

/** Earnings over time, ready to be laid out as a table or plotted. */
export type EarningsTable = {
  /** The days shown, rising; the last day is always among them. */
  days: number[];
  /** One for each account, the highest total first; `earned` has the wei up to the end of each day shown. */
  rows: { account: string; roles: EarningRole[]; earned: bigint[]; total: bigint }[];
  /** How many accounts were left out, and what they earned together. */
  omitted: { accounts: number; total: bigint };
};

/**
 * @param options.points how many days to show at most (8)
 * @param options.rows how many accounts to show at most (all)
 */
export function earningsTable(
  result: SimulationResult,
  options: { points?: number; rows?: number } = {},
): EarningsTable {
  const days = spread(result.scenario.days, options.points ?? 8);
  const shown = result.series.slice(0, options.rows ?? result.series.length);
  const rest = result.series.slice(shown.length);
  const row = ({ account, roles, cumulative, total }: AccountSeries) => ({
    account,
    roles,
    earned: days.map((day) => cumulative[day - 1] ?? 0n),
    total,
  });
  return {
    days,
    rows: shown.map(row),
    omitted: { accounts: rest.length, total: rest.reduce((sum, s) => sum + s.total, 0n) },
  };
}

/** At most `points` days, evenly spread, ending with the last. */
function spread(days: number, points: number): number[] {
  const count = Math.max(1, Math.min(days, Math.floor(points)));
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * days) / count));
}
