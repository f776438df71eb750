import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { makeFolder } from '../base/make-folder.ts';
import { findDevAccount } from './dev-accounts.ts';
import { encryptKey } from './keystore.ts';
import { localAccount } from './local-account.ts';
import { ACCOUNT_NAME } from './own-accounts.ts';

/** Where an account of this name would be. @throws ACCOUNT_NAME_INVALID, ACCOUNT_TAKEN */
export function newAccountPath(folder: string, name: string): string {
  if (!ACCOUNT_NAME.test(name)) throw new SaharaError('ACCOUNT_NAME_INVALID', { name });
  const path = join(folder, `${name}.json`);
  if (findDevAccount(name)) throw new SaharaError('ACCOUNT_TAKEN', { name, path: 'a development account' });
  for (const taken of [path, join(folder, name)])
    if (existsSync(taken)) throw new SaharaError('ACCOUNT_TAKEN', { name, path: taken });
  return path;
}

/**
 * Makes a key by the system's randomness and keeps it encrypted, readable by its owner alone.
 *
 * @throws ACCOUNT_NAME_INVALID, ACCOUNT_TAKEN
 */
export async function makeAccount(
  folder: string,
  name: string,
  password: string,
): Promise<{ address: Address; path: string }> {
  const path = newAccountPath(folder, name);
  // All but one in 2^128 of such numbers are keys.
  const key = randomBytes(32);
  const { address } = localAccount(key);
  const text = `${JSON.stringify(await encryptKey(key, address, password))}\n`;
  makeFolder(folder);
  writeFileAtomic(path, text, 0o600);
  return { address, path };
}
