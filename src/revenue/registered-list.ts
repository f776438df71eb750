import { SaharaError } from '../base/errors.ts';
import { readVersion, resolveAsset, uniqueRef } from '../chain/index.ts';
import type { Context } from '../context/index.ts';
import { buildMerkleSum, type MerkleSum } from './merkle-sum.ts';
import type { ContributorTable } from './merkle-sum-table.ts';
import { CONTRIBUTORS_FILE, fetchContributors } from './published.ts';
import { readContributorFile } from './read-contributors.ts';
import { type RegisteredContributors, readCommitment } from './registered.ts';

/** A version's contributors, whose list was found to be the registered one. */
export type RegisteredList = {
  /** "curator/penguins@1" */
  asset: string;
  versionId: bigint;
  registered: RegisteredContributors;
  table: ContributorTable;
  tree: MerkleSum;
};

/**
 * The list of a version's contributors, published or from a file, once its tree has been made and has the
 * registered root, total weight and count.
 *
 * @throws ASSET_UNKNOWN, CONTRIBUTORS_NONE, CONTRIBUTORS_NOT_REGISTERED, CONTRIBUTORS_INVALID,
 *   CONTRIBUTORS_FILE_MISSING, CONTENT_*
 */
export async function registeredList(context: Context, ref: string, file?: string): Promise<RegisteredList> {
  const { chain, signal, progress } = context;
  const { asset: record, versionId } = await resolveAsset(chain, ref);
  const version = await readVersion(chain, versionId);
  const asset = `${uniqueRef(record)}@${version.number}`;
  const registered = await readCommitment(chain, versionId);
  if (registered.count === 0) throw new SaharaError('CONTRIBUTORS_NONE', { asset });

  const table = await (file === undefined
    ? fetchContributors(context, version, registered, progress)
    : readContributorFile(file, { signal, progress }));
  const refuse = (reason: string) => {
    throw new SaharaError('CONTRIBUTORS_NOT_REGISTERED', { asset, file: file ?? CONTRIBUTORS_FILE, reason });
  };
  const { count, total, root } = registered;
  // The published list is read no further than to the first row too many.
  const rows = file === undefined && table.count > count ? `more than ${count} rows` : `${table.count} rows`;
  if (table.count !== count) refuse(`it has ${rows}, and ${count} are registered`);
  if (table.total !== total) refuse(`its weights add up to ${table.total}, and ${total} is registered`);
  const tree = buildMerkleSum(table);
  if (tree.root !== root) refuse(`its tree has the root ${tree.root}, and ${root} is registered`);
  return { asset, versionId, registered, table, tree };
}
