/** Whoever can own, contribute or be paid: an address, or any name in a simulation. */
export type Account = string;

/** Owner's period that an asset is in, from 1: each transfer begins the next. */
export type Period = number;

/** One contributor's row of a version, in the model: the position in the list is the index. */
export type Share = { account: Account; weight: bigint };

/** One relation of a version, as far as it is about money. */
export type ParentTerms = {
  version: number;
  /** The parent's royalty in basis points. */
  royaltyBps: number;
  /**
   * `RELATIVE` (when left out): of all that the child earns, from wherever it comes. `ABSOLUTE`: of what is paid
   * for the child itself, and of what is paid for each of its descendants.
   */
  policy?: 'RELATIVE' | 'ABSOLUTE';
  /** The most that may be paid for the child under these terms, net of fees, in wei: a multiple of 10^9. */
  ceiling?: bigint;
};

export type OpenVersion = {
  /** Above every version opened before. */
  version: number;
  asset: number;
  /** Its relations. One parent may be named for two of them. */
  parents?: readonly ParentTerms[];
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

/** What a version owes an ancestor: basis points of each direct payment. */
export type Obligation = { version: number; bps: number };

/** One version's part in a settlement. All amounts in wei. */
export type Settlement = {
  version: number;
  /** The owner's period that what stays was booked under. */
  period: Period;
  /** How many quanta of 10,000 wei moved: of royalties alone when the version is split, else of everything. */
  units: bigint;
  /** Quanta of direct payments that moved; 0 when the version is not split. */
  directUnits: bigint;
  moved: { parent: number; amount: bigint }[];
};

/** A payment out of the vault, in wei; 0 when there was nothing to claim. */
export type Claim = { account: Account; amount: bigint };

/** The books of one version. Wei, except the units. */
export type ModelBooks = {
  version: number;
  asset: number;
  /**
   * Direct payments and royalties are divided differently, or a ceiling counts the direct ones: then each has
   * quanta of its own.
   */
  split: boolean;
  /** Everything that ever came in, after fees: direct and royalties. */
  inflow: bigint;
  /** The part of the inflow that was paid for this version itself. */
  direct: bigint;
  /** Quanta of 10,000 wei settled so far: of royalties alone when the version is split, else of everything. */
  settledUnits: bigint;
  /** Quanta of direct payments settled so far; 0 when the version is not split. */
  settledDirectUnits: bigint;
  /** What waits for the next settlement. */
  unsettled: bigint;
  /** Of each quantum, wei: the parents', the contributors' and the owner's part; together 10,000. */
  parentsBps: bigint;
  contributorUnit: bigint;
  ownerUnit: bigint;
  /** Of each quantum of direct payments, wei; with the parents' part together 10,000. */
  absoluteBps: bigint;
  directContributorUnit: bigint;
  directOwnerUnit: bigint;
  /** To whom the absolute part goes, by ancestor. */
  obligations: readonly Obligation[];
  /** The most that may be paid for this version, net of fees; 0 when there is no limit. */
  ceiling: bigint;
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
  /**
   * Fixes a version's relations, obligations, ceiling and contributors, and makes it its asset's current one.
   *
   * @throws REVENUE_SPLIT_INVALID, REVENUE_ROYALTIES_TOO_HIGH, REVENUE_OBLIGATIONS_TOO_MANY,
   * REVENUE_ASSET_UNKNOWN when the asset has no owner yet
   */
  openVersion(spec: OpenVersion): void;
  /** The asset is made or transferred: its next period begins. Returns that period. */
  setOwner(asset: number, owner: Account): Period;
  /**
   * Pays for the asset's current version; returns the fee taken.
   *
   * @throws REVENUE_ASSET_UNKNOWN, REVENUE_AMOUNT_INVALID, REVENUE_CEILING_REACHED
   */
  pay(asset: number, amount: bigint): bigint;
  /** @throws REVENUE_VERSION_UNKNOWN, REVENUE_AMOUNT_INVALID, REVENUE_CEILING_REACHED */
  payVersion(version: number, amount: bigint): bigint;
  /**
   * Moves whole quanta one hop: royalties to the direct parents and to the ancestors that are owed a part of
   * direct payments, the rest to the version's own pools. Versions are taken in the order given; those with
   * nothing to move are left out of the answer.
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
