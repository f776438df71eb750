import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import {
  type AssetRecord,
  assertNative,
  type Chain,
  eventArgs,
  isRevert,
  readAssets,
  resolveAsset,
  transact,
} from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import {
  type AttachedTerms,
  formatMoment,
  type HeldLicense,
  heldLicense,
  licensesOf,
  stateRefusal,
  termsOf,
} from '../licensing/index.ts';

export type Offer = {
  asset: { id: bigint; kind: string; name: string; owner: string; publisher: string };
  terms: AttachedTerms;
};

/** Everything that can be had under some terms now, cheapest first within an asset; free terms too. */
export async function listOffers({ chain }: Pick<Context, 'chain'>): Promise<Offer[]> {
  const assets = (await readAssets(chain)).filter((a) => a.state === 'active');
  const offers = await Promise.all(
    assets.map(async (asset) =>
      (await termsOf(chain, asset.id))
        .sort((a, b) => (a.price < b.price ? -1 : a.price > b.price ? 1 : a.id - b.id))
        .map((terms) => ({
          asset: {
            id: asset.id,
            kind: asset.kind,
            name: asset.name,
            owner: accountLabel(asset.owner),
            publisher: accountLabel(asset.publisher),
          },
          terms,
        })),
    ),
  );
  return offers.flat();
}

export type Purchase = {
  asset: string;
  buyer: string;
  holder: string;
  license: bigint;
  terms: number;
  amount: bigint;
  /** False when the buyer held a valid licence under these terms already, and none was bought. */
  bought: boolean;
  tx: Hex | null;
};

/**
 * Buys a licence in native SAHARA: payment and licence in one transaction. A licence that is held already is not
 * bought again unless `another` says so.
 *
 * @param options.terms which terms; may be left out where only one set is for sale
 * @throws NOT_FOR_SALE, TERMS_CHOICE, TERMS_UNKNOWN, FUNDS_MISSING, ASSET_UNKNOWN
 */
export async function buy(
  { chain, signer }: SigningContext,
  ref: string,
  options: { terms?: number; holder?: Address; another?: boolean } = {},
): Promise<Purchase> {
  const { asset } = await resolveAsset(chain, ref);
  const terms = choose(asset, await termsOf(chain, asset.id), options.terms);
  const holder = options.holder ?? signer.account.address;
  const before = await licensesOf(chain, holder, asset.id);
  const named = {
    asset: asset.name,
    buyer: accountLabel(signer.account.address),
    holder: accountLabel(holder),
    terms: terms.id,
  };
  const held = before.find((l) => l.valid && l.termsId === terms.id);
  if (held && !options.another) return { ...named, license: held.id, amount: 0n, bought: false, tx: null };

  if (terms.price === 0n && holder.toLowerCase() !== signer.account.address.toLowerCase())
    throw new SaharaError('NOT_FOR_SALE', {
      asset: asset.name,
      reason: `terms ${terms.id} cost nothing, and what costs nothing can only be taken for oneself`,
    });
  await assertNative(chain, signer, terms.price);
  const receipt = await transact(chain, signer, {
    contract: 'Marketplace',
    call: 'buyNative',
    args: [asset.id, terms.id, holder],
    value: terms.price,
  });
  const license = eventArgs(receipt, 'Marketplace', 'Purchased')['licenseId'] as bigint;
  return { ...named, license, amount: terms.price, bought: true, tx: receipt.tx };
}

export type Renewal = {
  license: bigint;
  asset: string;
  payer: string;
  holder: string;
  /** How many periods were added. */
  periods: number;
  amount: bigint;
  /** Until when it lasts now, in seconds since 1970. */
  validUntil: number;
  tx: Hex | null;
};

/**
 * Extends a licence by whole periods, from its end or from now, paid in native SAHARA. Anybody may pay for it.
 *
 * @throws LICENSE_UNKNOWN, LICENSE_STATE, NOT_FOR_SALE, TERMS_OVER, FUNDS_MISSING
 */
export async function renew(
  { chain, signer }: SigningContext,
  license: bigint,
  periods = 1,
): Promise<Renewal> {
  const held = await heldLicense(chain, license);
  const amount = held.terms.price * BigInt(periods);
  await assertNative(chain, signer, amount);
  try {
    const receipt = await transact(chain, signer, {
      contract: 'Marketplace',
      call: 'renewNative',
      args: [license, periods],
      value: amount,
    });
    const { expiresAt } = eventArgs(receipt, 'LicenseRegistry', 'LicenseRenewed');
    const { asset, holder } = held;
    const payer = accountLabel(signer.account.address);
    return { license, asset, payer, holder, periods, amount, validUntil: Number(expiresAt), tx: receipt.tx };
  } catch (error) {
    throw await notRenewed(chain, held, error);
  }
}

async function notRenewed(chain: Chain, { asset, license, terms }: HeldLicense, error: unknown) {
  const why = await stateRefusal(chain, license, error);
  if (why) return new SaharaError('LICENSE_STATE', { license: String(license), reason: why });
  if (isRevert(error, 'TermsNotAttached'))
    return new SaharaError('NOT_FOR_SALE', { asset, reason: `terms ${terms.id} are not offered any more` });
  if (isRevert(error, 'AssetNotActive'))
    return new SaharaError('NOT_FOR_SALE', { asset, reason: 'its owner has stopped new licences' });
  if (isRevert(error, 'BeyondTermsExpiry'))
    return new SaharaError('TERMS_OVER', { asset, expired: formatMoment(terms.expiry) });
  return error;
}

function choose(asset: AssetRecord, offered: AttachedTerms[], wanted: number | undefined): AttachedTerms {
  if (asset.state !== 'active')
    throw new SaharaError('NOT_FOR_SALE', { asset: asset.name, reason: `it is ${asset.state}` });
  if (wanted !== undefined) {
    const found = offered.find((t) => t.id === wanted);
    if (!found) throw new SaharaError('TERMS_UNKNOWN', { asset: asset.name, terms: String(wanted) });
    return found;
  }
  const sold = offered.filter((t) => t.price > 0n);
  if (sold.length > 1)
    throw new SaharaError('TERMS_CHOICE', { asset: asset.name, choices: sold.map((t) => String(t.id)) });
  const [only] = sold;
  if (!only)
    throw new SaharaError('NOT_FOR_SALE', { asset: asset.name, reason: 'no terms with a price are offered' });
  return only;
}
