import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { suggest } from '../base/suggest.ts';
import { type AssetRecord, type Chain, resolveAsset, uniqueRef } from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import { type Clause, join, NO_DUTIES } from './compatibility.ts';
import { compare, fittingTerms, type Ground, type Problem } from './compatibility-answer.ts';
import { type Grant, grantsFor, notAllowed, type ParentTerms, readParentTerms } from './grants.ts';
import { RELATIONS, type RelationType, type Right, rightsToBits } from './rights.ts';
import { describeTerms, type Terms, termsOfRights } from './terms.ts';

/** What somebody wants to do with assets, and with what comes of it. */
export const WISHES = {
  train: 'train on',
  finetune: 'finetune',
  distill: 'distill',
  derive: 'build on',
  evaluate: 'evaluate on',
  use: 'use',
  generate: 'generate with',
  sell: 'sell the result',
  share: 'pass the result on',
} as const;
export type Wish = keyof typeof WISHES;
export const WISH_NAMES = Object.keys(WISHES) as Wish[];

/** "train,sell" as wishes. @throws WISH_UNKNOWN naming the nearest one */
export function parseWishes(text: string): Wish[] {
  const names = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  for (const name of names.length > 0 ? names : [text])
    if (!Object.hasOwn(WISHES, name))
      throw new SaharaError('WISH_UNKNOWN', { wish: name, suggestion: suggest(name, WISH_NAMES) });
  return [...new Set(names)] as Wish[];
}

const USES: Partial<Record<Wish, RelationType>> = {
  train: 'TRAINED_ON',
  finetune: 'FINETUNED_FROM',
  distill: 'DISTILLED_FROM',
  derive: 'DERIVED_FROM',
  evaluate: 'EVALUATED_ON',
  use: 'USES',
  generate: 'GENERATED_BY',
};
const RESULTS: Partial<Record<Wish, Right>> = { sell: 'COMMERCIAL', share: 'REDISTRIBUTE' };

/** Something in the way: RIGHT where nothing grants the use itself, ROYALTIES where they exceed what there is. */
export type Hindrance = Omit<Problem, 'clause'> & { clause: Clause | 'RIGHT' | 'STATE' | 'ROYALTIES' };

export type CheckedAsset = {
  asset: string;
  relation: RelationType;
  /** Terms and licence that it would rest on; null for an own asset, or where nothing allows it. */
  terms: number | null;
  license: bigint | null;
  own: boolean;
  royaltyBps: number;
  allowed: boolean;
};

export type UseCheck = {
  allowed: boolean;
  account: string;
  /** The question in words. */
  question: string;
  assets: CheckedAsset[];
  problems: Hindrance[];
  /** What the result would owe to all of them, in basis points. */
  royaltyBps: number;
  /** Terms under which the result can be offered; null where nothing may be offered. */
  offer: Terms | null;
};

type Considered = { asset: AssetRecord; relation: RelationType; parent: ParentTerms; grants: Grant[] };

/**
 * "Can I train on these three and sell the result?" Looks at what the account may rest on, and at what that asks of the
 * result. Sends nothing.
 *
 * @param wishes at least one; where none says how the assets are used, "derive" is taken, which asks most
 * @param options.terms what the result is to be offered under; by default what fits
 * @throws ASSET_UNKNOWN
 */
export async function checkUse(
  { chain }: Pick<Context, 'chain'>,
  refs: readonly string[],
  wishes: readonly Wish[],
  { account, terms }: { account: Address; terms?: Terms },
): Promise<UseCheck> {
  const relations = wishes.flatMap((w) => USES[w] ?? []);
  const rights = wishes.flatMap((w) => RESULTS[w] ?? []);
  const wanted =
    terms ?? termsOfRights(['ACCESS', 'RUN', ...rights], 'LicenseRef-result', { attribution: false });
  const all = await consider(chain, account, refs, relations.length > 0 ? relations : ['DERIVED_FROM']);
  const problems: Hindrance[] = [];
  const chosen: (Grant | undefined)[] = [];
  for (const one of all) {
    const [grant, found] = choose(one, account, (g) => obstacles([g], wanted, rights, terms !== undefined));
    chosen.push(grant);
    problems.push(...found);
  }
  const grounds = chosen.flatMap((g) => (g ? [g.ground] : []));
  const together = compare(grounds, null);
  if (!together.allowed) problems.push(...together.problems);
  const royaltyBps = chosen.reduce((sum, g) => sum + (g?.royaltyBps ?? 0), 0);
  if (royaltyBps > 10_000) problems.push(tooDear(royaltyBps));
  return {
    allowed: problems.length === 0,
    account: accountLabel(account),
    question: questionOf(wishes, refs),
    assets: all.map((one, i) => checkedAsset(one, chosen[i], problems)),
    problems,
    royaltyBps,
    offer: together.allowed ? (terms ?? fittingTerms(grounds, wanted)) : null,
  };
}

function consider(
  chain: Chain,
  account: Address,
  refs: readonly string[],
  relations: readonly RelationType[],
): Promise<Considered[]> {
  return Promise.all(
    refs.flatMap((ref) =>
      relations.map(async (relation) => {
        const { asset, versionId } = await resolveAsset(chain, ref);
        const parent = await readParentTerms(chain, account, asset);
        return { asset, relation, parent, grants: await grantsFor(chain, parent, relation, versionId) };
      }),
    ),
  );
}

/** Of what allows the relation, the cheapest that allows the rest too; else what is in the way of the cheapest. */
function choose(
  { asset, relation, parent, grants }: Considered,
  account: Address,
  test: (ground: Ground) => Hindrance[],
): [Grant | undefined, Hindrance[]] {
  const ref = uniqueRef(asset);
  if (asset.state !== 'active')
    return [
      undefined,
      [hindrance(ref, 'STATE', `${ref} is ${asset.state}: nothing new rests on it`, 'choose another asset')],
    ];
  const tried = grants.map((grant) => ({ grant, found: test(grant.ground) }));
  const best = tried.find((t) => t.found.length === 0) ?? tried[0];
  if (best) return [best.grant, best.found];
  return [undefined, [withoutRight(parent, relation, account)]];
}

/** What a ground asks that the wanted terms do not do; what merely has to be added to them is no obstacle. */
function obstacles(
  grounds: Ground[],
  wanted: Terms,
  rights: readonly Right[],
  exactly: boolean,
): Hindrance[] {
  const answer = compare(grounds, wanted);
  const problems = answer.allowed ? [] : answer.problems;
  if (exactly) return problems;
  const duties = grounds.reduce((sum, g) => join(sum, g.duties).duties, NO_DUTIES);
  const beyond = rightsToBits(rights) & ~duties.required;
  return problems.filter(
    ({ clause }) =>
      clause === 'COMMERCIAL' ||
      clause === 'REDISTRIBUTE' ||
      clause === 'SUBLICENSE' ||
      (clause === 'SHARE_ALIKE' && beyond !== 0),
  );
}

function withoutRight(parent: ParentTerms, relation: RelationType, account: Address): Hindrance {
  const ref = uniqueRef(parent.asset);
  const { right } = RELATIONS[relation];
  if (parent.isOwn)
    return hindrance(
      ref,
      'RIGHT',
      `${ref} is your own, but others earn from it, so terms have to be named, and it has none`,
      `offer it: sahara license set ${ref} --preset open-use`,
    );
  const { terms } = notAllowed(parent, relation, account).params as { terms: number | null };
  const sold = parent.offered.find((t) => t.id === terms);
  return hindrance(
    ref,
    'RIGHT',
    `nothing grants ${right} on ${ref} to ${accountLabel(account)}`,
    sold
      ? `buy a licence (${describeTerms(sold)}): sahara market buy ${ref} --terms ${sold.id} --account ${accountLabel(account)}`
      : 'ask its owner for terms that grant it, or choose another asset',
  );
}

function tooDear(royaltyBps: number): Hindrance {
  return hindrance(
    'all of them',
    'ROYALTIES',
    `the royalties add up to ${royaltyBps / 100} %, more than what the result earns`,
    'leave one out, or get a licence with a lower royalty',
  );
}

function hindrance(parent: string, clause: Hindrance['clause'], says: string, fix: string): Hindrance {
  return { parent, terms: null, clause, says, fix };
}

function checkedAsset(
  { asset, relation, parent }: Considered,
  grant: Grant | undefined,
  problems: readonly Hindrance[],
): CheckedAsset {
  const ref = uniqueRef(asset);
  return {
    asset: ref,
    relation,
    terms: grant?.termsId || null,
    license: grant?.licenseId || null,
    own: parent.isOwn,
    royaltyBps: grant?.royaltyBps ?? 0,
    allowed: !problems.some((p) => p.parent === ref),
  };
}

function questionOf(wishes: readonly Wish[], refs: readonly string[]): string {
  const uses = wishes.filter((w) => USES[w]).map((w) => WISHES[w]);
  const results = wishes.filter((w) => RESULTS[w]).map((w) => WISHES[w]);
  const use = `${(uses.length > 0 ? uses : [WISHES.derive]).join(' and ')} ${list(refs)}`;
  return list([use, ...results]);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
