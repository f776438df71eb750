import type { Address, Hex } from '../base/hex.ts';

/** One contributor of a version; the same account may have several rows. */
export type Contributor = {
  account: Address;
  /** A whole number above zero; only the ratios to the other weights matter. */
  weight: bigint;
};

export type MerkleSumProof = Contributor & {
  /** Place in the list, from 0. */
  index: number;
  /** Hashes of the siblings from the leaf upwards, exactly `depth` of them. */
  siblings: Hex[];
  /** Sums of the siblings' weights, in the same order. */
  siblingSums: bigint[];
};

/** What the chain stores about a list of contributors. */
export type MerkleSumCommitment = { root: Hex; total: bigint; count: number };

export type MerkleSum = MerkleSumCommitment & {
  /** ceil(log2(count)). */
  depth: number;
  /** @throws RangeError when there is no such index */
  proof(index: number): MerkleSumProof;
};

/** Total weight is below this, so that `units * perQuantum * weight` fits 256 bits in the vault. */
export const MAX_TOTAL_WEIGHT = 1n << 96n;
