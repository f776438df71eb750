import { type CID, cidKey, inlined, RAW } from './cid.ts';
import { ordered } from './ordered.ts';
import { type GetBlock, linksOf } from './unixfs.ts';

/**
 * Visits every distinct block under `root` once, several at a time, parents before children. `leaf` is asked
 * for raw blocks instead of `get` when given, so that a store can check presence without reading.
 */
export async function walkDag(
  root: CID,
  get: GetBlock,
  options: {
    ahead?: number;
    signal?: AbortSignal | undefined;
    leaf?: (cid: CID) => Promise<void>;
    visit?: (cid: CID, bytes: Uint8Array) => void;
  } = {},
): Promise<void> {
  const seen = new Set([cidKey(root)]);
  let level = [root];
  while (level.length > 0) {
    const next: CID[] = [];
    const links = ordered(level, options.ahead ?? 8, async (cid): Promise<CID[]> => {
      options.signal?.throwIfAborted();
      const own = inlined(cid);
      if (own === undefined && cid.code === RAW && options.leaf !== undefined) {
        await options.leaf(cid);
        return [];
      }
      const bytes = own ?? (await get(cid));
      if (own === undefined) options.visit?.(cid, bytes);
      return linksOf(cid, bytes);
    });
    for await (const list of links) {
      for (const cid of list) {
        const key = cidKey(cid);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(cid);
      }
    }
    level = next;
  }
}
