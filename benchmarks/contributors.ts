import { keccak256 } from 'viem/utils';
import { parseContributors, serializeContributors } from '../src/revenue/contributors.ts';
import { buildMerkleSum } from '../src/revenue/merkle-sum.ts';
import { keccakEach } from '../src/revenue/merkle-sum-keccak.ts';
import { type ContributorTable, rowsOf, tableOf } from '../src/revenue/merkle-sum-table.ts';
import type { Contributor } from '../src/revenue/merkle-sum-types.ts';
import { readContributorTable } from '../src/revenue/read-contributors.ts';
import { type Benchmark, interleaved, result } from './harness.ts';

const COUNT = 100_000;
/** Each leaf is hashed once, and so is each node above the leaves. */
const HASHES = 2 * COUNT;
const PIECE_BYTES = 1024 * 1024;

async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

type Node = { hash: Uint8Array; sum: bigint };

/** The tree as it is written in the protocol, node by node: what a few lines of any language do. */
function plainTree(rows: readonly Contributor[]): Node {
  const uint = (value: bigint, bytes: number) =>
    Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex');
  const hash = (...parts: Uint8Array[]) => keccak256(Buffer.concat(parts), 'bytes');
  let level: Node[] = rows.map(({ account, weight }, index) => ({
    hash: hash(Buffer.of(0), uint(BigInt(index), 4), Buffer.from(account.slice(2), 'hex'), uint(weight, 16)),
    sum: weight,
  }));
  let empty: Node = { hash: new Uint8Array(32), sum: 0n };
  const above = (a: Node, b: Node): Node => ({
    hash: hash(Buffer.of(1), a.hash, uint(a.sum, 16), b.hash, uint(b.sum, 16)),
    sum: a.sum + b.sum,
  });
  while (level.length > 1) {
    const pairs = Math.ceil(level.length / 2);
    const below = level;
    level = Array.from({ length: pairs }, (_, i) => above(below[2 * i] ?? empty, below[2 * i + 1] ?? empty));
    empty = above(empty, empty);
  }
  return level[0] ?? empty;
}

function list(): ContributorTable {
  return tableOf(
    Array.from({ length: COUNT }, (_, i) => ({
      account: `0x${((BigInt(i + 1) * 0x9e3779b97f4a7c15f39cc0605cedc834d3f1b2a5n) % 2n ** 160n).toString(16).padStart(40, '0')}`,
      weight: BigInt((i % 1_000) + 1),
    })),
  );
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

export const contributors: Benchmark = {
  name: 'contributors',
  summary: `the tree of ${COUNT} contributors, beside plain ways to make it and the hashing alone`,
  async run(note) {
    const table = list();
    const rows = [...rowsOf(table)];
    const text = serializeContributors(rows);
    const bytes = Buffer.from(text);
    const nodes = { bytes: new Uint8Array(HASHES * 96), length: 96, count: HASHES, prefix: 1 };
    const hashes = new Uint8Array(HASHES * 32);
    const tree = buildMerkleSum(table);
    if (!Buffer.from(plainTree(rows).hash).equals(Buffer.from(tree.root.slice(2), 'hex')))
      throw new Error('the two trees have different roots');
    const took = await interleaved(
      {
        tree: () => timed(() => buildMerkleSum(table)),
        plain: () => timed(() => plainTree(rows)),
        hashing: () => timed(() => keccakEach(nodes, hashes)),
        reading: () => timed(() => readContributorTable(inPieces(bytes))),
        whole: () => timed(() => parseContributors(text)),
      },
      Math.min(5, Number(process.env['SAHARA_BENCH_RUNS'] ?? 5)),
    );
    note(`keccak256 of a node in a batch: ${((took.hashing * 1_000) / HASHES).toFixed(2)} us`);
    return [
      result('tree', 'ms', took.tree, took.plain, "objects and viem's keccak256, node by node"),
      result('tree', 'ms', took.tree, took.hashing, 'its hashes alone'),
      result('reading the list as it arrives', 'ms', took.reading, took.whole, 'an object for each row'),
    ];
  },
};
