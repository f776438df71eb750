import { type Hex, toHex } from '../base/hex.ts';
import { keccakEach } from './merkle-sum-keccak.ts';
import {
  type ContributorTable,
  RECORD_BYTES,
  rowAt,
  tableOf,
  uint128At,
  viewOf,
  WEIGHT_AT,
} from './merkle-sum-table.ts';
import type { Contributor, MerkleSum, MerkleSumProof } from './merkle-sum-types.ts';

export {
  type Contributor,
  MAX_TOTAL_WEIGHT,
  type MerkleSum,
  type MerkleSumCommitment,
  type MerkleSumProof,
} from './merkle-sum-types.ts';
export { verifyMerkleSum } from './merkle-sum-verify.ts';

/** A node as it stands in its level: its hash, then its sum as uint128. Two of them are what the node above hashes. */
const NODE_BYTES = 32 + 16;
const SUM_AT = 32;
const LEAF_TAG = 0;
const NODE_TAG = 1;

/**
 * Commits to a list of contributors so that one row can be proved, together with the fact that all
 * weights add up to `total` (design section 4; the vault checks the same layout).
 *
 * Leaf: keccak256(uint8 0, uint32 index, address, uint128 weight), sum = weight. Node: keccak256(uint8 1,
 * left hash, uint128 left sum, right hash, uint128 right sum). Rows are padded to the next power of two
 * with empty leaves: hash 0, sum 0.
 *
 * Every level is kept, 96 bytes for a row: a million rows take 96 MB beside their table, and a proof reads 20 nodes.
 *
 * @throws CONTRIBUTOR_TREE_INVALID
 */
export function buildMerkleSum(list: readonly Contributor[] | ContributorTable): MerkleSum {
  const table = 'records' in list ? list : tableOf(list);
  const levels = [leafLevel(table)];
  let padding: Uint8Array = new Uint8Array(NODE_BYTES);
  for (let below = levels[0]; below && below.length > NODE_BYTES; below = levels.at(-1)) {
    const above = levelAbove(below, padding);
    levels.push(above.level);
    padding = above.padding;
  }
  const root = levels.at(-1) ?? padding;
  return {
    root: toHex(root.subarray(0, SUM_AT)),
    total: table.total,
    count: table.count,
    depth: levels.length - 1,
    proof: (index) => proofOf(table, levels, index),
  };
}

/** The nodes of a level and, where they are odd in number and not alone, the empty one that makes them even. */
function emptyLevel(nodes: number): Uint8Array {
  return new Uint8Array((nodes === 1 ? 1 : nodes + (nodes % 2)) * NODE_BYTES);
}

function leafLevel({ records, count }: ContributorTable): Uint8Array {
  const level = emptyLevel(count);
  keccakEach({ bytes: records, length: RECORD_BYTES, count, prefix: LEAF_TAG }, level, NODE_BYTES);
  const from = viewOf(records);
  const to = viewOf(level);
  for (let i = 0; i < count; i++) {
    const weight = i * RECORD_BYTES + WEIGHT_AT;
    const sum = i * NODE_BYTES + SUM_AT;
    for (let byte = 0; byte < 16; byte += 4) to.setUint32(sum + byte, from.getUint32(weight + byte));
  }
  return level;
}

/** @param padding the empty node of the level below; the one of the level above comes back */
function levelAbove(below: Uint8Array, padding: Uint8Array): { level: Uint8Array; padding: Uint8Array } {
  const nodes = below.length / NODE_BYTES / 2;
  const level = emptyLevel(nodes);
  const length = 2 * NODE_BYTES;
  keccakEach({ bytes: below, length, count: nodes, prefix: NODE_TAG }, level, NODE_BYTES);
  const from = viewOf(below);
  const to = viewOf(level);
  for (let i = 0; i < nodes; i++) addSums(from, i * length + SUM_AT, to, i * NODE_BYTES + SUM_AT);
  const above = new Uint8Array(NODE_BYTES);
  const two = new Uint8Array(length);
  two.set(padding);
  two.set(padding, NODE_BYTES);
  keccakEach({ bytes: two, length, count: 1, prefix: NODE_TAG }, above, NODE_BYTES);
  if (nodes > 1) level.set(above.subarray(0, level.length - nodes * NODE_BYTES), nodes * NODE_BYTES);
  return { level, padding: above };
}

/** The sums of two neighbours, 32 bits at a time: a BigInt for each of a million sums would be garbage. */
function addSums(from: DataView, at: number, to: DataView, sumAt: number): void {
  let carry = 0;
  for (let byte = 12; byte >= 0; byte -= 4) {
    const sum = from.getUint32(at + byte) + from.getUint32(at + NODE_BYTES + byte) + carry;
    to.setUint32(sumAt + byte, sum >>> 0);
    carry = sum > 0xffff_ffff ? 1 : 0;
  }
}

function proofOf(table: ContributorTable, levels: readonly Uint8Array[], index: number): MerkleSumProof {
  const row = rowAt(table, index);
  const siblings: Hex[] = [];
  const siblingSums: bigint[] = [];
  for (const [level, nodes] of levels.slice(0, -1).entries()) {
    const at = (Math.floor(index / 2 ** level) ^ 1) * NODE_BYTES;
    siblings.push(toHex(nodes.subarray(at, at + SUM_AT)));
    siblingSums.push(uint128At(viewOf(nodes), at + SUM_AT));
  }
  return { index, ...row, siblings, siblingSums };
}
