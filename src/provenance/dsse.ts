import { sign, verify } from 'node:crypto';
import { p256Public } from './document-key.ts';

/**
 * DSSE v1 pre-authentication encoding: the bytes that are really signed.
 * Source: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return new Uint8Array(Buffer.concat([Buffer.from(head), payload]));
}

/** ECDSA P-256 over sha256 of the encoding, as ASN.1 DER. */
export function signDsse(privatePem: string, payloadType: string, payload: Uint8Array): Uint8Array {
  return new Uint8Array(sign('sha256', preAuthEncoding(payloadType, payload), privatePem));
}

/** True when `signature` (ASN.1 DER) is the key's over this payload; a signature that cannot be read is not. */
export function verifyDsse(
  publicPem: string,
  payloadType: string,
  payload: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify('sha256', preAuthEncoding(payloadType, payload), p256Public(publicPem), signature);
}
