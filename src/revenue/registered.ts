import { type Chain, read } from '../chain/index.ts';
import { buildMerkleSum, type Contributor, type MerkleSum, type MerkleSumCommitment } from './merkle-sum.ts';
import type { ContributorTable } from './merkle-sum-table.ts';

/** What a version was registered with about its contributors; a count of 0 when it has none. */
export async function readCommitment(chain: Chain, versionId: bigint): Promise<MerkleSumCommitment> {
  const [, count, total, root] = await read(chain, 'RevenueVault', 'contributors', [versionId]);
  return { count, total, root };
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
