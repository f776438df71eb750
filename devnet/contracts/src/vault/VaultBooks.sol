// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetRegistry} from "../interfaces/IAssetRegistry.sol";
import {IRevenueVault} from "../interfaces/IRevenueVault.sol";
import {IWSAHARA} from "../interfaces/IWSAHARA.sol";
import {Ledger} from "../libraries/Ledger.sol";

/// @dev The vault's storage and the ways to find things in it. Nothing here moves money.
abstract contract VaultBooks is IRevenueVault {
    using Ledger for uint256;

    /// @dev All of a version, one hash away. See {Ledger} for `a` and `b`. `head`: 40 bits asset, 24 the asset's period
    /// when the version was last settled, three edges of 54. `pool`: 112 bits claimed by the contributors, 16 their
    /// basis points, 96 their total weight, 32 their count. `root`: of their tree.
    struct Version {
        uint256 a;
        uint256 b;
        uint256 head;
        uint256 pool;
        bytes32 root;
    }

    /// @dev What the owner of a period has of a version, per ledger: 88 bits mark, the settled quanta up to which they
    /// were paid (at first: those of earlier periods); 88 bits end, those when the period closed.
    struct Earned {
        uint256 a;
        uint256 b;
    }

    /// @dev `a`: 96 bits weight, 88 bits mark, the settled quanta up to which it was paid. `b`: 88 bits mark.
    struct Contribution {
        uint256 a;
        uint256 b;
    }

    /// @notice Settling moves multiples of this many wei, so that every basis point is a whole number of them.
    uint256 public constant QUANTUM = Ledger.QUANTUM;
    uint256 public constant BPS = 10_000;
    uint16 public constant MAX_FEE_BPS = 1_000;
    uint256 public constant MAX_PARENTS = 64;
    uint256 public constant MAX_OBLIGATIONS = 16;
    /// @dev Keeps every counter in range: no version's inflow can exceed all that was ever paid in.
    uint256 internal constant MAX_PAID_IN = QUANTUM * type(uint88).max;
    uint256 internal constant UNITS = type(uint88).max;

    IWSAHARA public immutable TOKEN;
    IAssetRegistry public immutable REGISTRY;
    address public immutable MARKETPLACE;

    /// @dev 112 bits ever paid in, 112 fees ever taken, 16 basis points of the fee.
    uint256 internal _pot;
    uint256 internal _feesWithdrawn;
    /// @dev All that `pay` needs to know of an asset: 160 bits owner, 24 period, 40 current version, 1 whether that is
    /// split. Cached from the registry when the asset is first paid or transferred; it keeps it up to date from then on.
    mapping(uint64 assetId => uint256) internal _assets;
    mapping(uint64 assetId => mapping(uint32 period => address)) internal _pastOwners;
    mapping(uint64 versionId => Version) internal _versions;
    mapping(uint64 versionId => mapping(uint256 slot => uint256)) internal _edges;
    mapping(uint64 versionId => mapping(uint256 slot => uint256)) internal _obligations;
    /// @dev By version and period in one word: see `_earnedIn`.
    mapping(uint256 key => Earned) private _earned;
    /// @dev By the id of its ContributionNFT, which holds version, index and account.
    mapping(uint256 tokenId => Contribution) internal _contributions;

    constructor(IWSAHARA token, IAssetRegistry registry, address marketplace) {
        TOKEN = token;
        REGISTRY = registry;
        MARKETPLACE = marketplace;
    }

    /// @dev From the cache, else from the registry, which reverts for an unknown asset.
    function _bookOf(uint64 assetId) internal view returns (uint256 book) {
        book = _assets[assetId];
        if (book == 0) book = _fetch(assetId);
    }

    function _fetch(uint64 assetId) internal view returns (uint256) {
        (address owner, uint64 current) = REGISTRY.ownerAndCurrent(assetId);
        return _packBook(owner, 1, current, _versions[current].a.isSplit());
    }

    function _packBook(address owner, uint256 inPeriod, uint64 current, bool isSplit)
        internal
        pure
        returns (uint256)
    {
        uint256 flag = isSplit ? 1 : 0;
        return uint160(owner) | (inPeriod << 160) | (uint256(current) << 184) | (flag << 224);
    }

    function _paidIn(uint256 pot) internal pure returns (uint256) {
        return uint112(pot);
    }

    function _fees(uint256 pot) internal pure returns (uint256) {
        return uint112(pot >> 112);
    }

    function _feeRate(uint256 pot) internal pure returns (uint256) {
        return pot >> 224;
    }

    function _ownerOf(uint256 book) internal pure returns (address) {
        return address(uint160(book));
    }

    function _periodOf(uint256 book) internal pure returns (uint32) {
        return uint24(book >> 160);
    }

    function _currentOf(uint256 book) internal pure returns (uint64) {
        return uint40(book >> 184);
    }

    /// @dev A version whose books never opened is asked for in the registry, which reverts if there is none.
    function _known(uint64 versionId) internal view returns (uint256 a) {
        a = _versions[versionId].a;
        if (a == 0) REGISTRY.assetOfVersion(versionId);
    }

    function _assetOf(uint64 versionId, uint256 head) internal view returns (uint64) {
        return head == 0 ? REGISTRY.assetOfVersion(versionId) : uint40(head);
    }

    function _openPeriod(uint256 head) internal pure returns (uint32) {
        return uint24(head >> 40);
    }

    function _ownerIn(uint64 assetId, uint32 inPeriod) internal view returns (address) {
        uint256 book = _bookOf(assetId);
        if (inPeriod == _periodOf(book)) return _ownerOf(book);
        return _pastOwner(assetId, book, inPeriod);
    }

    function _pastOwner(uint64 assetId, uint256 book, uint32 inPeriod) internal view returns (address) {
        if (inPeriod == 0 || inPeriod > _periodOf(book)) revert PeriodUnknown(assetId, inPeriod);
        return _pastOwners[assetId][inPeriod];
    }

    function _earnedIn(uint64 versionId, uint32 inPeriod) internal view returns (Earned storage) {
        return _earned[(uint256(versionId) << 32) | inPeriod];
    }

    /// @dev The edge at `index`, of which the first three stand in the head.
    function _edgeAt(uint64 versionId, uint256 head, uint256 index) internal view returns (uint256) {
        unchecked {
            if (index < Ledger.EDGES_IN_HEAD) return head >> (64 + Ledger.EDGE_BITS * index);
            index -= Ledger.EDGES_IN_HEAD;
            return _edges[versionId][index / Ledger.EDGES_PER_SLOT]
                >> (Ledger.EDGE_BITS * (index % Ledger.EDGES_PER_SLOT));
        }
    }

    function _obligationAt(uint64 versionId, uint256 index) internal view returns (uint256) {
        unchecked {
            return _obligations[versionId][index / Ledger.EDGES_PER_SLOT]
                >> (Ledger.EDGE_BITS * (index % Ledger.EDGES_PER_SLOT));
        }
    }

    /// @dev Of every quantum of the direct ledger, wei for the contributors.
    function _directContributorUnit(uint256 a, uint256 pool) internal pure returns (uint256) {
        return a.directStays() * _contributorsBps(pool) / BPS;
    }

    function _contributorsBps(uint256 pool) internal pure returns (uint256) {
        return uint16(pool >> 112);
    }

    function _totalWeight(uint256 pool) internal pure returns (uint256) {
        return uint96(pool >> 128);
    }

    function _count(uint256 pool) internal pure returns (uint32) {
        return uint32(pool >> 224);
    }

    /// @dev Wei that the contributors earned by these quanta together: below 2^103.
    function _poolAt(uint256 a, uint256 pool, uint256 units, uint256 directUnits)
        internal
        pure
        returns (uint256)
    {
        uint256 earned = a.contributorUnit() * units;
        return directUnits == 0 ? earned : earned + _directContributorUnit(a, pool) * directUnits;
    }

    function _tokenId(uint64 versionId, uint32 index, address account) internal pure returns (uint256) {
        return (uint256(versionId) << 192) | (uint256(index) << 160) | uint160(account);
    }
}
