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
/// At every moment: paid in = fees + the sum of all unsettled inflow + pooled, and
/// the vault's balance = paid in - fees withdrawn - claimed + unsolicited, where unsolicited tokens pay nobody.
interface IRevenueVault {
    /// @param amount Wei, the fee included.
    event Paid(uint64 indexed versionId, address indexed payer, uint256 amount, uint256 fee);
    /// @param units Quanta of 10,000 wei that were newly settled.
    event Settled(uint64 indexed versionId, uint32 indexed period, uint256 units);
    event RoyaltyMoved(uint64 indexed child, uint64 indexed parent, uint256 amount);
    event OwnerClaimed(
        uint64 indexed versionId, uint32 indexed period, address indexed owner, uint256 amount
    );
    event ContributionProven(
        uint64 indexed versionId, uint32 indexed index, address indexed account, uint256 weight
    );
    event ContributionClaimed(
        uint64 indexed versionId, uint32 indexed index, address indexed account, uint256 amount
    );
    event VersionOpened(
        uint64 indexed versionId, uint64 indexed assetId, uint16 parentsBps, uint16 contributorUnit
    );
    event OwnerSet(uint64 indexed assetId, uint32 indexed period, address indexed owner);
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
    error FeeTooHigh(uint16 feeBps, uint16 maximum);
    /// @notice Two lists that belong together have different lengths.
    error LengthMismatch(uint256 left, uint256 right);
    error TooManyParents(uint256 count, uint256 maximum);
    /// @notice A parent's id must be set and smaller than its child's.
    error ParentNotOlder(uint64 parent, uint64 child);
    /// @notice The parents together would get more than everything.
    error RoyaltiesTooHigh(uint256 totalBps);
    /// @notice Share (at most 10,000 bps), count, total weight (below 2^96) and root of the contributors are either
    /// all zero or all set.
    error ContributorsInvalid();
    /// @notice The version has no contributor of this index.
    error ContributorUnknown(uint64 versionId, uint32 index, uint32 count);
    /// @notice This contribution was never proven; the first claim needs a proof.
    error ContributionNotProven(uint64 versionId, uint32 index);
    /// @notice The proof does not lead from this leaf to the version's root and total weight.
    error ProofInvalid(uint64 versionId, uint32 index);
    /// @notice The contributors of a version can never take more than its pool.
    error PoolExceeded(uint64 versionId, uint256 claimed, uint256 pool);
    error TransferFailed();

    // ---- for the registry ------------------------------------------------------------------------------

    /// @notice Opens the books of a new version and makes it the asset's current one. Registry only.
    /// @param parents Older versions, at most 64; `royaltyBps` their shares in basis points, 10,000 at most in sum.
    /// @param contributorsBps Share of what stays that goes to the contributors, in basis points.
    /// @param count Leaves in their tree. @param weight Sum of their weights. @param root The tree's root.
    function openVersion(
        uint64 versionId,
        uint64 assetId,
        uint64[] calldata parents,
        uint16[] calldata royaltyBps,
        uint16 contributorsBps,
        uint32 count,
        uint128 weight,
        bytes32 root
    ) external;

    /// @notice Starts a new period of the asset under `owner`. Registry only.
    function setOwner(uint64 assetId, address owner) external;

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

    // ---- settling and claiming -------------------------------------------------------------------------

    /// @notice Moves the unsettled whole quanta of each version one hop up. By anybody. Versions with less than a
    /// quantum are skipped. To settle a lineage fully in one call, name the newest versions first.
    function settle(uint64[] calldata versionIds) external;

    /// @notice Pays the owner of that period what it has not been paid yet. By anybody.
    /// @return amount Wei; 0 if there is nothing to pay.
    function claimOwner(uint64 versionId, uint32 period) external returns (uint256 amount);

    /// @notice The same for several pairs of version and period.
    function claimOwner(uint64[] calldata versionIds, uint32[] calldata periods)
        external
        returns (uint256 amount);

    /// @notice Proves a contribution and pays `account` what it is owed. By anybody.
    /// @param siblings Hashes beside the path, from the leaf upwards; `siblingSums` their weights.
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
    function claimContribution(uint64 versionId, uint32 index) external returns (uint256 amount);

    /// @return Where payments to the asset can be sent without calling anything.
    function inboxOf(uint64 assetId) external view returns (address);

    /// @return Whether contributors or parents have a share in what the version earns.
    function owesOthers(uint64 versionId) external view returns (bool);

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
    /// @return pooled Ever booked to owners and contributors.
    /// @return claimed Of these, already paid out.
    function totals()
        external
        view
        returns (uint256 paidIn, uint256 fees, uint256 feesWithdrawn, uint256 pooled, uint256 claimed);

    /// @return inflow Ever arrived, fees excluded: direct payments and royalties.
    /// @return settledUnits Quanta of it that were settled.
    /// @return parentsBps Of every quantum, wei for the parents.
    /// @return contributorUnit Of every quantum, wei for the contributors.
    /// @return ownerUnit Of every quantum, wei for the owner.
    /// @return unsettled inflow - settledUnits * 10,000.
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

    /// @return Quanta that were settled in this period of the version's asset.
    function unitsOf(uint64 versionId, uint32 period) external view returns (uint256);

    /// @return The asset's current period; the first one is 1, and 0 means that there is no such asset.
    function period(uint64 assetId) external view returns (uint32);

    /// @return Who owned the asset in that period.
    function ownerOf(uint64 assetId, uint32 period) external view returns (address);

    /// @return The version that a payment to the asset credits.
    function currentVersion(uint64 assetId) external view returns (uint64);

    /// @notice The asset that a version belongs to.
    function assetOf(uint64 versionId) external view returns (uint64);

    /// @return parents Those that are owed something. @return royaltyBps What, in basis points.
    function parentsOf(uint64 versionId)
        external
        view
        returns (uint64[] memory parents, uint16[] memory royaltyBps);

    /// @return bps Of what stays. @return count Leaves. @return weight Their sum. @return root Of the Merkle-sum tree.
    function contributors(uint64 versionId)
        external
        view
        returns (uint16 bps, uint32 count, uint128 weight, bytes32 root);

    /// @return What `claimOwner` would pay now.
    function ownerOwed(uint64 versionId, uint32 period) external view returns (uint256);

    /// @return What `claimContribution` would pay now to the contribution of this index and weight.
    function contributionOwed(uint64 versionId, uint32 index, uint128 weight) external view returns (uint256);

    /// @return account Zero while the contribution is not proven.
    /// @return weight Its proven weight.
    /// @return claimed Ever paid to it.
    function contribution(uint64 versionId, uint32 index)
        external
        view
        returns (address account, uint128 weight, uint256 claimed);

    /// @return Ever paid to the version's contributors together.
    function contributorsClaimed(uint64 versionId) external view returns (uint256);
}
