import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import { type Chain, CONTRACTS, read, type Signer, transact } from '../chain/index.ts';
import { accountLabel, stateFolder } from '../config/index.ts';
import type { Context, SigningContext } from '../context/index.ts';
import {
  type DocumentKey,
  type LoadedDocumentKey,
  loadOrCreateDocumentKey,
  publicPoint,
  signBindingChallenge,
} from '../provenance/index.ts';

const NOBODY = /^0x0{40}$/;

/**
 * The account's P-256 key for documents, made on first use and bound to the account on chain. It lies under
 * .sahara/keys with mode 0600, and never leaves it.
 *
 * @throws DOCUMENT_KEY_MALFORMED, DOCUMENT_KEY_UNWRITABLE, DOCUMENT_KEY_REVOKED, DOCUMENT_KEY_TAKEN
 */
export async function ensureDocumentKey(context: SigningContext): Promise<LoadedDocumentKey> {
  const { project, dryRun, signer, logger } = context;
  if (!dryRun) stateFolder(project.stateDir, ['keys'], 0o700);
  const key = loadOrCreateDocumentKey(keyFile(context, signer), { dryRun });
  for (const warning of key.warnings) logger.warn(warning);
  await bindKey(context, key);
  return key;
}

/** Where an account's key lies, whether it is there or not. */
export function keyFile({ project }: Pick<Context, 'project'>, account: KeyAccount, suffix = ''): string {
  return join(project.stateDir, 'keys', `${accountName(account)}.p256${suffix}.pem`);
}

export type KeyAccount = Pick<Signer, 'name'> & { account: { address: Address } };
export const accountName = ({ name, account }: KeyAccount): string => name ?? account.address;

/** What the chain says of a key. Times are unix seconds; 0 where it did not happen. */
export type BoundKey = { publisher: Address | null; boundAt: number; revokedAt: number };

export async function readBoundKey(chain: Chain, fingerprint: Hex): Promise<BoundKey> {
  const [publisher, boundAt, revokedAt] = await read(chain, 'PublisherKeys', 'key', [fingerprint]);
  return { publisher: NOBODY.test(publisher) ? null : publisher, boundAt, revokedAt };
}

/**
 * Binds a key to the account on chain, where it is not.
 *
 * @returns the transaction, null where there was nothing to do, and in a dry run
 * @throws DOCUMENT_KEY_REVOKED, DOCUMENT_KEY_TAKEN
 */
export async function bindKey(
  { chain, signer, logger }: SigningContext,
  key: DocumentKey,
): Promise<Hex | null> {
  const publisher = signer.account.address;
  const bound = await readBoundKey(chain, key.fingerprint);
  const account = accountName(signer);
  if (bound.publisher !== null && bound.publisher !== publisher)
    throw new SaharaError('DOCUMENT_KEY_TAKEN', {
      account,
      fingerprint: key.fingerprint,
      owner: accountLabel(bound.publisher),
    });
  if (bound.revokedAt !== 0)
    throw new SaharaError('DOCUMENT_KEY_REVOKED', { account, fingerprint: key.fingerprint });
  if (bound.publisher === publisher) return null;
  const { qx, qy } = publicPoint(key.publicPem);
  const contract = CONTRACTS.PublisherKeys.address;
  const subject = { chainId: BigInt(chain.chainId), contract, publisher };
  const { r, s } = signBindingChallenge(key.privatePem, subject);
  const { tx } = await transact(chain, signer, {
    contract: 'PublisherKeys',
    call: 'bind',
    args: [qx, qy, r, s],
  });
  logger.debug(`bound document key ${key.fingerprint} to ${publisher}`);
  return tx;
}

/** The key of a file that is there; undefined when there is none. @throws DOCUMENT_KEY_MALFORMED */
export function storedKey(path: string): LoadedDocumentKey | undefined {
  // Of a file that goes away in between nothing is stored either.
  return existsSync(path) ? loadOrCreateDocumentKey(path, { dryRun: true }) : undefined;
}
