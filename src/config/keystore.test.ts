import { createCipheriv, scryptSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keccak256 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, describe, expect, test } from 'vitest';
import { resolveAccount, signingKey } from './accounts.ts';
import { decryptKey, encryptKey, type Keystore, parseKeystore } from './keystore.ts';
import { makeAccount } from './new-account.ts';
import { setAccountSources } from './own-accounts.ts';

/** The test vector of the definition. Its other one has parameters that RFC 7914 does not allow, nor does OpenSSL. */
const KEY = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const PBKDF2: Keystore = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};
/** As a wallet would make it, put together here by hand. */
const SCRYPT = ((): Keystore => {
  const [salt, iv] = [Buffer.alloc(32, 7), Buffer.alloc(16, 9)];
  const derived = scryptSync('testpassword', salt, 32, { N: 4096, r: 8, p: 6 });
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(Buffer.from(KEY, 'hex')), cipher.final()]);
  return {
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: iv.toString('hex') },
      ciphertext: ciphertext.toString('hex'),
      kdf: 'scrypt',
      kdfparams: { dklen: 32, n: 4096, r: 8, p: 6, salt: salt.toString('hex') },
      mac: keccak256(Buffer.concat([derived.subarray(16), ciphertext]))
        .slice(2)
        .toUpperCase(),
    },
    id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
    version: 3,
  };
})();
const at = { place: 'alice.json', account: 'alice' };
const CHEAP = { n: 1024, r: 8, p: 1 };

const folder = mkdtempSync(join(tmpdir(), 'sahara-keystore-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a keystore', () => {
  test.each([
    ['pbkdf2', PBKDF2],
    ['scrypt', SCRYPT],
  ])('of others is read: %s', async (_, keystore) => {
    expect((await decryptKey(keystore, 'testpassword', at)).toString('hex')).toBe(KEY);
  });

  test('of ours comes back, by its password alone, and has the key nowhere', async () => {
    const key = Buffer.from(KEY, 'hex');
    const keystore = await encryptKey(key, `0x${'AB'.repeat(20)}`, 'pass wörd', CHEAP);
    expect(keystore).toMatchObject({ version: 3, address: 'ab'.repeat(20) });
    const text = JSON.stringify(keystore);
    expect(text).not.toContain(KEY);
    expect(await decryptKey(parseKeystore(text, 'x'), 'pass wörd', at)).toEqual(key);
    const again = await encryptKey(key, '', 'pass wörd', CHEAP);
    expect(again.crypto.ciphertext).not.toBe(keystore.crypto.ciphertext);
    for (const wrong of ['pass word', 'pass wörd ', ''])
      await expect(decryptKey(keystore, wrong, at)).rejects.toMatchObject({ id: 'KEYSTORE_PASSWORD' });
  });

  test('that was changed by one bit does not open', async () => {
    const keystore = await encryptKey(Buffer.from(KEY, 'hex'), '', 'x', CHEAP);
    const { ciphertext, mac } = keystore.crypto;
    const flip = (hex: string) => `${(Number.parseInt(hex[0] ?? '0', 16) ^ 1).toString(16)}${hex.slice(1)}`;
    for (const change of [{ ciphertext: flip(ciphertext) }, { mac: flip(mac) }])
      await expect(
        decryptKey({ ...keystore, crypto: { ...keystore.crypto, ...change } }, 'x', at),
      ).rejects.toMatchObject({ id: 'KEYSTORE_PASSWORD' });
  });

  test.each([
    ['no JSON', 'secret'],
    ['another version', '{"version": 1, "crypto": {}}'],
    ['no key', '{"version": 3}'],
    ['half of it', '{"version": 3, "crypto": {"ciphertext": "aa"}}'],
  ])('that is none is refused, and its text not repeated: %s', (_, text) => {
    const parse = () => parseKeystore(text, 'alice.json');
    expect(parse).toThrow(expect.objectContaining({ id: 'KEYSTORE_UNREADABLE' }));
    expect(parse).not.toThrow(/secret/);
  });

  test.each([
    ['all of the memory', { kdfparams: { ...SCRYPT.crypto.kdfparams, n: 2 ** 30, r: 8, p: 1 } }],
    ['no memory', { kdfparams: { ...SCRYPT.crypto.kdfparams, n: 0 } }],
    ['a number that is no power of two', { kdfparams: { ...SCRYPT.crypto.kdfparams, n: 1000 } }],
    ['all of the time', { ...PBKDF2.crypto, kdfparams: { ...PBKDF2.crypto.kdfparams, c: 1e12 } }],
    ['a short key', { kdfparams: { ...SCRYPT.crypto.kdfparams, dklen: 16 } }],
    ['another derivation', { kdf: 'md5' }],
    ['another cipher', { cipher: 'aes-128-cbc' }],
  ])('that asks for %s is refused', async (_, change) => {
    const keystore = { ...SCRYPT, crypto: { ...SCRYPT.crypto, ...change } };
    await expect(decryptKey(keystore, 'testpassword', at)).rejects.toMatchObject({
      id: 'KEYSTORE_UNREADABLE',
    });
  });
});

describe('an account of one’s own', () => {
  test('is made encrypted, readable by its owner alone, and signs under its name and its address', async () => {
    const { address, path } = await makeAccount(folder, 'alice', 'a word');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    let asked = 0;
    const password = async () => {
      asked += 1;
      return 'a word';
    };
    setAccountSources({ folder, password });
    const named = resolveAccount('alice');
    expect(named).toEqual({ name: 'alice', address: address.toLowerCase() });
    expect(resolveAccount(address)).toEqual(named);
    const account = await signingKey(named);
    expect(account.address).toBe(address);
    await signingKey(named);
    expect(asked, 'the password is asked for once').toBe(1);
    const key = await decryptKey(parseKeystore(readFileSync(path, 'utf8'), path), 'a word', at);
    expect(privateKeyToAccount(`0x${key.toString('hex')}`).address).toBe(address);
  });

  test('is never replaced, and has a name that means nothing else', async () => {
    for (const [name, id] of [
      ['alice', 'ACCOUNT_TAKEN'],
      ['curator', 'ACCOUNT_TAKEN'],
      ['Alice', 'ACCOUNT_NAME_INVALID'],
      ['0xabc', 'ACCOUNT_NAME_INVALID'],
      ['../alice', 'ACCOUNT_NAME_INVALID'],
      ['', 'ACCOUNT_NAME_INVALID'],
    ] as const)
      await expect(makeAccount(folder, name, 'x'), name).rejects.toMatchObject({ id });
    expect(existsSync(join(folder, 'curator.json'))).toBe(false);
  });

  test('does not sign as another account than its file says', async () => {
    const key = Buffer.from(KEY, 'hex');
    writeFileSync(
      join(folder, 'mallory.json'),
      JSON.stringify(await encryptKey(key, `0x${'cd'.repeat(20)}`, 'x', CHEAP)),
    );
    setAccountSources({ folder, password: async () => 'x' });
    await expect(signingKey(resolveAccount('mallory'))).rejects.toMatchObject({ id: 'KEYSTORE_UNREADABLE' });
  });
});
