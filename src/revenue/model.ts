import { isError, SaharaError } from '../base/errors.ts';
import { credit, settleNode, staysOf } from './model-flow.ts';
import { MAX_FEE_BPS, QUANTUM } from './model-limits.ts';
import { isSplit, type Node, newNode, streamsOf } from './model-node.ts';
import { earningsOf, owedToContributor, owedToOwner, shareAt, takeContribution } from './model-pools.ts';
import type { Account, Books, Claim, ModelBooks, Period, Settlement, Totals } from './model-types.ts';

export * from './model-limits.ts';

/** Owners by period: period 1 is at position 0. */
type Asset = { readonly owners: Account[]; current: Node | undefined };

/**
 * New, empty books with the vault's own arithmetic and nothing else: no chain, no clock, no I/O. Paying
 * costs the same whatever the lineage; settling costs one step per version named, parent and obligation.
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

  function pay(to: Node, amount: bigint): bigint {
    const fee = credit(to, amount, feeBps, paidIn);
    paidIn += amount;
    fees += fee;
    return fee;
  }

  function settle(versions: Iterable<number>): Settlement[] {
    const named = Array.from(versions, node); // all are known before anything moves
    return named.flatMap((from) => {
      const settled = settleNode(from, ownersOf(from).length);
      if (!settled) return [];
      pooled += staysOf(from, settled);
      return [settled];
    });
  }

  function ownersOf(of: Node): readonly Account[] {
    return assets.get(of.asset)?.owners ?? [];
  }

  function ownerAt(of: Node, period: Period): Account {
    const owner = ownersOf(of)[period - 1];
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
    const amount = takeContribution(of, index);
    claimed += amount;
    return { account: shareAt(of, index).account, amount };
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
    for (const n of nodes.values()) unsettled += unsettledOf(n);
    const balance = paidIn - feesWithdrawn - claimed;
    return { paidIn, fees, feesWithdrawn, unsettled, pooled, claimed, balance };
  }

  const earnings = () => [...nodes.values()].flatMap((of) => [...earningsOf(of, ownersOf(of))]);

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
      return pay(current, amount);
    },
    payVersion: (version, amount) => pay(node(version), amount),
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
    contributionOwed: (version, index) => owedToContributor(node(version), index),
    setFeeBps(next) {
      feeBps = checkedFee(next);
    },
    withdrawFees() {
      const amount = fees - feesWithdrawn;
      feesWithdrawn = fees;
      return amount;
    },
    totals,
    books: (version) => booksOf(node(version)),
    versions: () => [...nodes.keys()],
    period: (asset) => assets.get(asset)?.owners.length ?? 0,
    ownerOf: (asset, period) => assets.get(asset)?.owners[period - 1],
    earnings,
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

function unsettledOf(of: Node): bigint {
  return streamsOf(of).reduce((sum, s) => sum + s.inflow - s.settledUnits * QUANTUM, 0n);
}

function booksOf(of: Node): ModelBooks {
  const { version, asset, direct, parentsBps, absoluteBps, ceiling, royalties, sales } = of;
  return {
    version,
    asset,
    split: isSplit(of),
    inflow: streamsOf(of).reduce((sum, s) => sum + s.inflow, 0n),
    direct,
    settledUnits: royalties.settledUnits,
    settledDirectUnits: isSplit(of) ? sales.settledUnits : 0n,
    unsettled: unsettledOf(of),
    parentsBps,
    contributorUnit: royalties.contributorUnit,
    ownerUnit: royalties.ownerUnit,
    absoluteBps,
    directContributorUnit: sales.contributorUnit,
    directOwnerUnit: sales.ownerUnit,
    obligations: of.obligations.map(({ node, bps }) => ({ version: node.version, bps: Number(bps) })),
    ceiling,
  };
}

function checkedFee(feeBps: number): bigint {
  if (!Number.isInteger(feeBps) || feeBps < 0 || feeBps > MAX_FEE_BPS)
    throw new SaharaError('REVENUE_FEE_TOO_HIGH', { feeBps, maximum: MAX_FEE_BPS });
  return BigInt(feeBps);
}
