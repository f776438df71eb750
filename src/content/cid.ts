import { hash } from 'node:crypto';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';
import { SaharaError } from '../base/errors.ts';
import { fromHex, type Hex, toHex } from '../base/hex.ts';

export { CID };

/** Multicodec and multihash numbers (https://github.com/multiformats/multicodec). */
export const RAW = 0x55;
export const DAG_PB = 0x70;
export const SHA2_256 = 0x12;
export const IDENTITY = 0x00;

/** A larger block is moved by no IPFS implementation. 2 MiB. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;

/**
 * SHA2-256 of `bytes`, here and now: a block takes about a millisecond, and moving it to the thread pool
 * costs a copy that is nearly as dear as the hash. Whoever moves blocks has the other core busy anyway.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** SHA2-256 in the thread pool, for work that hashes and nothing else. The bytes must not change meanwhile. */
export async function sha256InPool(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

/** The CIDv1 of a block with this codec and sha2-256 digest (32 bytes). */
export function cidV1(codec: number, digest: Uint8Array): CID {
  return CID.createV1(codec, createDigest(SHA2_256, digest));
}

/**
 * The address of a release, from the digest that the chain records.
 *
 * @param digest sha2-256 of the root block, 32 bytes
 * @throws CONTENT_CID_INVALID when it is no 32 bytes
 */
export function cidOfDigest(digest: Hex): string {
  let bytes: Uint8Array;
  try {
    bytes = fromHex(digest);
  } catch (cause) {
    throw new SaharaError('CONTENT_CID_INVALID', { cid: digest, reason: 'it is not hexadecimal' }, { cause });
  }
  if (bytes.length !== 32) {
    throw new SaharaError('CONTENT_CID_INVALID', { cid: digest, reason: 'a digest has 32 bytes' });
  }
  return cidV1(DAG_PB, bytes).toString();
}

/**
 * The 32 bytes that the chain records for a release.
 *
 * @throws CONTENT_CID_INVALID for anything but CIDv1, dag-pb, sha2-256
 */
export function digestOfCid(cid: string): Hex {
  const parsed = parseCid(cid);
  const reason =
    parsed.version !== 1
      ? 'it is a version 0 address'
      : parsed.code !== DAG_PB
        ? 'it is not the address of a folder (codec dag-pb)'
        : parsed.multihash.code !== SHA2_256
          ? 'its hash is not sha2-256'
          : undefined;
  if (reason !== undefined) throw new SaharaError('CONTENT_CID_INVALID', { cid, reason });
  return toHex(parsed.multihash.digest);
}

/**
 * Reads an address as text (with or without `ipfs://` or `/ipfs/` before it).
 *
 * @throws CONTENT_CID_INVALID when it is none, or its hash is neither sha2-256 nor identity
 */
export function parseCid(text: string): CID {
  let cid: CID;
  try {
    cid = CID.parse(text.replace(/^(ipfs:\/\/|\/ipfs\/)/, ''));
  } catch (cause) {
    throw new SaharaError('CONTENT_CID_INVALID', { cid: text, reason: 'it cannot be decoded' }, { cause });
  }
  const { code, digest } = cid.multihash;
  if (code === IDENTITY || (code === SHA2_256 && digest.length === 32)) return cid;
  throw new SaharaError('CONTENT_CID_INVALID', { cid: text, reason: 'its hash is not sha2-256' });
}

/** The bytes of an identity CID, which carries its block in itself; undefined for every other CID. */
export function inlined(cid: CID): Uint8Array | undefined {
  return cid.multihash.code === IDENTITY ? cid.multihash.digest : undefined;
}

/** True when `bytes` are the block that `cid` names. */
export function matches(cid: CID, bytes: Uint8Array): boolean {
  const { code, digest } = cid.multihash;
  if (code === IDENTITY) return Buffer.compare(digest, bytes) === 0;
  return code === SHA2_256 && Buffer.compare(digest, sha256(bytes)) === 0;
}

/** Blocks are the same by their hash, whatever the codec and version of the CID: the key under which one is stored. */
export function blockKey(cid: CID): string {
  return Buffer.from(cid.multihash.bytes).toString('latin1');
}

/** An address with its codec, as a key: the same bytes may stand in one DAG as a file and as a node with links. */
export function cidKey(cid: CID): string {
  return Buffer.from(cid.bytes).toString('latin1');
}
