import { type Chain, read } from '../chain/index.ts';

/** More licences than this are not asked one by one. */
const COUNTABLE = 1000;

/**
 * How many licences end by themselves after one moment and up to another, both in seconds since 1970; null where there
 * are too many to ask. Those that are revoked by then do not count.
 */
export async function countEnding(chain: Chain, after: number, upTo: number): Promise<number | null> {
  const count = Number(await read(chain, 'LicenseRegistry', 'licenseCount', []));
  if (count > COUNTABLE) return null;
  const all = await Promise.all(
    Array.from({ length: count }, (_, i) => read(chain, 'LicenseRegistry', 'license', [BigInt(i + 1)])),
  );
  return all.filter(
    ({ expiresAt, revokedAt }) =>
      // A licence is over when its last second is: the contract compares with <.
      expiresAt > after && expiresAt <= upTo && (revokedAt === 0 || revokedAt > expiresAt),
  ).length;
}
