import { isError } from '../../base/errors.ts';
import { blockKey, type CID, DAG_PB, parseCid } from '../cid.ts';
import { type ContentAccess, parsePinned } from './access.ts';
import { listPins, pinOf } from './pinning.ts';

/** Blocks that are asked for at the same time. */
const AHEAD = 16;

/**
 * Which of these addresses only the pin of `address` keeps: they go with the first garbage collection after it.
 *
 * What the address holds is looked through first, and the other pins only where it holds one of them.
 *
 * @returns those of `candidates`; none where the address has no pin
 */
export async function keptOnlyBy(
  access: ContentAccess,
  address: string,
  candidates: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  const cid = parsePinned(address);
  const byKey = new Map(candidates.map((text) => [blockKey(parseCid(text)), text]));
  const pin = byKey.size === 0 ? undefined : await pinOf(access, cid, signal);
  if (pin === undefined) return [];
  const own = blockKey(cid);
  const held =
    pin.type === 'direct'
      ? new Set([own].filter((key) => byKey.has(key)))
      : await reached(access, [cid], new Set(byKey.keys()), signal);
  if (held.size === 0) return [];
  const others = (await listPins(access, signal))
    .filter(({ type }) => type === 'recursive')
    .map((other) => parseCid(other.cid))
    .filter((other) => pin.type === 'direct' || blockKey(other) !== own);
  const safe = await reached(access, others, held, signal);
  return [...held].filter((key) => !safe.has(key)).flatMap((key) => byKey.get(key) ?? []);
}

/** Which of `wanted` are below these roots or among them; looks no further than until all are found. */
async function reached(
  access: ContentAccess,
  roots: readonly CID[],
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting: CID[] = [];
  const meet = (cid: CID) => {
    const key = blockKey(cid);
    if (wanted.has(key)) found.add(key);
    // Only such nodes have links that we can follow; leaves, which are most, are not remembered.
    if (cid.code !== DAG_PB || seen.has(key)) return;
    seen.add(key);
    waiting.push(cid);
  };
  for (const root of roots) meet(root);
  const get = access.blocks(signal);
  while (waiting.length > 0 && found.size < wanted.size) {
    signal?.throwIfAborted();
    const some = waiting.splice(-AHEAD);
    for (const links of await Promise.all(some.map((cid) => linksBelow(get, cid)))) links.forEach(meet);
  }
  return found;
}

/** None where the node has lost it or it is damaged: what is below is lost with or without this pin. */
async function linksBelow(get: ReturnType<ContentAccess['blocks']>, cid: CID): Promise<CID[]> {
  const { linksOf } = await import('../unixfs.ts');
  try {
    return linksOf(cid, await get(cid));
  } catch (error) {
    const gone = ['CONTENT_NOT_FOUND', 'CONTENT_CORRUPT', 'CONTENT_UNSAFE'] as const;
    if (gone.some((id) => isError(error, id))) return [];
    throw error;
  }
}
