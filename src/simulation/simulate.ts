import type { AssetKind } from '../base/asset-kinds.ts';
import type { RelationType } from '../licensing/rights.ts';
import { type Economy, openEconomy } from './economy.ts';
import { type Plan, type Purchase, planScenario } from './plan.ts';
import { PROTOCOL_ACCOUNT, type Scenario } from './scenario.ts';

export type EarningRole = 'owner' | 'contributor' | 'protocol';

/** What one account earned over time. Amounts in wei; position 0 of the lists is day 1. */
export type AccountSeries = {
  account: string;
  roles: EarningRole[];
  total: bigint;
  /** Earned on each day. Money counts on the day on which a settlement brings it. */
  perDay: bigint[];
  /** Earned up to the end of each day. */
  cumulative: bigint[];
};

/** One asset in the lineage with the money that went through it, in wei. */
export type LineageEntry = {
  asset: string;
  kind: AssetKind;
  owner: string;
  /** `paid` is what a relative royalty brought; what absolute ones brought stands under `obligations`. */
  parents: {
    type: RelationType;
    asset: string;
    royaltyBps: number;
    absolute: boolean;
    paid: bigint;
  }[];
  /** Ancestors that get a part of each sale of this asset by absolute royalties, inherited ones included. */
  obligations: {
    asset: string;
    /** Basis points of each sale. */
    bps: number;
    /** Wei. */
    paid: bigint;
  }[];
  /** Licenses sold. */
  sold: number;
  /** The most that may be paid for the asset, net of fees; 0 for no limit. */
  ceiling: bigint;
  /** What came in for its own licenses, after fees, and as royalties from its children. */
  direct: bigint;
  royalties: bigint;
  /** What stayed: booked to its owner and contributors. */
  stayed: bigint;
  unsettled: bigint;
};

/** Books of the vault at the end, when everybody has claimed. Wei; drift is 0 unless something is wrong. */
export type Conservation = {
  paidIn: bigint;
  fees: bigint;
  unsettled: bigint;
  pools: bigint;
  claimed: bigint;
  drift: bigint;
};

export type SimulationResult = {
  scenario: {
    name: string;
    description: string;
    seed: number;
    days: number;
    feeBps: number;
    settleEvery: number;
  };
  purchases: {
    count: number;
    volume: bigint;
    /** How many more purchases were wanted, and refused as above the ceiling of the asset. */
    refused: number;
  };
  /** By total, highest first. */
  series: AccountSeries[];
  /** Where each account's money came from, in the order of {@link series}. */
  earnings: { account: string; role: EarningRole; asset: string | null; amount: bigint }[];
  buyers: { buyer: string; purchases: number; spent: bigint }[];
  lineage: LineageEntry[];
  conservation: Conservation;
};

/** Plays a scenario in the pure revenue model. Same scenario, same result. @throws SCENARIO_TOO_LARGE */
export function simulate(scenario: Scenario): SimulationResult {
  return simulatePlan(planScenario(scenario));
}

/** Plays a future that has been planned already. */
export function simulatePlan(plan: Plan): SimulationResult {
  const { scenario, events } = plan;
  const economy = openEconomy(scenario);
  const cumulative = new Map<string, bigint[]>([...economy.earned().keys()].map((account) => [account, []]));
  const closeDay = () => {
    for (const [account, wei] of economy.earned()) cumulative.get(account)?.push(wei);
  };
  const purchases: Purchase[] = [];
  let day = 1;
  for (const event of events) {
    for (; day < event.day; day++) closeDay();
    if (event.kind === 'settle') economy.settleAll();
    else if (economy.buy(event)) purchases.push(event);
  }
  for (; day <= scenario.days; day++) closeDay();
  economy.books.claimAll();
  const earnings = earningsOf(scenario, economy);
  const series = [...cumulative].map(([account, upTo]) =>
    seriesOf(account, upTo, rolesOf(account, scenario)),
  );
  series.sort((a, b) => compare(b.total, a.total));
  const rank = new Map(series.map((s, i) => [s.account, i]));
  earnings.sort((a, b) => (rank.get(a.account) ?? 0) - (rank.get(b.account) ?? 0));
  const { name, description, seed, days, feeBps, settleEvery } = scenario;
  return {
    scenario: { name, description, seed, days, feeBps, settleEvery },
    purchases: {
      count: purchases.length,
      volume: purchases.reduce((sum, p) => sum + p.amount, 0n),
      refused: plan.purchases - purchases.length,
    },
    series,
    earnings,
    buyers: buyersOf(purchases),
    lineage: lineageOf(scenario, economy, purchases),
    conservation: conservationOf(economy),
  };
}

function seriesOf(account: string, cumulative: bigint[], roles: EarningRole[]): AccountSeries {
  const perDay = cumulative.map((wei, i) => wei - (cumulative[i - 1] ?? 0n));
  return { account, roles, total: cumulative.at(-1) ?? 0n, perDay, cumulative };
}

function rolesOf(account: string, { assets }: Scenario): EarningRole[] {
  const roles: EarningRole[] = [];
  if (assets.some((a) => a.owner === account)) roles.push('owner');
  if (assets.some((a) => a.contributors?.of.some((c) => c.account === account))) roles.push('contributor');
  if (account === PROTOCOL_ACCOUNT) roles.push('protocol');
  return roles;
}

function earningsOf(scenario: Scenario, { books, ids, totals }: Economy): SimulationResult['earnings'] {
  const names = new Map([...ids].map(([asset, id]) => [id, asset]));
  const rows = new Map<string, SimulationResult['earnings'][number]>();
  for (const { account, role, asset, earned } of books.earnings()) {
    // One account may hold several rows of the same list.
    const key = `${account} ${role} ${asset}`;
    const row = rows.get(key) ?? { account, role, asset: names.get(asset) ?? null, amount: 0n };
    row.amount += earned;
    rows.set(key, row);
  }
  const { fees } = totals();
  const protocol = { account: PROTOCOL_ACCOUNT, role: 'protocol', asset: null, amount: fees } as const;
  return scenario.feeBps > 0 ? [...rows.values(), protocol] : [...rows.values()];
}

function buyersOf(purchases: readonly Purchase[]): SimulationResult['buyers'] {
  const buyers = new Map<string, SimulationResult['buyers'][number]>();
  for (const { buyer, amount } of purchases) {
    const row = buyers.get(buyer) ?? { buyer, purchases: 0, spent: 0n };
    row.purchases += 1;
    row.spent += amount;
    buyers.set(buyer, row);
  }
  return [...buyers.values()].sort((a, b) => compare(b.spent, a.spent) || (a.buyer < b.buyer ? -1 : 1));
}

function lineageOf(
  scenario: Scenario,
  { books, ids }: Economy,
  purchases: readonly Purchase[],
): LineageEntry[] {
  const sold = new Map<string, number>();
  for (const { asset } of purchases) sold.set(asset, (sold.get(asset) ?? 0) + 1);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  return scenario.assets.map(({ name, kind, owner, relations }) => {
    const own = books.books(ids.get(name) ?? 0);
    const units = own.settledUnits + own.settledDirectUnits;
    return {
      asset: name,
      kind,
      owner,
      parents: relations.map(({ type, asset, royaltyBps, absolute = false }) => {
        return { type, asset, royaltyBps, absolute, paid: absolute ? 0n : units * BigInt(royaltyBps) };
      }),
      obligations: own.obligations.map(({ version, bps }) => {
        return { asset: names.get(version) ?? '', bps, paid: own.settledDirectUnits * BigInt(bps) };
      }),
      sold: sold.get(name) ?? 0,
      ceiling: own.ceiling,
      direct: own.direct,
      royalties: own.inflow - own.direct,
      stayed:
        own.settledUnits * (own.contributorUnit + own.ownerUnit) +
        own.settledDirectUnits * (own.directContributorUnit + own.directOwnerUnit),
      unsettled: own.unsettled,
    };
  });
}

function conservationOf({ totals }: Economy): Conservation {
  const { paidIn, fees, unsettled, pooled: pools, claimed } = totals();
  return { paidIn, fees, unsettled, pools, claimed, drift: paidIn - fees - unsettled - pools };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
