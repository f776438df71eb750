import { isError, SaharaError } from '../../base/errors.ts';
import { type Progress, silentProgress } from '../../base/progress.ts';
import { blockKey, type CID, parseCid } from '../cid.ts';
import { ordered } from '../ordered.ts';
import {
  type ContentAccess,
  type ContentKind,
  kindOf,
  LONG_MS,
  type ManageOptions,
  openPath,
} from './access.ts';
import { type HowPinned, howPinned, listPins } from './pinning.ts';

/** Questions about single blocks that are under way at the same time. */
const AHEAD = 16;

export type NodeFacts = {
  kind: 'embedded' | 'kubo';
  version: string;
  api: string;
  gateway: string | null;
  /** Blocks in the repo. */
  blocks: number;
  /** What the repo takes on disk, bytes. */
  bytes: number;
  /** Addresses with a pin of their own. */
  pins: number;
};

/** The node and its repo. */
export async function nodeFacts(access: ContentAccess, { signal }: ManageOptions = {}): Promise<NodeFacts> {
  const [{ version, embedded }, repo, pins] = await Promise.all([
    access.store.version(signal ? { signal } : {}),
    access.rpc.json({ endpoint: 'repo/stat', timeoutMs: LONG_MS, signal }),
    listPins(access, signal),
  ]);
  const { NumObjects, RepoSize } = repo as { NumObjects?: unknown; RepoSize?: unknown };
  return {
    kind: embedded ? 'embedded' : 'kubo',
    version,
    api: access.api,
    gateway: access.gateway,
    blocks: Number(NumObjects ?? 0),
    bytes: Number(RepoSize ?? 0),
    pins: pins.length,
  };
}

export type ContentFacts = {
  cid: string;
  kind: ContentKind;
  /** Distinct blocks, itself and below. */
  blocks: number;
  /** Of these blocks together: what it takes in a repo, where nothing else shares them. */
  bytes: number;
  /** Bytes of a file; null for anything else. */
  size: number | null;
  pin: HowPinned;
};

/** One address: what it is, how large (as the node counts it), and what keeps it. @throws CONTENT_CID_INVALID, CONTENT_NOT_FOUND */
export async function contentFacts(
  access: ContentAccess,
  address: string,
  { signal, progress = silentProgress }: ManageOptions = {},
): Promise<ContentFacts> {
  const { cid, node } = await openPath(access, address, signal);
  progress.start('Counting blocks', undefined, 'items');
  const counted =
    (await askedCount(access, cid, signal)) ?? (await walkedCount(access, cid, progress, signal));
  progress.done();
  return {
    cid: cid.toString(),
    kind: kindOf(node),
    ...counted,
    size: node.type === 'file' ? node.size : null,
    pin: await howPinned(access, cid, signal),
  };
}

type Count = Pick<ContentFacts, 'blocks' | 'bytes'>;

/** In one question; undefined where the node does not say, or something is missing. */
async function askedCount(access: ContentAccess, cid: CID, signal?: AbortSignal): Promise<Count | undefined> {
  const { embedded } = await access.store.version(signal ? { signal } : {});
  // Whoever looks at something must not keep it from the next garbage collection.
  const query = { arg: cid.toString(), progress: false, offline: true, ...(embedded ? { hold: false } : {}) };
  try {
    const answers = await access.rpc.lines({ endpoint: 'dag/stat', query, signal });
    const stats = (answers.at(-1) as { DagStats?: { Size?: unknown; NumBlocks?: unknown }[] } | undefined)
      ?.DagStats;
    const { Size: bytes, NumBlocks: blocks } = stats?.[0] ?? {};
    return typeof bytes === 'number' && typeof blocks === 'number' && blocks > 0
      ? { blocks, bytes }
      : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    // Asked block by block it says which one it lacks.
    if (error instanceof SaharaError && !isError(error, 'CONTENT_UNAVAILABLE')) return undefined;
    throw error;
  }
}

async function walkedCount(
  access: ContentAccess,
  cid: CID,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Count> {
  const { walkDag } = await import('../walk.ts');
  let blocks = 0;
  let bytes = 0;
  const count = (size: number) => {
    blocks++;
    bytes += size;
    progress.advance(1);
  };
  await walkDag(cid, access.blocks(signal), {
    signal,
    ahead: AHEAD,
    leaf: async (leaf) => count(await sizeOf(access, leaf, signal)),
    visit: (_, block) => count(block.length),
  });
  return { blocks, bytes };
}

async function sizeOf(access: ContentAccess, cid: CID, signal?: AbortSignal): Promise<number> {
  const query = { arg: cid.toString(), offline: true };
  const answer = await access.rpc.json({ endpoint: 'block/stat', query, signal });
  return Number((answer as { Size?: unknown }).Size ?? 0);
}

/** What no pin keeps. */
export type Garbage = {
  blocks: number;
  /** Of these blocks together. */
  bytes: number;
  /** By the key of `blockKey`, bytes. */
  sizes: ReadonlyMap<string, number>;
  includes(cid: string): boolean;
};

/** Finds what a garbage collection would take, without taking it. */
export async function findGarbage(
  access: ContentAccess,
  { signal, progress = silentProgress }: ManageOptions = {},
): Promise<Garbage> {
  progress.start('Looking for what no pin keeps', undefined, 'items');
  // Asked in this order, so that what is added and pinned in between counts as kept.
  const all = await access.rpc.lines({ endpoint: 'refs/local', timeoutMs: LONG_MS, signal });
  const kept = new Set<string>();
  for (const cid of await keptCids(access, signal)) kept.add(blockKey(parseCid(cid)));
  const loose = all
    .map((line) => parseAny(String((line as { Ref?: unknown }).Ref ?? '')))
    .filter((cid): cid is CID => cid !== undefined && !kept.has(blockKey(cid)));
  const sizes = new Map<string, number>();
  for await (const [key, size] of ordered(loose, AHEAD, async (cid) => {
    const size = await sizeOf(access, cid, signal).catch((error: unknown) => {
      // Somebody else's collection was faster.
      if (isError(error, 'CONTENT_NOT_FOUND')) return 0;
      throw error;
    });
    return [blockKey(cid), size] as const;
  })) {
    sizes.set(key, size);
    progress.advance(1);
  }
  progress.done();
  return {
    blocks: sizes.size,
    bytes: [...sizes.values()].reduce((a, b) => a + b, 0),
    sizes,
    includes: (cid) => sizes.has(blockKey(parseCid(cid))),
  };
}

/** Every address that a pin keeps, and for Kubo what its own folder of mutable files (MFS) does. */
async function keptCids(access: ContentAccess, signal?: AbortSignal): Promise<string[]> {
  const ask = (query: Record<string, string>) =>
    access.rpc.json({ endpoint: 'pin/ls', query, timeoutMs: LONG_MS, signal });
  const pinned = Object.keys(((await ask({ type: 'all' })) as { Keys?: object }).Keys ?? {});
  if ((await access.store.version(signal ? { signal } : {})).embedded) return pinned;
  const root = (await access.rpc.json({ endpoint: 'files/stat', query: { arg: '/' }, signal })) as {
    Hash?: unknown;
  };
  const query = { arg: String(root.Hash), recursive: true, unique: true, offline: true };
  const below = await access.rpc.lines({ endpoint: 'refs', query, timeoutMs: LONG_MS, signal });
  return [...pinned, String(root.Hash), ...below.map((line) => String((line as { Ref?: unknown }).Ref))];
}

/** Blocks of other hashes may lie in a Kubo; they are not ours to count. */
function parseAny(text: string): CID | undefined {
  try {
    return parseCid(text);
  } catch {
    return undefined;
  }
}

/** Takes out of the repo what no pin keeps. Gives what went. */
export async function collectGarbage(
  access: ContentAccess,
  found: Garbage,
  { signal, progress = silentProgress }: ManageOptions = {},
): Promise<{ blocks: number; bytes: number }> {
  progress.start('Removing what no pin keeps', undefined, 'items');
  const lines = await access.rpc.lines({ endpoint: 'repo/gc', timeoutMs: LONG_MS, signal });
  const gone = new Set<string>();
  for (const line of lines) {
    const { Key, Error: failure } = line as { Key?: { '/'?: unknown }; Error?: unknown };
    if (typeof failure === 'string' && failure !== '')
      throw new SaharaError('CONTENT_REJECTED', { api: access.api, action: 'repo/gc', message: failure });
    const cid = parseAny(String(Key?.['/'] ?? ''));
    if (cid) gone.add(blockKey(cid));
  }
  progress.done();
  let bytes = 0;
  for (const key of gone) bytes += found.sizes.get(key) ?? 0;
  return { blocks: gone.size, bytes };
}
