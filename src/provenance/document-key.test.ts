import { execFile } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isError } from '../base/errors.ts';
import { fromHex, toHex } from '../base/hex.ts';
import { sha256, sha256File, sha256Hex } from './digest.ts';
import {
  createDocumentKey,
  keyFingerprint,
  loadOrCreateDocumentKey,
  pemHint,
  publicPoint,
} from './document-key.ts';
import {
  bindingChallenge,
  bindingPreimage,
  lowS,
  signBindingChallenge,
  verifyBindingSignature,
} from './key-binding.ts';

/** The fixed start of a DER SubjectPublicKeyInfo for P-256, uncompressed point (RFC 5480). */
const SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SUBJECT = {
  chainId: 31337,
  contract: '0x1111111111111111111111111111111111111111',
  publisher: '0x2222222222222222222222222222222222222222',
} as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sahara-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('document key', () => {
  it('has the fingerprint that the chain computes from the point', () => {
    const key = createDocumentKey();
    const { qx, qy } = publicPoint(key.publicPem);
    const der = fromHex(`${SPKI_PREFIX}${qx.slice(2)}${qy.slice(2)}`);
    expect(der).toHaveLength(91);
    expect(toHex(sha256(der))).toBe(key.fingerprint);
    expect(keyFingerprint(key.privatePem)).toBe(key.fingerprint);
  });

  it('hints at the PEM as written, however the PEM given is laid out', () => {
    const key = createDocumentKey();
    expect(pemHint(key.publicPem)).toBe(sha256Hex(key.publicPem));
    expect(pemHint(`\n${key.publicPem.replaceAll('\n', '\r\n')}`)).toBe(pemHint(key.publicPem));
    expect(pemHint(key.privatePem)).toBe(pemHint(key.publicPem));
  });

  it('is made once, private to its owner, and read again', () => {
    const path = join(folder, 'keys', 'document.pem');
    const first = loadOrCreateDocumentKey(path);
    const second = loadOrCreateDocumentKey(path);
    expect(first.created).toBe(true);
    expect(second).toEqual({ ...first, created: false });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['document.pem']);
  });

  it.skipIf(process.platform === 'win32')('warns about a file that others can read', () => {
    const path = join(folder, 'document.pem');
    loadOrCreateDocumentKey(path);
    chmodSync(path, 0o644);
    expect(loadOrCreateDocumentKey(path).warnings).toEqual([expect.stringContaining('mode 644')]);
  });

  it.each([
    ['an empty file', ''],
    ['a cut file', createDocumentKey().privatePem.slice(0, 80)],
    ['a public key', createDocumentKey().publicPem],
    [
      'another curve',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }),
    ],
    ['another algorithm', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ])('refuses %s and leaves it alone', (_, text) => {
    const path = join(folder, 'document.pem');
    writeFileSync(path, text, { mode: 0o600 });
    expect(failure(() => loadOrCreateDocumentKey(path))).toBe('DOCUMENT_KEY_MALFORMED');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('says so when the key cannot be stored', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(failure(() => loadOrCreateDocumentKey(join(folder, 'file', 'document.pem')))).toBe(
      'DOCUMENT_KEY_UNWRITABLE',
    );
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.pem'));
    expect(failure(() => loadOrCreateDocumentKey(join(folder, 'dangling.pem')))).toBe(
      'DOCUMENT_KEY_UNWRITABLE',
    );
    expect(readdirSync(folder).sort()).toEqual(['dangling.pem', 'file']);
  });

  it('is the same for processes that make it together', async () => {
    const path = join(folder, 'document.pem');
    const module = new URL('./document-key.ts', import.meta.url).href;
    const program = `import { loadOrCreateDocumentKey } from ${JSON.stringify(module)};
      process.stdout.write(loadOrCreateDocumentKey(${JSON.stringify(path)}).fingerprint);`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    const results = await Promise.all([run(), run(), run()]);
    expect(new Set(results.map((r) => r.stdout))).toEqual(
      new Set([loadOrCreateDocumentKey(path).fingerprint]),
    );
  });
});

describe('binding', () => {
  it('signs exactly what the contract challenges', () => {
    const preimage = bindingPreimage(SUBJECT);
    const expected = `${Buffer.from('sahara:publisher-key:v1').toString('hex')}${'0'.repeat(60)}7a69${'11'.repeat(20)}${'22'.repeat(20)}`;
    expect(Buffer.from(preimage).toString('hex')).toBe(expected);
    expect(bindingChallenge(SUBJECT)).toBe(toHex(sha256(fromHex(expected))));
  });

  it('always gives a low s that still verifies', () => {
    const key = createDocumentKey();
    for (let i = 0; i < 32; i++) {
      const signature = signBindingChallenge(key.privatePem, SUBJECT);
      expect(BigInt(signature.s) <= N / 2n).toBe(true);
      expect(signature.r).toHaveLength(66);
      expect(signature.s).toHaveLength(66);
      const raw = Buffer.concat([fromHex(signature.r), fromHex(signature.s)]);
      const asKey = { key: key.publicPem, dsaEncoding: 'ieee-p1363' } as const;
      expect(verify('sha256', bindingPreimage(SUBJECT), asKey, raw)).toBe(true);
      expect(verifyBindingSignature(key.publicPem, SUBJECT, signature)).toBe(true);
      const high = {
        ...signature,
        s: `0x${(N - BigInt(signature.s)).toString(16).padStart(64, '0')}`,
      } as const;
      expect(verifyBindingSignature(key.publicPem, SUBJECT, high)).toBe(false);
      expect(lowS(high.s)).toBe(signature.s);
    }
  });

  it('is worth nothing for another chain, contract, account or key', () => {
    const key = createDocumentKey();
    const signature = signBindingChallenge(key.privatePem, SUBJECT);
    const other = '0x3333333333333333333333333333333333333333';
    expect(verifyBindingSignature(key.publicPem, { ...SUBJECT, chainId: 1 }, signature)).toBe(false);
    expect(verifyBindingSignature(key.publicPem, { ...SUBJECT, contract: other }, signature)).toBe(false);
    expect(verifyBindingSignature(key.publicPem, { ...SUBJECT, publisher: other }, signature)).toBe(false);
    expect(verifyBindingSignature(createDocumentKey().publicPem, SUBJECT, signature)).toBe(false);
  });

  it('refuses what is no address or chain id', () => {
    expect(() => bindingPreimage({ ...SUBJECT, contract: '0x11' })).toThrow(RangeError);
    expect(() => bindingPreimage({ ...SUBJECT, chainId: -1 })).toThrow(RangeError);
  });
});

describe('digests', () => {
  it('agree with the published vector and between memory and file', async () => {
    // FIPS 180-4 example: SHA-256("abc")
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), async (bytes) => {
        const path = join(folder, 'bytes');
        writeFileSync(path, bytes);
        expect(await sha256File(path)).toBe(sha256Hex(bytes));
      }),
      { numRuns: 20 },
    );
  });
});

function failure(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isError(error, 'DOCUMENT_KEY_MALFORMED')) return 'DOCUMENT_KEY_MALFORMED';
    if (isError(error, 'DOCUMENT_KEY_UNWRITABLE')) return 'DOCUMENT_KEY_UNWRITABLE';
    throw error;
  }
}
