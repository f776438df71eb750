import type { Address } from '../base/hex.ts';
import { keccakEach } from './merkle-sum-keccak.ts';

const DIGITS = 40;
const digits = Buffer.alloc(DIGITS);
const hash = new Uint8Array(32);

/**
 * What is wrong with an address as somebody wrote it; undefined when nothing is. In lower case it is taken as it
 * stands, in mixed case its checksum (EIP-55) has to be right: who wrote it could not have mistyped it otherwise.
 */
export function addressProblem(address: string): string | undefined {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) return 'is not an address (0x and 40 hexadecimal characters)';
  if (/^0x0{40}$/.test(address)) return 'is the zero address, for which nobody can claim';
  const lower = address.toLowerCase() as Address;
  if (lower === address || checksumAddress(lower) === address) return undefined;
  return 'has a wrong checksum; it is probably mistyped';
}

/**
 * An address in lower case with its checksum: EIP-55 writes a letter in upper case where the hash of the lower-case
 * digits has a hexadecimal digit above 7.
 */
export function checksumAddress(lower: Address): Address {
  digits.write(lower.slice(2), 'latin1');
  keccakEach({ bytes: digits.subarray(1), length: DIGITS - 1, count: 1, prefix: digits[0] ?? 0 }, hash);
  for (let i = 0; i < DIGITS; i++) {
    const nibble = ((hash[i >> 1] ?? 0) >> (i % 2 === 0 ? 4 : 0)) & 0xf;
    const code = digits[i] ?? 0;
    // Digits have no case; of a letter, 32 less is its upper case.
    if (code > 0x60 && nibble > 7) digits[i] = code - 32;
  }
  return `0x${digits.toString('latin1')}`;
}
