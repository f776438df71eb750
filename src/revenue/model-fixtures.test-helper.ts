import fc from 'fast-check';
import { isError } from '../base/errors.ts';
import { createBooks } from './model.ts';
import type { Books, OpenVersion, ParentTerms } from './model-types.ts';

/** Versions by id from 1; asset i is owned by `o<i>` at first. */
export type Lineage = OpenVersion[];

const bps = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 900 }));
const weight = fc.oneof(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: 1n << 90n }));
const amount = fc.oneof(
  // About one quantum, with and without a fee.
  fc.bigInt({ min: 9_900n, max: 11_000n }),
  fc.bigInt({ min: 1n, max: 30_000n }),
  fc.bigInt({ min: 1n, max: 10n ** 20n }),
  fc.constant(1n),
  fc.bigInt({ min: 1n, max: 1n << 94n }),
);
const gwei = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }));

type DrawnParent = { pick: number; bps: number; absolute: boolean; ceiling: bigint | undefined };
type Drawn = {
  parents: DrawnParent[];
  /** Royalties take at most half of what is left, so that those of children find something left too. */
  modest: boolean;
  share: number;
  weights: bigint[];
  /** A further version of an older one's asset, instead of an asset of its own. */
  again: number | undefined;
};

const parent: fc.Arbitrary<DrawnParent> = fc.record({
  pick: fc.nat(),
  bps,
  absolute: fc.boolean(),
  ceiling: fc.option(gwei, { freq: 5, nil: undefined }),
});
const node: fc.Arbitrary<Drawn> = fc.record({
  parents: fc.array(parent, { maxLength: 4, size: 'max' }),
  modest: fc.boolean(),
  share: bps,
  weights: fc.array(weight, { maxLength: 4, size: 'max' }),
  again: fc.option(fc.nat(), { freq: 4, nil: undefined }),
});

/**
 * A random DAG: each version names up to four older ones (some twice) by relative or absolute royalties, with
 * ceilings now and then, and never owes more than 100 %, or more than 16 ancestors.
 */
export const anything: fc.Arbitrary<Lineage> = fc
  // Without a size fast-check keeps lists short, and nothing would ever be paid, settled and claimed.
  .array(node, { minLength: 1, maxLength: 9, size: 'max' })
  .map(toLineage);

/** Layers of two versions, each of which names both of the layer above: diamonds upon diamonds. */
export const diamonds: fc.Arbitrary<Lineage> = fc
  .array(fc.tuple(node, parent, parent), { minLength: 6, maxLength: 12, size: 'max' })
  .map((nodes) =>
    toLineage(
      nodes.map(([n, ...parents], i) => {
        const above = i - (i % 2) - 2;
        return { ...n, parents: above < 0 ? [] : parents.map((p, k) => ({ ...p, pick: above + k })) };
      }),
    ),
  );

/** One line of descent, in which now and then somebody owes nothing. */
export const chains: fc.Arbitrary<Lineage> = fc
  .array(node, { minLength: 8, maxLength: 24, size: 'max' })
  .map((nodes) =>
    toLineage(
      nodes.map((n, i) => ({ ...n, parents: n.parents.slice(0, 1).map((p) => ({ ...p, pick: i - 1 })) })),
    ),
  );

/** One child of 64 parents, the most that there can be, and a grandchild that inherits what the child owes. */
export const fans: fc.Arbitrary<Lineage> = fc
  .tuple(node, node, fc.array(fc.tuple(fc.nat(156), fc.nat(3)), { minLength: 64, maxLength: 64 }))
  .map(([child, grandchild, royalties]) =>
    toLineage([
      ...royalties.map((): Drawn => ({ ...child, parents: [], weights: [] })),
      {
        ...child,
        parents: royalties.map(([royalty, dice], pick) => ({
          pick,
          bps: royalty,
          absolute: dice === 0,
          ceiling: undefined,
        })),
        modest: false,
      },
      { ...grandchild, parents: grandchild.parents.slice(0, 1).map((p) => ({ ...p, pick: 64 })) },
    ]),
  );

/** Mostly anything, and sometimes a shape that hardly comes by chance. */
export const lineage: fc.Arbitrary<Lineage> = fc.oneof(
  { weight: 16, arbitrary: anything },
  { weight: 2, arbitrary: diamonds },
  { weight: 2, arbitrary: chains },
  { weight: 1, arbitrary: fans },
);

export const payments = fc.array(fc.record({ to: fc.nat(), amount }), { maxLength: 25, size: 'max' });
export type Step = {
  kind: 'pay' | 'payAsset' | 'settle' | 'claimOwner' | 'claimContribution' | 'fee' | 'withdraw' | 'transfer';
  to: number;
  amount: bigint;
};
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'pay',
      'pay',
      'payAsset',
      'settle',
      'settle',
      'claimOwner',
      'claimContribution',
      'fee',
      'withdraw',
      'transfer',
    ),
    to: fc.nat(1000),
    amount,
  }),
  { maxLength: 60, size: 'max' },
);

/** New books with the lineage opened, each asset owned by `o<asset>`. */
export function open(versions: Lineage, feeBps = 0): Books {
  const books = createBooks({ feeBps });
  for (const v of versions) {
    if (books.period(v.asset) === 0) books.setOwner(v.asset, `o${v.asset}`);
    books.openVersion(v);
  }
  return books;
}

/** Whether the payment was taken, and not refused as beyond the version's ceiling. */
export function payUnlessFull(pay: () => unknown): boolean {
  try {
    pay();
    return true;
  } catch (error) {
    if (isError(error, 'REVENUE_CEILING_REACHED')) return false;
    throw error;
  }
}

/** What a version owes of each direct payment, basis points by ancestor, worked out from the rule alone. */
export function obligationsOf(versions: Lineage, version: number): Map<number, number> {
  const owed = new Map<number, number>();
  const raise = (to: number, rate: number) => void owed.set(to, Math.max(rate, owed.get(to) ?? 0));
  for (const p of versions.find((v) => v.version === version)?.parents ?? []) {
    if (p.policy === 'ABSOLUTE' && p.royaltyBps > 0) raise(p.version, p.royaltyBps);
    for (const [ancestor, rate] of obligationsOf(versions, p.version)) raise(ancestor, rate);
  }
  return owed;
}

function toLineage(nodes: readonly Drawn[]): Lineage {
  const made: Lineage = [];
  const owed: Map<number, number>[] = [];
  for (const [i, n] of nodes.entries()) {
    const { parents, obligations } = affordable(i === 0 ? [] : n.parents, n.modest, owed);
    owed.push(obligations);
    const of = n.weights.map((w, k) => ({ account: `c${i + 1}-${k}`, weight: w }));
    const asset = (n.again === undefined ? undefined : made[n.again % Math.max(1, i)]?.asset) ?? i + 1;
    const contributors = n.share > 0 && of.length > 0 ? { contributors: { bps: n.share, of } } : {};
    made.push({ version: i + 1, asset, parents, ...contributors });
  }
  return made;
}

/** As many of the drawn relations, at such rates, as a version can have. */
function affordable(
  drawn: readonly DrawnParent[],
  modest: boolean,
  owed: readonly Map<number, number>[],
): { parents: ParentTerms[]; obligations: Map<number, number> } {
  const parents: ParentTerms[] = [];
  let obligations = new Map<number, number>();
  let relative = 0;
  for (const p of drawn) {
    const version = 1 + (p.pick % owed.length);
    const merged = new Map(obligations);
    for (const [to, rate] of owed[version - 1] ?? []) merged.set(to, Math.max(rate, merged.get(to) ?? 0));
    const left = 10_000 - relative - [...merged.values()].reduce((sum, rate) => sum + rate, 0);
    if (merged.size > 16 || left < 0) continue;
    const royaltyBps = Math.min(p.bps, modest ? Math.floor(left / 2) : left);
    const isAbsolute = p.absolute && royaltyBps > 0 && (merged.has(version) || merged.size < 16);
    if (isAbsolute) merged.set(version, Math.max(royaltyBps, merged.get(version) ?? 0));
    else relative += royaltyBps;
    obligations = merged;
    const terms: ParentTerms = { version, royaltyBps, policy: isAbsolute ? 'ABSOLUTE' : 'RELATIVE' };
    parents.push(p.ceiling === undefined ? terms : { ...terms, ceiling: p.ceiling * 10n ** 9n });
  }
  return { parents, obligations };
}
