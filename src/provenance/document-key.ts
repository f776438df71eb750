import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { SaharaError } from '../base/errors.ts';
import { type Hex, toHex } from '../base/hex.ts';
import { makeFolder } from '../base/make-folder.ts';

/**
 * A publisher's key for documents. P-256, because the tools that check model signatures refuse the
 * chain's own curve.
 */
export type DocumentKey = {
  /** PKCS#8 PEM. Secret. */
  privatePem: string;
  /** SubjectPublicKeyInfo PEM. */
  publicPem: string;
  /** sha256 of the DER SubjectPublicKeyInfo: what the chain records. */
  fingerprint: Hex;
};

export type LoadedDocumentKey = DocumentKey & {
  /** True when the file was not there and was made by this call. */
  created: boolean;
  /** What the user should be told about the file, e.g. that others can read it. */
  warnings: string[];
};

/** A new random P-256 key. */
export function createDocumentKey(): DocumentKey {
  return describe(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

/**
 * The key in a PEM file; makes one (file mode 0600) when there is no file. Two processes that start
 * together end up with the same key: the loser reads the winner's file.
 *
 * @param options.dryRun a new key is not stored
 * @throws DOCUMENT_KEY_MALFORMED, DOCUMENT_KEY_UNWRITABLE
 */
export function loadOrCreateDocumentKey(path: string, options: { dryRun?: boolean } = {}): LoadedDocumentKey {
  const there = read(path);
  if (there) return there;
  const key = createDocumentKey();
  if (options.dryRun) return { ...key, created: false, warnings: [] };
  const created = storeNew(path, key.privatePem);
  if (created) return { ...key, created, warnings: [] };
  const winner = read(path);
  if (!winner)
    throw new SaharaError('DOCUMENT_KEY_UNWRITABLE', {
      path,
      reason: 'something is there that cannot be read',
    });
  return winner;
}

/** sha256 of the key's DER SubjectPublicKeyInfo. Takes a public or a private PEM. */
export function keyFingerprint(pem: string): Hex {
  return toHex(createHash('sha256').update(spki(pem)).digest());
}

/**
 * Hexadecimal sha256 of the key's SubjectPublicKeyInfo PEM text (as OpenSSL writes it, with its last
 * line end): the `hint` of OpenSSF Model Signing bundles. Takes a public or a private PEM.
 */
export function pemHint(pem: string): string {
  return createHash('sha256').update(publicPemOf(pem)).digest('hex');
}

/** The two coordinates of the public point, 32 bytes each. Takes a public or a private PEM. */
export function publicPoint(pem: string): { qx: Hex; qy: Hex } {
  const der = spki(pem);
  const point = der.subarray(der.length - 64);
  return { qx: toHex(point.subarray(0, 32)), qy: toHex(point.subarray(32)) };
}

/** The public key as SubjectPublicKeyInfo PEM in OpenSSL's own layout, whatever the layout given. */
export function publicPemOf(pem: string): string {
  return p256Public(pem).export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * A public or private PEM as a P-256 public key.
 *
 * @throws PUBLIC_KEY_MALFORMED
 */
export function p256Public(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    requireP256(key);
    return key;
  } catch (error) {
    throw new SaharaError('PUBLIC_KEY_MALFORMED', { reason: keyFault(error, 'it is not a PEM public key') });
  }
}

function spki(pem: string): Buffer {
  return p256Public(pem).export({ type: 'spki', format: 'der' });
}

function requireP256(key: KeyObject): void {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return;
  throw new RangeError(`it is a key of type ${curve ?? key.asymmetricKeyType}, not P-256`);
}

/** OpenSSL's own words say little and may quote the input; a RangeError is ours. */
function keyFault(error: unknown, otherwise: string): string {
  return error instanceof RangeError ? error.message : otherwise;
}

function describe(privateKey: KeyObject): DocumentKey {
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privatePem, publicPem: publicPemOf(privatePem), fingerprint: keyFingerprint(privatePem) };
}

function read(path: string): LoadedDocumentKey | undefined {
  let pem: string;
  let mode: number;
  try {
    pem = readFileSync(path, 'utf8');
    mode = statSync(path).mode;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw new SaharaError('DOCUMENT_KEY_MALFORMED', { path, reason: reasonOf(error) }, { cause: error });
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
    requireP256(key);
  } catch (error) {
    throw new SaharaError('DOCUMENT_KEY_MALFORMED', {
      path,
      reason: keyFault(error, 'it is not a PEM private key'),
    });
  }
  const exposed = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const warnings = exposed
    ? [
        `${path} can be read by other users of this machine (mode ${(mode & 0o777).toString(8)}); run chmod 600 on it`,
      ]
    : [];
  return { ...describe(key), created: false, warnings };
}

/** True when this call made the file, false when another process had made it meanwhile. */
function storeNew(path: string, pem: string): boolean {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.new`;
  try {
    makeFolder(dirname(path), 0o700);
    try {
      writeFileAtomic(temporary, pem, 0o600);
      // A link, unlike a rename, never replaces a key that another process has just made (and perhaps bound).
      return placeNew(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw new SaharaError('DOCUMENT_KEY_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error });
  }
}

function placeNew(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    renameSync(temporary, path); // a file system without hard links
    return true;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}
