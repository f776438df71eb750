import { type CID, inlined, RAW } from '../cid.ts';
import { type GetBlock, linksOf } from '../unixfs.ts';
import type { Marks } from './pack-store.ts';

/** Blocks read at the same time. */
const AHEAD = 8;

/**
 * Visits the blocks under `root`, itself included, that were not visited with these marks before, parents before
 * children. Raw blocks are looked up and not read. Blocks inlined in their address are nobody's to keep.
 *
 * @param visit told of each block's address; `false` ends the walk
 * @param lacking told of each block that is not here, or damaged; throws, or lets the walk go on without it
 */
export async function walkReach(
  root: CID,
  options: {
    get: GetBlock;
    marks: Marks;
    lacking: (cid: CID) => void;
    visit?: (cid: CID) => boolean;
    signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { get, marks, lacking, visit, signal } = options;
  const waiting: CID[] = [root];
  while (waiting.length > 0) {
    signal?.throwIfAborted();
    const nodes: CID[] = [];
    for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
      const isInlined = inlined(cid) !== undefined;
      const fresh = isInlined ? false : marks.reach(cid);
      if (fresh === undefined) {
        lacking(cid);
        continue;
      }
      if (fresh && visit?.(cid) === false) return;
      if (cid.code === RAW || (!isInlined && !marks.open(cid))) continue;
      if (nodes.push(cid) >= AHEAD) break;
    }
    const links = await Promise.all(nodes.map(async (cid) => linksOf(cid, inlined(cid) ?? (await get(cid)))));
    // The last first: so blocks are read in the order in which an upload wrote them.
    for (const list of links.toReversed()) for (const link of list.toReversed()) waiting.push(link);
  }
}
