import { row } from '../error-types.ts';
import { shellQuote } from '../shell-quote.ts';

/** SAH-50xx: keys, signatures and verification. */
export const provenanceErrors = {
  DOCUMENT_KEY_MALFORMED: row<{ path: string; reason: string }>({
    code: 'SAH-5001',
    kind: 'failed',
    title: 'The document key cannot be read',
    example: { path: '.sahara/keys/curator.pem', reason: 'it is not a PEM private key' },
    what: (p) => `${p.path} holds no usable P-256 private key: ${p.reason}`,
    why: 'The file was edited, cut short, or belongs to another kind of key. Documents are signed with P-256 keys in PKCS#8 PEM.',
    fix: 'Restore the file from a backup. If there is none, rotate the key: this file is put aside, and a new key is made and bound to your account. What was published before stays valid.',
    next: (p) => [
      { command: `sahara key rotate${accountOfFile(p.path)}`, when: 'to put it aside and use a new key' },
    ],
  }),
  DOCUMENT_KEY_UNWRITABLE: row<{ path: string; reason: string }>({
    code: 'SAH-5002',
    kind: 'failed',
    title: 'The document key cannot be stored',
    example: { path: '.sahara/keys/curator.pem', reason: 'EROFS: read-only file system' },
    what: (p) => `The new document key could not be written to ${p.path}: ${p.reason}`,
    why: 'The folder is read-only, the disk is full, or a folder stands where the file should be.',
    fix: 'Make the folder writable for your user and run the command again.',
    retryable: true,
  }),
  SIGNING_INPUT_INVALID: row<{ path: string; reason: string }>({
    code: 'SAH-5003',
    kind: 'failed',
    title: 'These files cannot be signed',
    example: { path: 'data.csv', reason: 'it is listed twice' },
    what: (p) => `"${p.path}" cannot be part of a signature: ${p.reason}`,
    why: 'A signature lists files by relative paths with "/" and lower-case sha256 digests, each path once.',
    fix: 'Give every file once, by its path relative to the content folder.',
  }),
  PUBLIC_KEY_MALFORMED: row<{ reason: string }>({
    code: 'SAH-5004',
    kind: 'verification',
    title: 'The public key cannot be used',
    example: { reason: 'it is not a PEM public key' },
    what: (p) => `The key to check the signature with is no P-256 public key: ${p.reason}`,
    why: 'Releases carry the key of their publisher as a PEM file; this one is damaged or of another kind.',
    fix: 'Fetch the release again; if it stays so, the publisher has to publish it again.',
  }),
  BUNDLE_MALFORMED: row<{ reason: string }>({
    code: 'SAH-5010',
    kind: 'verification',
    title: 'The signature file is not a model signing bundle',
    example: { reason: 'it is not JSON' },
    what: (p) => `The signature bundle is malformed: ${p.reason}`,
    why: 'The file is damaged, or is not an OpenSSF Model Signing v1 bundle with one DSSE signature.',
    fix: 'Fetch the release again; if it stays so, the publisher has to publish it again.',
  }),
  KEY_MISMATCH: row<{ expected: string; found: string }>({
    code: 'SAH-5011',
    kind: 'verification',
    title: 'Signed with another key',
    example: { expected: '0x8c1f…', found: '0x5d02…' },
    what: (p) => `The bundle names the key ${p.found}, but the key to check it with is ${p.expected}.`,
    why: 'The content was signed by someone else, or the publisher changed keys after signing.',
    fix: 'Check with the key that the chain records for this version; do not trust the content until it matches.',
  }),
  SIGNATURE_INVALID: row<{ keyHint: string }>({
    code: 'SAH-5012',
    kind: 'verification',
    title: 'The signature is not valid',
    example: { keyHint: '0x8c1f…' },
    what: (p) => `The signature was not made by the key ${p.keyHint} over this statement.`,
    why: 'The list of files or the signature was changed after signing.',
    fix: 'Do not use the content. Fetch the release again from another source.',
  }),
  DIGEST_MISMATCH: row<{ path: string; expected: string; found: string; others: number }>({
    code: 'SAH-5013',
    kind: 'verification',
    title: 'A file differs from what was signed',
    example: { path: 'data.csv', expected: '9f86d081…', found: '60303ae2…', others: 1 },
    what: (p) =>
      `${p.path} has sha256 ${p.found}, but ${p.expected} was signed${p.others > 0 ? ` (and ${p.others} more differ)` : ''}.`,
    why: 'The file was changed after it was signed, or was damaged on the way.',
    fix: 'Fetch the content again, or ask the publisher for a new version.',
  }),
  FILE_MISSING: row<{ path: string; others: number }>({
    code: 'SAH-5014',
    kind: 'verification',
    title: 'A signed file is missing',
    example: { path: 'data.csv', others: 0 },
    what: (p) => `${p.path} was signed but is not there${p.others > 0 ? ` (nor are ${p.others} more)` : ''}.`,
    why: 'The content is incomplete.',
    fix: 'Fetch the content again.',
  }),
  FILE_EXTRA: row<{ path: string; others: number }>({
    code: 'SAH-5015',
    kind: 'verification',
    title: 'A file is there that nobody signed',
    example: { path: 'notes.txt', others: 0 },
    what: (p) =>
      `${p.path} is not covered by the signature${p.others > 0 ? ` (nor are ${p.others} more)` : ''}.`,
    why: 'A file was added after signing.',
    fix: 'Remove the file, or fetch the content into an empty folder.',
  }),
  DOCUMENT_KEY_REVOKED: row<{ account: string; fingerprint: string }>({
    code: 'SAH-5016',
    kind: 'denied',
    title: 'The document key has been revoked',
    example: { account: 'curator', fingerprint: '0x8c1f…' },
    what: (p) =>
      `The document key of ${p.account}, ${p.fingerprint}, has been revoked and signs nothing any more.`,
    why: 'Revoking a key is final. What it signed before that stays valid.',
    fix: 'Rotate the key: a new one is made and bound to the account.',
    next: (p) => [
      {
        command: `sahara key rotate --account ${shellQuote(p.account)}`,
        when: 'to use a new key from now on',
      },
      { command: `sahara key list ${shellQuote(p.account)}`, when: 'to see its keys' },
    ],
  }),
  DOCUMENT_KEY_TAKEN: row<{ account: string; fingerprint: string; owner: string }>({
    code: 'SAH-5017',
    kind: 'conflict',
    title: 'The document key belongs to another account',
    example: { account: 'trainer', fingerprint: '0x8c1f…', owner: 'curator' },
    what: (p) => `The document key of ${p.account}, ${p.fingerprint}, is bound to ${p.owner}.`,
    why: 'A key speaks for one account only. The file under .sahara/keys was copied from that of another account.',
    fix: 'Rotate the key: a new one is made for this account, and the copy is put aside.',
    next: (p) => [
      { command: `sahara key rotate --account ${shellQuote(p.account)}`, when: 'to use a key of its own' },
    ],
  }),
  DOCUMENT_KEY_UNKNOWN: row<{ account: string; key: string; count: number }>({
    code: 'SAH-5018',
    kind: 'not-found',
    title: 'The account has no such document key',
    example: { account: 'curator', key: '8c1f', count: 0 },
    what: (p) =>
      p.count > 1
        ? `${p.account} has ${p.count} keys that begin with "${p.key}".`
        : `${p.account} has no document key "${p.key}" on this chain.`,
    why: 'A key is named by its fingerprint, or by at least the first 8 hexadecimal digits of it.',
    fix: 'Take the fingerprint from the list of the account’s keys.',
    next: (p) => [{ command: `sahara key list ${shellQuote(p.account)}`, when: 'to see its keys' }],
  }),
};

/** The account that a key file is named after, as a flag. */
function accountOfFile(path: string): string {
  const name = /([a-z0-9-]+|0x[0-9a-fA-F]{40})\.p256\.pem$/.exec(path)?.[1];
  return name === undefined ? '' : ` --account ${name}`;
}
