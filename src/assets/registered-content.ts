import { isError, SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import type { Logger } from '../base/progress.ts';
import { type Chain, publishedEvents, readAsset, uniqueRef } from '../chain/index.ts';
import { type ContentAccess, cidOfDigest, digestOfCid, type Garbage } from '../content/index.ts';
import type { Context } from '../context/index.ts';

export type Registered = {
  /** E.g. "curator/penguins@1". */
  version: string;
  part: 'release' | 'content';
  /** The address of its release, which holds its content too. */
  release: string;
};

/**
 * The first version of which one of these addresses is the release or the content; undefined where there is none.
 * Releases come before contents: the same content may be in several.
 */
async function registeredWith(
  chain: Chain,
  isMeant: (digest: Hex) => boolean,
): Promise<(Registered & { cid: string }) | undefined> {
  const all = await publishedEvents(chain, {}, 0n, 'latest');
  const found =
    all.find((event) => isMeant(event.releaseRoot)) ?? all.find((event) => isMeant(event.contentRoot));
  if (found === undefined) return undefined;
  const part = isMeant(found.releaseRoot) ? 'release' : 'content';
  return {
    cid: cidOfDigest(part === 'release' ? found.releaseRoot : found.contentRoot),
    version: `${uniqueRef(await readAsset(chain, found.assetId))}@${found.number}`,
    part,
    release: cidOfDigest(found.releaseRoot),
  };
}

/** The first version that an address is the release or the content of; undefined where there is none. */
export async function registeredAs(chain: Chain, cid: string): Promise<Registered | undefined> {
  let digest: Hex;
  try {
    digest = digestOfCid(cid);
  } catch {
    // No address that the chain could record.
    return undefined;
  }
  return await registeredWith(chain, (other) => other === digest);
}

/** How a command gets at the chain. */
type OpenChain = () => Promise<Pick<Context, 'chain'>>;

/** Undefined where there is none to ask, which is said. */
async function chainOf(open: OpenChain, logger: Logger): Promise<Chain | undefined> {
  try {
    return (await open()).chain;
  } catch (error) {
    if (!isError(error, 'DEVNET_NOT_RUNNING')) throw error;
    logger.warn('there is no chain to ask whether a registered asset needs it');
    return undefined;
  }
}

/**
 * Refuses to unpin what would let the content of a registered asset go: its release, or its content where nothing keeps
 * the release.
 *
 * @throws CONTENT_REGISTERED
 */
export async function assertNotNeeded(
  { store }: Pick<ContentAccess, 'store'>,
  cid: string,
  open: OpenChain,
  logger: Logger,
): Promise<void> {
  const chain = await chainOf(open, logger);
  const found = chain && (await registeredAs(chain, cid));
  if (found === undefined || (found.part === 'content' && (await store.has(found.release)))) return;
  throw new SaharaError('CONTENT_REGISTERED', { cid, version: found.version, part: found.part });
}

/**
 * Refuses a garbage collection that would take the content of a registered asset, as when its pin was lost.
 *
 * @throws CONTENT_REGISTERED
 */
export async function assertNoneRegistered(garbage: Garbage, open: OpenChain, logger: Logger): Promise<void> {
  const chain = await chainOf(open, logger);
  const found = chain && (await registeredWith(chain, (digest) => garbage.includes(cidOfDigest(digest))));
  if (found === undefined) return;
  const { cid, version, part } = found;
  throw new SaharaError('CONTENT_REGISTERED', { cid, version, part });
}
