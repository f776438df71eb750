import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { type AssetRecord, type Chain, isRevert, read, type Signer, transact } from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import type { SigningContext } from '../context/index.ts';
import { assertCompatible, incompatible } from './duties.ts';
import {
  type AttachedTerms,
  formatMoment,
  fromChainTerms,
  sameTerms,
  type Terms,
  toChainTerms,
} from './terms.ts';

/** The terms under which an asset is offered now, oldest first. */
export async function termsOf(chain: Chain, assetId: bigint): Promise<AttachedTerms[]> {
  const ids = await read(chain, 'LicenseRegistry', 'termsOf', [assetId]);
  return Promise.all(ids.map((id) => readTerms(chain, id)));
}

export async function readTerms(chain: Chain, id: number): Promise<AttachedTerms> {
  return { id, ...fromChainTerms(await read(chain, 'LicenseRegistry', 'terms', [id])) };
}

/**
 * Offers an asset under terms. The same terms twice are the same terms: nothing happens the second time.
 *
 * @throws TERMS_INCOMPATIBLE before anything is sent; NOT_OWNER, TERMS_FULL, TERMS_OVER, TRANSACTION_REVERTED
 */
export async function attachTerms(
  { chain, signer }: SigningContext,
  asset: AssetRecord,
  terms: Terms,
): Promise<{ terms: AttachedTerms; attached: boolean; tx: string | null }> {
  const already = (await termsOf(chain, asset.id)).find((t) => sameTerms(t, terms));
  if (already) return { terms: already, attached: false, tx: null };
  await assertCompatible(chain, asset, terms);
  try {
    const { tx } = await transact(chain, signer, {
      contract: 'LicenseRegistry',
      call: 'attachNew',
      args: [asset.id, toChainTerms(terms)],
    });
    const attached = (await termsOf(chain, asset.id)).find((t) => sameTerms(t, terms));
    if (!attached) throw new Error('attached terms are not there');
    return { terms: attached, attached: true, tx };
  } catch (error) {
    if (isRevert(error, 'NotAssetOwner')) throw notOwner(asset, signer);
    if (isRevert(error, 'TooManyTerms')) throw new SaharaError('TERMS_FULL', { asset: asset.name });
    if (isRevert(error, 'TermsExpired'))
      throw new SaharaError('TERMS_OVER', { asset: asset.name, expired: formatMoment(terms.expiry) });
    throw isRevert(error, 'TermsIncompatible') ? incompatible(error, asset.name) : error;
  }
}

/**
 * Takes back an offer. Licences that were sold under these terms, and what rests on them, stay as they are.
 *
 * @throws TERMS_UNKNOWN, NOT_OWNER
 */
export async function detachTerms(
  { chain, signer }: SigningContext,
  asset: AssetRecord,
  termsId: number,
): Promise<Hex | null> {
  try {
    const call = { contract: 'LicenseRegistry', call: 'detach', args: [asset.id, termsId] } as const;
    return (await transact(chain, signer, call)).tx;
  } catch (error) {
    if (isRevert(error, 'TermsNotAttached'))
      throw new SaharaError('TERMS_UNKNOWN', { asset: asset.name, terms: String(termsId) });
    throw isRevert(error, 'NotAssetOwner') ? notOwner(asset, signer) : error;
  }
}

function notOwner(asset: AssetRecord, signer: Signer): SaharaError<'NOT_OWNER'> {
  const account = signer.name ?? signer.account.address;
  return new SaharaError('NOT_OWNER', { asset: asset.name, account, owner: accountLabel(asset.owner) });
}
