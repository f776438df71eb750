import { sign, verify } from 'node:crypto';
import { type Address, fromHex, type Hex, toHex } from '../base/hex.ts';
import { sha256 } from './digest.ts';
import { p256Public } from './document-key.ts';

/** What a binding is for: one account, on one chain, in one `PublisherKeys` contract. */
export type BindingSubject = {
  chainId: number | bigint;
  /** Address of the `PublisherKeys` contract. */
  contract: Address;
  publisher: Address;
};

/** An ECDSA signature as its two numbers, 32 bytes each. */
export type RawSignature = { r: Hex; s: Hex };

const PURPOSE = new TextEncoder().encode('sahara:publisher-key:v1');

/** Order of the group of P-256 (FIPS 186-5 / SEC 2). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The bytes whose sha256 is `PublisherKeys.challenge(publisher)`: the purpose, the chain id as 32 bytes
 * big-endian, the contract and the publisher as 20 bytes each.
 */
export function bindingPreimage(subject: BindingSubject): Uint8Array {
  const chainId = BigInt(subject.chainId);
  if (chainId < 0n || chainId >= 1n << 256n) throw new RangeError(`not a chain id: ${chainId}`);
  return new Uint8Array(
    Buffer.concat([
      PURPOSE,
      Buffer.from(chainId.toString(16).padStart(64, '0'), 'hex'),
      address(subject.contract),
      address(subject.publisher),
    ]),
  );
}

/** What `PublisherKeys.challenge(publisher)` returns. */
export function bindingChallenge(subject: BindingSubject): Hex {
  return toHex(sha256(bindingPreimage(subject)));
}

/**
 * Signs the challenge for `PublisherKeys.bind`. The contract's P-256 check takes the digest itself as the
 * message hash; `node:crypto` cannot sign a digest without hashing it again (not even with a null
 * algorithm), so the preimage is what is handed to it. `s` is in the lower half of the group order, since
 * the contract refuses the other, equally valid, one.
 *
 * @param privatePem PKCS#8 PEM of a P-256 key
 */
export function signBindingChallenge(privatePem: string, subject: BindingSubject): RawSignature {
  const raw = sign('sha256', bindingPreimage(subject), { key: privatePem, dsaEncoding: 'ieee-p1363' });
  if (raw.length !== 64) throw new RangeError('document keys are P-256 keys');
  return { r: toHex(raw.subarray(0, 32)), s: lowS(toHex(raw.subarray(32))) };
}

/** Checks a binding as the contract does: valid for the key, and `s` in the lower half. */
export function verifyBindingSignature(
  pem: string,
  subject: BindingSubject,
  signature: RawSignature,
): boolean {
  if (BigInt(signature.s) > N / 2n) return false;
  const raw = Buffer.concat([fromHex(signature.r), fromHex(signature.s)]);
  return verify('sha256', bindingPreimage(subject), { key: p256Public(pem), dsaEncoding: 'ieee-p1363' }, raw);
}

/** The `s` of the two that verify which is not above half the group order. */
export function lowS(s: Hex): Hex {
  const value = BigInt(s);
  return value > N / 2n ? `0x${(N - value).toString(16).padStart(64, '0')}` : s;
}

function address(text: Address): Uint8Array {
  const bytes = fromHex(text);
  if (bytes.length !== 20) throw new RangeError(`not an address: ${text}`);
  return bytes;
}
