import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { type AssetRecord, type Chain, read, uniqueRef } from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import { termsOf } from './attached.ts';
import { RELATIONS, type RelationType, RIGHTS, type Right } from './rights.ts';

/** What a relation rests on: terms anybody may use, a licence that the publisher holds, or nothing for an own asset. */
export type Grant = { termsId: number; licenseId: bigint; royaltyBps: number };

export type License = {
  id: bigint;
  assetId: bigint;
  termsId: number;
  grantedAt: number;
  expiresAt: number;
  valid: boolean;
};

export async function licensesOf(chain: Chain, account: Address, assetId: bigint): Promise<License[]> {
  const ids = await read(chain, 'LicenseRegistry', 'licensesOf', [account, assetId]);
  return Promise.all(
    ids.map(async (id) => {
      const [[asset, termsId, grantedAt, expiresAt], valid] = await Promise.all([
        read(chain, 'LicenseRegistry', 'license', [id]),
        read(chain, 'LicenseRegistry', 'isValid', [id]),
      ]);
      return { id, assetId: asset, termsId, grantedAt, expiresAt, valid };
    }),
  );
}

/** Whether the account may do that with the asset, by the chain's own answer. */
export function can(chain: Chain, assetId: bigint, account: Address, right: Right): Promise<boolean> {
  return read(chain, 'LicenseRegistry', 'can', [assetId, account, RIGHTS[right]]);
}

/**
 * The ground for a relation: an own asset owes nothing; else a licence that the publisher holds under terms with a
 * price, because whoever bought one wants to rest on what it allows; else the free terms and licences that cost
 * nothing. Among several, the one with the lowest royalty.
 *
 * @throws RELATION_NOT_ALLOWED with what would allow it
 */
export async function findGrant(
  chain: Chain,
  publisher: Address,
  parent: AssetRecord,
  relation: RelationType,
): Promise<Grant> {
  if (parent.owner.toLowerCase() === publisher.toLowerCase())
    return { termsId: 0, licenseId: 0n, royaltyBps: 0 };
  const { right } = RELATIONS[relation];
  const [offered, held] = await Promise.all([
    termsOf(chain, parent.id),
    licensesOf(chain, publisher, parent.id),
  ]);
  const bought: Grant[] = [];
  const free: Grant[] = [];
  for (const terms of offered)
    if (terms.price === 0n && terms.rights.includes(right))
      free.push({ termsId: terms.id, licenseId: 0n, royaltyBps: terms.royaltyBps });
  for (const license of held.filter((l) => l.valid)) {
    const terms = await read(chain, 'LicenseRegistry', 'terms', [license.termsId]);
    if ((terms.rights & RIGHTS[right]) !== 0)
      // A licence without a price may be somebody else's doing: it must not cost more than the free terms.
      (terms.price > 0n ? bought : free).push({
        termsId: license.termsId,
        licenseId: license.id,
        royaltyBps: terms.royaltyBps,
      });
  }
  const best = cheapest(bought) ?? cheapest(free);
  if (best) return best;
  const sold = offered.find((t) => t.price > 0n && t.rights.includes(right));
  throw new SaharaError('RELATION_NOT_ALLOWED', {
    parent: uniqueRef(parent),
    relation,
    right,
    account: accountLabel(publisher),
    terms: sold?.id ?? null,
  });
}

function cheapest(grants: Grant[]): Grant | undefined {
  return grants.toSorted((a, b) => a.royaltyBps - b.royaltyBps)[0];
}
