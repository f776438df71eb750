// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SafeTransferLib} from "solady/utils/SafeTransferLib.sol";
import {IContributionNFT} from "../interfaces/IContributionNFT.sol";
import {IRevenueVault} from "../interfaces/IRevenueVault.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {MerkleSum} from "../libraries/MerkleSum.sol";
import {VaultSettlement} from "./VaultSettlement.sol";

/// @dev What owners and contributors take out. Books change before tokens move, and the token calls nobody.
abstract contract VaultClaims is VaultSettlement {
    using Ledger for uint256;

    IContributionNFT public immutable CONTRIBUTIONS;

    constructor(IContributionNFT contributions) {
        CONTRIBUTIONS = contributions;
    }

    /// @inheritdoc IRevenueVault
    function claimOwner(uint64 versionId, uint32 period) external returns (uint256 amount) {
        return _claimOwner(versionId, period);
    }

    /// @inheritdoc IRevenueVault
    function claimContribution(
        uint64 versionId,
        uint32 index,
        address account,
        uint128 weight,
        bytes32[] calldata siblings,
        uint128[] calldata siblingSums
    ) external returns (uint256 amount) {
        return _proveAndClaim(versionId, index, account, weight, siblings, siblingSums);
    }

    /// @inheritdoc IRevenueVault
    function claimContribution(uint64 versionId, uint32 index, address account)
        external
        returns (uint256 amount)
    {
        return _claimContribution(versionId, index, account);
    }

    /// @inheritdoc IRevenueVault
    function claimMany(OwnerClaim[] calldata owners, ContributionClaim[] calldata contributions)
        external
        returns (uint256 amount)
    {
        return _claimMany(owners, contributions);
    }

    /// @inheritdoc IRevenueVault
    function settleAndClaim(
        uint64[] calldata versionIds,
        OwnerClaim[] calldata owners,
        ContributionClaim[] calldata contributions
    ) external returns (uint256 amount) {
        _settleAll(versionIds);
        return _claimMany(owners, contributions);
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _claimMany(OwnerClaim[] calldata owners, ContributionClaim[] calldata contributions)
        private
        returns (uint256 amount)
    {
        for (uint256 i; i < owners.length; ++i) {
            amount += _claimOwner(owners[i].versionId, owners[i].period);
        }
        for (uint256 i; i < contributions.length; ++i) {
            ContributionClaim calldata c = contributions[i];
            amount += c.weight == 0
                ? _claimContribution(c.versionId, c.index, c.account)
                : _proveAndClaim(c.versionId, c.index, c.account, c.weight, c.siblings, c.siblingSums);
        }
    }

    function _claimOwner(uint64 versionId, uint32 inPeriod) private returns (uint256 amount) {
        Version storage version = _versions[versionId];
        uint256 head = version.head;
        uint64 assetId = head == 0 ? REGISTRY.assetOfVersion(versionId) : uint40(head);
        uint256 book = _bookOf(assetId);
        address owner = inPeriod == _periodOf(book) ? _ownerOf(book) : _pastOwner(assetId, book, inPeriod);
        uint256 a = version.a;
        Earned storage earned = _earnedIn(versionId, inPeriod);
        uint256 mark = earned.a;
        bool isOpen = inPeriod == _openPeriod(head);
        unchecked {
            uint256 units = (isOpen ? a.settled() : mark >> 88) - (mark & UNITS);
            amount = units * a.ownerUnit();
            if (amount != 0) earned.a = mark + units;
            if (a.isSplit()) amount += _takeDirect(version, earned, a, isOpen);
        }
        if (amount == 0) return 0;
        emit OwnerClaimed(versionId, inPeriod, amount);
        _payOut(owner, amount);
    }

    function _takeDirect(Version storage version, Earned storage earned, uint256 a, bool isOpen)
        private
        returns (uint256 amount)
    {
        uint256 mark = earned.b;
        unchecked {
            uint256 units = (isOpen ? version.b.settled() : mark >> 88) - (mark & UNITS);
            amount = units * (a.directStays() - _directContributorUnit(a, version.pool));
            if (amount != 0) earned.b = mark + units;
        }
    }

    function _claimContribution(uint64 versionId, uint32 index, address account)
        private
        returns (uint256 amount)
    {
        uint256 tokenId = _tokenId(versionId, index, account);
        Contribution storage known = _contributions[tokenId];
        uint256 record = known.a;
        if (record == 0) revert ContributionNotProven(versionId, index, account);
        return _payContribution(versionId, tokenId, known, record);
    }

    function _proveAndClaim(
        uint64 versionId,
        uint32 index,
        address account,
        uint128 weight,
        bytes32[] calldata siblings,
        uint128[] calldata siblingSums
    ) private returns (uint256 amount) {
        uint256 tokenId = _tokenId(versionId, index, account);
        Contribution storage known = _contributions[tokenId];
        uint256 record = known.a;
        if (record != 0) {
            if (uint96(record) != weight) revert ProofInvalid(versionId, index);
            return _payContribution(versionId, tokenId, known, record);
        }
        _prove(versionId, index, account, weight, siblings, siblingSums);
        known.a = weight;
        amount = _payContribution(versionId, tokenId, known, weight);
        CONTRIBUTIONS.mint(tokenId);
    }

    /// @param record The contribution's first slot.
    function _payContribution(uint64 versionId, uint256 tokenId, Contribution storage known, uint256 record)
        private
        returns (uint256 amount)
    {
        Version storage version = _versions[versionId];
        (uint256 a, uint256 pool) = (version.a, version.pool);
        (uint256 before, uint256 earned) = _contributorsEarned(version, known, record, a, pool);
        unchecked {
            // Below 2^103 * 2^96: no overflow.
            (uint256 weight, uint256 total) = (uint96(record), _totalWeight(pool));
            amount = earned * weight / total - before * weight / total;
            if (amount == 0 && !a.isSplit()) return 0;
            known.a = weight | (a.settled() << 96);
            if (amount == 0) return 0;
            // The tree already rules this out. It is checked against the money itself all the same, because no error
            // anywhere else may let one version's contributors take what belongs to another.
            uint256 claimed = uint112(pool) + amount;
            if (claimed > earned) revert PoolExceeded(versionId, claimed, earned);
            version.pool = pool + amount;
        }
        emit ContributionClaimed(versionId, tokenId, amount);
        _payOut(address(uint160(tokenId)), amount);
    }

    /// @return before Wei that all contributors had earned at this one's last claim. @return earned Until now.
    function _contributorsEarned(
        Version storage version,
        Contribution storage known,
        uint256 record,
        uint256 a,
        uint256 pool
    ) private returns (uint256 before, uint256 earned) {
        (before, earned) = (a.contributorUnit() * (record >> 96), a.contributorUnit() * a.settled());
        if (a.isSplit()) {
            uint256 unit = _directContributorUnit(a, pool);
            uint256 direct = version.b.settled();
            before += unit * known.b;
            earned += unit * direct;
            if (before != earned) known.b = direct;
        }
    }

    function _prove(
        uint64 versionId,
        uint32 index,
        address account,
        uint128 weight,
        bytes32[] calldata siblings,
        uint128[] calldata siblingSums
    ) private view {
        Version storage version = _versions[versionId];
        uint256 pool = version.pool;
        if (index >= _count(pool)) {
            _known(versionId);
            revert ContributorUnknown(versionId, index, _count(pool));
        }
        uint256 levels = MerkleSum.depth(_count(pool));
        bool shaped = siblings.length == levels && siblingSums.length == levels;
        if (!shaped || weight == 0 || account == address(0)) revert ProofInvalid(versionId, index);
        bytes32 leaf = MerkleSum.leafHash(index, account, weight);
        (bytes32 root, uint128 total) = MerkleSum.climb(index, leaf, weight, siblings, siblingSums);
        if (root != version.root || total != _totalWeight(pool)) revert ProofInvalid(versionId, index);
    }

    function _payOut(address to, uint256 amount) private {
        // Reverts with the vault's own TransferFailed.
        SafeTransferLib.safeTransfer(address(TOKEN), to, amount);
    }
}
