import { SaharaError } from '../base/errors.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import { accountsOf, openEconomy } from './economy.ts';
import type { Plan, Purchase } from './plan.ts';
import type { Scenario } from './scenario.ts';
import type { Conservation } from './simulate.ts';

/**
 * A chain as a replay sees it. Everything is by the names in the scenario; how they become accounts and ids
 * is the driver's own business. All amounts count from `openAssets` on: what the vault held before, or what
 * other assets earn, is not part of them.
 */
export type ChainDriver = {
  /**
   * Registers every asset, in the scenario's order (parents stand before children), with its price,
   * relations and contributors, and sees to it that the protocol fee is `scenario.feeBps`.
   */
  openAssets(scenario: Scenario): Promise<void>;
  /**
   * Tries to buy one license for each entry; what the asset's ceiling does not let in is left out. The order among
   * them does not matter, as all licenses of an asset have one price; all are done when it resolves.
   */
  purchase(purchases: readonly Purchase[]): Promise<void>;
  /** Settles the current versions of these assets, in this order (children before their parents). */
  settle(assets: readonly string[]): Promise<void>;
  /** Wei that each account earned: paid out to it and claimable by it now. The account `protocol` has the fees taken. */
  balances(accounts: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
  /** The vault's books; drift is its balance less what its books say it holds. */
  totals(): Promise<Conservation>;
  /** Pays out whatever can be claimed. When there, it is called at the end and everything is compared again. */
  claimAll?(): Promise<void>;
};

export type ReplayComparison = {
  purchases: number;
  /** How often everything was compared, and how many single amounts that were. */
  checkpoints: number;
  amounts: number;
  /** At the end, in wei; `model` and `chain` are equal, or the replay would have thrown. */
  accounts: { account: string; model: bigint; chain: bigint }[];
  conservation: Conservation;
};

type Amount = { subject: string; model: bigint; chain: bigint };

/**
 * Plays the same future on a chain and in the pure model, and compares every account and every total to the
 * wei after each settlement.
 *
 * @throws SIMULATION_DIVERGED at the first checkpoint where an amount differs
 */
export async function replayOnChain(
  plan: Plan,
  driver: ChainDriver,
  options: { progress?: Progress; signal?: AbortSignal } = {},
): Promise<ReplayComparison> {
  const { scenario, events } = plan;
  const progress = options.progress ?? silentProgress;
  const model = openEconomy(scenario);
  const accounts = accountsOf(scenario);
  const childrenFirst = scenario.assets.map((a) => a.name).reverse();
  let checkpoints = 0;
  let amounts = 0;

  async function compare(
    day: number,
  ): Promise<Omit<ReplayComparison, 'purchases' | 'checkpoints' | 'amounts'>> {
    const chain = await driver.balances(accounts);
    const expected = model.earned();
    const earned = accounts.map((account) => ({
      account,
      model: expected.get(account) ?? 0n,
      chain: chain.get(account) ?? 0n,
    }));
    const conservation = await driver.totals();
    const { paidIn, fees, unsettled, pooled } = model.totals();
    const all: Amount[] = [
      { subject: 'the total paid in', model: paidIn, chain: conservation.paidIn },
      { subject: 'the total of fees', model: fees, chain: conservation.fees },
      ...earned.map((e) => ({ ...e, subject: `what ${e.account} earned` })),
      { subject: 'the total unsettled', model: unsettled, chain: conservation.unsettled },
      { subject: 'the total of all pools', model: pooled, chain: conservation.pools },
      { subject: 'the drift of the vault', model: 0n, chain: conservation.drift },
    ];
    const different = all.filter((a) => a.model !== a.chain);
    if (different[0]) throw diverged(day, different[0], different.length - 1);
    checkpoints += 1;
    amounts += all.length;
    return { accounts: earned, conservation };
  }

  progress.start('Registering the assets', scenario.assets.length, 'items');
  await driver.openAssets(scenario);
  progress.done();
  progress.start('Replaying the purchases', plan.purchases, 'items');
  let waiting: Purchase[] = [];
  for (const event of events) {
    options.signal?.throwIfAborted();
    if (event.kind === 'purchase') {
      waiting.push(event);
      model.buy(event);
      continue;
    }
    if (waiting.length > 0) await driver.purchase(waiting);
    progress.advance(waiting.length);
    waiting = [];
    await driver.settle(childrenFirst);
    model.settleAll();
    await compare(event.day);
  }
  if (driver.claimAll) {
    await driver.claimAll();
    model.books.claimAll();
  }
  const last = await compare(scenario.days);
  if (driver.claimAll) {
    const claims = {
      subject: 'the total claimed',
      model: model.totals().claimed,
      chain: last.conservation.claimed,
    };
    if (claims.model !== claims.chain) throw diverged(scenario.days, claims, 0);
  }
  progress.done();
  return { purchases: plan.purchases, checkpoints, amounts, ...last };
}

function diverged(day: number, { subject, model, chain }: Amount, others: number): SaharaError {
  return new SaharaError('SIMULATION_DIVERGED', {
    day,
    subject,
    model: `${model}`,
    chain: `${chain}`,
    others,
  });
}
