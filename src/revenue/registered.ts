import { type Chain, read } from '../chain/index.ts';
import { buildMerkleSum, type Contributor, type MerkleSum, type MerkleSumCommitment } from './merkle-sum.ts';
import type { ContributorTable } from './merkle-sum-table.ts';

/** What the vault keeps of a version's contributors; a count of 0 when it has none. */
export type RegisteredContributors = MerkleSumCommitment & {
  /** Basis points of what stays with the version that are theirs. */
  shareBps: number;
};

export async function readCommitment(chain: Chain, versionId: bigint): Promise<RegisteredContributors> {
  const [shareBps, count, total, root] = await read(chain, 'RevenueVault', 'contributors', [versionId]);
  return { shareBps, count, total, root };
}

/**
 * The tree of a published list when it is the list that was registered, else null. The vault was told three
 * numbers and nobody checked them against the file: whoever publishes may show one list and register another.
 *
 * @throws CONTRIBUTOR_TREE_INVALID when no tree can be made of the list
 */
export function registeredTree(
  list: readonly Contributor[] | ContributorTable,
  { count, total, root }: MerkleSumCommitment,
): MerkleSum | null {
  if (('records' in list ? list.count : list.length) !== count) return null;
  const tree = buildMerkleSum(list);
  return tree.root.toLowerCase() === root.toLowerCase() && tree.total === total ? tree : null;
}
