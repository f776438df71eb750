import { hash } from 'node:crypto';
import { CID, cidKey, parseCid } from './cid.ts';

/** The bytes of a CIDv1 as latin1 text: an address as a key. A CID object takes ten times the memory. */
export type Key = string;

/** What stands before the digest in CIDs of ours: version 1, codec, sha2-256, 32 bytes. */
const RAW_HEAD = '\u0001\u0055\u0012\u0020';
const NODE_HEAD = '\u0001\u0070\u0012\u0020';

/** Of every key here: the head and a digest. */
export const KEY_BYTES = 36;

/** sha2-256 as latin1 text. */
export const digestText = (bytes: Uint8Array): string => hash('sha256', bytes, 'binary');

const keyScratch = Buffer.alloc(KEY_BYTES);

/** In one piece: two that were put together with `+` stay two, and a third that names them. */
function withHead(head: string, digest: string): Key {
  keyScratch.write(head, 'latin1');
  keyScratch.write(digest, head.length, 'latin1');
  return keyScratch.toString('latin1');
}

/** The key of a raw leaf with this digest (latin1 text). */
export const rawKey = (digest: string): Key => withHead(RAW_HEAD, digest);

/** The key of a dag-pb node with these bytes. */
export const nodeKey = (bytes: Uint8Array): Key => withHead(NODE_HEAD, digestText(bytes));

export const cidOf = (key: Key): CID => CID.decode(Buffer.from(key, 'latin1'));

export const keyOf = (cid: string): Key => cidKey(parseCid(cid));

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

const TEXT_BYTES = 1 + Math.ceil((KEY_BYTES * 8) / 5);
const textScratch = Buffer.alloc(TEXT_BYTES, 'b');

/**
 * The address as people see it: multibase base32. Much quicker than by a CID object, for many small files, and in one
 * piece: text that was added to letter by letter stays a chain of letters in memory.
 */
export function cidText(key: Key): string {
  let at = 1;
  let bits = 0;
  let held = 0;
  const put = (value: number) => {
    textScratch[at++] = BASE32.charCodeAt(value & 31);
  };
  for (let i = 0; i < KEY_BYTES; i++) {
    held = ((held & 31) << 8) | key.charCodeAt(i);
    for (bits += 8; bits >= 5; bits -= 5) put(held >>> (bits - 5));
  }
  put(held << (5 - bits));
  return textScratch.toString('latin1');
}
