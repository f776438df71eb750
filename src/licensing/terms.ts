import { formatBps, formatSahara } from '../base/amount.ts';
import { bitsToRestrictions, type Restriction, restrictionsToBits } from './restrictions.ts';
import { bitsToRights, type Right, rightsToBits } from './rights.ts';

/** Licence terms as a person writes them. Immutable and content-addressed on chain. */
export type Terms = {
  rights: Right[];
  /** What a child's version owes of its revenue, in basis points. */
  royaltyBps: number;
  /** True where the royalty is a share of the direct payments to every descendant, not of what the child earns. */
  absolute: boolean;
  /** Price of a licence in wei: once, or for each period where there is one. */
  price: bigint;
  /** After how many seconds a licence has to be renewed; 0 never. */
  period: number;
  /** From when on these terms grant nothing more, in seconds since 1970; 0 never. */
  expiry: number;
  /** The most that a child may be paid directly, in wei; 0 without limit. A multiple of 1e9. */
  ceiling: bigint;
  /** How many calls one licence allows; 0 without limit. */
  callLimit: number;
  shareAlike: boolean;
  attribution: boolean;
  transferable: boolean;
  /** Uses that are ruled out. */
  restrictions: Restriction[];
  /** SPDX id or another reference to the licence text. */
  text: string;
};

export type AttachedTerms = Terms & { id: number };

/** Wei in the unit of ceilings on chain. */
export const GWEI = 10n ** 9n;

const FLAGS = { shareAlike: 1, attribution: 2, transferable: 4, absolute: 8 } as const;

/** Terms that ask nothing but what is given: no limits, no price, attribution and transferable. */
export function termsOfRights(rights: Right[], text: string, others: Partial<Terms> = {}): Terms {
  return {
    rights,
    royaltyBps: 0,
    absolute: false,
    price: 0n,
    period: 0,
    expiry: 0,
    ceiling: 0n,
    callLimit: 0,
    shareAlike: false,
    attribution: true,
    transferable: true,
    restrictions: [],
    text,
    ...others,
  };
}

/** One line that says what the terms allow and cost. */
export function describeTerms(terms: Terms): string {
  const price = terms.price === 0n ? 'free' : `${formatSahara(terms.price)} SAHARA`;
  const per = terms.price > 0n && terms.period > 0 ? ' each' : '';
  const parts = [
    terms.rights.join('+'),
    price,
    `royalty ${formatBps(terms.royaltyBps)}${terms.absolute ? ' of every descendant' : ''}`,
  ];
  if (terms.period > 0) parts.push(`for ${formatPeriod(terms.period)}${per}`);
  if (terms.expiry > 0) parts.push(`until ${formatMoment(terms.expiry)}`);
  if (terms.ceiling > 0n) parts.push(`for revenue up to ${formatSahara(terms.ceiling)} SAHARA`);
  if (terms.callLimit > 0) parts.push(`${terms.callLimit} calls`);
  if (terms.shareAlike) parts.push('share-alike');
  if (terms.attribution) parts.push('attribution');
  if (!terms.transferable) parts.push('not transferable');
  parts.push(...terms.restrictions);
  return `${parts.join(', ')} (${terms.text})`;
}

export function formatPeriod(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
  ] as const)
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  return `${seconds}s`;
}

/** Seconds since 1970 as a day, with the time (UTC) where it is not midnight. */
export function formatMoment(seconds: number): string {
  const text = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return text.endsWith('T00:00:00Z') ? text.slice(0, 10) : text;
}

/** "30d", "12h", "90m" or "45s" in seconds; undefined when it has another form. */
export function parsePeriod(text: string): number | undefined {
  const match = /^(\d{1,7})\s*([dhms])$/.exec(text.trim());
  if (!match) return undefined;
  const size = { d: 86_400, h: 3_600, m: 60, s: 1 }[match[2] as 'd' | 'h' | 'm' | 's'];
  const seconds = Number(match[1]) * size;
  return seconds > 0 && seconds < 2 ** 32 ? seconds : undefined;
}

/** "2027-01-31" or "2027-01-31T12:00:00Z" in seconds since 1970; undefined when it has another form. */
export function parseMoment(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text.trim())) return undefined;
  const seconds = Date.parse(text.trim()) / 1000;
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds < 2 ** 40 ? seconds : undefined;
}

/** The chain's form of terms: rights, flags and restrictions as bits, the ceiling in gwei. */
export type ChainTerms = {
  rights: number;
  royaltyBps: number;
  price: bigint;
  period: number;
  ceiling: bigint;
  callLimit: number;
  flags: number;
  expiry: number;
  restrictions: number;
  text: string;
};

export function toChainTerms(terms: Terms): ChainTerms {
  const { royaltyBps, price, period, callLimit, expiry, text } = terms;
  const flags = (Object.keys(FLAGS) as (keyof typeof FLAGS)[]).reduce(
    (bits, name) => bits | (terms[name] ? FLAGS[name] : 0),
    0,
  );
  return {
    rights: rightsToBits(terms.rights),
    royaltyBps,
    price,
    period,
    ceiling: terms.ceiling / GWEI,
    callLimit,
    flags,
    expiry,
    restrictions: restrictionsToBits(terms.restrictions),
    text,
  };
}

export function fromChainTerms(terms: ChainTerms): Terms {
  const has = (flag: keyof typeof FLAGS) => (terms.flags & FLAGS[flag]) !== 0;
  return {
    rights: bitsToRights(terms.rights),
    royaltyBps: terms.royaltyBps,
    absolute: has('absolute'),
    price: terms.price,
    period: terms.period,
    expiry: terms.expiry,
    ceiling: terms.ceiling * GWEI,
    callLimit: terms.callLimit,
    shareAlike: has('shareAlike'),
    attribution: has('attribution'),
    transferable: has('transferable'),
    restrictions: bitsToRestrictions(terms.restrictions),
    text: terms.text,
  };
}

export function sameTerms(a: Terms, b: Terms): boolean {
  const [left, right] = [toChainTerms(a), toChainTerms(b)];
  return (Object.keys(left) as (keyof ChainTerms)[]).every((key) => left[key] === right[key]);
}
