import type { Address } from '../base/hex.ts';
import { read, readVersion } from '../chain/index.ts';
import type { Context } from '../context/index.ts';
import type { EarnedBooks } from './books.ts';
import type { MerkleSumProof } from './merkle-sum.ts';
import { indexesOf, rowAt } from './merkle-sum-table.ts';
import { readContributors } from './published.ts';

/** A contribution for which something is owed. */
export type Claimable = {
  index: number;
  /** Wei. */
  owed: bigint;
  /** Null when the vault knows the contribution already, from an earlier claim. */
  proof: MerkleSumProof | null;
};

/** Reads that are made at a time; an account may have as many rows as a list has. */
const AT_ONCE = 500;

/**
 * What an account can claim of a version as a contributor, each row of its own: from one pass over the published
 * list, which is not even fetched when the version has nothing for contributors.
 */
export async function claimableContributions(
  context: Context,
  account: Address,
  { versionId, contributors, pool }: EarnedBooks,
): Promise<Claimable[]> {
  const { chain } = context;
  if (contributors.count === 0 || pool === 0n) return [];
  const published = await readContributors(context, await readVersion(chain, versionId), account);
  if (!published) return [];
  const { table, tree } = published;
  const look = async (index: number): Promise<Claimable> => {
    const { weight } = rowAt(table, index);
    const [owed, [proven]] = await Promise.all([
      read(chain, 'RevenueVault', 'contributionOwed', [versionId, index, account, weight]),
      read(chain, 'RevenueVault', 'contribution', [versionId, index, account]),
    ]);
    return { index, owed, proof: proven === 0n ? tree.proof(index) : null };
  };
  const indexes = indexesOf(table, account);
  const found: Claimable[] = [];
  for (let i = 0; i < indexes.length; i += AT_ONCE)
    found.push(...(await Promise.all(indexes.slice(i, i + AT_ONCE).map(look))));
  return found.filter(({ owed }) => owed > 0n);
}
