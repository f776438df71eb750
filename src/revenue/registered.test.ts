import { describe, expect, it } from 'vitest';
import { buildMerkleSum, type Contributor } from './merkle-sum.ts';
import { registeredTree } from './registered.ts';

const account = (n: number) => `0x${n.toString(16).padStart(40, '0')}` as const;
const rows: Contributor[] = [1, 2, 3].map((n) => ({ account: account(n), weight: BigInt(n) }));
const { root, total, count } = buildMerkleSum(rows);

describe('registeredTree', () => {
  it('is the tree of the list that was registered', () => {
    expect(registeredTree(rows, { root, total, count })?.root).toBe(root);
  });

  it('is null for a list that differs in anything from what was registered', () => {
    const swapped = [rows[1], rows[0], rows[2]].filter((r) => r !== undefined);
    const richer = rows.map((r, i) => (i === 0 ? { ...r, weight: 100n } : r));
    for (const other of [swapped, richer, rows.slice(1), []])
      expect(registeredTree(other, { root, total, count })).toBeNull();
    expect(registeredTree(rows, { root, total: total + 1n, count })).toBeNull();
    expect(registeredTree(rows, { root: `0x${'0'.repeat(64)}`, total, count })).toBeNull();
  });
});
