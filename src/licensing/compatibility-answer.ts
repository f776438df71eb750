import {
  asks,
  type BindingTerms,
  breaches,
  type Clause,
  type Duties,
  handedDown,
  join,
  NO_DUTIES,
} from './compatibility.ts';
import { bitsToRestrictions } from './restrictions.ts';
import { bitsToRights, type RelationType } from './rights.ts';
import type { Terms } from './terms.ts';

/** Something that an asset rests on, and what it asks. */
export type Ground = {
  /** The parent, as in the reference "curator/penguins". */
  parent: string;
  /** Its terms; null for an own asset that is related to without any. */
  terms: (BindingTerms & { id?: number }) | null;
  /** How the child rests on it; null where that is not known any more. */
  relation: RelationType | null;
  duties: Duties;
};

/** What resting on these terms in this way asks, together with what the parent's own duties hand down. */
export function groundOf(
  parent: string,
  terms: Ground['terms'],
  relation: RelationType,
  parentDuties: Duties = NO_DUTIES,
): Ground {
  const byTerms = terms ? asks(terms, relation) : NO_DUTIES;
  return { parent, terms, relation, duties: join(byTerms, handedDown(parentDuties, relation)).duties };
}

/** One clause of one parent that stands in the way. */
export type Problem = {
  parent: string;
  /** Number of the parent's terms; null where it is not about certain terms. */
  terms: number | null;
  clause: Clause;
  /** What is in the way, in a sentence without a full stop. */
  says: string;
  /** What would mend it, in a sentence without a full stop. */
  fix: string;
};

export type Answer = { allowed: true } | { allowed: false; problems: Problem[] };

/** What all grounds ask together; conflicts are left to {@link compare}. */
export function askedByAll(grounds: readonly Ground[]): Duties {
  return grounds.reduce((sum, ground) => join(sum, ground.duties).duties, NO_DUTIES);
}

/**
 * Whether what rests on these grounds may be offered under `child`; without it, whether it may be offered at all. The
 * answer names every parent and clause that is in the way, and what would mend it.
 */
export function compare(grounds: readonly Ground[], child: BindingTerms | null): Answer {
  const problems = child
    ? grounds.flatMap((g) => breaches(g.duties, child).map((clause) => problemOf(g, clause, child)))
    : conflictsAmong(grounds);
  return problems.length === 0 ? { allowed: true } : { allowed: false, problems };
}

/** Each ground that asks what cannot be had together with those before it. */
function conflictsAmong(grounds: readonly Ground[]): Problem[] {
  const problems: Problem[] = [];
  let sum = NO_DUTIES;
  for (const [i, ground] of grounds.entries()) {
    const { duties, conflict } = join(sum, ground.duties);
    sum = duties;
    if (!conflict) continue;
    const other = grounds.slice(0, i).find((g) => join(g.duties, ground.duties).conflict) ?? grounds[0];
    problems.push({
      parent: ground.parent,
      terms: ground.terms?.id ?? null,
      clause: conflict,
      says: `what ${ground.parent} asks (${nameOf(ground)}) cannot be had together with what ${other?.parent} asks (${other ? nameOf(other) : ''})`,
      fix: `rest on one of the two under other terms, or leave one of them out`,
    });
  }
  return problems;
}

function problemOf(ground: Ground, clause: Clause, child: BindingTerms): Problem {
  const asked = ground.duties;
  const { says, fix } = WORDS[clause](ground, asked, child);
  return { parent: ground.parent, terms: ground.terms?.id ?? null, clause, says, fix };
}

const nameOf = ({ terms }: Ground): string =>
  terms ? `${terms.id === undefined ? '' : `terms ${terms.id}, `}${terms.text}` : 'what it rests on itself';

type Words = (ground: Ground, asked: Duties, child: BindingTerms) => { says: string; fix: string };

const WORDS: Record<Clause, Words> = {
  COMMERCIAL: (g, _, child) => ({
    says: `${g.parent} (${nameOf(g)}) does not grant COMMERCIAL, so what rests on it may ${child.rights.includes('COMMERCIAL') ? 'not grant it' : 'have no price'}`,
    fix: `leave COMMERCIAL out of the rights and set no price, or get a licence of ${g.parent} that grants COMMERCIAL`,
  }),
  REDISTRIBUTE: (g) => ({
    says: `${g.parent} (${nameOf(g)}) may not be passed on, so neither may what is made of it`,
    fix: `leave REDISTRIBUTE out of the rights, or get a licence of ${g.parent} that grants it`,
  }),
  SUBLICENSE: (g, asked, child) => {
    const beyond = bitsToRights(asked.forbidden).filter(
      (r) => child.rights.includes(r) && r !== 'COMMERCIAL' && r !== 'REDISTRIBUTE',
    );
    return {
      says: `${g.parent} (${nameOf(g)}) does not grant SUBLICENSE, so what is made of it may not grant ${beyond.join(', ')}`,
      fix: `leave ${beyond.join(', ')} out of the rights, or get a licence of ${g.parent} that grants SUBLICENSE`,
    };
  },
  SHARE_ALIKE: (g) => ({
    says: `${g.parent} (${nameOf(g)}) is share-alike: what is ${g.relation ? DONE[g.relation] : 'made of'} it is offered under the same terms`,
    fix: g.terms
      ? `offer it under ${alike(g.terms)}; price, royalty and limits may differ`
      : `offer it under the terms that ${g.parent} is bound to`,
  }),
  ATTRIBUTION: (g) => ({
    says: `${g.parent} (${nameOf(g)}) asks to be named, also by what rests on it`,
    fix: 'set attribution',
  }),
  RESTRICTIONS: (g, asked, child) => {
    const missing = bitsToRestrictions(asked.restrictions).filter((r) => !child.restrictions.includes(r));
    return {
      says: `${g.parent} (${nameOf(g)}) rules out uses that the wanted terms do not: ${missing.join(', ')}`,
      fix: `add the restrictions ${missing.join(', ')}`,
    };
  },
};

const DONE: Record<RelationType, string> = {
  TRAINED_ON: 'trained on',
  FINETUNED_FROM: 'finetuned from',
  DISTILLED_FROM: 'distilled from',
  DERIVED_FROM: 'derived from',
  EVALUATED_ON: 'evaluated on',
  USES: 'made to use',
  GENERATED_BY: 'generated by',
};

function alike(terms: BindingTerms): string {
  const { rights, attribution, restrictions, text } = terms;
  const parts = [rights.join('+'), 'share-alike'];
  if (attribution) parts.push('attribution');
  return `"${[...parts, ...restrictions].join(', ')} (${text})"`;
}

/**
 * Terms for what rests on these grounds: they grant the rights in `wanted`, ask no more than they must, and do all that
 * is asked besides. Where a class is asked for they are the class's.
 */
export function fittingTerms(grounds: readonly Ground[], wanted: Terms): Terms {
  const alike = grounds.find((g) => g.terms && g.duties.class !== null);
  if (alike?.terms) {
    const { rights, attribution, restrictions, text } = alike.terms;
    return { ...wanted, rights, attribution, restrictions, text, shareAlike: true };
  }
  const { attribution, restrictions } = askedByAll(grounds);
  return {
    ...wanted,
    attribution: wanted.attribution || attribution,
    restrictions: bitsToRestrictions(restrictions),
  };
}
