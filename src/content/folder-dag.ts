import { SaharaError } from '../base/errors.ts';
import { KEY_BYTES, type Key, nodeKey } from './key.ts';
import { murmur3 } from './murmur3.ts';
import { byBytes } from './names.ts';

/** A folder whose block is larger is sharded. Profile `unixfs-v1-2025`; the whole block counts. */
const MAX_FOLDER_BYTES = 256 * 1024;
/** murmur3-x64-64 in the multicodec table, 256 ways at each level. */
const SHARD_DATA = Buffer.from([0x28, 0x22, 0x30, 0x80, 0x02]);
/** A hash has so many bytes, and each level of a sharded folder takes one. */
const MAX_LEVELS = 8;

/** A name in a folder. `tsize` is the size of all blocks below it, each as often as it is linked, bytes. */
export type FolderLink = { name: string; key: Key; tsize: number };

export type FolderNode = { key: Key; tsize: number };

/**
 * A folder in the profile `unixfs-v1-2025`: one dag-pb block, or when that would have more than 256 KiB a HAMT with
 * 256 ways (https://specs.ipfs.tech/unixfs/). Every link counts, as for Kubo: the reference importer leaves links to
 * folders out of the sum, and its folder of many folders becomes a block larger than any node accepts.
 *
 * @param node called with each block, children first
 * @throws CONTENT_NAME_COLLISION when two names share all 64 bits of their hash, which a sharded folder cannot hold
 */
export function folderDag(
  links: readonly FolderLink[],
  node: (key: Key, bytes: Uint8Array) => void,
): FolderNode {
  const keep = (bytes: Uint8Array, tsize: number): FolderNode => {
    const key = nodeKey(bytes);
    node(key, bytes);
    return { key, tsize: tsize + bytes.length };
  };
  const named = links.map(withLength);
  const data = Buffer.from([0x08, 0x01]);
  if (blockBytes(named, data) <= MAX_FOLDER_BYTES) {
    named.sort((a, b) => byBytes(a.name, b.name));
    return keep(encodeNode(named, data), total(named));
  }
  const hashed = named.map((link) => ({ link, hash: murmur3(Buffer.from(link.name)) }));
  hashed.sort((a, b) => Buffer.compare(a.hash, b.hash));
  return shard(hashed, 0, keep);
}

type Named = FolderLink & { nameBytes: number };
type Hashed = { link: Named; hash: Uint8Array };

const withLength = (link: FolderLink): Named => ({ ...link, nameBytes: Buffer.byteLength(link.name) });

/** `hashed` in the order of the hashes, all alike in their first `level` bytes. */
function shard(
  hashed: readonly Hashed[],
  level: number,
  keep: (bytes: Uint8Array, tsize: number) => FolderNode,
): FolderNode {
  if (level >= MAX_LEVELS) {
    const [path = '', other = ''] = hashed.map((h) => h.link.name);
    throw new SaharaError('CONTENT_NAME_COLLISION', { path, other });
  }
  const links: Named[] = [];
  const taken = Buffer.alloc(32);
  for (let from = 0; from < hashed.length; ) {
    const way = wayOf(hashed[from], level);
    let to = from + 1;
    while (to < hashed.length && wayOf(hashed[to], level) === way) to++;
    const prefix = way.toString(16).toUpperCase().padStart(2, '0');
    const only = to === from + 1 ? hashed[from]?.link : undefined;
    const below =
      only === undefined
        ? { name: prefix, ...shard(hashed.slice(from, to), level + 1, keep) }
        : { name: prefix + only.name, key: only.key, tsize: only.tsize };
    links.push(withLength(below));
    // Bit 0 is the last bit of the last byte.
    taken[31 - (way >> 3)] = (taken[31 - (way >> 3)] ?? 0) | (1 << (way & 7));
    from = to;
  }
  const first = taken.findIndex((byte) => byte !== 0);
  const bits = taken.subarray(first);
  const data = Buffer.concat([Buffer.from([0x08, 0x05, 0x12, bits.length]), bits, SHARD_DATA]);
  return keep(encodeNode(links, data), total(links));
}

const wayOf = (entry: Hashed | undefined, level: number): number => entry?.hash[level] ?? 0;

const total = (links: readonly Named[]): number => links.reduce((sum, link) => sum + link.tsize, 0);

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

/** Of a link's fields, without what stands before them in its node. */
const linkBytes = (link: Named): number =>
  2 + KEY_BYTES + 1 + varintBytes(link.nameBytes) + link.nameBytes + 1 + varintBytes(link.tsize);

function blockBytes(links: readonly Named[], data: Uint8Array): number {
  let bytes = 1 + varintBytes(data.length) + data.length;
  for (const link of links) {
    const inner = linkBytes(link);
    bytes += 1 + varintBytes(inner) + inner;
  }
  return bytes;
}

/** dag-pb (https://ipld.io/specs/codecs/dag-pb/spec/): links first, each with hash, name and size; then the data. */
function encodeNode(links: readonly Named[], data: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(blockBytes(links, data));
  let at = 0;
  const varint = (value: number) => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out[at++] = (rest % 0x80) | 0x80;
    out[at++] = rest;
  };
  const field = (tag: number, value: number) => {
    out[at++] = tag;
    varint(value);
  };
  for (const link of links) {
    field(0x12, linkBytes(link));
    field(0x0a, KEY_BYTES);
    at += out.write(link.key, at, 'latin1');
    field(0x12, link.nameBytes);
    at += out.write(link.name, at);
    field(0x18, link.tsize);
  }
  field(0x0a, data.length);
  out.set(data, at);
  return out;
}
