import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { keyFingerprint, pemHint } from './document-key.ts';
import { signDsse, verifyDsse } from './dsse.ts';
import { isIgnored, modelStatement, readModelStatement, type SignedFile } from './model-statement.ts';

/**
 * An OpenSSF Model Signing v1 signature: a Sigstore bundle v0.3 around one DSSE envelope. Write it with
 * `JSON.stringify`; `model_signing verify key` reads it.
 */
export type ModelBundle = {
  mediaType: string;
  verificationMaterial: { publicKey: { hint: string }; tlogEntries: [] };
  dsseEnvelope: {
    /** base64 of the in-toto statement. */
    payload: string;
    payloadType: string;
    /** Exactly one; `sig` is base64 of ASN.1 DER. */
    signatures: [{ sig: string; keyid: string }];
  };
};

export type ModelVerification = {
  ok: true;
  /** The folder's name at signing. Informative: it is not checked against anything. */
  folderName: string;
  /** sha256 over all file digests, hexadecimal. */
  rootDigest: string;
  /** How many files were checked. */
  fileCount: number;
  /** Fingerprint of the key that signed, to compare with the chain's record. */
  fingerprint: Hex;
};

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/**
 * Signs the files of a content folder.
 *
 * @param input.ignorePaths paths (or folders) below the content folder that the signature leaves out
 * @throws SIGNING_INPUT_INVALID
 */
export function signModel(input: {
  folderName: string;
  files: readonly SignedFile[];
  privatePem: string;
  publicPem: string;
  ignorePaths?: readonly string[];
}): ModelBundle {
  const ignorePaths = input.ignorePaths ?? [];
  const files = input.files.filter((f) => !isIgnored(f.path, ignorePaths));
  const payload = Buffer.from(
    JSON.stringify(modelStatement({ folderName: input.folderName, files, ignorePaths })),
  );
  const signature = signDsse(input.privatePem, PAYLOAD_TYPE, payload);
  return {
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: pemHint(input.publicPem) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: Buffer.from(signature).toString('base64'), keyid: '' }],
    },
  };
}

/**
 * Checks a bundle against the key and the files that are really there. The key is needed: a bundle
 * carries only a hint of it.
 *
 * @param bundle parsed JSON from anywhere; nothing about it is trusted
 * @throws BUNDLE_MALFORMED, PUBLIC_KEY_MALFORMED, KEY_MISMATCH, SIGNATURE_INVALID, DIGEST_MISMATCH,
 * FILE_MISSING, FILE_EXTRA
 */
export function verifyModel(
  bundle: unknown,
  against: { files: readonly SignedFile[]; publicPem: string },
): ModelVerification {
  const { hint, payload, signature } = readEnvelope(bundle);
  const expected = pemHint(against.publicPem);
  if (hint !== expected) throw new SaharaError('KEY_MISMATCH', { expected, found: hint });
  if (!verifyDsse(against.publicPem, PAYLOAD_TYPE, payload, signature))
    throw new SaharaError('SIGNATURE_INVALID', { keyHint: hint });
  const statement = readModelStatement(payload);
  compareFiles(
    statement.files,
    against.files.filter((f) => !isIgnored(f.path, statement.ignorePaths)),
  );
  return {
    ok: true,
    folderName: statement.folderName,
    rootDigest: statement.rootDigest,
    fileCount: statement.files.length,
    fingerprint: keyFingerprint(against.publicPem),
  };
}

function compareFiles(signed: readonly SignedFile[], there: readonly SignedFile[]): void {
  const actual = new Map(there.map((f) => [f.path, f.sha256]));
  const different = signed.filter((f) => actual.has(f.path) && actual.get(f.path) !== f.sha256);
  const [changed] = different;
  if (changed) {
    const found = actual.get(changed.path) ?? '';
    const { path, sha256: expected } = changed;
    throw new SaharaError('DIGEST_MISMATCH', { path, expected, found, others: different.length - 1 });
  }
  const missing = signed.filter((f) => !actual.has(f.path));
  if (missing[0])
    throw new SaharaError('FILE_MISSING', { path: missing[0].path, others: missing.length - 1 });
  const known = new Set(signed.map((f) => f.path));
  const extra = there.filter((f) => !known.has(f.path));
  if (extra[0]) throw new SaharaError('FILE_EXTRA', { path: extra[0].path, others: extra.length - 1 });
}

function readEnvelope(bundle: unknown): { hint: string; payload: Buffer; signature: Buffer } {
  const mediaType = at(bundle, 'mediaType');
  if (mediaType !== MEDIA_TYPE)
    malformed(`its media type is ${JSON.stringify(mediaType)}, not ${MEDIA_TYPE}`);
  const hint = at(bundle, 'verificationMaterial', 'publicKey', 'hint');
  if (typeof hint !== 'string' || hint === '') malformed('it does not say which key signed it');
  const payloadType = at(bundle, 'dsseEnvelope', 'payloadType');
  if (payloadType !== PAYLOAD_TYPE)
    malformed(`its payload is ${JSON.stringify(payloadType)}, not ${PAYLOAD_TYPE}`);
  const signatures = at(bundle, 'dsseEnvelope', 'signatures');
  if (!Array.isArray(signatures) || signatures.length !== 1) malformed('it must have exactly one signature');
  return {
    hint,
    payload: base64(at(bundle, 'dsseEnvelope', 'payload'), 'payload'),
    signature: base64(at(signatures[0], 'sig'), 'signature'),
  };
}

function at(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

function base64(value: unknown, what: string): Buffer {
  if (typeof value !== 'string' || value === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
    malformed(`its ${what} is not base64`);
  return Buffer.from(value, 'base64');
}

function malformed(reason: string): never {
  throw new SaharaError('BUNDLE_MALFORMED', { reason });
}
