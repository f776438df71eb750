import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { resolveAccount } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import type { MerkleSumProof } from './merkle-sum.ts';
import { indexesOf } from './merkle-sum-table.ts';
import { type RegisteredList, registeredList } from './registered-list.ts';

/** Proofs of contributions, as the vault takes them from anybody. */
export type ContributorProofs = {
  /** "curator/penguins@1" */
  asset: string;
  versionId: bigint;
  root: Hex;
  totalWeight: bigint;
  count: number;
  /** One for each row of the account, in the order of the list. */
  proofs: MerkleSumProof[];
};

/**
 * Proofs of all contributions of an account to a version, or of the one at an index; from the published list, or
 * from a file that has to be the same list.
 *
 * @param wanted an account by name or address, or an index from 0
 * @throws CONTRIBUTOR_NOT_LISTED, ACCOUNT_UNKNOWN, and what {@link registeredList} throws
 */
export async function proveContributor(
  context: Context,
  ref: string,
  wanted: string,
  file?: string,
): Promise<ContributorProofs> {
  const find = finder(wanted);
  const list = await registeredList(context, ref, file);
  const { asset, versionId, tree } = list;
  const { root, total, count } = tree;
  const indexes = find(list);
  if (indexes.length === 0) throw new SaharaError('CONTRIBUTOR_NOT_LISTED', { asset, wanted, count });
  return { asset, versionId, root, totalWeight: total, count, proofs: indexes.map(tree.proof) };
}

/** How the rows are found; what cannot be an account is said before anything is fetched. */
function finder(wanted: string): (list: RegisteredList) => number[] {
  if (/^\d{1,10}$/.test(wanted)) {
    const index = Number(wanted);
    return ({ table }) => (index < table.count ? [index] : []);
  }
  const { address } = resolveAccount(wanted);
  return ({ table }) => indexesOf(table, address);
}
