import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { suggest } from '../base/suggest.ts';
import { DEV_ACCOUNTS, DEV_MNEMONIC, findDevAccount } from './dev-accounts.ts';
import { findOwnAccount, ownAccounts, ownKey } from './own-accounts.ts';

/** An account that we may name and, when it is one of ours, sign for. */
export type AccountRef = { name: string | null; address: Address };

/**
 * An account by name ("curator") or address.
 *
 * @throws ACCOUNT_UNKNOWN naming the nearest known account
 */
export function resolveAccount(ref: string): AccountRef {
  const dev = findDevAccount(ref);
  if (dev) return { name: dev.name, address: dev.address };
  const own = findOwnAccount(ref);
  if (own) return { name: own.name, address: own.address };
  if (/^0x[0-9a-fA-F]{40}$/.test(ref)) return { name: null, address: ref as Address };
  const names = [...DEV_ACCOUNTS, ...ownAccounts()].map((a) => a.name);
  throw new SaharaError('ACCOUNT_UNKNOWN', { account: ref, suggestion: suggest(ref, names) });
}

/**
 * An account that is to be given something: any but the zero address.
 *
 * @throws ACCOUNT_UNKNOWN, ACCOUNT_ZERO
 */
export function resolveRecipient(ref: string): AccountRef {
  const account = resolveAccount(ref);
  if (/^0x0{40}$/.test(account.address)) throw new SaharaError('ACCOUNT_ZERO', { account: account.address });
  return account;
}

/** The name of an address where it has one, else the address. */
export function accountLabel(address: Address): string {
  return findDevAccount(address)?.name ?? findOwnAccount(address)?.name ?? address;
}

/** @throws ACCOUNT_NOT_OURS where there is no key to sign for the account */
export function assertOurs(account: AccountRef): void {
  if (!findDevAccount(account.address) && !findOwnAccount(account.address))
    throw new SaharaError('ACCOUNT_NOT_OURS', { account: account.name ?? account.address });
}

/**
 * The signing key of an account, in memory only: never logged, never written, never in a flag.
 *
 * @throws ACCOUNT_NOT_OURS when we hold no key for it; of an account of the user's own KEYSTORE_UNREADABLE,
 *   KEYSTORE_PASSWORD, PASSWORD_MISSING
 */
export async function signingKey(account: AccountRef): Promise<import('viem').LocalAccount> {
  assertOurs(account);
  const dev = findDevAccount(account.address);
  const { derivePrivateKey, localAccount } = await import('./local-account.ts');
  if (dev) return localAccount(derivePrivateKey(DEV_MNEMONIC, 0, dev.index));
  const own = findOwnAccount(account.address);
  if (!own) throw new SaharaError('ACCOUNT_NOT_OURS', { account: account.name ?? account.address });
  const opened = localAccount(await ownKey(own));
  // Otherwise somebody who may write the file decides which account acts under a name.
  if (opened.address.toLowerCase() !== own.address)
    throw new SaharaError('KEYSTORE_UNREADABLE', {
      path: own.path,
      reason: 'its key is not that of its address',
    });
  return opened;
}
