import fc from 'fast-check';
import { createBooks } from './model.ts';
import type { Books, OpenVersion } from './model-types.ts';

/** A lineage in which version i belongs to asset i and is owned by `o<i>`. */
export type Lineage = OpenVersion[];

const bps = fc.integer({ min: 0, max: 10_000 });
const weight = fc.oneof(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: 1n << 90n }));
const amount = fc.oneof(
  fc.bigInt({ min: 1n, max: 30_000n }),
  fc.bigInt({ min: 1n, max: 10n ** 20n }),
  fc.constant(1n),
  fc.bigInt({ min: 1n, max: 1n << 100n }),
);

/** A random DAG: each version names up to four older ones (some twice), with royalties of at most 100 % together. */
export const lineage: fc.Arbitrary<Lineage> = fc
  .array(
    fc.record({
      parents: fc.array(fc.record({ pick: fc.nat(), bps }), { maxLength: 4, size: 'max' }),
      share: bps,
      weights: fc.array(weight, { maxLength: 4, size: 'max' }),
    }),
    // Without a size fast-check keeps lists short, and nothing would ever be paid, settled and claimed.
    { minLength: 1, maxLength: 9, size: 'max' },
  )
  .map((nodes) =>
    nodes.map((n, i): OpenVersion => {
      let left = 10_000;
      const parents = (i === 0 ? [] : n.parents).map((p) => {
        const royaltyBps = Math.min(p.bps, left);
        left -= royaltyBps;
        return { version: 1 + (p.pick % i), royaltyBps };
      });
      const of = n.weights.map((w, k) => ({ account: `c${i + 1}-${k}`, weight: w }));
      const contributors = n.share > 0 && of.length > 0 ? { contributors: { bps: n.share, of } } : {};
      return { version: i + 1, asset: i + 1, parents, ...contributors };
    }),
  );

export const payments = fc.array(fc.record({ to: fc.nat(), amount }), { maxLength: 25, size: 'max' });
export type Step = {
  kind: 'pay' | 'settle' | 'claimOwner' | 'claimContribution' | 'fee' | 'withdraw' | 'transfer';
  to: number;
  amount: bigint;
};
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'pay',
      'pay',
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
