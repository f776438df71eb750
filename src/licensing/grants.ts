import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { type AssetRecord, type Chain, read, uniqueRef } from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import { readTerms, termsOf } from './attached.ts';
import { breaches } from './compatibility.ts';
import { type Ground, groundOf } from './compatibility-answer.ts';
import { dutiesOf } from './duties.ts';
import { type License, licensesOf } from './licenses.ts';
import { RELATIONS, type RelationType, RIGHTS, type Right } from './rights.ts';
import type { AttachedTerms, Terms } from './terms.ts';

/** What a relation rests on: terms anybody may use, a licence that the publisher holds, or nothing for an own asset. */
export type Grant = { termsId: number; licenseId: bigint; royaltyBps: number; ground: Ground };

/** Whether the account may do that with the asset, by the chain's own answer. */
export function can(chain: Chain, assetId: bigint, account: Address, right: Right): Promise<boolean> {
  return read(chain, 'LicenseRegistry', 'can', [assetId, account, RIGHTS[right]]);
}

/** What is looked at once for a parent, whatever is asked of it. */
export type ParentTerms = {
  asset: AssetRecord;
  isOwn: boolean;
  offered: AttachedTerms[];
  held: (License & { terms: AttachedTerms })[];
  /** Seconds since 1970, by the chain. */
  now: number;
};

export async function readParentTerms(
  chain: Chain,
  account: Address,
  asset: AssetRecord,
): Promise<ParentTerms> {
  const [offered, held, now] = await Promise.all([
    termsOf(chain, asset.id),
    licensesOf(chain, account, asset.id),
    chainTime(chain),
  ]);
  const withTerms = held
    .filter((l) => l.valid)
    .map(async (license) => ({ ...license, terms: await readTerms(chain, license.termsId) }));
  const isOwn = asset.owner.toLowerCase() === account.toLowerCase();
  return { asset, isOwn, offered, held: await Promise.all(withTerms), now };
}

/**
 * Everything that would allow the relation, lowest royalty first; among equals what asks least. An own asset owes nothing
 * where nobody else earns from the version; else its own terms count, whatever they cost others.
 */
export async function grantsFor(
  chain: Chain,
  parent: ParentTerms,
  relation: RelationType,
  versionId: bigint = parent.asset.currentVersion,
): Promise<Grant[]> {
  const { asset, isOwn, offered, held, now } = parent;
  const ref = uniqueRef(asset);
  const { right } = RELATIONS[relation];
  const make = (terms: AttachedTerms, licenseId: bigint, ground: Ground): Grant => ({
    termsId: terms.id,
    licenseId,
    royaltyBps: terms.royaltyBps,
    ground,
  });
  const grants: Grant[] = [];
  if (isOwn) {
    const duties = await dutiesOf(chain, asset.id);
    if (await read(chain, 'RevenueVault', 'owesOthers', [versionId]))
      grants.push(...offered.map((t) => make(t, 0n, groundOf(ref, t, relation, duties))));
    else
      grants.push({
        termsId: 0,
        licenseId: 0n,
        royaltyBps: 0,
        ground: groundOf(ref, null, relation, duties),
      });
  } else {
    for (const terms of offered)
      if (terms.price === 0n && terms.rights.includes(right) && !(terms.expiry > 0 && terms.expiry <= now))
        grants.push(make(terms, 0n, groundOf(ref, terms, relation)));
  }
  const duties = held.length > 0 ? await dutiesOf(chain, asset.id) : undefined;
  for (const { id, terms } of held)
    if (terms.rights.includes(right)) grants.push(make(terms, id, groundOf(ref, terms, relation, duties)));
  return grants.toSorted((a, b) => a.royaltyBps - b.royaltyBps || weight(a) - weight(b));
}

/** How much a grant asks, roughly: to choose between two that cost the same. */
function weight({ ground: { duties } }: Grant): number {
  const bits = [...duties.forbidden.toString(2), ...duties.restrictions.toString(2)];
  return bits.filter((b) => b === '1').length + (duties.attribution ? 1 : 0) + (duties.class ? 100 : 0);
}

/**
 * The ground for a relation: of what would allow it, the one with the lowest royalty. A licence that somebody bought for
 * the publisher never makes it dearer than the free terms.
 *
 * @param offers the terms that the child is to be offered under: what forbids them is chosen last
 * @throws RELATION_NOT_ALLOWED with what would allow it, OWN_TERMS_NEEDED
 */
export async function findGrant(
  chain: Chain,
  publisher: Address,
  parent: AssetRecord,
  relation: RelationType,
  { offers = [], versionId }: { offers?: readonly Terms[]; versionId?: bigint } = {},
): Promise<Grant> {
  const known = await readParentTerms(chain, publisher, parent);
  const grants = await grantsFor(chain, known, relation, versionId);
  const fits = grants.filter(({ ground }) => offers.every((o) => breaches(ground.duties, o).length === 0));
  const best = fits[0] ?? grants[0];
  if (best) return best;
  if (known.isOwn) throw new SaharaError('OWN_TERMS_NEEDED', { parent: uniqueRef(parent), relation });
  throw notAllowed(known, relation, publisher);
}

export function notAllowed(
  { asset, offered }: ParentTerms,
  relation: RelationType,
  account: Address,
): SaharaError<'RELATION_NOT_ALLOWED'> {
  const { right } = RELATIONS[relation];
  const sold = offered
    .filter((t) => t.price > 0n && t.rights.includes(right))
    .toSorted((a, b) => (a.price < b.price ? -1 : 1));
  return new SaharaError('RELATION_NOT_ALLOWED', {
    parent: uniqueRef(asset),
    relation,
    right,
    account: accountLabel(account),
    terms: sold[0]?.id ?? null,
  });
}

async function chainTime(chain: Chain): Promise<number> {
  const { getBlock } = await import('viem/actions');
  return Number((await getBlock(chain.client, { includeTransactions: false })).timestamp);
}
