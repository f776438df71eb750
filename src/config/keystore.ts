import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, randomUUID, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { keccak256 } from 'viem';
import { SaharaError } from '../base/errors.ts';

/**
 * An encrypted key as Ethereum's wallets keep it: Web3 Secret Storage, version 3
 * (https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage).
 */
export type Keystore = {
  version: 3;
  id: string;
  /** 40 hexadecimal digits; some wallets leave it out. */
  address?: string;
  crypto: {
    cipher: string;
    cipherparams: { iv: string };
    ciphertext: string;
    kdf: string;
    kdfparams: { dklen: number; salt: string; n?: number; r?: number; p?: number; c?: number; prf?: string };
    mac: string;
  };
};

/** What encrypting is to cost whoever guesses passwords: 128 MiB and about a third of a second for each. */
const SCRYPT = { n: 2 ** 17, r: 8, p: 1 };
/** A file may not ask for more memory than this, bytes: it may be somebody else's. */
const MAX_MEMORY = 1 << 30;
const MAX_ROUNDS = 10_000_000;
const CIPHER = 'aes-128-ctr';

const scryptOf = promisify<Buffer, Buffer, number, object, Buffer>(scrypt);
const pbkdf2Of = promisify(pbkdf2);

/** @param key 32 bytes */
export async function encryptKey(
  key: Uint8Array,
  address: string,
  password: string,
  cost: { n: number; r: number; p: number } = SCRYPT,
): Promise<Keystore> {
  const [salt, iv] = [randomBytes(32), randomBytes(16)];
  const kdfparams = { dklen: 32, salt: salt.toString('hex'), ...cost };
  const derived = await derive('scrypt', kdfparams, password, '');
  const cipher = createCipheriv(CIPHER, derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(key), cipher.final()]);
  return {
    version: 3,
    id: randomUUID(),
    address: address.toLowerCase().replace(/^0x/, ''),
    crypto: {
      cipher: CIPHER,
      cipherparams: { iv: iv.toString('hex') },
      ciphertext: ciphertext.toString('hex'),
      kdf: 'scrypt',
      kdfparams,
      mac: macOf(derived, ciphertext),
    },
  };
}

/**
 * The key, 32 bytes.
 *
 * @param place names the file in errors, `account` the account
 * @throws KEYSTORE_UNREADABLE, KEYSTORE_PASSWORD
 */
export async function decryptKey(
  { crypto }: Keystore,
  password: string,
  { place, account }: { place: string; account: string },
): Promise<Buffer> {
  if (crypto.cipher !== CIPHER) throw unreadable(place, `its cipher is not ${CIPHER}`);
  const ciphertext = Buffer.from(crypto.ciphertext, 'hex');
  const derived = await derive(crypto.kdf, crypto.kdfparams, password, place);
  if (macOf(derived, ciphertext) !== crypto.mac.toLowerCase().replace(/^0x/, ''))
    throw new SaharaError('KEYSTORE_PASSWORD', { account });
  const iv = Buffer.from(crypto.cipherparams.iv, 'hex');
  const decipher = createDecipheriv(CIPHER, derived.subarray(0, 16), iv);
  const key = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  if (key.length !== 32) throw unreadable(place, 'its key has not 32 bytes');
  return key;
}

/** A keystore file's text, its form checked. @throws KEYSTORE_UNREADABLE */
export function parseKeystore(text: string, place: string): Keystore {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw unreadable(place, 'it is not JSON');
  }
  const { version, crypto } = (raw ?? {}) as Partial<Keystore>;
  if (version !== 3) throw unreadable(place, 'its version is not 3');
  const isText = (v: unknown) => typeof v === 'string';
  if (
    !isText(crypto?.ciphertext) ||
    !isText(crypto?.cipherparams?.iv) ||
    !isText(crypto?.mac) ||
    !isText(crypto?.kdfparams?.salt)
  )
    throw unreadable(place, 'it lacks a part of "crypto"');
  return raw as Keystore;
}

async function derive(
  kdf: string,
  { dklen, salt, n = 0, r = 0, p = 0, c = 0, prf }: Keystore['crypto']['kdfparams'],
  password: string,
  place: string,
): Promise<Buffer> {
  const words = Buffer.from(password.normalize('NFC'));
  const salted = Buffer.from(salt, 'hex');
  if (!Number.isInteger(dklen) || dklen < 32 || dklen > 64) throw unreadable(place, 'its dklen is not 32');
  if (kdf === 'scrypt') {
    const memory = 128 * r * (n + p) + 1024;
    if (!(n > 1 && r > 0 && p > 0 && memory <= MAX_MEMORY && p <= 64))
      throw unreadable(place, 'its scrypt parameters ask for too much, or for nothing');
    try {
      return await scryptOf(words, salted, dklen, { N: n, r, p, maxmem: memory * 2 });
    } catch (error) {
      throw unreadable(place, `its scrypt parameters are not valid (${(error as Error).message})`);
    }
  }
  if (kdf === 'pbkdf2' && prf === 'hmac-sha256' && c > 0 && c <= MAX_ROUNDS)
    return await pbkdf2Of(words, salted, c, dklen, 'sha256');
  throw unreadable(place, 'it derives its key neither by scrypt nor by pbkdf2 with hmac-sha256');
}

function macOf(derived: Buffer, ciphertext: Buffer): string {
  return keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext])).slice(2);
}

function unreadable(path: string, reason: string): SaharaError<'KEYSTORE_UNREADABLE'> {
  return new SaharaError('KEYSTORE_UNREADABLE', { path, reason });
}
