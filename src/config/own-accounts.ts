import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';

/** An account of the user's own: a keystore file. */
export type OwnAccount = { name: string; address: Address; path: string };

/** Names another folder of keystore files than the project's `.sahara/accounts`. */
export const KEYSTORE_VARIABLE = 'SAHARA_KEYSTORE';
/** Names a file whose first line is the password of the keystore. */
export const PASSWORD_VARIABLE = 'SAHARA_PASSWORD_FILE';

export const ACCOUNT_NAME = /^(?!0x)[a-z][a-z0-9-]{0,31}$/;

export type AccountSources = {
  /** The folder of keystore files. */
  folder: string;
  /** The password of an account, wherever it comes from. @throws PASSWORD_MISSING */
  password: (account: OwnAccount) => Promise<string>;
};

/** Of this process: accounts are named in so many places that each would have to be told where they are. */
let sources: AccountSources | undefined;
let listed: OwnAccount[] | undefined;

/** From now on these are the accounts of the user's own. */
export function setAccountSources(from: AccountSources): void {
  sources = from;
  listed = undefined;
}

/** Where keystore files are. */
export function keystoreFolder(stateDir: string, env: NodeJS.ProcessEnv): string {
  return env[KEYSTORE_VARIABLE] || join(stateDir, 'accounts');
}

/** Keystore files of the folder in use; what is no keystore, or does not say its address, is left out. */
export function ownAccounts(): readonly OwnAccount[] {
  listed ??= sources === undefined ? [] : accountsIn(sources.folder);
  return listed;
}

function accountsIn(folder: string): OwnAccount[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((file): OwnAccount[] => {
      const path = join(folder, file);
      const name = file.replace(/\.json$/, '');
      try {
        const { address } = JSON.parse(readFileSync(path, 'utf8')) as { address?: unknown };
        if (typeof address !== 'string' || !/^(0x)?[0-9a-f]{40}$/i.test(address)) return [];
        return [{ name, address: `0x${address.replace(/^0x/i, '').toLowerCase()}`, path }];
      } catch {
        return [];
      }
    });
}

/** An account of the user's own by name or address. */
export function findOwnAccount(ref: string): OwnAccount | undefined {
  const wanted = ref.toLowerCase();
  return ownAccounts().find((a) => a.name.toLowerCase() === wanted || a.address === wanted);
}

/** The password from the file that the environment names; undefined where it names none. @throws PASSWORD_MISSING */
export function passwordFromFile(account: string, env: NodeJS.ProcessEnv): string | undefined {
  const path = env[PASSWORD_VARIABLE];
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[0] ?? '';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw new SaharaError('PASSWORD_MISSING', {
      account,
      reason: `the file of ${PASSWORD_VARIABLE} cannot be read (${code})`,
    });
  }
}

/** Decrypted once in a process: that is slow on purpose. */
const open = new Map<string, Promise<Buffer>>();

/** The key of an account of the user's own, 32 bytes, in memory only. @throws KEYSTORE_UNREADABLE, KEYSTORE_PASSWORD, PASSWORD_MISSING */
export async function ownKey(account: OwnAccount): Promise<Buffer> {
  const known = open.get(account.path) ?? decrypted(account);
  open.set(account.path, known);
  return await known;
}

async function decrypted(account: OwnAccount): Promise<Buffer> {
  const { decryptKey, parseKeystore } = await import('./keystore.ts');
  const place = { place: account.path, account: account.name };
  const keystore = parseKeystore(readFileSync(account.path, 'utf8'), account.path);
  return await decryptKey(keystore, (await sources?.password(account)) ?? '', place);
}
