import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SaharaError } from '../base/errors.ts';
import { sha256Hex } from './digest.ts';
import { createDocumentKey } from './document-key.ts';
import { preAuthEncoding, signDsse } from './dsse.ts';
import { type ModelBundle, signModel, verifyModel } from './model-signature.ts';
import { comparePaths } from './model-statement.ts';

const SPKI = { type: 'spki', format: 'pem' } as const;
const key = createDocumentKey();
const files = ['weights.onnx', 'a.b', 'a/b', 'a/a.txt', 'README.md'].map((path) => ({
  path,
  sha256: sha256Hex(path),
}));
const sign = (over = files) => signModel({ folderName: 'penguins', files: over, ...key });
const check = (bundle: unknown, over = files) =>
  verifyModel(bundle, { files: over, publicPem: key.publicPem });

describe('signModel', () => {
  it('encodes as the DSSE protocol says', () => {
    // Test vector of https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
    const encoded = Buffer.from(preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world')));
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('writes the bundle that OpenSSF Model Signing describes', () => {
    const bundle = sign();
    const statement = statementOf(bundle);
    const sorted = ['README.md', 'a/a.txt', 'a/b', 'a.b', 'weights.onnx'];
    const root = sha256Hex(Buffer.concat(sorted.map((path) => Buffer.from(sha256Hex(path), 'hex'))));
    expect(statement).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'penguins', digest: { sha256: root } }],
      predicateType: 'https://model_signing/signature/v1.0',
      predicate: {
        serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [] },
        resources: sorted.map((name) => ({ name, algorithm: 'sha256', digest: sha256Hex(name) })),
      },
    });
    expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(bundle.verificationMaterial).toEqual({
      publicKey: { hint: sha256Hex(key.publicPem) },
      tlogEntries: [],
    });
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
    const signed = Buffer.concat([
      Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `),
      payload,
    ]);
    const signature = Buffer.from(bundle.dsseEnvelope.signatures[0].sig, 'base64');
    expect(verify('sha256', signed, createPublicKey(key.publicPem), signature)).toBe(true);
  });

  it('sorts by components and code points, as Python sorts POSIX paths', () => {
    // sorted(pathlib.PurePosixPath(p) for p in …) of CPython 3.11
    const sorted = ['B', 'a', 'a/b', 'a/b/c', 'a/ä', 'a-', 'a.b', '\uffee', '\u{1f427}'];
    expect([...sorted].reverse().sort(comparePaths)).toEqual(sorted);
  });

  it.each([
    ['../up', 'a part ".."'],
    ['/abs', 'absolute'],
    ['', 'empty'],
    ['a//b', 'a part ""'],
    ['a\0', 'NUL'],
    ['\ud800', 'Unicode'],
  ])('refuses the path %j', (path, reason) => {
    const error = failure(() => sign([{ path, sha256: sha256Hex('') }]));
    expect(error?.id).toBe('SIGNING_INPUT_INVALID');
    expect(error?.message).toContain(reason);
  });

  it('refuses a path given twice, an odd digest, an empty folder', () => {
    const twice = [...files, ...files.slice(0, 1)];
    const upper = [{ path: 'a', sha256: sha256Hex('').toUpperCase() }];
    for (const bad of [twice, upper, []]) expect(failure(() => sign(bad))?.id).toBe('SIGNING_INPUT_INVALID');
  });
});

describe('verifyModel', () => {
  it('accepts what was signed, in any order, after a round trip through JSON', () => {
    const verified = check(JSON.parse(JSON.stringify(sign())), [...files].reverse());
    expect(verified).toEqual({
      ok: true,
      folderName: 'penguins',
      rootDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      fileCount: 5,
      fingerprint: key.fingerprint,
    });
  });

  it('names the file that differs, is missing, or was added', () => {
    const bundle = sign();
    const changed = files.map((f) => (f.path === 'a/b' ? { ...f, sha256: sha256Hex('other') } : f));
    expect(failure(() => check(bundle, changed))).toMatchObject({
      id: 'DIGEST_MISMATCH',
      kind: 'verification',
      params: { path: 'a/b', expected: sha256Hex('a/b'), found: sha256Hex('other'), others: 0 },
    });
    const fewer = files.filter((f) => f.path !== 'README.md');
    expect(failure(() => check(bundle, fewer))).toMatchObject({
      id: 'FILE_MISSING',
      params: { path: 'README.md' },
    });
    const more = [...files, { path: 'virus.exe', sha256: sha256Hex('') }];
    expect(failure(() => check(bundle, more))).toMatchObject({
      id: 'FILE_EXTRA',
      params: { path: 'virus.exe' },
    });
  });

  it('leaves out ignored paths and what lies below them', () => {
    const more = [
      ...files,
      { path: 'tmp/x', sha256: sha256Hex('1') },
      { path: 'tmpx', sha256: sha256Hex('2') },
    ];
    const bundle = signModel({ folderName: 'p', files: more, ...key, ignorePaths: ['tmp'] });
    expect(check(bundle, more).fileCount).toBe(6);
    expect(check(bundle, [...more, { path: 'tmp/y', sha256: sha256Hex('3') }]).fileCount).toBe(6);
  });

  it('tells another key from a bad signature', () => {
    const other = createDocumentKey();
    const theirs = signModel({ folderName: 'penguins', files, ...other });
    expect(failure(() => check(theirs))?.id).toBe('KEY_MISMATCH');
    const disguised = { ...theirs, verificationMaterial: sign().verificationMaterial };
    expect(failure(() => check(disguised))?.id).toBe('SIGNATURE_INVALID');
  });

  it.each([
    ['no PEM', 'hello'],
    ['a cut PEM', key.publicPem.slice(0, 60)],
    ['another curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(SPKI)],
    ['another algorithm', generateKeyPairSync('ed25519').publicKey.export(SPKI)],
  ])('refuses %s as the key', (_, publicPem) => {
    const error = failure(() => verifyModel(sign(), { files, publicPem: publicPem.toString() }));
    expect(error?.id).toBe('PUBLIC_KEY_MALFORMED');
  });

  it('accepts no change of a single bit of payload or signature', () => {
    const bundle = sign();
    const { payload, signatures } = bundle.dsseEnvelope;
    const payloadBytes = Buffer.from(payload, 'base64');
    const signatureBytes = Buffer.from(signatures[0].sig, 'base64');
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 0, max: 7 }), (inPayload, at, bit) => {
        const bytes = Buffer.from(inPayload ? payloadBytes : signatureBytes);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        const text = bytes.toString('base64');
        const envelope = inPayload
          ? { ...bundle.dsseEnvelope, payload: text }
          : { ...bundle.dsseEnvelope, signatures: [{ sig: text, keyid: '' }] };
        expect(failure(() => check({ ...bundle, dsseEnvelope: envelope }))?.id).toBe('SIGNATURE_INVALID');
      }),
    );
  });

  it('finds every single change of the folder (property)', () => {
    const path = fc.stringMatching(/^[a-z]{1,3}(\/[a-z]{1,3}){0,2}$/);
    const folder = fc.uniqueArray(path, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(folder, fc.nat(), (paths, pick) => {
        const there = paths.map((p) => ({ path: p, sha256: sha256Hex(p) }));
        const bundle = sign(there);
        expect(check(bundle, there).fileCount).toBe(there.length);
        const victim = there[pick % there.length]?.path;
        const changed = there.map((f) => (f.path === victim ? { ...f, sha256: sha256Hex('!') } : f));
        expect(failure(() => check(bundle, changed))?.id).toBe('DIGEST_MISMATCH');
        const without = there.filter((f) => f.path !== victim);
        expect(failure(() => check(bundle, without))?.id).toBe('FILE_MISSING');
      }),
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'bundle'],
    ['an empty object', {}],
    ['another media type', { ...sign(), mediaType: 'application/json' }],
    ['no key', { ...sign(), verificationMaterial: {} }],
    ['no signature', withEnvelope({ signatures: [] })],
    [
      'two signatures',
      withEnvelope({ signatures: [sign(), sign()].map((b) => b.dsseEnvelope.signatures[0]) }),
    ],
    ['a signature that is no base64', withEnvelope({ signatures: [{ sig: '***', keyid: '' }] })],
    ['another payload type', withEnvelope({ payloadType: 'text/plain' })],
  ])('calls %s malformed', (_, bundle) => {
    expect(failure(() => check(bundle))?.id).toBe('BUNDLE_MALFORMED');
  });

  it.each<[string, (statement: Statement) => unknown]>([
    ['text', () => 'hello'],
    ['another statement', (s) => ({ ...s, _type: 'x' })],
    ['another predicate', (s) => ({ ...s, predicateType: 'https://slsa.dev/provenance/v1' })],
    ['two subjects', (s) => ({ ...s, subject: [...s.subject, ...s.subject] })],
    ['shards', (s) => ({ ...s, predicate: { ...s.predicate, serialization: { method: 'shards' } } })],
    ['another root digest', (s) => ({ ...s, subject: [{ name: 'p', digest: { sha256: sha256Hex('') } }] })],
    [
      'a file twice',
      (s) => ({ ...s, predicate: { ...s.predicate, resources: twice(s.predicate.resources) } }),
    ],
    ['no files', (s) => ({ ...s, predicate: { ...s.predicate, resources: null } })],
    ['a path that leaves', (s) => ({ ...s, predicate: { ...s.predicate, resources: [LEAVING] } })],
  ])('calls a well-signed statement with %s malformed', (_, change) => {
    const payload = Buffer.from(JSON.stringify(change(statementOf(sign()))));
    const sig = Buffer.from(signDsse(key.privatePem, 'application/vnd.in-toto+json', payload)).toString(
      'base64',
    );
    const bundle = withEnvelope({ payload: payload.toString('base64'), signatures: [{ sig, keyid: '' }] });
    expect(failure(() => check(bundle))?.id).toBe('BUNDLE_MALFORMED');
  });
});

type Statement = { subject: unknown[]; predicate: { resources: unknown[] } };

const LEAVING = { name: '../x', algorithm: 'sha256', digest: sha256Hex('') };

function twice<T>(list: T[]): T[] {
  return [...list, ...list];
}

function statementOf(bundle: ModelBundle): Statement {
  return JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
}

function withEnvelope(change: object): unknown {
  const bundle = sign();
  return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, ...change } };
}

function failure(run: () => unknown): SaharaError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof SaharaError) return error;
    throw error;
  }
}
