import fc from 'fast-check';
import {
  type Address,
  concatHex,
  encodePacked,
  type Hex,
  keccak256,
  pad,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { describe, expect, it } from 'vitest';
import { isError } from '../base/errors.ts';
import { buildMerkleSum, type Contributor, MAX_TOTAL_WEIGHT, verifyMerkleSum } from './merkle-sum.ts';

const A: Address = '0x1111111111111111111111111111111111111111';
const B: Address = '0x2222222222222222222222222222222222222222';

const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((b) => toHex(b));
const row = fc.record({ account: address, weight: fc.bigInt({ min: 1n, max: 1n << 80n }) });
const list = fc.array(row, { minLength: 1, maxLength: 40 });

describe('buildMerkleSum', () => {
  it('hashes one contributor as its own root', () => {
    const tree = buildMerkleSum([{ account: A, weight: 7n }]);
    expect(tree).toMatchObject({ total: 7n, count: 1, depth: 0 });
    expect(tree.root).toBe(keccak256(concatHex(['0x00', '0x00000000', A, pad('0x07', { size: 16 })])));
    expect(tree.proof(0)).toEqual({ index: 0, account: A, weight: 7n, siblings: [], siblingSums: [] });
  });

  it('hashes two as written in the protocol', () => {
    const tree = buildMerkleSum([
      { account: A, weight: 1n },
      { account: B, weight: 2n },
    ]);
    const left = leaf(0, { account: A, weight: 1n });
    const right = leaf(1, { account: B, weight: 2n });
    expect(tree.root).toBe(node(left, right).hash);
    expect(tree.proof(1)).toMatchObject({ siblings: [left.hash], siblingSums: [1n] });
  });

  it('gives the same root and total as the whole padded tree worked out naively (property)', () => {
    fc.assert(
      fc.property(list, (rows) => {
        const tree = buildMerkleSum(rows);
        const naive = naiveTree(rows);
        expect(tree.root).toBe(naive.hash);
        expect(tree.total).toBe(naive.sum);
        expect(2 ** tree.depth).toBeGreaterThanOrEqual(rows.length);
        expect(2 ** (tree.depth - 1)).toBeLessThan(rows.length);
      }),
    );
  });

  it('proves any row of lists of any size up to 5,000, and no other row by it (property)', () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 5_000 }),
      // Where levels are full, and where they are one short or one over.
      fc
        .integer({ min: 1, max: 12 })
        .chain((depth) => fc.constantFrom(-1, 0, 1).map((by) => 2 ** depth + by)),
    );
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (count, pick, seed) => {
        const rows = Array.from({ length: count }, (_, i) => syntheticRow(i + seed));
        const tree = buildMerkleSum(rows);
        for (const index of [0, count - 1, pick % count]) {
          const proof = tree.proof(index);
          expect(verifyMerkleSum(tree, proof)).toBe(true);
          expect(proof.siblings.length).toBe(tree.depth);
          const other = (index + 1) % count;
          if (other === index) continue;
          expect(verifyMerkleSum(tree, { ...proof, index: other })).toBe(false);
          expect(verifyMerkleSum(tree, { ...proof, ...rows[other] })).toBe(false);
          expect(verifyMerkleSum(tree, { ...tree.proof(other), index })).toBe(false);
        }
      }),
      { numRuns: Math.min(60, fc.readConfigureGlobal()?.numRuns ?? 60) },
    );
  });

  it('adds sums of 96 bits without losing a carry', () => {
    const heavy = [2n ** 95n, 2n ** 64n - 1n, 1n, 2n ** 32n - 1n, 2n ** 63n].map((weight) => ({
      account: A,
      weight,
    }));
    const tree = buildMerkleSum(heavy);
    expect(tree.root).toBe(naiveTree(heavy).hash);
    for (const index of heavy.keys()) expect(verifyMerkleSum(tree, tree.proof(index))).toBe(true);
  });

  it('refuses what the vault could not work with, naming the row', () => {
    const bad: [number, readonly Contributor[]][] = [
      [0, []],
      [
        1,
        [
          { account: A, weight: 1n },
          { account: B, weight: 0n },
        ],
      ],
      [0, [{ account: A, weight: -1n }]],
      [0, [{ account: '0x11', weight: 1n }]],
      [0, [{ account: zeroAddress, weight: 1n }]],
      [
        1,
        [
          { account: A, weight: MAX_TOTAL_WEIGHT - 1n },
          { account: A, weight: 1n },
        ],
      ],
    ];
    for (const [index, rows] of bad) {
      const error = failure(() => buildMerkleSum(rows));
      expect(isError(error, 'CONTRIBUTOR_TREE_INVALID') && error.params.index).toBe(index);
    }
    expect(buildMerkleSum([{ account: A, weight: MAX_TOTAL_WEIGHT - 1n }]).total).toBe(MAX_TOTAL_WEIGHT - 1n);
  });

  it('takes an address in any case', () => {
    const mixed = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    const lower = mixed.toLowerCase() as Address;
    expect(buildMerkleSum([{ account: mixed, weight: 1n }]).root).toBe(
      buildMerkleSum([{ account: lower, weight: 1n }]).root,
    );
  });
});

describe('verifyMerkleSum', () => {
  it('accepts every row at its index and no other (property)', () => {
    fc.assert(
      fc.property(list, fc.nat(), (rows, pick) => {
        const tree = buildMerkleSum(rows);
        const index = pick % rows.length;
        const proof = tree.proof(index);
        expect(verifyMerkleSum(tree, proof)).toBe(true);
        expect(verifyMerkleSum(tree, { ...proof, weight: proof.weight + 1n })).toBe(false);
        expect(verifyMerkleSum(tree, { ...proof, account: flip(proof.account) })).toBe(false);
        expect(verifyMerkleSum(tree, { ...proof, index: index + 1 })).toBe(false);
        expect(verifyMerkleSum({ ...tree, total: tree.total + 1n }, proof)).toBe(false);
        expect(verifyMerkleSum({ ...tree, root: flip(tree.root) }, proof)).toBe(false);
        expect(verifyMerkleSum(tree, { ...proof, siblings: [...proof.siblings, zeroHash] })).toBe(false);
        for (const level of proof.siblings.keys()) {
          const siblings = proof.siblings.with(level, flip(proof.siblings[level] ?? '0x'));
          const siblingSums = proof.siblingSums.with(level, (proof.siblingSums[level] ?? 0n) + 1n);
          expect(verifyMerkleSum(tree, { ...proof, siblings })).toBe(false);
          expect(verifyMerkleSum(tree, { ...proof, siblingSums })).toBe(false);
        }
      }),
    );
  });

  it('pays no padding: an empty leaf is beyond the count', () => {
    const tree = buildMerkleSum([A, B, A].map((account) => ({ account, weight: 5n })));
    const last = tree.proof(2);
    expect(last.siblings[0]).toBe(zeroHash);
    expect(verifyMerkleSum(tree, { ...last, index: 3, weight: 0n })).toBe(false);
  });

  it('does not let two rows claim the whole each', () => {
    // The attack on a plain tree: each leaf says "everything", and so does the publisher's total.
    const greedy = [A, B].map((account) => ({ account, weight: 100n }) as const);
    const tree = buildMerkleSum(greedy);
    for (const index of [0, 1])
      expect(verifyMerkleSum({ ...tree, total: 100n }, tree.proof(index))).toBe(false);
    // Nor does hiding the other row's sum in the proof help: the hash commits to it.
    const proof = { ...tree.proof(0), siblingSums: [0n] };
    expect(verifyMerkleSum({ ...tree, total: 100n }, proof)).toBe(false);
  });

  it('calls nonsense no proof instead of throwing', () => {
    const tree = buildMerkleSum([A, B].map((account) => ({ account, weight: 1n })));
    const proof = tree.proof(0);
    const nonsense = [
      { ...proof, siblings: ['0x12' as Hex] },
      { ...proof, siblingSums: [-1n] },
      { ...proof, siblingSums: [1n << 128n] },
      { ...proof, index: 0.5 },
      { ...proof, index: -1 },
      { ...proof, account: '0x' as Address },
      { ...proof, account: zeroAddress },
      { ...proof, weight: 1n << 128n },
    ];
    for (const p of nonsense) expect(verifyMerkleSum(tree, p)).toBe(false);
    expect(verifyMerkleSum({ ...tree, count: 0 }, proof)).toBe(false);
  });
});

/** Some row: the account and weight depend on the number alone. */
function syntheticRow(n: number): Contributor {
  return {
    account: toHex(BigInt(n) * 0x9e3779b97f4a7c15n + 1n, { size: 20 }),
    weight: BigInt((n % 997) + 1),
  };
}

type Summed = { hash: Hex; sum: bigint };

function leaf(index: number, { account, weight }: Contributor): Summed {
  const types = ['uint8', 'uint32', 'address', 'uint128'] as const;
  return { hash: keccak256(encodePacked(types, [0, index, account, weight])), sum: weight };
}

function node(left: Summed, right: Summed): Summed {
  const types = ['uint8', 'bytes32', 'uint128', 'bytes32', 'uint128'] as const;
  const hash = keccak256(encodePacked(types, [1, left.hash, left.sum, right.hash, right.sum]));
  return { hash, sum: left.sum + right.sum };
}

function naiveTree(rows: readonly Contributor[]): Summed {
  let size = 1;
  while (size < rows.length) size *= 2;
  const padded = Array.from({ length: size }, (_, i) => {
    const r = rows[i];
    return r ? leaf(i, r) : { hash: zeroHash, sum: 0n };
  });
  const fold = (part: Summed[]): Summed => {
    const [only] = part;
    if (part.length === 1 && only) return only;
    return node(fold(part.slice(0, part.length / 2)), fold(part.slice(part.length / 2)));
  };
  return fold(padded);
}

/** The same text with its last hexadecimal digit changed. */
function flip(hex: Hex): Hex {
  return `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}` as Hex;
}

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
