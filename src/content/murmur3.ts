import { murmur3128 } from '@multiformats/murmur3';

/**
 * The first 64 bits of MurmurHash3 x64 128, most significant byte first: by these a sharded folder of UnixFS places its
 * entries (https://specs.ipfs.tech/unixfs/, murmur3-x64-64).
 */
export function murmur3(bytes: Uint8Array): Uint8Array {
  const digest = murmur3128.encode(bytes);
  // The interface allows for hashes that are worked out elsewhere; this one is not.
  if (!(digest instanceof Uint8Array)) throw new TypeError('a hash that is not there yet');
  return digest.subarray(0, 8);
}
