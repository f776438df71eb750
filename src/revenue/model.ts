import { isError, SaharaError } from '../base/errors.ts';
import { MAX_TOTAL_WEIGHT } from './merkle-sum.ts';
import type {
  Account,
  Books,
  Claim,
  ModelEarning,
  OpenVersion,
  Period,
  Settlement,
  Totals,
} from './model-types.ts';

/** Settlement moves multiples of this many wei, so that every basis point share is a whole number. */
export const QUANTUM = 10_000n;
/** Basis points in a whole. */
export const BPS = 10_000n;
/** The vault's limit of its own fee. */
export const MAX_FEE_BPS = 1_000;
/** Most parents that a version can have. */
export const MAX_PARENTS = 64;
/**
 * The most that may ever be paid in, wei, so that the vault's 96-bit counts of quanta cannot overflow: each
 * wei passes through a version at most once. About 790 trillion SAHARA.
 */
export const MAX_PAID_IN = ((1n << 96n) - 1n) * QUANTUM;

type Node = {
  readonly version: number;
  readonly asset: number;
  readonly parents: readonly { node: Node; bps: bigint }[];
  readonly parentsBps: bigint;
  readonly contributorUnit: bigint;
  readonly ownerUnit: bigint;
  readonly shares: readonly { account: Account; weight: bigint }[];
  readonly totalWeight: bigint;
  inflow: bigint;
  direct: bigint;
  settledUnits: bigint;
  /** Units booked and wei claimed, by the owner's period. */
  readonly periods: Map<Period, { units: bigint; claimed: bigint }>;
  /** Wei claimed, by the contributor's index. */
  readonly claimedBy: Map<number, bigint>;
  contributionsClaimed: bigint;
};

/** Owners by period: period 1 is at position 0. */
type Asset = { readonly owners: Account[]; current: Node | undefined };

/**
 * New, empty books with the vault's own arithmetic and nothing else: no chain, no clock, no I/O. Paying
 * costs the same whatever the lineage; settling costs one step per version named and parent.
 *
 * @param options.feeBps protocol fee in basis points, at most 1,000; 0 when left out
 * @throws REVENUE_FEE_TOO_HIGH
 */
export function createBooks(options: { feeBps?: number } = {}): Books {
  const nodes = new Map<number, Node>();
  const assets = new Map<number, Asset>();
  let newest = 0;
  let feeBps = checkedFee(options.feeBps ?? 0);
  let paidIn = 0n;
  let fees = 0n;
  let feesWithdrawn = 0n;
  let pooled = 0n;
  let claimed = 0n;

  function node(version: number): Node {
    const found = nodes.get(version);
    if (!found) throw new SaharaError('REVENUE_VERSION_UNKNOWN', { version });
    return found;
  }

  function credit(to: Node, amount: bigint): bigint {
    if (amount <= 0n) throw refusedAmount(amount, 'it is not above zero');
    if (paidIn + amount > MAX_PAID_IN) throw refusedAmount(amount, 'the books would overflow');
    const fee = (amount * feeBps) / BPS;
    paidIn += amount;
    fees += fee;
    to.inflow += amount - fee;
    to.direct += amount - fee;
    return fee;
  }

  function settleOne(from: Node): Settlement | undefined {
    const units = from.inflow / QUANTUM - from.settledUnits;
    if (units === 0n) return undefined;
    const moved = from.parents.map(({ node: parent, bps }) => {
      const amount = units * bps;
      parent.inflow += amount;
      return { parent: parent.version, amount };
    });
    const period = assets.get(from.asset)?.owners.length ?? 0;
    const booked = from.periods.get(period);
    if (booked) booked.units += units;
    else from.periods.set(period, { units, claimed: 0n });
    from.settledUnits += units;
    pooled += units * (QUANTUM - from.parentsBps);
    return { version: from.version, period, units, moved };
  }

  function settle(versions: Iterable<number>): Settlement[] {
    const named = Array.from(versions, node); // all are known before anything moves
    return named.flatMap((n) => settleOne(n) ?? []);
  }

  function ownerAt(of: Node, period: Period): Account {
    const owner = assets.get(of.asset)?.owners[period - 1];
    if (owner === undefined) throw new SaharaError('REVENUE_PERIOD_UNKNOWN', { version: of.version, period });
    return owner;
  }

  function claimOwner(version: number, period: Period): Claim {
    const of = node(version);
    const account = ownerAt(of, period);
    const amount = owedToOwner(of, period);
    const booked = of.periods.get(period);
    if (booked) booked.claimed += amount;
    claimed += amount;
    return { account, amount };
  }

  function claimContribution(version: number, index: number): Claim {
    const of = node(version);
    const { account } = shareAt(of, index);
    const amount = owedToContributor(of, index);
    if (amount === 0n) return { account, amount };
    const pool = of.contributorUnit * of.settledUnits;
    const after = of.contributionsClaimed + amount;
    if (after > pool)
      throw new SaharaError('REVENUE_POOL_EXCEEDED', { version, pool: `${pool}`, claimed: `${after}` });
    of.claimedBy.set(index, (of.claimedBy.get(index) ?? 0n) + amount);
    of.contributionsClaimed = after;
    claimed += amount;
    return { account, amount };
  }

  function claimAll(): Claim[] {
    const claims = [...nodes.values()].flatMap((of) => [
      ...[...of.periods.keys()].map((period) => claimOwner(of.version, period)),
      ...of.shares.flatMap((_, index) => {
        try {
          return claimContribution(of.version, index);
        } catch (error) {
          if (isError(error, 'REVENUE_POOL_EXCEEDED')) return []; // one liar's list stops nobody else
          throw error;
        }
      }),
    ]);
    return claims.filter((claim) => claim.amount > 0n);
  }

  function totals(): Totals {
    let unsettled = 0n;
    for (const n of nodes.values()) unsettled += n.inflow - n.settledUnits * QUANTUM;
    const balance = paidIn - feesWithdrawn - claimed;
    return { paidIn, fees, feesWithdrawn, unsettled, pooled, claimed, balance };
  }

  function* earnings(): Generator<ModelEarning> {
    for (const of of nodes.values()) {
      const { version, asset } = of;
      for (const [slot, { units, claimed: taken }] of of.periods) {
        const earned = of.ownerUnit * units;
        if (earned > 0n)
          yield { account: ownerAt(of, slot), role: 'owner', asset, version, slot, earned, claimed: taken };
      }
      for (const [slot, { account }] of of.shares.entries()) {
        const taken = of.claimedBy.get(slot) ?? 0n;
        const earned = taken + owedToContributor(of, slot);
        if (earned > 0n) yield { account, role: 'contributor', asset, version, slot, earned, claimed: taken };
      }
    }
  }

  return {
    openVersion(spec) {
      const asset = assets.get(spec.asset);
      if (!asset) throw new SaharaError('REVENUE_ASSET_UNKNOWN', { asset: spec.asset });
      const made = newNode(spec, nodes, newest);
      nodes.set(made.version, made);
      newest = made.version;
      asset.current = made;
    },
    setOwner(id, owner) {
      const asset = assets.get(id) ?? { owners: [], current: undefined };
      assets.set(id, asset);
      return asset.owners.push(owner);
    },
    pay(asset, amount) {
      const current = assets.get(asset)?.current;
      if (!current) throw new SaharaError('REVENUE_ASSET_UNKNOWN', { asset });
      return credit(current, amount);
    },
    payVersion: (version, amount) => credit(node(version), amount),
    settle,
    settleAll: () => settle([...nodes.keys()].reverse()),
    claimOwner,
    claimContribution,
    claimAll,
    ownerOwed(version, period) {
      const of = node(version);
      ownerAt(of, period);
      return owedToOwner(of, period);
    },
    contributionOwed(version, index) {
      const of = node(version);
      shareAt(of, index);
      return owedToContributor(of, index);
    },
    setFeeBps(next) {
      feeBps = checkedFee(next);
    },
    withdrawFees() {
      const amount = fees - feesWithdrawn;
      feesWithdrawn = fees;
      return amount;
    },
    totals,
    books(version) {
      const of = node(version);
      const { asset, inflow, direct, settledUnits, parentsBps, contributorUnit, ownerUnit } = of;
      const unsettled = inflow - settledUnits * QUANTUM;
      return {
        version,
        asset,
        inflow,
        direct,
        settledUnits,
        unsettled,
        parentsBps,
        contributorUnit,
        ownerUnit,
      };
    },
    versions: () => [...nodes.keys()],
    period: (asset) => assets.get(asset)?.owners.length ?? 0,
    ownerOf: (asset, period) => assets.get(asset)?.owners[period - 1],
    earnings: () => [...earnings()],
    accounts() {
      const sums = new Map<Account, { earned: bigint; claimed: bigint }>();
      for (const { account, earned, claimed: taken } of earnings()) {
        const sum = sums.get(account);
        if (!sum) sums.set(account, { earned, claimed: taken });
        else {
          sum.earned += earned;
          sum.claimed += taken;
        }
      }
      return sums;
    },
  };
}

function owedToOwner(of: Node, period: Period): bigint {
  const booked = of.periods.get(period);
  return booked ? of.ownerUnit * booked.units - booked.claimed : 0n;
}

function shareAt(of: Node, index: number): { account: Account; weight: bigint } {
  const share = of.shares[index];
  if (!share) throw new SaharaError('REVENUE_CONTRIBUTOR_UNKNOWN', { version: of.version, index });
  return share;
}

function owedToContributor(of: Node, index: number): bigint {
  const { weight } = shareAt(of, index);
  return (of.contributorUnit * of.settledUnits * weight) / of.totalWeight - (of.claimedBy.get(index) ?? 0n);
}

function newNode(spec: OpenVersion, nodes: ReadonlyMap<number, Node>, newest: number): Node {
  const { version, asset, contributors } = spec;
  if ((spec.parents?.length ?? 0) > MAX_PARENTS)
    throw refusedSplit(version, `it has more than ${MAX_PARENTS} parents`);
  const parents = (spec.parents ?? []).map((p) => {
    const parent = nodes.get(p.version);
    if (!parent || p.version >= version)
      throw refusedSplit(version, `its parent ${p.version} is no older version`);
    return { node: parent, bps: checkedBps(version, p.royaltyBps, 'a royalty') };
  });
  if (!Number.isSafeInteger(version) || version <= newest)
    throw refusedSplit(version, 'its id is not above all ids before it');
  const parentsBps = parents.reduce((sum, p) => sum + p.bps, 0n);
  if (parentsBps > BPS) throw refusedSplit(version, `its royalties add up to ${parentsBps} basis points`);
  const bps = checkedBps(version, contributors?.bps ?? 0, "the contributors' share");
  const shares = [...(contributors?.of ?? [])];
  if (bps > 0n !== shares.length > 0)
    throw refusedSplit(version, 'it takes both a share for contributors and somebody to divide it');
  if (shares.some((s) => s.weight <= 0n)) throw refusedSplit(version, 'a weight is not above zero');
  const totalWeight = contributors?.totalWeight ?? shares.reduce((sum, s) => sum + s.weight, 0n);
  if (shares.length > 0 && totalWeight <= 0n)
    throw refusedSplit(version, 'the total weight is not above zero');
  if (totalWeight >= MAX_TOTAL_WEIGHT) throw refusedSplit(version, 'the weights add up to 2^96 or more');
  const stays = QUANTUM - parentsBps;
  const contributorUnit = (stays * bps) / BPS;
  return {
    version,
    asset,
    parents: parents.filter((p) => p.bps > 0n),
    parentsBps,
    contributorUnit,
    ownerUnit: stays - contributorUnit,
    shares,
    totalWeight,
    inflow: 0n,
    direct: 0n,
    settledUnits: 0n,
    periods: new Map(),
    claimedBy: new Map(),
    contributionsClaimed: 0n,
  };
}

function checkedBps(version: number, bps: number, what: string): bigint {
  if (!Number.isInteger(bps) || bps < 0 || bps > 10_000)
    throw refusedSplit(version, `${what} is ${bps}, not a whole number of basis points from 0 to 10,000`);
  return BigInt(bps);
}

function checkedFee(feeBps: number): bigint {
  if (!Number.isInteger(feeBps) || feeBps < 0 || feeBps > MAX_FEE_BPS)
    throw new SaharaError('REVENUE_FEE_TOO_HIGH', { feeBps, maximum: MAX_FEE_BPS });
  return BigInt(feeBps);
}

function refusedSplit(version: number, reason: string): SaharaError {
  return new SaharaError('REVENUE_SPLIT_INVALID', { version, reason });
}

function refusedAmount(amount: bigint, reason: string): SaharaError {
  return new SaharaError('REVENUE_AMOUNT_INVALID', { amount: `${amount}`, reason });
}
