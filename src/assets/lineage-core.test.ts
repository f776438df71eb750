import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBps, formatShare } from '../base/amount.ts';
import { createBooks } from '../revenue/index.ts';
import { drawTree } from './lineage-draw.ts';
import { depths, type LineageEdge, type LineageGraph, within } from './lineage-graph.ts';
import { sharesFromBelow, sharesOfPayment } from './lineage-shares.ts';

const SAHARA = 10n ** 18n;

type Rel = [child: number, parent: number, bps?: number, absolute?: boolean];

function graphOf(count: number, relations: readonly Rel[]): LineageGraph {
  const ids = Array.from({ length: count }, (_, i) => BigInt(i + 1));
  return {
    nodes: new Map(
      ids.map((versionId) => [
        versionId,
        { versionId, label: `a${versionId}@1`, kind: 'model', state: 'active' as const },
      ]),
    ),
    edges: relations.map(([child, parent, royaltyBps = 500, absolute = false]) => ({
      child: BigInt(child),
      parent: BigInt(parent),
      type: 'TRAINED_ON',
      royaltyBps,
      absolute,
    })),
  };
}

const tree = (graph: LineageGraph, root: number) =>
  drawTree({ graph, root: BigInt(root), direction: 'up', formatRate: formatBps });

/** 2 versions in each layer, each resting on both of the layer before: 2^layers paths to the first. */
function diamonds(layers: number): LineageGraph {
  const relations: Rel[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const base = 1 + layer * 3;
    relations.push([base + 1, base], [base + 2, base], [base + 3, base + 1], [base + 3, base + 2]);
  }
  return graphOf(1 + layers * 3, relations);
}

test('a chain of 5,000 versions is measured, cut and drawn without recursion', () => {
  const count = 5_000;
  const graph = graphOf(
    count,
    Array.from({ length: count - 1 }, (_, i): Rel => [i + 2, i + 1, 9_999]),
  );
  const root = BigInt(count);
  expect(depths(graph, root, 'up').get(1n)).toBe(count - 1);
  expect(depths(graph, 1n, 'down').get(root)).toBe(count - 1);
  const lines = tree(graph, count).split('\n');
  expect(lines).toHaveLength(count);
  expect(Math.max(...lines.map((l) => l.length))).toBeLessThan(200);
  expect(lines.at(-1)).toContain('[4999] TRAINED_ON 99.99% → a1@1 (model)');
  const shares = sharesOfPayment(graph, root);
  // 0.9999^4999 of it comes in at the first, and stays there, as it rests on nothing.
  const expected = (9_999n ** 4_999n * SAHARA) / 10_000n ** 4_999n;
  expect(shares.get(1n)).toEqual({ arrives: expected, stays: expected });
  expect(sharesFromBelow(graph, 1n).get(root)).toBe(expected);
});

test('a fan of 64 parents has a line and a share for each', () => {
  const graph = graphOf(
    65,
    Array.from({ length: 64 }, (_, i): Rel => [65, i + 1, 100]),
  );
  expect(tree(graph, 65).split('\n')).toHaveLength(65);
  const shares = sharesOfPayment(graph, 65n);
  expect(shares.get(65n)).toEqual({ arrives: SAHARA, stays: (SAHARA * 36n) / 100n });
  expect(shares.get(1n)?.stays).toBe(SAHARA / 100n);
});

test('2^20 paths through diamonds cost no more than their relations', () => {
  const graph = diamonds(20);
  expect(tree(graph, 61).split('\n')).toHaveLength(1 + graph.edges.length);
  const shares = sharesOfPayment(graph, 61n);
  // Each layer passes on 10 % twice 5 %, and of that the two in between pass on 5 %.
  expect(shares.get(58n)?.arrives).toBe((SAHARA * 2n * 25n) / 10_000n);
  expect(shares.get(1n)?.arrives).toBe((SAHARA * 50n ** 20n) / 10_000n ** 20n);
  expect(sharesFromBelow(graph, 58n).get(61n)).toBe((SAHARA * 50n) / 10_000n);
});

test('a version that is shared is drawn once and named with a mark', () => {
  const graph = graphOf(4, [
    [2, 1],
    [3, 1],
    [4, 2],
    [4, 3],
    [3, 2],
  ]);
  expect(tree(graph, 4)).toBe(
    [
      'a4@1 (model)',
      '├─ TRAINED_ON 5% → a2@1 (model)',
      '│  └─ TRAINED_ON 5% → a1@1 (model)',
      '└─ TRAINED_ON 5% → a3@1 (model)',
      '   ├─ TRAINED_ON 5% → a1@1 (model) (drawn above)',
      '   └─ TRAINED_ON 5% → a2@1 (model) (drawn above)',
    ].join('\n'),
  );
});

test('a depth leaves out what is further away, and says how much', () => {
  const graph = graphOf(4, [
    [2, 1],
    [3, 2],
    [4, 3],
    [4, 1],
  ]);
  const cut = within(graph, 4n, 'up', 1);
  expect([...cut.nodes.keys()]).toEqual([1n, 3n, 4n]);
  const text = drawTree({
    graph: cut,
    root: 4n,
    direction: 'up',
    hidden: cut.hidden,
    formatRate: formatBps,
  });
  expect(text).toContain('a3@1 (model) … 1 more');
  expect(within(graph, 4n, 'up', 0).hidden.get(4n)).toBe(2);
  expect(within(graph, 1n, 'down', 9).hidden.size).toBe(0);
});

test('absolute royalties are taken of the payment itself, inherited, the highest rate of each ancestor', () => {
  // 1 <-abs 3%- 2 <-rel 10%- 3 <-rel 20%- 4, and 4 owes 1 also directly, 5 %.
  const graph = graphOf(4, [
    [2, 1, 300, true],
    [3, 2, 1_000],
    [4, 3, 2_000],
    [4, 1, 500, true],
  ]);
  const shares = sharesOfPayment(graph, 4n);
  expect(shares.get(1n)?.stays).toBe((SAHARA * 5n) / 100n);
  expect(shares.get(4n)?.stays).toBe((SAHARA * 75n) / 100n);
  expect(shares.get(3n)?.stays).toBe((SAHARA * 18n) / 100n);
  // What comes to 2 as a royalty is no direct payment: nothing of it is owed to 1.
  expect(shares.get(2n)?.stays).toBe((SAHARA * 2n) / 100n);
  const below = sharesFromBelow(graph, 1n);
  expect(below.get(4n)).toBe((SAHARA * 5n) / 100n);
  expect(below.get(3n)).toBe((SAHARA * 3n) / 100n);
});

const lineages = fc
  .integer({ min: 2, max: 12 })
  .chain((count) =>
    fc.tuple(
      fc.constant(count),
      fc.array(
        fc.tuple(
          fc.integer({ min: 2, max: count }),
          fc.nat(),
          fc.integer({ min: 0, max: 2_500 }),
          fc.integer({ min: 1, max: 7 }),
        ),
        { maxLength: 30 },
      ),
    ),
  )
  .map(([count, raw]) => {
    const kept: { child: number; parent: number; bps: number }[] = [];
    for (const [child, seed, bps] of raw) {
      const owed = kept.filter((k) => k.child === child).reduce((sum, k) => sum + k.bps, 0);
      if (owed + bps <= 10_000) kept.push({ child, parent: 1 + (seed % (child - 1)), bps });
    }
    return { count, kept };
  });

test('the shares are those of the revenue model, on any lineage', () => {
  fc.assert(
    fc.property(lineages, ({ count, kept }) => {
      const graph = graphOf(
        count,
        kept.map(({ child, parent, bps }): Rel => [child, parent, bps]),
      );
      const books = createBooks({ feeBps: 0 });
      for (let version = 1; version <= count; version++) {
        books.setOwner(version, `owner-${version}`);
        books.openVersion({
          version,
          asset: version,
          parents: kept
            .filter((k) => k.child === version)
            .map((k) => ({ version: k.parent, royaltyBps: k.bps })),
        });
      }
      const paid = 1_000n * SAHARA;
      books.payVersion(count, paid);
      books.settleAll();
      const shares = sharesOfPayment(graph, BigInt(count));
      let all = 0n;
      for (let version = 1; version <= count; version++) {
        const share = shares.get(BigInt(version));
        const { inflow, settledUnits, ownerUnit } = books.books(version);
        // The chain leaves less than a quantum of 10,000 wei waiting at each step of each path, the fraction less than
        // 1,000 wei of this payment: 30 relations of such remainders are far below a billionth of a SAHARA.
        expect(near(inflow, (share?.arrives ?? 0n) * 1_000n)).toBe(true);
        expect(near(settledUnits * ownerUnit, (share?.stays ?? 0n) * 1_000n)).toBe(true);
        expect(sharesFromBelow(graph, BigInt(version)).get(BigInt(count)) ?? 0n).toBe(share?.arrives ?? 0n);
        all += share?.stays ?? 0n;
      }
      expect(all <= SAHARA && SAHARA - all < BigInt(count)).toBe(true);
    }),
    { numRuns: process.env['SAHARA_DEPTH'] === 'deep' ? 2_000 : 150 },
  );
});

function near(a: bigint, b: bigint): boolean {
  const apart = a > b ? a - b : b - a;
  return apart < 10n ** 9n;
}

test('any lineage is drawn in a line for each relation that is reached, and each version once in full', () => {
  fc.assert(
    fc.property(lineages, ({ count, kept }) => {
      const graph = graphOf(
        count,
        kept.map(({ child, parent, bps }): Rel => [child, parent, bps]),
      );
      const reached = depths(graph, BigInt(count), 'up');
      const isReached = (e: LineageEdge) => reached.has(e.child);
      expect(tree(graph, count).split('\n')).toHaveLength(1 + graph.edges.filter(isReached).length);
    }),
  );
});

test('shares are shown as percentages, rounded down', () => {
  expect(formatShare(SAHARA)).toBe('100%');
  expect(formatShare(SAHARA / 20n)).toBe('5%');
  expect(formatShare((SAHARA * 2n) / 3n)).toBe('66.6666%');
  expect(formatShare(1n)).toBe('<0.0001%');
  expect(formatShare(0n)).toBe('0%');
});
