import { SaharaError } from '../base/errors.ts';
import { MAX_TOTAL_WEIGHT } from './merkle-sum.ts';
import { BPS, CEILING_STEP, MAX_CEILING, MAX_OBLIGATIONS, MAX_PARENTS, QUANTUM } from './model-limits.ts';
import type { OpenVersion, ParentTerms, Period, Share } from './model-types.ts';

/** Money that comes in and is divided in one way, quantum by quantum. */
export type Stream = {
  inflow: bigint;
  settledUnits: bigint;
  /** Wei of each quantum. */
  readonly contributorUnit: bigint;
  readonly ownerUnit: bigint;
};

/** One version in the books. */
export type Node = {
  readonly version: number;
  readonly asset: number;
  readonly parents: readonly Owed[];
  readonly parentsBps: bigint;
  /** Ancestors that get a part of each direct payment. */
  readonly obligations: readonly Owed[];
  readonly absoluteBps: bigint;
  /** Wei; 0 when there is none. */
  readonly ceiling: bigint;
  readonly shares: readonly Share[];
  readonly totalWeight: bigint;
  /** Royalties from children; with the direct payments, when both are divided alike and nobody counts the latter. */
  readonly royalties: Stream;
  /** Direct payments: a stream of its own when the version is split, else the same one. */
  readonly sales: Stream;
  /** Ever paid for this version itself, after fees. */
  direct: bigint;
  /** Quanta booked and wei claimed, by the owner's period. */
  readonly periods: Map<Period, { units: bigint; directUnits: bigint; claimed: bigint }>;
  /** Wei claimed, by the contributor's index. */
  readonly claimedBy: Map<number, bigint>;
  contributionsClaimed: bigint;
};

export type Owed = { readonly node: Node; readonly bps: bigint };

export function isSplit(of: Node): boolean {
  return of.sales !== of.royalties;
}

/** The one or two streams of a version. */
export function streamsOf(of: Node): readonly Stream[] {
  return isSplit(of) ? [of.royalties, of.sales] : [of.sales];
}

/** Quanta that a settlement would move. */
export function unsettledUnits(stream: Stream): bigint {
  return stream.inflow / QUANTUM - stream.settledUnits;
}

/**
 * A version as its relations and contributors make it, with nothing paid yet.
 *
 * @param newest id of the version opened last
 * @throws REVENUE_SPLIT_INVALID, REVENUE_ROYALTIES_TOO_HIGH, REVENUE_OBLIGATIONS_TOO_MANY
 */
export function newNode(spec: OpenVersion, nodes: ReadonlyMap<number, Node>, newest: number): Node {
  const { version, asset } = spec;
  if (!Number.isSafeInteger(version) || version <= newest)
    throw refusedSplit(version, 'its id is not above all ids before it');
  const relations = checkedRelations(spec, nodes);
  const parents = relations.filter((r) => !r.isAbsolute && r.bps > 0n);
  const parentsBps = checkedSum(version, 0n, parents);
  const obligations = obligationsOf(version, relations);
  const absoluteBps = checkedSum(version, parentsBps, obligations) - parentsBps;
  const ceiling = lowestCeiling(version, spec.parents ?? []);
  const { shares, totalWeight, bps } = checkedContributors(spec);
  const royalties = stream(QUANTUM - parentsBps, bps);
  const split = absoluteBps > 0n || ceiling > 0n;
  return {
    version,
    asset,
    parents,
    parentsBps,
    obligations,
    absoluteBps,
    ceiling,
    shares,
    totalWeight,
    royalties,
    sales: split ? stream(QUANTUM - parentsBps - absoluteBps, bps) : royalties,
    direct: 0n,
    periods: new Map(),
    claimedBy: new Map(),
    contributionsClaimed: 0n,
  };
}

/** @param stays wei of each quantum that no parent or ancestor gets */
function stream(stays: bigint, contributorsBps: bigint): Stream {
  const contributorUnit = (stays * contributorsBps) / BPS;
  return { inflow: 0n, settledUnits: 0n, contributorUnit, ownerUnit: stays - contributorUnit };
}

type Relation = Owed & { readonly isAbsolute: boolean };

function checkedRelations(
  { version, parents = [] }: OpenVersion,
  nodes: ReadonlyMap<number, Node>,
): Relation[] {
  if (parents.length > MAX_PARENTS) throw refusedSplit(version, `it has more than ${MAX_PARENTS} parents`);
  return parents.map((p) => {
    const node = nodes.get(p.version);
    if (!node) throw refusedSplit(version, `its parent ${p.version} is no older version`);
    const bps = checkedBps(version, p.royaltyBps, 'a royalty');
    return { node, bps, isAbsolute: p.policy === 'ABSOLUTE' };
  });
}

/** Its own absolute relations and what its parents owe: one obligation for each ancestor, and the highest rate wins. */
function obligationsOf(version: number, relations: readonly Relation[]): Owed[] {
  const highest = new Map<Node, bigint>();
  const owe = ({ node, bps }: Owed) => {
    if (bps <= (highest.get(node) ?? 0n)) return;
    if (!highest.has(node) && highest.size === MAX_OBLIGATIONS)
      throw new SaharaError('REVENUE_OBLIGATIONS_TOO_MANY', {
        version,
        count: MAX_OBLIGATIONS + 1,
        maximum: MAX_OBLIGATIONS,
      });
    highest.set(node, bps);
  };
  for (const relation of relations) {
    if (relation.isAbsolute) owe(relation);
    relation.node.obligations.forEach(owe);
  }
  return [...highest].map(([node, bps]) => ({ node, bps }));
}

/** Refuses more than everything, naming the one with whom it becomes that. */
function checkedSum(version: number, before: bigint, owed: readonly Owed[]): bigint {
  return owed.reduce((sum, { node, bps }) => {
    const total = sum + bps;
    if (total > BPS)
      throw new SaharaError('REVENUE_ROYALTIES_TOO_HIGH', {
        version,
        totalBps: Number(total),
        ancestor: node.version,
      });
    return total;
  }, before);
}

function lowestCeiling(version: number, parents: readonly ParentTerms[]): bigint {
  let lowest = 0n;
  for (const { ceiling } of parents) {
    if (ceiling === undefined) continue;
    if (ceiling <= 0n || ceiling > MAX_CEILING || ceiling % CEILING_STEP !== 0n)
      throw refusedSplit(
        version,
        `a ceiling is ${ceiling} wei, which is not a whole number of gwei from 1 to 2^64 - 1`,
      );
    if (lowest === 0n || ceiling < lowest) lowest = ceiling;
  }
  return lowest;
}

function checkedContributors({ version, contributors }: OpenVersion): {
  shares: Share[];
  totalWeight: bigint;
  bps: bigint;
} {
  const bps = checkedBps(version, contributors?.bps ?? 0, "the contributors' share");
  const shares = [...(contributors?.of ?? [])];
  if (bps > 0n !== shares.length > 0)
    throw refusedSplit(version, 'it takes both a share for contributors and somebody to divide it');
  if (shares.some((s) => s.weight <= 0n)) throw refusedSplit(version, 'a weight is not above zero');
  const totalWeight = contributors?.totalWeight ?? shares.reduce((total, s) => total + s.weight, 0n);
  if (shares.length > 0 && totalWeight <= 0n)
    throw refusedSplit(version, 'the total weight is not above zero');
  if (totalWeight >= MAX_TOTAL_WEIGHT) throw refusedSplit(version, 'the weights add up to 2^96 or more');
  return { shares, totalWeight, bps };
}

function checkedBps(version: number, bps: number, what: string): bigint {
  if (!Number.isInteger(bps) || bps < 0 || bps > 10_000)
    throw refusedSplit(version, `${what} is ${bps}, not a whole number of basis points from 0 to 10,000`);
  return BigInt(bps);
}

function refusedSplit(version: number, reason: string): SaharaError {
  return new SaharaError('REVENUE_SPLIT_INVALID', { version, reason });
}
