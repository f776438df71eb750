import { isError } from '../base/errors.ts';
import { createBooks } from '../revenue/model.ts';
import type { Books, Totals } from '../revenue/model-types.ts';
import { parentsOf } from './owed.ts';
import type { Purchase } from './plan.ts';
import { PROTOCOL_ACCOUNT, type Scenario } from './scenario.ts';

/** A scenario's assets in the pure books, driven by names. */
export type Economy = {
  books: Books;
  /** Version (and asset) id in the books of each asset. */
  ids: ReadonlyMap<string, number>;
  /** Whether it was sold; false where it would be above the asset's ceiling. */
  buy(purchase: Purchase): boolean;
  settleAll(): void;
  /** Wei earned so far by every account of {@link accountsOf}, the protocol's fees included. */
  earned(): Map<string, bigint>;
  totals(): Totals;
};

/** Opens every asset of the scenario, in the file's order, with one version each. */
export function openEconomy(scenario: Scenario): Economy {
  const books = createBooks({ feeBps: scenario.feeBps });
  const ids = new Map(scenario.assets.map((a, i) => [a.name, i + 1]));
  const id = (name: string) => ids.get(name) ?? 0;
  for (const asset of scenario.assets) {
    const version = id(asset.name);
    books.setOwner(version, asset.owner);
    books.openVersion({
      version,
      asset: version,
      parents: parentsOf(asset.relations, id),
      ...(asset.contributors ? { contributors: asset.contributors } : {}),
    });
  }
  const accounts = accountsOf(scenario);
  return {
    books,
    ids,
    buy({ asset, amount }) {
      try {
        books.pay(id(asset), amount);
        return true;
      } catch (error) {
        if (isError(error, 'REVENUE_CEILING_REACHED')) return false;
        throw error;
      }
    },
    settleAll: () => void books.settleAll(),
    earned() {
      const sums = books.accounts();
      const fees = books.totals().fees;
      return new Map(accounts.map((a) => [a, a === PROTOCOL_ACCOUNT ? fees : (sums.get(a)?.earned ?? 0n)]));
    },
    totals: () => books.totals(),
  };
}

/** Everybody who can earn: owners and contributors in the file's order, then the protocol. */
export function accountsOf(scenario: Scenario): string[] {
  const named = scenario.assets.flatMap((a) => [
    a.owner,
    ...(a.contributors?.of.map((c) => c.account) ?? []),
  ]);
  return [...new Set([...named, PROTOCOL_ACCOUNT])];
}
