import { isError, SaharaError } from '../../base/errors.ts';
import { type CID, parseCid } from '../cid.ts';
import { ordered } from '../ordered.ts';
import {
  type ContentAccess,
  type ContentKind,
  kindOf,
  LONG_MS,
  type ManageOptions,
  parsePinned,
} from './access.ts';

export type PinnedRoot = { cid: string; type: 'recursive' | 'direct'; name: string };

/** What one address is kept by: a pin of its own, or one of something that holds it. */
export type HowPinned = {
  /** Null: nothing keeps it, and the next garbage collection takes it. */
  type: 'recursive' | 'direct' | 'indirect' | null;
  /** The pin's name; empty where it has none. */
  name: string;
  /** For `indirect`: an address whose pin keeps it. */
  through: string | null;
};

type Keys = Record<string, { Type?: unknown; Name?: unknown } | undefined>;

/** Whatever has a pin of its own, in the order in which the node gives it. */
export async function listPins(access: ContentAccess, signal?: AbortSignal): Promise<PinnedRoot[]> {
  const kinds = await Promise.all(
    (['recursive', 'direct'] as const).map(async (type) => {
      const query = { type, names: true };
      const keys = await pinKeys(access, query, signal);
      return Object.entries(keys).map(
        ([cid, pin]): PinnedRoot => ({ cid, type, name: typeof pin?.Name === 'string' ? pin.Name : '' }),
      );
    }),
  );
  return kinds.flat();
}

async function pinKeys(
  access: ContentAccess,
  query: Record<string, string | boolean>,
  signal?: AbortSignal,
): Promise<Keys> {
  const answer = await access.rpc.json({ endpoint: 'pin/ls', query, timeoutMs: LONG_MS, signal });
  return ((answer as { Keys?: Keys } | null)?.Keys ?? {}) as Keys;
}

const keyOf = (cid: CID) => cid.toV1().toString();

/** The pin that this address has of its own. */
export async function pinOf(
  access: ContentAccess,
  cid: CID,
  signal?: AbortSignal,
): Promise<PinnedRoot | undefined> {
  if (!access.isNode) {
    const there = await access.store.has(cid.toString(), signal ? { signal } : {});
    return there ? { cid: cid.toString(), type: 'recursive', name: '' } : undefined;
  }
  return (await listPins(access, signal)).find((pin) => keyOf(parseCid(pin.cid)) === keyOf(cid));
}

/** What keeps this address. Whether anything of it is there at all is another question. */
export async function howPinned(access: ContentAccess, cid: CID, signal?: AbortSignal): Promise<HowPinned> {
  const own = await pinOf(access, cid, signal);
  if (own) return { type: own.type, name: own.name, through: null };
  try {
    const keys = await pinKeys(access, { arg: cid.toString(), type: 'indirect' }, signal);
    const type = String(Object.values(keys)[0]?.Type ?? '');
    return { type: 'indirect', name: '', through: /through (\S+)/.exec(type)?.[1] ?? null };
  } catch (error) {
    if (error instanceof SaharaError && isNotPinned(error)) return { type: null, name: '', through: null };
    throw error;
  }
}

/** Kubo: "path '…' is not pinned", "not pinned or pinned indirectly". */
function isNotPinned(error: SaharaError): boolean {
  return error.id === 'CONTENT_REJECTED' && /not pinned/.test(error.message);
}

export type Listed = {
  /** In its folder, or of its pin. */
  name: string;
  cid: string;
  kind: ContentKind;
  /** Bytes of a file; null for anything else. */
  size: number | null;
};

/** What is pinned, by name; `other` where it is not there or no UnixFS. */
export async function listPinned(access: ContentAccess, signal?: AbortSignal): Promise<Listed[]> {
  const get = access.blocks(signal);
  const { readNode } = await import('../unixfs.ts');
  const listed: Listed[] = [];
  const pins = (await listPins(access, signal)).sort((a, b) => order(a.name, b.name) || order(a.cid, b.cid));
  for await (const one of ordered(pins, 8, async ({ cid, name }): Promise<Listed> => {
    try {
      const node = await readNode(get, parseCid(cid));
      return { name, cid, kind: kindOf(node), size: node.type === 'file' ? node.size : null };
    } catch (error) {
      const known = [
        'CONTENT_NOT_FOUND',
        'CONTENT_UNSAFE',
        'CONTENT_CORRUPT',
        'CONTENT_CID_INVALID',
      ] as const;
      if (!known.some((id) => isError(error, id))) throw error;
      return { name, cid, kind: 'other', size: null };
    }
  }))
    listed.push(one);
  return listed;
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export type Pinned = {
  cid: string;
  /** The pin's name; empty where it has none. */
  name: string;
  /** False: it was so already. */
  changed: boolean;
};

/**
 * Keeps all that is below an address. It has to be there: nothing is fetched from elsewhere.
 *
 * @throws CONTENT_CID_INVALID, CONTENT_NOT_FOUND
 */
export async function pinContent(
  access: ContentAccess,
  address: string,
  { name, signal, progress, dryRun }: ManageOptions & { name?: string } = {},
): Promise<Pinned> {
  const cid = parsePinned(address);
  const before = await pinOf(access, cid, signal);
  const wanted = name ?? before?.name ?? '';
  if (before?.type === 'recursive' && before.name === wanted)
    return { cid: before.cid, name: wanted, changed: false };
  try {
    if (dryRun)
      await access.store.verify(cid.toString(), {
        ...(signal ? { signal } : {}),
        ...(progress ? { progress } : {}),
      });
    else {
      const query = { arg: cid.toString(), recursive: true, name: wanted || undefined, offline: true };
      await access.rpc.json({ endpoint: 'pin/add', query, timeoutMs: LONG_MS, signal });
    }
  } catch (error) {
    // Of the whole, whichever of its blocks is not there.
    if (!isError(error, 'CONTENT_NOT_FOUND')) throw error;
    throw new SaharaError('CONTENT_NOT_FOUND', { cid: cid.toString(), path: '' }, { cause: error });
  }
  return { cid: cid.toString(), name: wanted, changed: true };
}

/**
 * Keeps an address no longer: its blocks go with the next garbage collection, unless something else keeps them.
 *
 * @throws CONTENT_CID_INVALID
 */
export async function unpinContent(
  access: ContentAccess,
  address: string,
  { signal, dryRun }: ManageOptions = {},
): Promise<Pinned> {
  const cid = parsePinned(address);
  const before = await pinOf(access, cid, signal);
  if (before === undefined) return { cid: cid.toString(), name: '', changed: false };
  if (!dryRun) {
    const query = { arg: before.cid, recursive: before.type === 'recursive' };
    await access.rpc.json({ endpoint: 'pin/rm', query, signal });
  }
  return { cid: before.cid, name: before.name, changed: true };
}
