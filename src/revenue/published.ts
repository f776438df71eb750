import { isError, SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import type { Progress } from '../base/progress.ts';
import type { VersionRecord } from '../chain/index.ts';
import { cidOfDigest } from '../content/index.ts';
import type { Context } from '../context/index.ts';
import type { MerkleSum, MerkleSumCommitment } from './merkle-sum.ts';
import { type ContributorTable, indexesOf } from './merkle-sum-table.ts';
import { readContributorTable } from './read-contributors.ts';
import { readCommitment, registeredTree } from './registered.ts';

/** A version's contributors as published, and the tree that they were registered with. */
export type PublishedContributors = { table: ContributorTable; tree: MerkleSum };

/** What the list is called in a release. */
export const CONTRIBUTORS_FILE = 'contributors.csv';
/** Room for some four million contributors. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** What a publisher, or a node that lost its blocks, can do to a file. A node that does not answer is not among them. */
const FAULTS_OF_ONE_FILE = [
  'CONTENT_NOT_FOUND',
  'CONTENT_NOT_A_FILE',
  'CONTENT_TOO_LARGE',
  'CONTENT_CORRUPT',
  'CONTENT_UNSAFE',
  'CONTRIBUTORS_INVALID',
  'CONTRIBUTOR_TREE_INVALID',
] as const;

/**
 * A version's list of contributors as it was published, whatever is registered; the index is the place in the list.
 * Read as it arrives, and no further than one row beyond the number registered.
 *
 * @throws CONTENT_*, CONTRIBUTORS_INVALID
 */
export function fetchContributors(
  { content, signal }: Pick<Context, 'content' | 'signal'>,
  { releaseRoot }: Pick<VersionRecord, 'releaseRoot'>,
  { count }: Pick<MerkleSumCommitment, 'count'>,
  progress?: Progress,
): Promise<ContributorTable> {
  const options = { signal, maxBytes: MAX_FILE_BYTES };
  const pieces = content.readChunks(cidOfDigest(releaseRoot), CONTRIBUTORS_FILE, options);
  return readContributorTable(pieces, {
    file: CONTRIBUTORS_FILE,
    signal,
    limit: count,
    ...(progress ? { progress } : {}),
  });
}

/**
 * A version's contributors, from the file it was published with. Null, with a warning, when that file is gone,
 * cannot be read, or is not the list that was registered: one asset, which anybody can publish, must not hide
 * everybody's books.
 *
 * @param wanted an account; null as well when it has no row, and then no tree is made
 */
export async function readContributors(
  context: Context,
  version: VersionRecord,
  wanted?: Address,
): Promise<PublishedContributors | null> {
  const { logger } = context;
  try {
    const commitment = await readCommitment(context.chain, version.id);
    const table = await fetchContributors(context, version, commitment);
    if (wanted !== undefined && indexesOf(table, wanted).length === 0) return null;
    const tree = registeredTree(table, commitment);
    if (tree) return { table, tree };
    logger.warn(unlisted(version, 'are not those that it was registered with'));
  } catch (error) {
    if (!(error instanceof SaharaError) || !FAULTS_OF_ONE_FILE.some((name) => isError(error, name)))
      throw error;
    logger.warn(unlisted(version, `cannot be read (${error.message})`));
  }
  return null;
}

function unlisted({ id }: VersionRecord, reason: string): string {
  return `the contributors of version ${id} ${reason}: what they earned is not listed`;
}
