// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IRevenueVault
/// @notice The only holder of money. Accounts in WSAHARA (wei); native coin is wrapped on the way in.
///
/// Paying adds to a version's inflow and loops over nothing. Settling moves whole quanta of 10,000 wei one hop up
/// the lineage: each parent gets its basis points of every quantum, `contributorUnit` wei stay with the version's
/// contributors and the exact remainder, `ownerUnit` wei, with the owner of the asset in the period of settling.
/// What is below a quantum waits. So the settled books are a function of the payments alone, whenever and in
/// whatever order anybody settles.
///
/// A version that owes absolute royalties, or has a revenue ceiling, is *split*: it keeps two ledgers with quanta
/// of their own, one of the royalties that reach it and one of the direct payments. The parents' basis points are
/// due from both, absolute royalties from direct payments alone, and the ceiling limits the direct payments.
///
/// Books open when money first needs them: a version without parents, contributors and ceiling costs nothing here.
///
/// At every moment: paid in = fees + the sum of all unsettled inflow + the sum of all pools (units * settled quanta),
/// and the vault's balance = paid in - fees withdrawn - claimed + unsolicited, where unsolicited tokens pay nobody.
interface IRevenueVault {
    /// @param royaltyBps Basis points that the child owes to `parent`; 0 for a relation without royalty, through
    /// which the parent's obligations are inherited all the same.
    /// @param isAbsolute Due from direct payments to the child and to everything made from it, instead of from
    /// everything that the child earns.
    struct Edge {
        uint64 parent;
        uint16 royaltyBps;
        bool isAbsolute;
    }

    /// @param bps Share of what stays that goes to the contributors, in basis points.
    /// @param count Leaves in their Merkle-sum tree. @param weight Sum of their weights. @param root The tree's root.
    struct Contributors {
        uint16 bps;
        uint32 count;
        uint128 weight;
        bytes32 root;
    }

    struct OwnerClaim {
        uint64 versionId;
        uint32 period;
    }

    /// @param weight 0 if the contribution was proven before: then no proof is read.
    /// @param siblings Hashes beside the path, from the leaf upwards; `siblingSums` their weights.
    struct ContributionClaim {
        uint64 versionId;
        uint32 index;
        address account;
        uint128 weight;
        bytes32[] siblings;
        uint128[] siblingSums;
    }

    /// @param amount Wei, the fee included.
    event Paid(uint64 indexed versionId, address indexed payer, uint256 amount, uint256 fee);
    /// @notice Quanta of 10,000 wei that were newly settled. What they moved follows from the version's fixed edges.
    event Settled(uint64 indexed versionId, uint256 units);
    /// @notice The same of a split version's direct payments.
    event SettledDirect(uint64 indexed versionId, uint256 units);
    /// @notice What is settled from here on belongs to this period of the version's asset.
    /// @param units Quanta that were settled before. @param directUnits The same of direct payments.
    event PeriodEntered(uint64 indexed versionId, uint32 indexed period, uint256 units, uint256 directUnits);
    /// @notice Paid to whoever owned the asset in that period: see OwnerSet.
    event OwnerClaimed(uint64 indexed versionId, uint32 indexed period, uint256 amount);
    /// @param tokenId Of the ContributionNFT: version, index and account in one.
    event ContributionClaimed(uint64 indexed versionId, uint256 indexed tokenId, uint256 amount);
    event OwnerSet(uint64 indexed assetId, uint32 indexed period, address indexed owner);
    event Swept(uint64 indexed assetId, uint256 amount);
    event FeeSet(uint16 feeBps);
    event FeesWithdrawn(address indexed to, uint256 amount);

    error NotRegistry(address caller);
    error NotMarketplace(address caller);
    error AssetUnknown(uint64 assetId);
    error VersionUnknown(uint64 versionId);
    error VersionAlreadyOpen(uint64 versionId);
    error PeriodUnknown(uint64 assetId, uint32 period);
    error ZeroAmount();
    /// @notice The vault's counters are made for at most this many wei ever paid in.
    error PaidInLimit(uint256 limit);
    /// @notice The terms that the version rests on allow direct payments, fees excluded, of `ceiling` wei in all.
    error CeilingReached(uint64 versionId, uint256 ceiling, uint256 wouldBe);
    error FeeTooHigh(uint16 feeBps, uint16 maximum);
    error TooManyParents(uint256 count, uint256 maximum);
    /// @notice A parent's id must be set and smaller than its child's.
    error ParentNotOlder(uint64 parent, uint64 child);
    /// @notice Parents and absolute royalties together would get more than everything: `totalBps` with `ancestor`.
    error RoyaltiesTooHigh(uint256 totalBps, uint64 ancestor);
    /// @notice Absolute royalties are owed to at most this many ancestors.
    error TooManyObligations(uint256 count, uint256 maximum);
    /// @notice Share (at most 10,000 bps), count, total weight (below 2^96) and root of the contributors are either
    /// all zero or all set.
    error ContributorsInvalid();
    /// @notice The version has no contributor of this index.
    error ContributorUnknown(uint64 versionId, uint32 index, uint32 count);
    /// @notice This contribution was never proven; the first claim needs a proof.
    error ContributionNotProven(uint64 versionId, uint32 index, address account);
    /// @notice The proof does not lead from this leaf to the version's root and total weight.
    error ProofInvalid(uint64 versionId, uint32 index);
    /// @notice The contributors of a version can never take more than its pool.
    error PoolExceeded(uint64 versionId, uint256 claimed, uint256 pool);
    error TransferFailed();

    // ---- for the registry ------------------------------------------------------------------------------

    /// @notice Opens the books of a new version. Registry only; not needed for a first version without parents,
    /// contributors and ceiling.
    /// @param isFirst Whether it is its asset's first version.
    /// @param edges What it was made from: older versions, at most 64.
    /// @param ceiling Gwei that it may earn by direct payments, fees excluded; 0 = no limit.
    function openVersion(
        uint64 versionId,
        uint64 assetId,
        bool isFirst,
        Edge[] calldata edges,
        uint64 ceiling,
        Contributors calldata contributors
    ) external;

    /// @notice Starts a new period of the asset under `to`. Registry only; for transfers, not for mints.
    function setOwner(uint64 assetId, address from, address to) external;

    // ---- paying ----------------------------------------------------------------------------------------

    /// @notice Pays `amount` wei from the caller's WSAHARA allowance to the asset's current version.
    function pay(uint64 assetId, uint256 amount) external;

    /// @notice The same to a version.
    function payVersion(uint64 versionId, uint256 amount) external;

    /// @notice Pays the native coin sent with the call to the asset's current version.
    function payNative(uint64 assetId) external payable;

    /// @notice The same to a version.
    function payVersionNative(uint64 versionId) external payable;

    /// @notice Pays out of the allowance that `payer` gave to this vault. Marketplace only.
    function payFor(address payer, uint64 assetId, uint256 amount) external;

    /// @notice Pays the native coin sent with the call in the name of `payer`. Marketplace only.
    function payNativeFor(address payer, uint64 assetId) external payable;

    /// @notice `pay` with the caller's own EIP-2612 permit for `amount`. A permit that somebody else has already
    /// handed in does no harm.
    function payWithPermit(uint64 assetId, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;

    /// @notice Pays `value` wei of `from` by its EIP-3009 authorization to receive, handed in by anybody. Its nonce
    /// is `authorizationNonce(assetId, salt)`: it pays this asset or nobody.
    function payWithAuthorization(
        uint64 assetId,
        address from,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        bytes calldata signature
    ) external;

    /// @notice Makes a payment to the asset of all native coin and WSAHARA at its inbox. By anybody.
    /// @return amount Wei.
    function sweep(uint64 assetId) external returns (uint256 amount);

    // ---- settling and claiming -------------------------------------------------------------------------

    /// @notice Moves the unsettled whole quanta of each version one hop up. By anybody. Versions with less than a
    /// quantum are skipped. To settle a lineage fully in one call, name the newest versions first.
    function settle(uint64[] calldata versionIds) external;

    /// @notice Pays the owner of that period what it has not been paid yet. By anybody.
    /// @return amount Wei; 0 if there is nothing to pay.
    function claimOwner(uint64 versionId, uint32 period) external returns (uint256 amount);

    /// @notice Proves a contribution, mints its ContributionNFT and pays `account` what it is owed. By anybody.
    /// @return amount Wei; 0 if there is nothing to pay.
    function claimContribution(
        uint64 versionId,
        uint32 index,
        address account,
        uint128 weight,
        bytes32[] calldata siblings,
        uint128[] calldata siblingSums
    ) external returns (uint256 amount);

    /// @notice The same for a contribution that was proven before.
    function claimContribution(uint64 versionId, uint32 index, address account)
        external
        returns (uint256 amount);

    /// @notice Many claims at once.
    /// @return amount Wei in all.
    function claimMany(OwnerClaim[] calldata owners, ContributionClaim[] calldata contributions)
        external
        returns (uint256 amount);

    /// @notice `settle`, then `claimMany`.
    function settleAndClaim(
        uint64[] calldata versionIds,
        OwnerClaim[] calldata owners,
        ContributionClaim[] calldata contributions
    ) external returns (uint256 amount);

    // ---- fees ------------------------------------------------------------------------------------------

    /// @notice Sets the fee on later payments, in basis points, at most 1,000. Restricted by the AccessManager.
    function setFeeBps(uint16 newFeeBps) external;

    /// @notice Sends all fees not withdrawn yet to `to`. Restricted by the AccessManager.
    function withdrawFees(address to) external returns (uint256 amount);

    // ---- views (amounts in wei) ------------------------------------------------------------------------

    function feeBps() external view returns (uint16);

    /// @return paidIn Ever paid, fees included.
    /// @return fees Ever taken.
    /// @return feesWithdrawn Of these, already withdrawn.
    function totals() external view returns (uint256 paidIn, uint256 fees, uint256 feesWithdrawn);

    /// @return inflow Ever arrived, fees excluded: direct payments and royalties.
    /// @return settledUnits Quanta that were settled; of a split version, quanta of royalties alone.
    /// @return parentsBps Of every quantum, wei for the parents.
    /// @return contributorUnit Of every quantum, wei for the contributors.
    /// @return ownerUnit Of every quantum, wei for the owner.
    /// @return unsettled Of the inflow, what waits to be settled.
    function books(uint64 versionId)
        external
        view
        returns (
            uint256 inflow,
            uint256 settledUnits,
            uint16 parentsBps,
            uint16 contributorUnit,
            uint16 ownerUnit,
            uint256 unsettled
        );

    /// @notice The direct ledger of a split version; all zero for others.
    /// @return directInflow Direct payments, fees excluded. They are part of `books`' inflow.
    /// @return settledDirectUnits Quanta of them that were settled.
    /// @return absoluteBps Of every such quantum, wei for absolute royalties, beside the parents'.
    /// @return contributorUnit Of every such quantum, wei for the contributors.
    /// @return ownerUnit Of every such quantum, wei for the owner.
    /// @return ceiling Wei that the direct payments may not exceed; 0 = no limit.
    function directBooks(uint64 versionId)
        external
        view
        returns (
            uint256 directInflow,
            uint256 settledDirectUnits,
            uint16 absoluteBps,
            uint16 contributorUnit,
            uint16 ownerUnit,
            uint256 ceiling
        );

    /// @notice Whether the version's earnings are not its owner's alone: it has parents that are paid, obligations,
    /// contributors or a ceiling.
    function owesOthers(uint64 versionId) external view returns (bool);

    /// @return units Quanta that were settled in this period of the version's asset.
    /// @return directUnits The same of a split version's direct payments.
    function unitsOf(uint64 versionId, uint32 period)
        external
        view
        returns (uint256 units, uint256 directUnits);

    /// @return The asset's current period; the first one is 1.
    function period(uint64 assetId) external view returns (uint32);

    /// @return Who owned the asset in that period.
    function ownerOf(uint64 assetId, uint32 period) external view returns (address);

    /// @return The version that a payment to the asset credits.
    function currentVersion(uint64 assetId) external view returns (uint64);

    /// @notice The asset that a version belongs to.
    function assetOf(uint64 versionId) external view returns (uint64);

    /// @return parents Those that are owed a relative royalty. @return royaltyBps What, in basis points.
    function parentsOf(uint64 versionId)
        external
        view
        returns (uint64[] memory parents, uint16[] memory royaltyBps);

    /// @return ancestors Those that are owed an absolute royalty. @return royaltyBps What, in basis points.
    function obligationsOf(uint64 versionId)
        external
        view
        returns (uint64[] memory ancestors, uint16[] memory royaltyBps);

    /// @return bps Of what stays. @return count Leaves. @return weight Their sum. @return root Of the Merkle-sum tree.
    function contributors(uint64 versionId)
        external
        view
        returns (uint16 bps, uint32 count, uint128 weight, bytes32 root);

    /// @return What `claimOwner` would pay now.
    function ownerOwed(uint64 versionId, uint32 period) external view returns (uint256);

    /// @return Ever paid to the owner of that period.
    function ownerClaimed(uint64 versionId, uint32 period) external view returns (uint256);

    /// @return What `claimContribution` would pay now to this contribution.
    function contributionOwed(uint64 versionId, uint32 index, address account, uint128 weight)
        external
        view
        returns (uint256);

    /// @return weight Its proven weight; zero while the contribution is not proven.
    /// @return claimed Ever paid to it.
    function contribution(uint64 versionId, uint32 index, address account)
        external
        view
        returns (uint128 weight, uint256 claimed);

    /// @return Ever paid to the version's contributors together.
    function contributorsClaimed(uint64 versionId) external view returns (uint256);

    /// @return owners Ever paid to the version's owners, of all periods together.
    /// @return contributors_ Ever paid to its contributors together.
    function claimedOf(uint64 versionId) external view returns (uint256 owners, uint256 contributors_);

    /// @notice Sums over the versions `from`..`to`, so that tools need not ask for each: of the unsettled inflow, of all
    /// that was ever left to owners and contributors, and of what of it they were paid.
    function sums(uint64 from, uint64 to)
        external
        view
        returns (uint256 unsettled, uint256 pools, uint256 claimed);

    /// @notice Where anybody may send native coin or WSAHARA for the asset: see `sweep`. Known before the asset is.
    function inboxOf(uint64 assetId) external view returns (address);

    /// @notice The nonce of an EIP-3009 authorization that pays `assetId`. @param salt 32 random bytes.
    function authorizationNonce(uint64 assetId, bytes32 salt) external pure returns (bytes32);
}
