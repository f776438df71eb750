import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { isError, SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { assertMaySign, isRevert, read, transact } from '../chain/index.ts';
import { stateFolder } from '../config/index.ts';
import type { SigningContext } from '../context/index.ts';
import { createDocumentKey, loadOrCreateDocumentKey } from '../provenance/index.ts';
import { accountName, bindKey, keyFile, readBoundKey, storedKey } from './document-keys.ts';
import { currentKey } from './key-list.ts';

export type Rotated = {
  account: string;
  /** The new key; null in a dry run, which makes none. */
  fingerprint: Hex | null;
  /** The key that was used until now; null where there was none that can be read. */
  previous: Hex | null;
  /** Name of the file under .sahara/keys that the former key was put aside to; null where there was none. */
  keptAs: string | null;
  /** True when the former key has been revoked, by this command or before. */
  previousRevoked: boolean;
  /** Transactions sent: binding the new key, revoking the old one. Hashes are null in a dry run. */
  txs: (Hex | null)[];
};

/**
 * Makes a new document key, binds it to the account, and puts it in the place of the old one, which stays valid for
 * what it signed (and for anything else, unless it is revoked). The new key is on chain before the old one is
 * put aside: interrupted at any point, the account has a key that works, and running it again goes on.
 *
 * @throws DOCUMENT_KEY_UNWRITABLE, and what a transaction throws
 */
export async function rotateKey(context: SigningContext, options: { revokeOld: boolean }): Promise<Rotated> {
  const { chain, signer, dryRun } = context;
  assertMaySign(chain, signer);
  const place = keyFile(context, signer);
  const next = keyFile(context, signer, '.next');
  if (!dryRun) stateFolder(context.project.stateDir, ['keys'], 0o700);
  const previous = currentKey(context, signer) ?? null;
  await dropUseless(context, next);
  const key = dryRun ? createDocumentKey() : loadOrCreateDocumentKey(next);
  const bind = await bindKey(context, key);
  const keptAs = existsSync(place) ? basename(aside(context, previous)) : null;
  if (!dryRun) {
    try {
      if (keptAs !== null) renameSync(place, aside(context, previous));
      renameSync(next, place);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'it cannot be renamed';
      throw new SaharaError('DOCUMENT_KEY_UNWRITABLE', { path: place, reason }, { cause: error });
    }
  }
  const txs = [bind];
  let previousRevoked = false;
  if (previous !== null) {
    const bound = await readBoundKey(chain, previous);
    const isOurs = bound.publisher === signer.account.address;
    previousRevoked = isOurs && bound.revokedAt !== 0;
    if (options.revokeOld && isOurs && !previousRevoked) {
      txs.push((await sendRevocation(context, previous)).tx);
      previousRevoked = true;
    }
  }
  const fingerprint = dryRun ? null : key.fingerprint;
  return { account: accountName(signer), fingerprint, previous, keptAs, previousRevoked, txs };
}

/** What an interrupted rotation left is gone on with, unless it holds no key, or one that can never be used. */
async function dropUseless(context: SigningContext, next: string): Promise<void> {
  if (await isUsable(context, next)) return;
  if (!context.dryRun) rmSync(next, { force: true });
}

async function isUsable({ chain, signer }: SigningContext, next: string): Promise<boolean> {
  try {
    const key = storedKey(next);
    if (!key) return true;
    const { publisher, revokedAt } = await readBoundKey(chain, key.fingerprint);
    return revokedAt === 0 && (publisher === null || publisher === signer.account.address);
  } catch (error) {
    if (isError(error, 'DOCUMENT_KEY_MALFORMED')) return false;
    throw error;
  }
}

/** Where a former key is kept: under its fingerprint, or, where it cannot be read, under a number that is free. */
function aside(context: SigningContext, fingerprint: Hex | null): string {
  if (fingerprint !== null) return keyFile(context, context.signer, `.${fingerprint.slice(2, 18)}`);
  for (let n = 1; ; n++) {
    const path = keyFile(context, context.signer, `.unreadable-${n}`);
    if (!existsSync(path)) return path;
  }
}

export type Revoked = {
  account: string;
  fingerprint: Hex;
  /** False when it had been revoked before. */
  changed: boolean;
  /** True when it is the one that `publish` signs with: a new one is needed. */
  current: boolean;
  tx: Hex | null;
};

/**
 * The account's key of which this is the fingerprint, or the beginning of it (8 digits at least), or "current" for the
 * one that lies here to sign with.
 *
 * @throws DOCUMENT_KEY_UNKNOWN
 */
export async function findKey(context: SigningContext, text: string): Promise<Hex> {
  const { chain, signer } = context;
  const account = accountName(signer);
  const named = text === 'current' ? (currentKey(context, signer) ?? text) : text;
  const wanted = named.toLowerCase().replace(/^(0x)?/, '0x');
  const all = await read(chain, 'PublisherKeys', 'keysOf', [signer.account.address]);
  const [found, ...more] = /^0x[0-9a-f]{8,64}$/.test(wanted) ? all.filter((k) => k.startsWith(wanted)) : [];
  if (found && more.length === 0) return found;
  throw new SaharaError('DOCUMENT_KEY_UNKNOWN', { account, key: text, count: found ? 1 + more.length : 0 });
}

/** Revokes a key for ever. What it signed before that stays valid; nothing can be signed with it any more. */
export async function revokeKey(context: SigningContext, fingerprint: Hex): Promise<Revoked> {
  const { chain, signer } = context;
  const bound = await readBoundKey(chain, fingerprint);
  const answer = {
    account: accountName(signer),
    fingerprint,
    current: currentKey(context, signer) === fingerprint,
  };
  if (bound.revokedAt !== 0) return { ...answer, changed: false, tx: null };
  return { ...answer, changed: true, ...(await sendRevocation(context, fingerprint)) };
}

async function sendRevocation(
  { chain, signer }: SigningContext,
  fingerprint: Hex,
): Promise<{ tx: Hex | null }> {
  try {
    const { tx } = await transact(chain, signer, {
      contract: 'PublisherKeys',
      call: 'revoke',
      args: [fingerprint],
    });
    return { tx };
  } catch (error) {
    if (!isRevert(error, 'NotKeyOwner')) throw error;
    const account = accountName(signer);
    throw new SaharaError('DOCUMENT_KEY_UNKNOWN', { account, key: fingerprint, count: 0 });
  }
}
