import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import { read } from '../chain/index.ts';
import { type AccountRef, DEV_ACCOUNTS } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import { accountName, type KeyAccount, keyFile, readBoundKey, storedKey } from './document-keys.ts';

export type ListedKey = {
  account: string;
  address: Address;
  /** sha256 of the public key (DER SubjectPublicKeyInfo), as releases and the chain name it. */
  fingerprint: Hex;
  /** Active: signs for new releases. Revoked: not any more. Unbound: the chain does not know it yet. */
  state: 'active' | 'revoked' | 'unbound';
  /** True for the one that `publish` signs with. */
  current: boolean;
  /** Name of its file under .sahara/keys; null where its secret is not here. */
  file: string | null;
  /** ISO time at which it was bound to the account; null while it is not. */
  boundAt: string | null;
  /** ISO time at which it was revoked; null while it is not. */
  revokedAt: string | null;
};

/** The document keys of one account, or of every named one: those on chain, oldest first, and those that lie here. */
export async function listKeys(context: Context, only?: AccountRef): Promise<ListedKey[]> {
  const accounts: AccountRef[] = only ? [only] : [...DEV_ACCOUNTS];
  const lists = await Promise.all(accounts.map((account) => keysOf(context, account)));
  return lists.flat();
}

async function keysOf(context: Context, { name, address }: AccountRef): Promise<ListedKey[]> {
  const account: KeyAccount = { name, account: { address } };
  const current = currentKey(context, account);
  const files = keyFiles(context, account);
  const bound = await read(context.chain, 'PublisherKeys', 'keysOf', [address]);
  const fingerprints = [...new Set([...bound, ...files.keys(), ...(current ? [current] : [])])];
  return Promise.all(
    fingerprints.map(async (fingerprint): Promise<ListedKey> => {
      const known = await readBoundKey(context.chain, fingerprint);
      const isOurs = known.publisher === address;
      return {
        account: accountName(account),
        address,
        fingerprint,
        state: !isOurs ? 'unbound' : known.revokedAt === 0 ? 'active' : 'revoked',
        current: fingerprint === current,
        file: files.get(fingerprint) ?? null,
        boundAt: isOurs ? iso(known.boundAt) : null,
        revokedAt: isOurs && known.revokedAt !== 0 ? iso(known.revokedAt) : null,
      };
    }),
  );
}

/** The key that `publish` would sign with; undefined when there is none, or none that can be read. */
export function currentKey(context: Pick<Context, 'project'>, account: KeyAccount): Hex | undefined {
  return readable(keyFile(context, account));
}

/** Fingerprints of the account's keys that lie here, each with the name of its file. */
function keyFiles(context: Pick<Context, 'project'>, account: KeyAccount): Map<Hex, string> {
  const folder = join(context.project.stateDir, 'keys');
  const prefix = `${accountName(account)}.p256.`;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const found = new Map<Hex, string>();
  for (const name of names.filter((n) => n.startsWith(prefix) && n.endsWith('.pem')).sort()) {
    const fingerprint = readable(join(folder, name));
    if (fingerprint && !found.has(fingerprint)) found.set(fingerprint, basename(name));
  }
  return found;
}

/** A list tells of what it can read; what cannot be read, `publish` and `key rotate` tell of. */
function readable(path: string): Hex | undefined {
  try {
    return storedKey(path)?.fingerprint;
  } catch (error) {
    if (isError(error, 'DOCUMENT_KEY_MALFORMED')) return undefined;
    throw error;
  }
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
