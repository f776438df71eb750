import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import {
  type AssetRecord,
  type Chain,
  isRevert,
  pastEvents,
  read,
  readAsset,
  transact,
  uniqueRef,
} from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import { readTerms } from './attached.ts';
import { type AttachedTerms, formatMoment } from './terms.ts';

const STATUSES = ['none', 'revoked', 'appealed', 'upheld'] as const;

export type License = {
  id: bigint;
  assetId: bigint;
  termsId: number;
  /** Seconds since 1970. */
  grantedAt: number;
  /** Seconds since 1970; 0 never. */
  expiresAt: number;
  /** When a revocation takes effect, in seconds since 1970; 0 for none. */
  revokedAt: number;
  /** How far a revocation is: "revoked" waits for `revokedAt` or an appeal, "upheld" is final. */
  status: (typeof STATUSES)[number];
  /** False where it does not count until its holder activates it: an account's first 32 for an asset do. */
  counts: boolean;
  valid: boolean;
};

/** @throws LICENSE_UNKNOWN */
export async function readLicense(chain: Chain, id: bigint): Promise<License> {
  const count = await read(chain, 'LicenseRegistry', 'licenseCount', []);
  if (id < 1n || id > count) throw new SaharaError('LICENSE_UNKNOWN', { license: String(id) });
  const [{ status, ...found }, valid] = await Promise.all([
    read(chain, 'LicenseRegistry', 'license', [id]),
    read(chain, 'LicenseRegistry', 'isValid', [id]),
  ]);
  return { id, ...found, status: STATUSES[status] ?? 'none', valid };
}

/** The licences for an asset that count for an account, invalid ones included. */
export async function licensesOf(chain: Chain, account: Address, assetId: bigint): Promise<License[]> {
  const ids = await read(chain, 'LicenseRegistry', 'licensesOf', [account, assetId]);
  return Promise.all(ids.map((id) => readLicense(chain, id)));
}

export type HeldLicense = {
  license: bigint;
  /** As in the reference "curator/penguins". */
  asset: string;
  holder: string;
  terms: AttachedTerms;
  /**
   * "waiting" for its holder to activate it; "revoking" while an appeal is possible; "appealed" until the ruling, and in
   * force until then.
   */
  state: 'valid' | 'waiting' | 'expired' | 'revoking' | 'appealed' | 'revoked';
  /** Seconds since 1970. */
  grantedAt: number;
  /** When it ends by itself, in seconds since 1970; null never. */
  validUntil: number | null;
  /** When a revocation takes effect or did, in seconds since 1970; null without one. */
  revokedAt: number | null;
};

/** All licences that an account holds, oldest first. */
export async function listLicenses(
  { chain }: Pick<Context, 'chain'>,
  account: Address,
): Promise<HeldLicense[]> {
  const came = await pastEvents(chain, 'LicenseRegistry', 'Transfer', { to: account });
  const ids = [...new Set(came.map((e) => e['id'] as bigint))].sort((a, b) => (a < b ? -1 : 1));
  const owners = await Promise.all(ids.map((id) => read(chain, 'LicenseRegistry', 'ownerOf', [id])));
  const held = ids.filter((_, i) => owners[i]?.toLowerCase() === account.toLowerCase());
  return Promise.all(held.map((id) => heldLicense(chain, id)));
}

/** @throws LICENSE_UNKNOWN */
export async function heldLicense(chain: Chain, id: bigint): Promise<HeldLicense> {
  const license = await readLicense(chain, id);
  const [asset, terms, holder] = await Promise.all([
    readAsset(chain, license.assetId),
    readTerms(chain, license.termsId),
    read(chain, 'LicenseRegistry', 'ownerOf', [id]),
  ]);
  return {
    license: id,
    asset: uniqueRef(asset),
    holder: accountLabel(holder),
    terms,
    state: stateOf(license),
    grantedAt: license.grantedAt,
    validUntil: license.expiresAt || null,
    revokedAt: license.revokedAt || null,
  };
}

function stateOf({ status, valid, counts }: License): HeldLicense['state'] {
  if (status === 'upheld' || (status === 'revoked' && !valid)) return 'revoked';
  if (!valid) return 'expired';
  if (status === 'revoked') return 'revoking';
  if (status === 'appealed') return 'appealed';
  return counts ? 'valid' : 'waiting';
}

export type Disputed = {
  license: bigint;
  asset: string;
  holder: string;
  /** When the revocation takes effect unless an appeal is made, in seconds since 1970. */
  revokedAt: number;
  tx: Hex | null;
};

/**
 * Revokes a licence for breach. It stays in force for seven days, in which its holder may appeal.
 *
 * @throws LICENSE_UNKNOWN, NOT_OWNER, LICENSE_STATE, REASON_INVALID
 */
export async function revokeLicense(context: SigningContext, id: bigint, reason: string): Promise<Disputed> {
  const { chain } = context;
  const license = await readLicense(chain, id);
  const asset = await readAsset(chain, license.assetId);
  const tx = await dispute(context, 'revoke', id, reason, asset);
  const { revokedAt } = await readLicense(chain, id);
  return disputed(chain, id, asset, revokedAt, tx);
}

/**
 * Appeals against a revocation: the licence stays in force until the protocol's governance has ruled.
 *
 * @throws LICENSE_UNKNOWN, LICENSE_NOT_YOURS, LICENSE_STATE, REASON_INVALID
 */
export async function appealRevocation(
  context: SigningContext,
  id: bigint,
  reason: string,
): Promise<Disputed> {
  const { chain } = context;
  const license = await readLicense(chain, id);
  const asset = await readAsset(chain, license.assetId);
  const tx = await dispute(context, 'appeal', id, reason, asset);
  return disputed(chain, id, asset, license.revokedAt, tx);
}

async function disputed(chain: Chain, id: bigint, asset: AssetRecord, revokedAt: number, tx: Hex | null) {
  const holder = accountLabel(await read(chain, 'LicenseRegistry', 'ownerOf', [id]));
  return { license: id, asset: uniqueRef(asset), holder, revokedAt, tx };
}

async function dispute(
  { chain, signer }: SigningContext,
  call: 'revoke' | 'appeal',
  id: bigint,
  reason: string,
  asset: AssetRecord,
): Promise<Hex | null> {
  const length = Buffer.byteLength(reason);
  if (length < 1 || length > 280) throw new SaharaError('REASON_INVALID', { length });
  try {
    return (await transact(chain, signer, { contract: 'LicenseRegistry', call, args: [id, reason] })).tx;
  } catch (error) {
    const account = signer.name ?? signer.account.address;
    if (isRevert(error, 'NotAssetOwner'))
      throw new SaharaError('NOT_OWNER', { asset: asset.name, account, owner: accountLabel(asset.owner) });
    if (isRevert(error, 'NotLicenseHolder')) {
      const holder = accountLabel(await read(chain, 'LicenseRegistry', 'ownerOf', [id]));
      throw new SaharaError('LICENSE_NOT_YOURS', { license: String(id), account, holder });
    }
    const why = await stateRefusal(chain, id, error);
    throw why ? new SaharaError('LICENSE_STATE', { license: String(id), reason: why }) : error;
  }
}

/** Why a licence cannot be revoked, appealed for or renewed now, in words; undefined for another refusal. */
export async function stateRefusal(chain: Chain, id: bigint, error: unknown): Promise<string | undefined> {
  const { expiresAt, revokedAt, status } = await readLicense(chain, id);
  if (isRevert(error, 'LicenseNotValid'))
    return status === 'none' ? `it expired on ${formatMoment(expiresAt)}` : 'it is revoked already';
  if (isRevert(error, 'RevocationUnderWay'))
    return status === 'appealed' ? 'an appeal is waiting for its ruling' : 'it is being revoked already';
  if (isRevert(error, 'NothingToAppeal'))
    return status === 'none' ? 'it is not being revoked' : 'an appeal was made already';
  if (isRevert(error, 'AppealTooLate'))
    return `the revocation took effect on ${formatMoment(revokedAt)}, after which there is no appeal`;
  if (isRevert(error, 'LicenseIsRevoked')) return 'it is revoked, or about to be';
  if (isRevert(error, 'LicenseNotRenewable'))
    return 'it does not run in periods, so there is nothing to renew';
  return undefined;
}
