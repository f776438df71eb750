import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isError } from '../base/errors.ts';
import { parseScenario } from './parse-scenario.ts';
import { planScenario } from './plan.ts';
import { type ChainDriver, replayOnChain } from './replay.ts';
import type { Scenario } from './scenario.ts';

const load = (name: string) =>
  planScenario(
    parseScenario(readFileSync(new URL(`../../templates/scenarios/${name}.yaml`, import.meta.url), 'utf8')),
  );

describe('replayOnChain', () => {
  it.each(['penguins', 'deep-lineage', 'viral'])(
    'agrees with a vault that keeps its books in another way: %s',
    async (name) => {
      const plan = load(name);
      const settlements = plan.events.filter((e) => e.kind === 'settle').length;
      const comparison = await replayOnChain(plan, plainVault());
      expect(comparison.purchases).toBe(plan.purchases);
      expect(comparison.checkpoints).toBe(settlements + 1);
      expect(comparison.amounts).toBe(comparison.checkpoints * (comparison.accounts.length + 5));
      expect(comparison.accounts.every((a) => a.model === a.chain)).toBe(true);
      expect(comparison.conservation).toMatchObject({ drift: 0n });
      expect(comparison.conservation.claimed > 0n).toBe(true);
    },
  );

  it('names the first day and account of a vault that loses one wei', async () => {
    const honest = plainVault();
    let asked = 0;
    const thief: ChainDriver = {
      ...honest,
      async balances(accounts) {
        asked += 1;
        const balances = new Map(await honest.balances(accounts));
        if (asked >= 3) balances.set('bo', (balances.get('bo') ?? 0n) - 1n);
        return balances;
      },
    };
    const error = await failure(replayOnChain(load('penguins'), thief));
    if (!isError(error, 'SIMULATION_DIVERGED')) throw error;
    expect(error.kind).toBe('verification');
    expect(error.params).toMatchObject({ day: 15, subject: 'what bo earned', others: 0 });
    expect(BigInt(error.params.model) - BigInt(error.params.chain)).toBe(1n);
  });

  it.each<[string, Partial<Record<'paidIn' | 'fees' | 'unsettled' | 'pools' | 'drift', bigint>>, string]>([
    ['a payment from elsewhere', { paidIn: 1n }, 'the total paid in'],
    ['another fee', { fees: 1n }, 'the total of fees'],
    ['a missed settlement', { unsettled: 1n }, 'the total unsettled'],
    ['another pool', { pools: 1n }, 'the total of all pools'],
    ['a vault that lacks money', { drift: -1n }, 'the drift of the vault'],
  ])('notices %s', async (_, change, subject) => {
    const honest = plainVault();
    const odd: ChainDriver = {
      ...honest,
      async totals() {
        const totals = { ...(await honest.totals()) };
        for (const [key, by] of Object.entries(change)) totals[key as keyof typeof change] += by;
        return totals;
      },
    };
    const error = await failure(replayOnChain(load('penguins'), odd));
    expect(isError(error, 'SIMULATION_DIVERGED') && error.params).toMatchObject({ day: 5, subject });
  });

  it('notices claims that pay nobody', async () => {
    const honest = plainVault();
    const error = await failure(replayOnChain(load('penguins'), { ...honest, claimAll: async () => {} }));
    expect(isError(error, 'SIMULATION_DIVERGED') && error.params.subject).toBe('the total claimed');
  });

  it('replays without claims when the driver has none', async () => {
    const { claimAll: _, ...driver } = plainVault();
    expect((await replayOnChain(load('penguins'), driver)).conservation.claimed).toBe(0n);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const honest = plainVault();
    const driver: ChainDriver = {
      ...honest,
      async purchase(purchases) {
        await honest.purchase(purchases);
        stop.abort();
      },
    };
    expect(await failure(replayOnChain(load('penguins'), driver, { signal: stop.signal }))).toBe(
      stop.signal.reason,
    );
  });
});

/**
 * A vault with nothing in common with the model but the rules: it keeps only what was paid for each asset
 * up to the last settlement, and works all else out from that, from scratch, whenever it is asked.
 */
function plainVault(): Required<ChainDriver> {
  let scenario: Scenario | undefined;
  const paid: { asset: string; amount: bigint }[] = [];
  let settled = 0;
  let claimed = 0n;

  function work() {
    const assets = scenario?.assets ?? [];
    const feeBps = BigInt(scenario?.feeBps ?? 0);
    const fee = (wei: bigint) => (wei * feeBps) / 10_000n;
    const fees = paid.reduce((sum, p) => sum + fee(p.amount), 0n);
    const inflow = new Map<string, bigint>();
    for (const { asset, amount } of paid.slice(0, settled))
      inflow.set(asset, (inflow.get(asset) ?? 0n) + amount - fee(amount));
    const earned = new Map<string, bigint>([['protocol', fees]]);
    const give = (account: string, wei: bigint) => earned.set(account, (earned.get(account) ?? 0n) + wei);
    let pools = 0n;
    for (const a of assets.toReversed()) {
      const units = (inflow.get(a.name) ?? 0n) / 10_000n;
      let stays = 10_000n;
      for (const r of a.relations) {
        stays -= BigInt(r.royaltyBps);
        inflow.set(r.asset, (inflow.get(r.asset) ?? 0n) + units * BigInt(r.royaltyBps));
      }
      pools += units * stays;
      const perUnit = (stays * BigInt(a.contributors?.bps ?? 0)) / 10_000n;
      give(a.owner, units * (stays - perUnit));
      const of = a.contributors?.of ?? [];
      const weights = of.reduce((sum, c) => sum + c.weight, 0n);
      for (const c of of) give(c.account, (units * perUnit * c.weight) / weights);
    }
    const paidIn = paid.reduce((sum, p) => sum + p.amount, 0n);
    return { earned, totals: { paidIn, fees, unsettled: paidIn - fees - pools, pools, claimed, drift: 0n } };
  }

  return {
    async openAssets(given) {
      scenario = given;
    },
    async purchase(purchases) {
      paid.push(...purchases.toReversed());
    },
    async settle(assets) {
      expect(assets).toEqual(scenario?.assets.map((a) => a.name).toReversed());
      settled = paid.length;
    },
    balances: async () => work().earned,
    totals: async () => work().totals,
    async claimAll() {
      const { earned } = work();
      claimed = [...earned].reduce((sum, [account, wei]) => (account === 'protocol' ? sum : sum + wei), 0n);
    },
  };
}

async function failure(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}
