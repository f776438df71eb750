import { isError, SaharaError } from '../base/errors.ts';
import type { Logger } from '../base/progress.ts';
import { type Chain, publishedEvents, readAsset, uniqueRef } from '../chain/index.ts';
import { type ContentAccess, cidOfDigest, digestOfCid } from '../content/index.ts';
import type { Context } from '../context/index.ts';

export type Registered = {
  /** E.g. "curator/penguins@1". */
  version: string;
  part: 'release' | 'content';
  /** The address of its release, which holds its content too. */
  release: string;
};

/** The first version that an address is the release or the content of; undefined where there is none. */
export async function registeredAs(chain: Chain, cid: string): Promise<Registered | undefined> {
  let digest: string;
  try {
    digest = digestOfCid(cid);
  } catch {
    // No address that the chain could record.
    return undefined;
  }
  const all = await publishedEvents(chain, {}, 0n, 'latest');
  const found =
    all.find((event) => event.releaseRoot === digest) ?? all.find((event) => event.contentRoot === digest);
  if (found === undefined) return undefined;
  return {
    version: `${uniqueRef(await readAsset(chain, found.assetId))}@${found.number}`,
    part: found.releaseRoot === digest ? 'release' : 'content',
    release: cidOfDigest(found.releaseRoot),
  };
}

/**
 * Refuses what would let the content of a registered asset go: its release, or its content where nothing keeps the
 * release. Where there is no chain to ask, that is said.
 *
 * @param open gives the context; asked for only when the address may be one that a chain records
 * @throws CONTENT_REGISTERED
 */
export async function assertNotNeeded(
  { store }: Pick<ContentAccess, 'store'>,
  cid: string,
  open: () => Promise<Pick<Context, 'chain'>>,
  logger: Logger,
): Promise<void> {
  let chain: Chain;
  try {
    ({ chain } = await open());
  } catch (error) {
    if (!isError(error, 'DEVNET_NOT_RUNNING')) throw error;
    logger.warn('there is no chain to ask whether a registered asset needs it');
    return;
  }
  const found = await registeredAs(chain, cid);
  if (found === undefined || (found.part === 'content' && (await store.has(found.release)))) return;
  throw new SaharaError('CONTENT_REGISTERED', { cid, version: found.version, part: found.part });
}
