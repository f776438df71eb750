import { keccak256 } from 'viem/utils';
import { fromHex, toHex } from '../base/hex.ts';
import type { MerkleSumCommitment, MerkleSumProof } from './merkle-sum-types.ts';

/** The layout that is hashed for a leaf: 0, index uint32, account, weight uint128. */
const LEAF_BYTES = 1 + 4 + 20 + 16;
/** For a node: 1, left hash, left sum uint128, right hash, right sum uint128. */
const NODE_BYTES = 1 + 32 + 16 + 32 + 16;
const LOW_64 = (1n << 64n) - 1n;

/**
 * Checks a proof exactly as the vault does. Never throws: what cannot be a proof is not one. Hashes with
 * another implementation than the one that builds trees, so that neither can be wrong unnoticed.
 */
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
