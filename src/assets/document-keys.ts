import { join } from 'node:path';
import { CONTRACTS, read, transact } from '../chain/index.ts';
import { stateFolder } from '../config/index.ts';
import type { SigningContext } from '../context/index.ts';
import {
  type LoadedDocumentKey,
  loadOrCreateDocumentKey,
  publicPoint,
  signBindingChallenge,
} from '../provenance/index.ts';

/**
 * The account's P-256 key for documents, made on first use and bound to the account on chain. It lies under
 * .sahara/keys with mode 0600, and never leaves it.
 */
export async function ensureDocumentKey({
  chain,
  project,
  dryRun,
  signer,
  logger,
}: SigningContext): Promise<LoadedDocumentKey> {
  const folder = dryRun ? join(project.stateDir, 'keys') : stateFolder(project.stateDir, ['keys'], 0o700);
  const publisher = signer.account.address;
  const key = loadOrCreateDocumentKey(join(folder, `${signer.name ?? publisher}.p256.pem`), { dryRun });
  for (const warning of key.warnings) logger.warn(warning);
  if (await read(chain, 'PublisherKeys', 'isActive', [key.fingerprint, publisher])) return key;
  const { qx, qy } = publicPoint(key.publicPem);
  const contract = CONTRACTS.PublisherKeys.address;
  const { r, s } = signBindingChallenge(key.privatePem, {
    chainId: BigInt(chain.chainId),
    contract,
    publisher,
  });
  await transact(chain, signer, { contract: 'PublisherKeys', call: 'bind', args: [qx, qy, r, s] });
  logger.debug(`bound document key ${key.fingerprint} to ${publisher}`);
  return key;
}
