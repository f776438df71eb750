import { keccak256 } from 'viem/utils';
import { SaharaError } from '../base/errors.ts';
import { type Address, fromHex, type Hex, toHex } from '../base/hex.ts';

/** One contributor of a version; the same account may have several rows. */
export type Contributor = {
  account: Address;
  /** A whole number above zero; only the ratios to the other weights matter. */
  weight: bigint;
};

export type MerkleSumProof = Contributor & {
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

/** The layout that is hashed for a leaf: 0, index uint32, account, weight uint128. */
const LEAF_BYTES = 1 + 4 + 20 + 16;
/** For a node: 1, left hash, left sum uint128, right hash, right sum uint128. */
const NODE_BYTES = 1 + 32 + 16 + 32 + 16;
const LOW_64 = (1n << 64n) - 1n;

type Level = { hashes: Uint8Array; sums: bigint[] };

/**
 * Commits to a list of contributors so that one row can be proved, together with the fact that all
 * weights add up to `total` (design section 4; the vault checks the same layout).
 *
 * Leaf: keccak256(uint8 0, uint32 index, address, uint128 weight), sum = weight. Node: keccak256(uint8 1,
 * left hash, uint128 left sum, right hash, uint128 right sum). Rows are padded to the next power of two
 * with empty leaves: hash 0, sum 0.
 *
 * @throws CONTRIBUTOR_TREE_INVALID
 */
export function buildMerkleSum(rows: readonly Contributor[]): MerkleSum {
  const levels = [leaves(rows)];
  let padding: Uint8Array = new Uint8Array(32);
  for (let level = levels[0]; level && level.sums.length > 1; level = levels.at(-1)) {
    levels.push(levelAbove(level, padding));
    padding = nodeHash(padding, 0n, padding, 0n);
  }
  const top = levels.at(-1);
  const total = top?.sums[0] ?? 0n;
  const depth = levels.length - 1;
  return {
    root: toHex(hashAt(levels[depth], 0)),
    total,
    count: rows.length,
    depth,
    proof: (index) => proofOf(rows, levels, index),
  };
}

/** Checks a proof exactly as the vault does. Never throws: what cannot be a proof is not one. */
export function verifyMerkleSum(commitment: MerkleSumCommitment, proof: MerkleSumProof): boolean {
  const { index, account, weight, siblings, siblingSums } = proof;
  const depth = depthOf(commitment.count);
  if (!Number.isInteger(index) || index < 0 || index >= commitment.count) return false;
  if (siblings.length !== depth || siblingSums.length !== depth) return false;
  if (weight <= 0n || !fitsUint128(weight) || !siblingSums.every(fitsUint128)) return false;
  if (!/^0x[0-9a-fA-F]{40}$/.test(account) || /^0x0{40}$/.test(account)) return false;
  if (!siblings.every((s) => /^0x[0-9a-fA-F]{64}$/.test(s))) return false;
  let hash = leafHash(index, fromHex(account), weight);
  let sum = weight;
  for (let level = 0; level < depth; level++) {
    const sibling = fromHex(siblings[level] ?? '');
    const siblingSum = siblingSums[level] ?? 0n;
    const right = (index >>> level) & 1;
    hash = right ? nodeHash(sibling, siblingSum, hash, sum) : nodeHash(hash, sum, sibling, siblingSum);
    sum += siblingSum;
    if (!fitsUint128(sum)) return false;
  }
  return sum === commitment.total && toHex(hash) === commitment.root.toLowerCase();
}

function depthOf(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

function fitsUint128(value: bigint): boolean {
  return value >= 0n && value < 1n << 128n;
}

function leaves(rows: readonly Contributor[]): Level {
  if (rows.length === 0) invalid(0, 'there are no contributors');
  if (rows.length > 0xffff_ffff) invalid(rows.length, 'there are too many contributors');
  const hashes = new Uint8Array(rows.length * 32);
  const sums: bigint[] = [];
  let total = 0n;
  for (const [index, { account, weight }] of rows.entries()) {
    if (!/^0x[0-9a-fA-F]{40}$/.test(account)) invalid(index, `"${account}" is not an address`);
    if (/^0x0{40}$/.test(account)) invalid(index, 'nobody can claim for the zero address');
    if (weight <= 0n) invalid(index, 'the weight is not above zero');
    total += weight;
    if (total >= MAX_TOTAL_WEIGHT) invalid(index, 'the weights add up to 2^96 or more');
    hashes.set(leafHash(index, fromHex(account), weight), index * 32);
    sums.push(weight);
  }
  return { hashes, sums };
}

function levelAbove(below: Level, padding: Uint8Array): Level {
  const size = Math.ceil(below.sums.length / 2);
  const hashes = new Uint8Array(size * 32);
  const sums: bigint[] = [];
  for (let i = 0; i < size; i++) {
    const leftSum = below.sums[2 * i] ?? 0n;
    const rightSum = below.sums[2 * i + 1];
    const right = rightSum === undefined ? padding : hashAt(below, 2 * i + 1);
    hashes.set(nodeHash(hashAt(below, 2 * i), leftSum, right, rightSum ?? 0n), i * 32);
    sums.push(leftSum + (rightSum ?? 0n));
  }
  return { hashes, sums };
}

function proofOf(rows: readonly Contributor[], levels: readonly Level[], index: number): MerkleSumProof {
  const row = rows[index];
  if (!row) throw new RangeError(`there is no contributor ${index}`);
  const siblings: Hex[] = [];
  const siblingSums: bigint[] = [];
  let padding: Uint8Array = new Uint8Array(32);
  for (let level = 0; level < levels.length - 1; level++) {
    const sibling = Math.floor(index / 2 ** level) ^ 1;
    const sum = levels[level]?.sums[sibling];
    siblings.push(toHex(sum === undefined ? padding : hashAt(levels[level], sibling)));
    siblingSums.push(sum ?? 0n);
    padding = nodeHash(padding, 0n, padding, 0n);
  }
  return { index, account: row.account, weight: row.weight, siblings, siblingSums };
}

function hashAt(level: Level | undefined, index: number): Uint8Array {
  return (level?.hashes ?? new Uint8Array()).subarray(index * 32, index * 32 + 32);
}

function leafHash(index: number, account: Uint8Array, weight: bigint): Uint8Array {
  const bytes = new Uint8Array(LEAF_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(1, index);
  bytes.set(account, 5);
  setUint128(view, 25, weight);
  return keccak256(bytes, 'bytes');
}

function nodeHash(left: Uint8Array, leftSum: bigint, right: Uint8Array, rightSum: bigint): Uint8Array {
  const bytes = new Uint8Array(NODE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  bytes.set(left, 1);
  setUint128(view, 33, leftSum);
  bytes.set(right, 49);
  setUint128(view, 81, rightSum);
  return keccak256(bytes, 'bytes');
}

function setUint128(view: DataView, at: number, value: bigint): void {
  view.setBigUint64(at, value >> 64n);
  view.setBigUint64(at + 8, value & LOW_64);
}

function invalid(index: number, reason: string): never {
  throw new SaharaError('CONTRIBUTOR_TREE_INVALID', { index, reason });
}
