/** Whoever can own, contribute or be paid: an address, or any name in a simulation. */
export type Account = string;

/** Owner's period that an asset is in, from 1: each transfer begins the next. */
export type Period = number;

/** One contributor's row of a version, in the model: the position in the list is the index. */
export type Share = { account: Account; weight: bigint };

export type OpenVersion = {
  /** Above every version opened before. */
  version: number;
  asset: number;
  /** Direct parents and what they get of this version's revenue, in basis points. One may be named for two relations. */
  parents?: readonly { version: number; royaltyBps: number }[];
  /** Share of what stays with the version, in basis points, and who divides it. */
  contributors?: {
    bps: number;
    of: readonly Share[];
    /**
     * What the weights are said to add up to, when that is not their sum. The chain accepts such a list from
     * nobody; it is here to show that the pool's own limit holds even then.
     */
    totalWeight?: bigint;
  };
};

/** One version's part in a settlement. All amounts in wei. */
export type Settlement = {
  version: number;
  /** The owner's period that what stays was booked under. */
  period: Period;
  /** How many quanta of 10,000 wei moved. */
  units: bigint;
  moved: { parent: number; amount: bigint }[];
};

/** A payment out of the vault, in wei; 0 when there was nothing to claim. */
export type Claim = { account: Account; amount: bigint };

/** The books of one version. Wei, except the units. */
export type ModelBooks = {
  version: number;
  asset: number;
  /** Everything that ever came in, after fees: direct and royalties. */
  inflow: bigint;
  /** The part of the inflow that was paid for this version itself. */
  direct: bigint;
  /** Quanta of 10,000 wei settled so far. */
  settledUnits: bigint;
  /** What waits for the next settlement. */
  unsettled: bigint;
  /** Of each quantum, wei: the parents', the contributors' and the owner's part; together 10,000. */
  parentsBps: bigint;
  contributorUnit: bigint;
  ownerUnit: bigint;
};

/** All money that the vault ever saw, in wei. */
export type Totals = {
  paidIn: bigint;
  fees: bigint;
  feesWithdrawn: bigint;
  /** Inflow that waits for a settlement, over all versions. */
  unsettled: bigint;
  /** Ever booked to owners and contributors. */
  pooled: bigint;
  /** Ever paid out to owners and contributors. */
  claimed: bigint;
  /** What the vault holds: paid in, less withdrawn fees and claims. */
  balance: bigint;
};

/** What one account has from one version in one role, in wei. */
export type ModelEarning = {
  account: Account;
  role: 'owner' | 'contributor';
  asset: number;
  version: number;
  /** The owner's period, or the contributor's index. */
  slot: number;
  /** Arrived so far: claimed and still to be claimed. */
  earned: bigint;
  claimed: bigint;
};

/**
 * The vault's books without a chain. Every method either does the whole of what it says or throws and
 * changes nothing. Amounts are wei, shares basis points, versions and assets their ids on chain.
 */
export type Books = {
  /** @throws REVENUE_SPLIT_INVALID, REVENUE_ASSET_UNKNOWN when the asset has no owner yet */
  openVersion(spec: OpenVersion): void;
  /** The asset is made or transferred: its next period begins. Returns that period. */
  setOwner(asset: number, owner: Account): Period;
  /**
   * Pays for the asset's current version; returns the fee taken.
   *
   * @throws REVENUE_ASSET_UNKNOWN, REVENUE_AMOUNT_INVALID
   */
  pay(asset: number, amount: bigint): bigint;
  /** @throws REVENUE_VERSION_UNKNOWN, REVENUE_AMOUNT_INVALID */
  payVersion(version: number, amount: bigint): bigint;
  /**
   * Moves whole quanta one hop: royalties to the direct parents, the rest to the version's own pools.
   * Versions are taken in the order given; those with nothing to move are left out of the answer.
   *
   * @throws REVENUE_VERSION_UNKNOWN
   */
  settle(versions: Iterable<number>): Settlement[];
  /** Settles everything from the youngest version to the oldest, so that all of it arrives. */
  settleAll(): Settlement[];
  /** @throws REVENUE_VERSION_UNKNOWN, REVENUE_PERIOD_UNKNOWN */
  claimOwner(version: number, period: Period): Claim;
  /** @throws REVENUE_VERSION_UNKNOWN, REVENUE_CONTRIBUTOR_UNKNOWN, REVENUE_POOL_EXCEEDED */
  claimContribution(version: number, index: number): Claim;
  /** Claims whatever anybody can claim; returns what was paid, without zeros and refusals. */
  claimAll(): Claim[];
  /** What {@link Books.claimOwner} would pay now. */
  ownerOwed(version: number, period: Period): bigint;
  /** What {@link Books.claimContribution} would pay now. */
  contributionOwed(version: number, index: number): bigint;
  /** Takes effect for later payments. @throws REVENUE_FEE_TOO_HIGH */
  setFeeBps(feeBps: number): void;
  /** Takes out all fees not yet withdrawn; returns them. */
  withdrawFees(): bigint;
  totals(): Totals;
  /** @throws REVENUE_VERSION_UNKNOWN */
  books(version: number): ModelBooks;
  /** Ids of all versions, oldest first. */
  versions(): number[];
  /** The asset's current period, 0 when it was never owned. */
  period(asset: number): Period;
  /** Owner in that period. */
  ownerOf(asset: number, period: Period): Account | undefined;
  /** Every position that has earned something, by version, owners before contributors. */
  earnings(): ModelEarning[];
  /** Earned and claimed per account, over all its positions; fees are nobody's here. */
  accounts(): Map<Account, { earned: bigint; claimed: bigint }>;
};
