import { isError, SaharaError } from '../base/errors.ts';
import type { Logger } from '../base/progress.ts';
import { type Chain, type PublishedEvent, publishedEvents, readAsset, uniqueRef } from '../chain/index.ts';
import {
  type ContentAccess,
  cidOfDigest,
  type Garbage,
  keptOnlyBy,
  parseContentPath,
} from '../content/index.ts';
import type { Context } from '../context/index.ts';

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
 * Refuses to unpin what would let the content of a registered asset go: its release or its content, or something that
 * holds one of them, where no other pin keeps it.
 *
 * @throws CONTENT_REGISTERED
 */
export async function assertNotNeeded(
  access: ContentAccess,
  address: string,
  open: OpenChain,
  options: { logger: Logger; signal?: AbortSignal },
): Promise<void> {
  const { logger, signal } = options;
  const chain = await chainOf(open, logger);
  // A store that is no node has no pins either, and says so when it is asked to unpin.
  if (chain === undefined || !access.isNode) return;
  const all = await publishedEvents(chain, {}, 0n, 'latest');
  const needed = all.flatMap(({ releaseRoot, contentRoot }) => [releaseRoot, contentRoot].map(cidOfDigest));
  const lost = new Set(await keptOnlyBy(access, address, needed, signal));
  await refuse(chain, all, (cid) => lost.has(cid), { access, through: address });
}

/**
 * Refuses a garbage collection that would take the content of a registered asset, as when its pin was lost.
 *
 * @throws CONTENT_REGISTERED
 */
export async function assertNoneRegistered(
  access: ContentAccess,
  garbage: Garbage,
  open: OpenChain,
  logger: Logger,
): Promise<void> {
  const chain = await chainOf(open, logger);
  if (chain === undefined) return;
  const all = await publishedEvents(chain, {}, 0n, 'latest');
  await refuse(chain, all, garbage.includes, { access, through: null });
}

/** Names the first version that loses something; its release sooner than its content, which may be in several. */
async function refuse(
  chain: Chain,
  all: readonly PublishedEvent[],
  isLost: (cid: string) => boolean,
  { access, through }: { access: ContentAccess; through: string | null },
): Promise<void> {
  const parts = (['release', 'content'] as const).flatMap((part) =>
    all.map((event) => {
      const cid = cidOfDigest(part === 'release' ? event.releaseRoot : event.contentRoot);
      return { part, event, cid };
    }),
  );
  const losing = parts.filter(({ cid }) => isLost(cid));
  const [first] = losing;
  if (first === undefined) return;
  const { part, event, cid } = first;
  const own = through === null || parseContentPath(through).cid.toV1().toString() === cid;
  throw new SaharaError('CONTENT_REGISTERED', {
    cid,
    version: `${uniqueRef(await readAsset(chain, event.assetId))}@${event.number}`,
    part,
    through: own ? null : through,
    others: new Set(losing.map((other) => other.event)).size - 1,
    remote: access.remote,
  });
}
