import { edgesFrom, type LineageGraph } from './lineage-graph.ts';

/** An exact fraction: `num` / 10,000^`exp`. Royalties are basis points, so every share along a path is one of these. */
type Share = { num: bigint; exp: number };

/** Wei of one SAHARA. */
const SAHARA = 10n ** 18n;
const BPS = 10_000n;
const NONE: Share = { num: 0n, exp: 0 };
const ALL: Share = { num: 1n, exp: 0 };

export type PaymentShare = {
  /** Of each SAHARA, wei that come in here, before what goes on to the parents. Rounded down. */
  arrives: bigint;
  /** Of each SAHARA, wei that end here, for the owner and the contributors. Rounded down. */
  stays: bigint;
};

/**
 * Where a payment for `root` ends once all is settled: relative royalties multiplied along every path and added up,
 * absolute ones taken of the payment itself. Worked out with exact fractions of what is left after the protocol's fee,
 * and rounded down to wei only at the end, so that the parts add up to one SAHARA less than one wei for each version.
 * Time is linear in the relations, however many paths there are.
 *
 * The graph must hold everything that the root rests on: a path that is missing is money that seems to stay.
 */
export function sharesOfPayment(graph: LineageGraph, root: bigint): Map<bigint, PaymentShare> {
  const scale = powers();
  const up = edgesFrom(graph, 'up');
  const arriving = new Map<bigint, Share>([[root, ALL]]);
  const owed = obligations(graph).get(root) ?? new Map<bigint, number>();
  for (const [ancestor, bps] of owed) arriving.set(ancestor, { num: BigInt(bps), exp: 1 });
  const result = new Map<bigint, PaymentShare>();
  for (const id of newestFirst(graph)) {
    const share = arriving.get(id);
    if (!share) continue;
    let kept = BPS - (id === root ? sum(owed.values()) : 0n);
    for (const { parent, royaltyBps, absolute } of up.get(id) ?? []) {
      if (!arriving.has(parent)) arriving.set(parent, NONE);
      if (absolute || royaltyBps === 0) continue;
      kept -= BigInt(royaltyBps);
      arriving.set(parent, scale.plus(arriving.get(parent) ?? NONE, part(share, royaltyBps)));
    }
    result.set(id, { arrives: scale.wei(share), stays: scale.wei(part(share, kept)) });
  }
  return result;
}

/**
 * Of each SAHARA paid for a descendant, what comes in at `root` once all is settled, in wei rounded down: the other
 * way round of {@link sharesOfPayment}. The graph must hold every path between them.
 */
export function sharesFromBelow(graph: LineageGraph, root: bigint): Map<bigint, bigint> {
  const scale = powers();
  const up = edgesFrom(graph, 'up');
  const owed = obligations(graph);
  // Of what a version gets as a royalty: only relative royalties are taken of that.
  const ofRoyalty = new Map<bigint, Share>([[root, ALL]]);
  const result = new Map<bigint, bigint>([[root, SAHARA]]);
  for (const id of newestFirst(graph).reverse()) {
    if (id === root) continue;
    let share = NONE;
    for (const { parent, royaltyBps, absolute } of up.get(id) ?? []) {
      const above = ofRoyalty.get(parent);
      if (above && !absolute) share = scale.plus(share, part(above, royaltyBps));
    }
    ofRoyalty.set(id, share);
    let direct = share;
    for (const [ancestor, bps] of owed.get(id) ?? []) {
      const above = ofRoyalty.get(ancestor);
      if (above) direct = scale.plus(direct, part(above, bps));
    }
    result.set(id, scale.wei(direct));
  }
  return result;
}

/**
 * What each version owes to ancestors of its direct payments: its own absolute relations and those of all that it
 * rests on, one for each ancestor, the highest rate of them. The protocol allows at most 16 for a version.
 */
function obligations(graph: LineageGraph): Map<bigint, Map<bigint, number>> {
  const up = edgesFrom(graph, 'up');
  const all = new Map<bigint, Map<bigint, number>>();
  if (!graph.edges.some((e) => e.absolute)) return all;
  for (const id of newestFirst(graph).reverse()) {
    const own = new Map<bigint, number>();
    const owe = (ancestor: bigint, bps: number) => own.set(ancestor, Math.max(bps, own.get(ancestor) ?? 0));
    for (const { parent, royaltyBps, absolute } of up.get(id) ?? []) {
      if (absolute) owe(parent, royaltyBps);
      for (const [ancestor, bps] of all.get(parent) ?? []) owe(ancestor, bps);
    }
    if (own.size > 0) all.set(id, own);
  }
  return all;
}

/** Children before their parents. */
function newestFirst(graph: LineageGraph): bigint[] {
  return [...graph.nodes.keys()].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
}

function part(share: Share, bps: number | bigint): Share {
  const num = share.num * BigInt(bps);
  return num === 0n ? NONE : { num, exp: share.exp + 1 };
}

function sum(numbers: Iterable<number>): bigint {
  let total = 0n;
  for (const n of numbers) total += BigInt(n);
  return total;
}

/** Sums and wei of shares; each power of 10,000 is worked out once. */
function powers() {
  const known = [1n];
  const pow = (exp: number): bigint => {
    for (let i = known.length; i <= exp; i++) known.push((known[i - 1] ?? 1n) * BPS);
    return known[exp] ?? 1n;
  };
  return {
    plus(a: Share, b: Share): Share {
      const exp = Math.max(a.exp, b.exp);
      return { num: a.num * pow(exp - a.exp) + b.num * pow(exp - b.exp), exp };
    },
    wei: ({ num, exp }: Share): bigint => (num * SAHARA) / pow(exp),
  };
}
