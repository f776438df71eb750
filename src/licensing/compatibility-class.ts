import { encodeAbiParameters, keccak256 } from 'viem';
import { restrictionsToBits } from './restrictions.ts';
import { rightsToBits } from './rights.ts';
import type { Terms } from './terms.ts';

const SAME = [{ type: 'uint16' }, { type: 'uint8' }, { type: 'uint32' }, { type: 'string' }] as const;

/**
 * What share-alike asks for: terms with the same rights, attribution, restrictions and text; price, royalty and limits
 * are one's own. As the chain works it out: the low 184 bits of keccak256 over those.
 *
 * @returns 46 hex digits; null for terms that are not share-alike
 */
export function classOf(
  terms: Pick<Terms, 'rights' | 'shareAlike' | 'attribution' | 'restrictions' | 'text'>,
): string | null {
  if (!terms.shareAlike) return null;
  const flags = terms.attribution ? 3 : 1;
  const fields = [
    rightsToBits(terms.rights),
    flags,
    restrictionsToBits(terms.restrictions),
    terms.text,
  ] as const;
  return keccak256(encodeAbiParameters(SAME, fields)).slice(-46);
}
