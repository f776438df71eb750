import { formatBps, formatSahara } from '../base/amount.ts';
import { bitsToRights, type Right } from './rights.ts';

/** Licence terms as a person writes them. Immutable and content-addressed on chain. */
export type Terms = {
  rights: Right[];
  /** What a child's version owes of its revenue, in basis points. */
  royaltyBps: number;
  /** Price of one licence in wei. */
  price: bigint;
  /** How long a licence lasts, in seconds; 0 for ever. */
  period: number;
  shareAlike: boolean;
  attribution: boolean;
  transferable: boolean;
  /** SPDX id or another reference to the licence text. */
  text: string;
};

export type AttachedTerms = Terms & { id: number };

/** One line that says what the terms allow and cost. */
export function describeTerms(terms: Terms): string {
  const price = terms.price === 0n ? 'free' : `${formatSahara(terms.price)} SAHARA`;
  const parts = [terms.rights.join('+'), price, `royalty ${formatBps(terms.royaltyBps)}`];
  if (terms.period > 0) parts.push(`for ${formatPeriod(terms.period)}`);
  if (terms.shareAlike) parts.push('share-alike');
  if (terms.attribution) parts.push('attribution');
  if (!terms.transferable) parts.push('not transferable');
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

/** "30d", "12h", "90m" or "45s" in seconds; undefined when it has another form. */
export function parsePeriod(text: string): number | undefined {
  const match = /^(\d{1,7})\s*([dhms])$/.exec(text.trim());
  if (!match) return undefined;
  const size = { d: 86_400, h: 3_600, m: 60, s: 1 }[match[2] as 'd' | 'h' | 'm' | 's'];
  const seconds = Number(match[1]) * size;
  return seconds > 0 && seconds < 2 ** 32 ? seconds : undefined;
}

/** The chain's form of terms: rights as bits. */
export type ChainTerms = Omit<Terms, 'rights'> & { rights: number };

export function fromChainTerms({ rights, ...terms }: ChainTerms): Terms {
  return { ...terms, rights: bitsToRights(rights) };
}
