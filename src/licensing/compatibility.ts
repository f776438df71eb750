/**
 * The compatibility of licence terms, worked out before any transaction. What an asset rests on asks something of the
 * terms that it is offered under; more parents never allow more. The same as the Solidity library `Compatibility`, which
 * the chain enforces; a differential test holds the two together. No I/O.
 */
import { classOf } from './compatibility-class.ts';
import { restrictionsToBits } from './restrictions.ts';
import { type RelationType, RIGHTS, rightsToBits } from './rights.ts';
import type { Terms } from './terms.ts';

/** The clauses by which parents bind a child; the chain numbers them from 1 in this order. */
export const CLAUSES = [
  'COMMERCIAL',
  'REDISTRIBUTE',
  'SUBLICENSE',
  'SHARE_ALIKE',
  'ATTRIBUTION',
  'RESTRICTIONS',
] as const;
export type Clause = (typeof CLAUSES)[number];

/** The part of terms that binds what is built on them, and that is bound by what it is built on. */
export type BindingTerms = Pick<
  Terms,
  'rights' | 'price' | 'shareAlike' | 'attribution' | 'restrictions' | 'text'
>;

/** What is asked of the terms that an asset is offered under. */
export type Duties = {
  /** Rights, as bits, that must not be granted. Without COMMERCIAL there is no price either. */
  forbidden: number;
  /** With a class, the rights that its terms grant, as bits; else 0. */
  required: number;
  attribution: boolean;
  /** As bits. */
  restrictions: number;
  /** The one class of terms that is left by share-alike, as 46 hex digits; null for any. */
  class: string | null;
};

export const NO_DUTIES: Duties = {
  forbidden: 0,
  required: 0,
  attribution: false,
  restrictions: 0,
  class: null,
};

const DERIVATIVE_RIGHTS = RIGHTS.TRAIN | RIGHTS.FINETUNE | RIGHTS.DERIVE;
const ADAPTATIONS: readonly RelationType[] = ['FINETUNED_FROM', 'DERIVED_FROM'];
const DERIVATIONS: readonly RelationType[] = ['TRAINED_ON', 'DISTILLED_FROM', ...ADAPTATIONS];

/** What a parent's terms ask of a child that rests on them by this relation. */
export function asks(terms: BindingTerms, relation: RelationType): Duties {
  const rights = rightsToBits(terms.rights);
  let forbidden = ~rights & (RIGHTS.COMMERCIAL | RIGHTS.REDISTRIBUTE);
  if ((rights & RIGHTS.SUBLICENSE) === 0) forbidden |= RIGHTS.SUBLICENSE | (~rights & DERIVATIVE_RIGHTS);
  return handedDown(
    {
      forbidden,
      required: terms.shareAlike ? rights : 0,
      attribution: terms.attribution,
      restrictions: restrictionsToBits(terms.restrictions),
      class: classOf(terms),
    },
    relation,
  );
}

/** The part of a parent's duties that a relation hands down to the child. */
export function handedDown(duties: Duties, relation: RelationType): Duties {
  if (relation === 'EVALUATED_ON') return NO_DUTIES;
  const derives = DERIVATIONS.includes(relation);
  return {
    ...duties,
    forbidden: ADAPTATIONS.includes(relation) ? duties.forbidden : duties.forbidden & RIGHTS.COMMERCIAL,
    required: derives ? duties.required : 0,
    class: derives ? duties.class : null,
  };
}

/**
 * What two ask together.
 *
 * @returns `conflict` names the clause in which no terms whatever could do what both ask; null where some can
 */
export function join(left: Duties, right: Duties): { duties: Duties; conflict: Clause | null } {
  const duties: Duties = {
    forbidden: left.forbidden | right.forbidden,
    required: left.required | right.required,
    attribution: left.attribution || right.attribution,
    restrictions: (left.restrictions | right.restrictions) >>> 0,
    class: left.class ?? right.class,
  };
  return { duties, conflict: conflictOf(left, right, duties) };
}

function conflictOf(left: Duties, right: Duties, joined: Duties): Clause | null {
  if (joined.class === null) return null;
  if (left.class !== null && right.class !== null && left.class !== right.class) return 'SHARE_ALIKE';
  // Whichever has the class says exactly what the child's terms are.
  const exact = left.class === null ? right : left;
  const impossible = joined.forbidden & joined.required;
  if (impossible !== 0) return clauseOfRights(impossible);
  if (joined.attribution !== exact.attribution) return 'ATTRIBUTION';
  return joined.restrictions === exact.restrictions ? null : 'RESTRICTIONS';
}

/** The clauses in which terms do not do what is asked of them; none if they do. */
export function breaches(duties: Duties, terms: BindingTerms): Clause[] {
  const granted = rightsToBits(terms.rights) & duties.forbidden;
  const sold = (duties.forbidden & RIGHTS.COMMERCIAL) !== 0 && terms.price > 0n;
  const broken: Record<Clause, boolean> = {
    COMMERCIAL: (granted & RIGHTS.COMMERCIAL) !== 0 || sold,
    REDISTRIBUTE: (granted & RIGHTS.REDISTRIBUTE) !== 0,
    SUBLICENSE: (granted & (RIGHTS.SUBLICENSE | DERIVATIVE_RIGHTS)) !== 0,
    SHARE_ALIKE: duties.class !== null && duties.class !== classOf(terms),
    ATTRIBUTION: duties.attribution && !terms.attribution,
    RESTRICTIONS: (duties.restrictions & ~restrictionsToBits(terms.restrictions)) !== 0,
  };
  return CLAUSES.filter((clause) => broken[clause]);
}

/** Duties as the chain stores them: forbidden 16 | required 16 | flags 8 | restrictions 32 | class 184 bits. */
export function dutiesFromWord(word: bigint): Duties {
  const part = (from: bigint, bits: bigint) => (word >> from) & ((1n << bits) - 1n);
  const found = part(72n, 184n);
  return {
    forbidden: Number(part(0n, 16n)),
    required: Number(part(16n, 16n)),
    attribution: part(33n, 1n) === 1n,
    restrictions: Number(part(40n, 32n)),
    class: found === 0n ? null : found.toString(16).padStart(46, '0'),
  };
}

function clauseOfRights(rights: number): Clause {
  if ((rights & RIGHTS.COMMERCIAL) !== 0) return 'COMMERCIAL';
  return (rights & RIGHTS.REDISTRIBUTE) !== 0 ? 'REDISTRIBUTE' : 'SUBLICENSE';
}
