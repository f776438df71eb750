import { SaharaError } from '../base/errors.ts';
import { type Node, streamsOf } from './model-node.ts';
import type { Account, ModelEarning, Period, Share } from './model-types.ts';

/** Wei that ever stayed for the owner of that period. */
export function earnedByOwner(of: Node, period: Period): bigint {
  const booked = of.periods.get(period);
  return booked ? of.royalties.ownerUnit * booked.units + of.sales.ownerUnit * booked.directUnits : 0n;
}

export function owedToOwner(of: Node, period: Period): bigint {
  return earnedByOwner(of, period) - (of.periods.get(period)?.claimed ?? 0n);
}

/** Wei that ever stayed for all contributors together. */
export function contributorPool(of: Node): bigint {
  return streamsOf(of).reduce((sum, s) => sum + s.contributorUnit * s.settledUnits, 0n);
}

/**
 * Wei that a contribution has ever earned: rounded down once, over everything that was ever settled. So what is
 * claimed at any moments adds up to what one claim at the end would pay.
 */
export function earnedByContributor(of: Node, index: number): bigint {
  return (contributorPool(of) * shareAt(of, index).weight) / of.totalWeight;
}

export function owedToContributor(of: Node, index: number): bigint {
  return earnedByContributor(of, index) - (of.claimedBy.get(index) ?? 0n);
}

/**
 * Pays out a contribution.
 *
 * @throws REVENUE_CONTRIBUTOR_UNKNOWN, REVENUE_POOL_EXCEEDED
 */
export function takeContribution(of: Node, index: number): bigint {
  const amount = owedToContributor(of, index);
  if (amount === 0n) return 0n;
  const pool = contributorPool(of);
  const after = of.contributionsClaimed + amount;
  if (after > pool)
    throw new SaharaError('REVENUE_POOL_EXCEEDED', {
      version: of.version,
      pool: `${pool}`,
      claimed: `${after}`,
    });
  of.claimedBy.set(index, (of.claimedBy.get(index) ?? 0n) + amount);
  of.contributionsClaimed = after;
  return amount;
}

/** @throws REVENUE_CONTRIBUTOR_UNKNOWN */
export function shareAt(of: Node, index: number): Share {
  const share = of.shares[index];
  if (!share) throw new SaharaError('REVENUE_CONTRIBUTOR_UNKNOWN', { version: of.version, index });
  return share;
}

/** Every position of a version that has earned something: owners by period, then contributors by index. */
export function* earningsOf(of: Node, owners: readonly Account[]): Generator<ModelEarning> {
  const { version, asset } = of;
  for (const [slot, { claimed }] of of.periods) {
    const earned = earnedByOwner(of, slot);
    const account = owners[slot - 1] ?? '';
    if (earned > 0n) yield { account, role: 'owner', asset, version, slot, earned, claimed };
  }
  for (const [slot, { account }] of of.shares.entries()) {
    const earned = earnedByContributor(of, slot);
    const claimed = of.claimedBy.get(slot) ?? 0n;
    if (earned > 0n) yield { account, role: 'contributor', asset, version, slot, earned, claimed };
  }
}
