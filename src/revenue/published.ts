import { isError, SaharaError } from '../base/errors.ts';
import type { VersionRecord } from '../chain/index.ts';
import { cidOfDigest } from '../content/index.ts';
import type { Context } from '../context/index.ts';
import { type ContributorRow, parseContributors } from './contributors.ts';
import type { MerkleSum } from './merkle-sum.ts';
import { readCommitment, registeredTree } from './registered.ts';

/** A version's contributors as published, and the tree that they were registered with. */
export type PublishedContributors = { rows: ContributorRow[]; tree: MerkleSum };

/** Room for some two million contributors. */
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
 * A version's contributors, from the file it was published with; the index is the place in the list. Null, with
 * a warning, when that file is gone, cannot be read, or is not the list that was registered: one asset, which
 * anybody can publish, must not hide everybody's books.
 */
export async function readContributors(
  { chain, content, signal, logger }: Context,
  version: VersionRecord,
): Promise<PublishedContributors | null> {
  try {
    const [bytes, commitment] = await Promise.all([
      content.readFile(cidOfDigest(version.releaseRoot), 'contributors.csv', {
        signal,
        maxBytes: MAX_FILE_BYTES,
      }),
      readCommitment(chain, version.id),
    ]);
    const rows = parseContributors(Buffer.from(bytes).toString('utf8'), { file: 'contributors.csv' });
    const tree = registeredTree(rows, commitment);
    if (tree) return { rows, tree };
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
