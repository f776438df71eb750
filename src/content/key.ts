import { hash } from 'node:crypto';
import { CID, cidKey, DAG_PB, parseCid } from './cid.ts';

/** The bytes of a CIDv1 as latin1 text: an address as a key. A CID object takes ten times the memory. */
export type Key = string;

/** What stands before the digest in CIDs of ours: version 1, codec, sha2-256, 32 bytes. */
const RAW_HEAD = '\u0001\u0055\u0012\u0020';
const NODE_HEAD = '\u0001\u0070\u0012\u0020';

/** Of every key here: the head and a digest. */
export const KEY_BYTES = 36;

/** sha2-256 as latin1 text. */
export const digestText = (bytes: Uint8Array): string => hash('sha256', bytes, 'binary');

/** The key of a raw leaf with this digest (latin1 text). */
export const rawKey = (digest: string): Key => RAW_HEAD + digest;

/** The key of a dag-pb node with these bytes. */
export const nodeKey = (bytes: Uint8Array): Key => NODE_HEAD + digestText(bytes);

/** True for the address of a node with links, be it a folder or a large file. */
export const isNode = (key: Key): boolean => key.charCodeAt(1) === DAG_PB;

export const cidOf = (key: Key): CID => CID.decode(Buffer.from(key, 'latin1'));

export const keyOf = (cid: string): Key => cidKey(parseCid(cid));

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The address as people see it: multibase base32. Much quicker than by a CID object, for many small files. */
export function cidText(key: Key): string {
  let text = 'b';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < key.length; i++) {
    held = (held << 8) | key.charCodeAt(i);
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(held >>> (bits - 5)) & 31];
    held &= 31;
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text;
}
