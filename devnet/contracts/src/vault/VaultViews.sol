// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../interfaces/IRevenueVault.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {VaultBooks} from "./VaultBooks.sol";

/// @dev What anybody may read. Some of it loops over an asset's periods, which nothing that moves money does.
abstract contract VaultViews is VaultBooks {
    using Ledger for uint256;

    /// @inheritdoc IRevenueVault
    function feeBps() external view returns (uint16) {
        return uint16(_feeRate(_pot));
    }

    /// @inheritdoc IRevenueVault
    function totals() external view returns (uint256 paidIn, uint256 fees, uint256 feesWithdrawn) {
        return (_paidIn(_pot), _fees(_pot), _feesWithdrawn);
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
        uint256 a = _known(versionId);
        uint256 b = _versions[versionId].b;
        inflow = a.inflow() + b.inflow();
        settledUnits = a.settled();
        parentsBps = uint16(a.parentsBps());
        contributorUnit = uint16(a.contributorUnit());
        ownerUnit = uint16(a.ownerUnit());
        unsettled = a.unsettled() + b.unsettled();
    }

    /// @inheritdoc IRevenueVault
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
        )
    {
        uint256 a = _known(versionId);
        if (!a.isSplit()) return (0, 0, 0, 0, 0, 0);
        uint256 b = _versions[versionId].b;
        directInflow = b.inflow();
        settledDirectUnits = b.settled();
        absoluteBps = uint16(a.absoluteBps());
        contributorUnit = uint16(_directContributorUnit(a, _versions[versionId].pool));
        ownerUnit = uint16(a.directStays()) - contributorUnit;
        ceiling = b.ceiling();
    }

    /// @inheritdoc IRevenueVault
    function owesOthers(uint64 versionId) external view returns (bool) {
        uint256 a = _known(versionId);
        return a.parentsBps() != 0 || a.contributorUnit() != 0 || a.isSplit();
    }

    /// @inheritdoc IRevenueVault
    function unitsOf(uint64 versionId, uint32 period_)
        external
        view
        returns (uint256 units, uint256 directUnits)
    {
        (uint256 startA, uint256 endA, uint256 startB, uint256 endB) = _span(versionId, period_);
        return (endA - startA, endB - startB);
    }

    /// @inheritdoc IRevenueVault
    function period(uint64 assetId) external view returns (uint32) {
        return _periodOf(_bookOf(assetId));
    }

    /// @inheritdoc IRevenueVault
    function ownerOf(uint64 assetId, uint32 period_) external view returns (address owner) {
        return _ownerIn(assetId, period_);
    }

    /// @inheritdoc IRevenueVault
    function currentVersion(uint64 assetId) external view returns (uint64) {
        return _currentOf(_bookOf(assetId));
    }

    /// @inheritdoc IRevenueVault
    function assetOf(uint64 versionId) external view returns (uint64) {
        return _assetOf(versionId, _versions[versionId].head);
    }

    /// @inheritdoc IRevenueVault
    function parentsOf(uint64 versionId)
        external
        view
        returns (uint64[] memory parents, uint16[] memory royaltyBps)
    {
        uint256 count = _known(versionId).edges();
        uint256 head = _versions[versionId].head;
        (parents, royaltyBps) = (new uint64[](count), new uint16[](count));
        for (uint256 i; i < count; ++i) {
            uint256 edge = _edgeAt(versionId, head, i);
            (parents[i], royaltyBps[i]) = (edge.target(), uint16(edge.rate()));
        }
    }

    /// @inheritdoc IRevenueVault
    function obligationsOf(uint64 versionId)
        external
        view
        returns (uint64[] memory ancestors, uint16[] memory royaltyBps)
    {
        uint256 count = _known(versionId).obligations();
        (ancestors, royaltyBps) = (new uint64[](count), new uint16[](count));
        for (uint256 i; i < count; ++i) {
            uint256 edge = _obligationAt(versionId, i);
            (ancestors[i], royaltyBps[i]) = (edge.target(), uint16(edge.rate()));
        }
    }

    /// @inheritdoc IRevenueVault
    function contributors(uint64 versionId)
        external
        view
        returns (uint16 bps, uint32 count, uint128 weight, bytes32 root)
    {
        _known(versionId);
        uint256 pool = _versions[versionId].pool;
        bps = uint16(_contributorsBps(pool));
        return (bps, _count(pool), uint128(_totalWeight(pool)), _versions[versionId].root);
    }

    /// @inheritdoc IRevenueVault
    function ownerOwed(uint64 versionId, uint32 period_) external view returns (uint256) {
        (, uint256 endA,, uint256 endB) = _span(versionId, period_);
        Earned storage earned = _earnedIn(versionId, period_);
        return _ownerWei(versionId, endA - (earned.a & UNITS), endB - (earned.b & UNITS));
    }

    /// @inheritdoc IRevenueVault
    function ownerClaimed(uint64 versionId, uint32 period_) external view returns (uint256) {
        return _ownerClaimed(versionId, period_);
    }

    /// @inheritdoc IRevenueVault
    function claimedOf(uint64 versionId) external view returns (uint256 owners, uint256 contributors_) {
        _known(versionId);
        return _claimedOf(versionId);
    }

    /// @inheritdoc IRevenueVault
    function sums(uint64 from, uint64 to)
        external
        view
        returns (uint256 unsettled, uint256 pools, uint256 claimed)
    {
        for (uint64 id = from; id <= to; ++id) {
            Version storage version = _versions[id];
            uint256 a = version.a;
            if (a == 0) continue;
            uint256 b = a.isSplit() ? version.b : 0;
            unsettled += a.unsettled() + b.unsettled();
            pools += a.settled() * (QUANTUM - a.parentsBps()) + b.settled() * a.directStays();
            (uint256 owners, uint256 contributors_) = _claimedOf(id);
            claimed += owners + contributors_;
        }
    }

    function _ownerClaimed(uint64 versionId, uint32 period_) private view returns (uint256) {
        (uint256 startA, uint256 endA, uint256 startB, uint256 endB) = _span(versionId, period_);
        Earned storage earned = _earnedIn(versionId, period_);
        uint256 paidA = endA == 0 ? 0 : (earned.a & UNITS) - startA;
        return _ownerWei(versionId, paidA, endB == 0 ? 0 : (earned.b & UNITS) - startB);
    }

    /// @inheritdoc IRevenueVault
    function contributionOwed(uint64 versionId, uint32 index, address account, uint128 weight)
        external
        view
        returns (uint256)
    {
        _known(versionId);
        uint256 pool = _versions[versionId].pool;
        if (index >= _count(pool)) revert ContributorUnknown(versionId, index, _count(pool));
        (uint256 a, uint256 b) = (_versions[versionId].a, _versions[versionId].b);
        uint256 earned = _poolAt(a, pool, a.settled(), b.settled()) * weight / _totalWeight(pool);
        return earned - _claimedBy(versionId, _contributions[_tokenId(versionId, index, account)]);
    }

    /// @inheritdoc IRevenueVault
    function contribution(uint64 versionId, uint32 index, address account)
        external
        view
        returns (uint128 weight, uint256 claimed)
    {
        Contribution storage found = _contributions[_tokenId(versionId, index, account)];
        weight = uint96(found.a);
        if (weight != 0) claimed = _claimedBy(versionId, found);
    }

    /// @inheritdoc IRevenueVault
    function contributorsClaimed(uint64 versionId) external view returns (uint256) {
        return uint112(_versions[versionId].pool);
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _claimedOf(uint64 versionId) private view returns (uint256 owners, uint256 contributors_) {
        Version storage version = _versions[versionId];
        bool isSplit = version.a.isSplit();
        uint32 last = _openPeriod(version.head);
        (uint256 paid, uint256 begun, uint256 directPaid, uint256 directBegun) = (0, 0, 0, 0);
        for (uint32 p = 1; p <= last; ++p) {
            Earned storage earned = _earnedIn(versionId, p);
            (paid, begun) = _addPaid(earned.a, paid, begun);
            if (isSplit) (directPaid, directBegun) = _addPaid(earned.b, directPaid, directBegun);
        }
        return (_ownerWei(versionId, paid, directPaid), uint112(version.pool));
    }

    /// @param begun Quanta that were settled when the period began.
    function _addPaid(uint256 slot, uint256 paid, uint256 begun) private pure returns (uint256, uint256) {
        if (slot == 0) return (paid, begun);
        uint256 end = slot >> 88;
        return (paid + (slot & UNITS) - begun, end == 0 ? begun : end);
    }

    function _claimedBy(uint64 versionId, Contribution storage found) private view returns (uint256) {
        uint256 pool = _versions[versionId].pool;
        uint256 earned = _poolAt(_versions[versionId].a, pool, found.a >> 96, found.b);
        return earned * uint96(found.a) / _totalWeight(pool);
    }

    function _ownerWei(uint64 versionId, uint256 units, uint256 directUnits) private view returns (uint256) {
        uint256 a = _versions[versionId].a;
        if (directUnits == 0) return units * a.ownerUnit();
        uint256 unit = a.directStays() - _directContributorUnit(a, _versions[versionId].pool);
        return units * a.ownerUnit() + directUnits * unit;
    }

    /// @dev The settled quanta, per ledger, when the period began and when it ended (or now).
    function _span(uint64 versionId, uint32 period_)
        private
        view
        returns (uint256 startA, uint256 endA, uint256 startB, uint256 endB)
    {
        uint256 a = _known(versionId);
        uint256 head = _versions[versionId].head;
        _ownerIn(_assetOf(versionId, head), period_);
        uint32 open = _openPeriod(head);
        if (period_ == open) {
            (endA, endB) = (a.settled(), _versions[versionId].b.settled());
        } else {
            (endA, endB) = (_earnedIn(versionId, period_).a >> 88, _earnedIn(versionId, period_).b >> 88);
        }
        for (uint32 p = period_; p > 1 && (endA != 0 || endB != 0);) {
            Earned storage earlier = _earnedIn(versionId, --p);
            if (startA == 0 && endA != 0) startA = earlier.a >> 88;
            if (startB == 0 && endB != 0) startB = earlier.b >> 88;
            if (startA != 0 && (startB != 0 || endB == 0)) break;
        }
    }
}
