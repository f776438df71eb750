// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "./interfaces/IRevenueVault.sol";

/// @dev The vault's storage and its views. Nothing here moves money.
abstract contract VaultBooks is IRevenueVault {
    /// @dev The hot slot: all of a version that `pay` touches.
    /// @param inflow Ever arrived, in wei. @param settledUnits Quanta of it that were settled.
    /// @param parentsBps, contributorUnit Wei of every quantum. @param edges Parents that are owed something.
    struct Flow {
        uint112 inflow;
        uint96 settledUnits;
        uint16 parentsBps;
        uint16 contributorUnit;
        uint8 edges;
        bool open;
    }

    /// @dev What else a version needs, read only when it is settled or claimed.
    /// @param openPeriod The asset's period when the version was last settled (or opened).
    struct Node {
        uint64 assetId;
        uint16 contributorsBps;
        uint32 count;
        uint96 weight;
        uint32 openPeriod;
    }

    /// @dev All that `pay` needs to know of an asset.
    struct AssetBook {
        address owner;
        uint32 period;
        uint64 currentVersion;
    }

    /// @param units Quanta settled in the period, written when a later period begins: see `_unitsOf`.
    /// @param claimedUnits Of these, paid out to the owner.
    struct Earned {
        uint96 units;
        uint96 claimedUnits;
    }

    struct Contribution {
        address account;
        uint96 weight;
        uint128 claimed;
    }

    struct Pot {
        uint112 paidIn;
        uint112 fees;
        uint16 feeBps;
    }

    struct Pools {
        uint128 pooled;
        uint128 claimed;
    }

    /// @notice Settling moves multiples of this many wei, so that every basis point is a whole number of them.
    uint256 public constant QUANTUM = 10_000;
    uint256 public constant BPS = 10_000;
    uint16 public constant MAX_FEE_BPS = 1_000;
    uint256 public constant MAX_PARENTS = 64;
    /// @dev Keeps every counter in range: no version's inflow can exceed all that was ever paid in.
    uint256 internal constant MAX_PAID_IN = QUANTUM * type(uint96).max;
    uint256 private constant EDGES_PER_SLOT = 3;
    uint256 private constant EDGE_BITS = 80;

    Pot internal _pot;
    Pools internal _pools;
    uint256 internal _feesWithdrawn;
    mapping(uint64 assetId => AssetBook) internal _assets;
    mapping(uint64 assetId => mapping(uint32 period => address)) internal _pastOwners;
    mapping(uint64 versionId => Flow) internal _flows;
    mapping(uint64 versionId => Node) internal _nodes;
    mapping(uint64 versionId => bytes32) internal _roots;
    mapping(uint64 versionId => mapping(uint256 slot => uint256)) internal _edges;
    mapping(uint64 versionId => mapping(uint32 period => Earned)) internal _earned;
    mapping(uint64 versionId => uint256 settledUnits) internal _openedAt;
    mapping(uint64 versionId => mapping(uint32 index => Contribution)) internal _contributions;
    mapping(uint64 versionId => uint256) internal _contributorsClaimed;

    /// @inheritdoc IRevenueVault
    function feeBps() external view returns (uint16) {
        return _pot.feeBps;
    }

    /// @inheritdoc IRevenueVault
    function totals()
        external
        view
        returns (uint256 paidIn, uint256 fees, uint256 feesWithdrawn, uint256 pooled, uint256 claimed)
    {
        return (_pot.paidIn, _pot.fees, _feesWithdrawn, _pools.pooled, _pools.claimed);
    }

    /// @inheritdoc IRevenueVault
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
        )
    {
        Flow memory flow = _flow(versionId);
        inflow = flow.inflow;
        settledUnits = flow.settledUnits;
        parentsBps = flow.parentsBps;
        contributorUnit = flow.contributorUnit;
        ownerUnit = _ownerUnit(flow);
        unsettled = inflow - settledUnits * QUANTUM;
    }

    /// @inheritdoc IRevenueVault
    function unitsOf(uint64 versionId, uint32 period_) external view returns (uint256) {
        return _unitsOf(versionId, period_, _flow(versionId));
    }

    /// @inheritdoc IRevenueVault
    function period(uint64 assetId) external view returns (uint32) {
        return _assets[assetId].period;
    }

    /// @inheritdoc IRevenueVault
    function ownerOf(uint64 assetId, uint32 period_) public view returns (address owner) {
        AssetBook storage book = _assets[assetId];
        if (period_ == 0 || period_ > book.period) revert PeriodUnknown(assetId, period_);
        return period_ == book.period ? book.owner : _pastOwners[assetId][period_];
    }

    /// @inheritdoc IRevenueVault
    function currentVersion(uint64 assetId) external view returns (uint64) {
        return _currentVersion(assetId);
    }

    /// @inheritdoc IRevenueVault
    function assetOf(uint64 versionId) external view returns (uint64) {
        _flow(versionId);
        return _nodes[versionId].assetId;
    }

    /// @inheritdoc IRevenueVault
    function parentsOf(uint64 versionId)
        external
        view
        returns (uint64[] memory parents, uint16[] memory royaltyBps)
    {
        uint256 count = _flow(versionId).edges;
        parents = new uint64[](count);
        royaltyBps = new uint16[](count);
        for (uint256 i; i < count; ++i) {
            (parents[i], royaltyBps[i]) = _edge(versionId, i);
        }
    }

    /// @inheritdoc IRevenueVault
    function contributors(uint64 versionId)
        external
        view
        returns (uint16 bps, uint32 count, uint128 weight, bytes32 root)
    {
        _flow(versionId);
        Node storage node = _nodes[versionId];
        return (node.contributorsBps, node.count, node.weight, _roots[versionId]);
    }

    /// @inheritdoc IRevenueVault
    function ownerOwed(uint64 versionId, uint32 period_) external view returns (uint256) {
        Flow memory flow = _flow(versionId);
        uint256 units = _unitsOf(versionId, period_, flow);
        return _ownerUnit(flow) * (units - _earned[versionId][period_].claimedUnits);
    }

    /// @inheritdoc IRevenueVault
    function contributionOwed(uint64 versionId, uint32 index, uint128 weight)
        external
        view
        returns (uint256)
    {
        Flow memory flow = _flow(versionId);
        Node storage node = _nodes[versionId];
        if (index >= node.count) revert ContributorUnknown(versionId, index, node.count);
        uint256 earned = _share(flow, weight, node.weight);
        uint256 claimed = _contributions[versionId][index].claimed;
        return earned > claimed ? earned - claimed : 0;
    }

    /// @inheritdoc IRevenueVault
    function contribution(uint64 versionId, uint32 index)
        external
        view
        returns (address account, uint128 weight, uint256 claimed)
    {
        Contribution storage found = _contributions[versionId][index];
        return (found.account, found.weight, found.claimed);
    }

    /// @inheritdoc IRevenueVault
    function contributorsClaimed(uint64 versionId) external view returns (uint256) {
        return _contributorsClaimed[versionId];
    }

    /// @inheritdoc IRevenueVault
    function inboxOf(uint64 assetId) external view returns (address) {
        return address(bytes20(keccak256(abi.encode(address(this), assetId))));
    }

    /// @inheritdoc IRevenueVault
    function owesOthers(uint64 versionId) external view returns (bool) {
        Flow memory flow = _flow(versionId);
        return flow.parentsBps != 0 || flow.contributorUnit != 0;
    }

    function _flow(uint64 versionId) internal view returns (Flow memory flow) {
        flow = _flows[versionId];
        if (!flow.open) revert VersionUnknown(versionId);
    }

    function _currentVersion(uint64 assetId) internal view returns (uint64 current) {
        current = _assets[assetId].currentVersion;
        if (current == 0) revert AssetUnknown(assetId);
    }

    /// @dev Settling does not write what a period earned: while nothing but settling happens, that is the settled
    /// quanta since the period opened.
    function _unitsOf(uint64 versionId, uint32 period_, Flow memory flow) internal view returns (uint256) {
        if (period_ != _nodes[versionId].openPeriod) return _earned[versionId][period_].units;
        return flow.settledUnits - _openedAt[versionId];
    }

    function _ownerUnit(Flow memory flow) internal pure returns (uint16) {
        return uint16(QUANTUM) - flow.parentsBps - flow.contributorUnit;
    }

    /// @dev Ever earned by a contribution. Below 2^14 * 2^96 * 2^128 on the way: no overflow.
    function _share(Flow memory flow, uint256 weight, uint256 totalWeight) internal pure returns (uint256) {
        return uint256(flow.contributorUnit) * flow.settledUnits * weight / totalWeight;
    }

    /// @dev An edge takes 80 bits (64 parent, 16 basis points), three to a slot.
    function _edge(uint64 versionId, uint256 index) internal view returns (uint64 parent, uint16 royaltyBps) {
        uint256 edge = _edges[versionId][index / EDGES_PER_SLOT] >> (EDGE_BITS * (index % EDGES_PER_SLOT));
        return (uint64(edge), uint16(edge >> 64));
    }

    function _setEdge(uint64 versionId, uint256 index, uint64 parent, uint16 royaltyBps) internal {
        uint256 edge = uint256(parent) | (uint256(royaltyBps) << 64);
        _edges[versionId][index / EDGES_PER_SLOT] |= edge << (EDGE_BITS * (index % EDGES_PER_SLOT));
    }
}
