import { decode, type PBLink } from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import { SaharaError } from '../base/errors.ts';
import { type CID, cidKey, DAG_PB, inlined, RAW } from './cid.ts';
import { murmur3 } from './murmur3.ts';
import { ordered } from './ordered.ts';

/** Gives the bytes of a block, already checked against its address, or throws. */
export type GetBlock = (cid: CID) => Promise<Uint8Array>;

/** Deeper file trees or shards do not occur: 1,024 links on 5 levels hold an exbibyte. */
export const MAX_LEVELS = 16;

export type FolderEntry = { name: string; cid: CID; tsize: number };

export type UnixNode =
  | { type: 'file'; size: number; data: Uint8Array; children: { cid: CID; size: number }[] }
  | { type: 'folder'; entries: FolderEntry[] }
  /** `prefix` is how many letters of a name say where its link stands; `ways` how many places there are, in powers of 2. */
  | { type: 'shard'; links: FolderEntry[]; prefix: number; ways: number }
  | { type: 'symlink'; target: string };

/**
 * What one block says in UnixFS (https://specs.ipfs.tech/unixfs/).
 *
 * @throws CONTENT_UNSAFE when it is no UnixFS, or contradicts itself
 */
export function parseNode(cid: CID, bytes: Uint8Array): UnixNode {
  if (cid.code === RAW) return { type: 'file', size: bytes.length, data: bytes, children: [] };
  if (cid.code !== DAG_PB) throw unsafe(cid, `its codec 0x${cid.code.toString(16)} is not UnixFS`);
  let links: PBLink[];
  let data: UnixFS;
  try {
    const node = decode(bytes);
    links = node.Links;
    if (node.Data === undefined) throw new Error('no data');
    data = UnixFS.unmarshal(node.Data);
  } catch (cause) {
    throw new SaharaError('CONTENT_UNSAFE', { cid: cid.toString(), reason: 'it is not UnixFS' }, { cause });
  }
  const named = (): FolderEntry[] =>
    links.map((link) => ({ name: link.Name ?? '', cid: link.Hash, tsize: link.Tsize ?? 0 }));
  switch (data.type) {
    case 'raw':
    case 'file': {
      if (data.blockSizes.length !== links.length)
        throw unsafe(cid, 'it does not say how large its parts are');
      const size = Number(data.fileSize());
      if (!Number.isSafeInteger(size) || size < 0) throw unsafe(cid, 'its size is impossible');
      const children = links.map((link, i) => ({ cid: link.Hash, size: Number(data.blockSizes[i]) }));
      return { type: 'file', size, data: data.data ?? new Uint8Array(0), children };
    }
    case 'directory':
      return { type: 'folder', entries: named() };
    case 'hamt-sharded-directory': {
      const fanout = Number(data.fanout ?? 0n);
      if (fanout < 8 || fanout > 1024 || (fanout & (fanout - 1)) !== 0)
        throw unsafe(cid, 'its fanout is impossible');
      return {
        type: 'shard',
        links: named(),
        prefix: (fanout - 1).toString(16).length,
        ways: Math.log2(fanout),
      };
    }
    case 'symlink':
      return { type: 'symlink', target: Buffer.from(data.data ?? []).toString() };
    default:
      throw unsafe(cid, `its kind "${data.type}" has no meaning here`);
  }
}

export async function readNode(get: GetBlock, cid: CID): Promise<UnixNode> {
  return parseNode(cid, inlined(cid) ?? (await get(cid)));
}

/**
 * What an entry is, without fetching it when it is a raw block: its size then is what the folder says, which
 * whoever reads the bytes has to check.
 */
export async function peekEntry(get: GetBlock, entry: FolderEntry): Promise<UnixNode> {
  if (entry.cid.code === RAW && inlined(entry.cid) === undefined) {
    return { type: 'file', size: entry.tsize, data: new Uint8Array(0), children: [] };
  }
  return await readNode(get, entry.cid);
}

/** How many entries {@link peeker} remembers. */
const PEEKED = 4096;

/**
 * {@link peekEntry} that remembers: a folder may link to one large block tens of thousands of times, and reading it
 * again for each would take for ever.
 */
export function peeker(get: GetBlock): (entry: FolderEntry) => Promise<UnixNode> {
  const known = new Map<string, Promise<UnixNode>>();
  return async (entry) => {
    if (entry.cid.code === RAW) return await peekEntry(get, entry);
    const key = cidKey(entry.cid);
    const old = known.get(key);
    if (old !== undefined) return await old;
    const node = peekEntry(get, entry).then(brief);
    if (known.size >= PEEKED) known.delete(known.keys().next().value as string);
    known.set(key, node);
    return await node;
  };
}

/** What a node is, without what is in it. */
function brief(node: UnixNode): UnixNode {
  switch (node.type) {
    case 'file':
      return { ...node, data: new Uint8Array(0), children: [] };
    case 'folder':
      return { type: 'folder', entries: [] };
    case 'shard':
      return { ...node, links: [] };
    default:
      return node;
  }
}

/** The entries of a folder, sharded or not. Sharded ones come in the order of their hashes. */
export async function* folderEntries(
  get: GetBlock,
  cid: CID,
  node: UnixNode,
): AsyncGenerator<FolderEntry, void, undefined> {
  if (node.type === 'folder') yield* node.entries;
  if (node.type === 'shard') yield* shardEntries(get, cid, node, 0, new Set());
}

async function* shardEntries(
  get: GetBlock,
  cid: CID,
  node: UnixNode & { type: 'shard' },
  level: number,
  seen: Set<string>,
): AsyncGenerator<FolderEntry, void, undefined> {
  if (level > MAX_LEVELS) throw unsafe(cid, 'its shards are nested without end');
  for (const link of node.links) {
    if (link.name.length > node.prefix) {
      yield { ...link, name: link.name.slice(node.prefix) };
      continue;
    }
    // Where a name stands follows from its hash, so no shard is in a folder twice. A few that link to each other
    // many times over would make a folder larger than anything.
    const key = cidKey(link.cid);
    if (seen.has(key)) throw unsafe(cid, 'a shard of it is in it more than once');
    seen.add(key);
    yield* shardEntries(get, link.cid, await shard(get, link.cid), level + 1, seen);
  }
}

/** The entry of a name. In a sharded folder its hash says where that stands, and nothing else of it is read. */
async function findEntry(get: GetBlock, cid: CID, node: UnixNode, name: string): Promise<CID | undefined> {
  if (node.type === 'folder') return node.entries.find((entry) => entry.name === name)?.cid;
  if (node.type !== 'shard') return undefined;
  const hash = murmur3(Buffer.from(name)).reduce(
    (bits, byte) => bits + byte.toString(2).padStart(8, '0'),
    '',
  );
  let at = node;
  for (let used = 0; ; used += at.ways) {
    const bits = hash.slice(used, used + at.ways);
    if (bits.length < at.ways) throw unsafe(cid, 'its shards are nested without end');
    const place = Number.parseInt(bits, 2).toString(16).toUpperCase().padStart(at.prefix, '0');
    const { links } = at;
    const own = links.find((link) => link.name === place + name);
    if (own !== undefined) return own.cid;
    const below = links.find((link) => link.name === place);
    if (below === undefined) return undefined;
    at = await shard(get, below.cid);
  }
}

async function shard(get: GetBlock, cid: CID): Promise<UnixNode & { type: 'shard' }> {
  const node = await readNode(get, cid);
  if (node.type !== 'shard') throw unsafe(cid, 'a shard was expected here');
  return node;
}

/**
 * Follows a relative POSIX path from `root`; '' is the root itself.
 *
 * @throws CONTENT_NOT_FOUND when a name is not there
 */
export async function resolvePath(
  get: GetBlock,
  root: CID,
  path: string,
): Promise<{ cid: CID; node: UnixNode; through: CID[] }> {
  let cid = root;
  let node = await readNode(get, cid);
  const through: CID[] = [];
  for (const name of path.split('/').filter((part) => part !== '')) {
    through.push(cid);
    const found = await findEntry(get, cid, node, name);
    if (found === undefined) throw new SaharaError('CONTENT_NOT_FOUND', { cid: root.toString(), path });
    cid = found;
    node = await readNode(get, cid);
  }
  return { cid, node, through };
}

/**
 * The bytes of a file from `start` (included) to `end` (excluded). Every part must be as long as its parent
 * says, so the size in the root of a file bounds what can come of it.
 */
export async function* fileBytes(
  get: GetBlock,
  cid: CID,
  node: UnixNode & { type: 'file' },
  options: { start?: number; end?: number; ahead?: number } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const start = options.start ?? 0;
  const end = Math.min(options.end ?? node.size, node.size);
  const parts = fileParts(get, cid, node, 0, start, end, 0);
  for await (const { at, bytes } of ordered(parts, options.ahead ?? 4, async (part) => ({
    at: part.at,
    bytes: part.bytes ?? (await leafBytes(get, part.cid, part.size)),
  }))) {
    const cut = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at));
    if (cut.length > 0) yield cut;
  }
}

type Part = { at: number; cid: CID; size: number; bytes?: Uint8Array };

async function* fileParts(
  get: GetBlock,
  cid: CID,
  node: UnixNode & { type: 'file' },
  position: number,
  start: number,
  end: number,
  level: number,
): AsyncGenerator<Part, void, undefined> {
  if (level > MAX_LEVELS) throw unsafe(cid, 'its file tree is nested without end');
  let at = position;
  if (node.data.length > 0) yield { at, cid, size: node.data.length, bytes: node.data };
  at += node.data.length;
  for (const child of node.children) {
    const inside = child.size > 0 && at < end && at + child.size > start;
    if (inside && child.cid.code === RAW) yield { at, cid: child.cid, size: child.size };
    else if (inside) {
      const below = await readNode(get, child.cid);
      if (below.type !== 'file') throw unsafe(child.cid, 'a part of a file was expected here');
      if (below.size !== child.size) throw unsafe(child.cid, 'it is not as long as its parent says');
      yield* fileParts(get, child.cid, below, at, start, end, level + 1);
    }
    at += child.size;
  }
}

async function leafBytes(get: GetBlock, cid: CID, size: number): Promise<Uint8Array> {
  const bytes = inlined(cid) ?? (await get(cid));
  if (bytes.length !== size) throw unsafe(cid, 'it is not as long as its parent says');
  return bytes;
}

/**
 * What a block links to.
 *
 * @throws CONTENT_UNSAFE for codecs whose links we cannot read: to ignore them would call half a DAG whole
 */
export function linksOf(cid: CID, bytes: Uint8Array): CID[] {
  if (cid.code === RAW) return [];
  if (cid.code !== DAG_PB) throw unsafe(cid, `its codec 0x${cid.code.toString(16)} is not supported`);
  try {
    return decode(bytes).Links.map((link) => link.Hash);
  } catch (cause) {
    throw new SaharaError('CONTENT_UNSAFE', { cid: cid.toString(), reason: 'it is not dag-pb' }, { cause });
  }
}

export function unsafe(cid: CID, reason: string): SaharaError {
  return new SaharaError('CONTENT_UNSAFE', { cid: cid.toString(), reason });
}
