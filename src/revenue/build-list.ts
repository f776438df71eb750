import { realpathSync } from 'node:fs';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import type { Progress } from '../base/progress.ts';
import { serializeTable } from './contributors.ts';
import { buildMerkleSum } from './merkle-sum.ts';
import { readContributorFile } from './read-contributors.ts';

/** What would be registered of a list of contributors. */
export type BuiltList = {
  /** Root of the Merkle-sum tree, 32 bytes. */
  root: Hex;
  /** Sum of all weights, which have no unit: an account's share is its weight / totalWeight. */
  totalWeight: bigint;
  /** Rows. An account may have several. */
  count: number;
  /** Hashes in each proof: ceil(log2(count)). */
  depth: number;
  /** The canonical file that was written, or would be; null without --out. */
  out: { file: string; bytes: number } | null;
};

/**
 * Makes the tree of a file of contributors and, where asked for, writes the list in its published form.
 *
 * @param options.out file to write; one that is there is replaced, unless it is the list itself
 * @throws CONTRIBUTORS_INVALID, CONTRIBUTORS_FILE_MISSING, USAGE
 */
export async function buildList(
  file: string,
  { out, dryRun, ...options }: { out?: string; dryRun: boolean; signal: AbortSignal; progress: Progress },
): Promise<BuiltList> {
  const table = await readContributorFile(file, options);
  const { root, total, count, depth } = buildMerkleSum(table);
  const built = { root, totalWeight: total, count, depth };
  if (out === undefined) return { ...built, out: null };
  // Names and notes are not published: what is written may be less than what was read.
  if (isSame(file, out))
    throw new SaharaError('USAGE', {
      message: `--out ${out} is the list itself; names and notes would be lost.`,
      command: 'contributors build',
    });
  const bytes = Buffer.concat([...serializeTable(table)]);
  if (!dryRun) writeFileAtomic(out, bytes);
  return { ...built, out: { file: out, bytes: bytes.length } };
}

function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
