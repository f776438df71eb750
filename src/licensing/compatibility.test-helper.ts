import fc from 'fast-check';
import type { Restriction } from './restrictions.ts';
import { RELATION_TYPES, type RelationType, RIGHT_NAMES, type Right } from './rights.ts';
import { type Terms, termsOfRights } from './terms.ts';

const SOME: Restriction[] = ['no-military', 'no-surveillance', 'restriction-31'];

/** Few restrictions and texts, so that two terms are often alike; a right is more often granted than not. */
export const terms: fc.Arbitrary<Terms> = fc
  .record({
    withheld: fc.subarray(RIGHT_NAMES.slice(1), { maxLength: 4 }),
    price: fc.constantFrom(0n, 0n, 1n),
    shareAlike: fc.constantFrom(true, false, false),
    attribution: fc.boolean(),
    transferable: fc.boolean(),
    absolute: fc.boolean(),
    restrictions: fc.oneof({ weight: 3, arbitrary: fc.constant<Restriction[]>([]) }, fc.subarray(SOME)),
    royaltyBps: fc.constantFrom(0, 500, 10_000),
    text: fc.constantFrom('A', 'A', 'CC-BY-\u00e9'),
  })
  .map(({ withheld, text, ...rest }) =>
    termsOfRights(
      RIGHT_NAMES.filter((r: Right) => !withheld.includes(r)),
      text,
      rest,
    ),
  );

export const relation: fc.Arbitrary<RelationType> = fc.constantFrom(...RELATION_TYPES);

export type Parent = { terms: Terms; relation: RelationType };
export const parent: fc.Arbitrary<Parent> = fc.record({ terms, relation });

/** A child is often what one of its parents is, but for one thing. */
export const family: fc.Arbitrary<{ parents: Parent[]; child: Terms }> = fc
  .tuple(fc.array(parent, { maxLength: 5 }), terms, fc.nat(4), fc.nat(5))
  .map(([parents, other, which, change]) => ({
    parents,
    child: changed(parents[which]?.terms ?? other, other, change),
  }));

function changed(like: Terms, other: Terms, change: number): Terms {
  if (change === 0) return like;
  if (change === 1) return { ...like, rights: other.rights };
  if (change === 2) return { ...like, price: other.price, royaltyBps: other.royaltyBps };
  if (change === 3) return { ...like, restrictions: other.restrictions };
  if (change === 4) return { ...like, attribution: other.attribution, text: other.text };
  return other;
}
