import { createCipheriv, hash } from 'node:crypto';

/**
 * The deterministic inputs of the published IPIP-0499 vectors (ipfs/kubo test/cli/cid_profiles_test.go and
 * test/cli/testutils): the ChaCha20 key stream under sha2-256(seed), zero nonce, counter from 0.
 */
export function keyStream(seed: string) {
  const cipher = createCipheriv('chacha20', hash('sha256', seed, 'buffer'), Buffer.alloc(16));
  return (length: number): Buffer => cipher.update(Buffer.alloc(length));
}

/** The names that Kubo's HAMT vectors use. */
export function vectorNames(count: number, length: number, lastLength: number, seed: string): string[] {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz01234567890-_';
  const stream = keyStream(seed)(1024 * 1024);
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    const bytes = stream.subarray(at, at + (i === count - 1 ? lastLength : length));
    at += bytes.length;
    return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
  });
}

const ZEROS = Buffer.alloc(1024 * 1024);

/** As {@link keyStream} from any position that is a multiple of 64; fills `into`. */
export function keyStreamAt(seed: string): (position: number, into: Uint8Array) => void {
  const key = hash('sha256', seed, 'buffer');
  return (position, into) => {
    for (let at = 0; at < into.length; at += ZEROS.length) {
      const start = Buffer.alloc(16);
      start.writeUInt32LE((position + at) / 64);
      const part = ZEROS.subarray(0, Math.min(ZEROS.length, into.length - at));
      into.set(createCipheriv('chacha20', key, start).update(part), at);
    }
  };
}
