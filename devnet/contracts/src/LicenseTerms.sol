// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {Compatibility} from "./libraries/Compatibility.sol";
import {PackedTerms} from "./libraries/PackedTerms.sol";
import {Rights} from "./libraries/Rights.sol";
import {TermsFlags} from "./libraries/TermsFlags.sol";
import {TermsList} from "./libraries/TermsList.sol";

/// @dev The half of the LicenseRegistry that knows terms, the assets that are offered under them, and their duties.
abstract contract LicenseTerms is ILicenseRegistry {
    using PackedTerms for uint256;
    using TermsList for uint256;

    /// @dev See PackedTerms.
    struct StoredTerms {
        uint256 main;
        uint256 more;
        string text;
    }

    IAssetRegistry public immutable ASSETS;

    uint32 public termsCount;
    mapping(bytes32 termsHash => uint32) public termsIdOf;
    mapping(uint64 assetId => uint256) public dutiesOf;
    mapping(uint32 termsId => StoredTerms) private _terms;
    mapping(uint64 assetId => uint256 termsList) private _attached;

    constructor(IAssetRegistry assets) {
        ASSETS = assets;
    }

    /// @inheritdoc ILicenseRegistry
    function registerTerms(Terms calldata wanted) public returns (uint32 termsId) {
        bytes32 hash = keccak256(abi.encode(wanted));
        termsId = termsIdOf[hash];
        if (termsId != 0) return termsId;
        if (wanted.rights == 0 || wanted.rights & ~Rights.ALL != 0) revert RightsInvalid(wanted.rights);
        if (wanted.flags & ~TermsFlags.ALL != 0) revert FlagsInvalid(wanted.flags);
        if (wanted.royaltyBps > 10_000) revert RoyaltyTooHigh(wanted.royaltyBps);
        uint256 length = bytes(wanted.text).length;
        if (length == 0 || length > 64) revert TermsTextInvalid(length);
        termsId = ++termsCount;
        termsIdOf[hash] = termsId;
        StoredTerms storage made = _terms[termsId];
        (uint256 main, uint256 more) = PackedTerms.pack(wanted);
        made.main = main;
        if (more != 0) made.more = more;
        made.text = wanted.text;
        emit TermsRegistered(termsId, hash);
    }

    /// @inheritdoc ILicenseRegistry
    function attach(uint64 assetId, uint32 termsId) public {
        _onlyOwner(assetId);
        uint256 list = _attached[assetId];
        if (list.indexOf(termsId) != TermsList.MAX) return;
        (uint256 main, uint256 more) = _requireTerms(termsId);
        _requireUnexpired(termsId, more);
        uint256 length = list.length();
        if (length == TermsList.MAX) revert TooManyTerms(assetId, TermsList.MAX);
        uint256 clauses = Compatibility.breaches(dutiesOf[assetId], main, more);
        if (clauses != 0) revert TermsIncompatible(0, 0, Compatibility.first(clauses), termsId);
        _attached[assetId] = list | (uint256(termsId) << (32 * length));
        emit TermsAttached(assetId, termsId);
    }

    /// @inheritdoc ILicenseRegistry
    function attachNew(uint64 assetId, Terms calldata wanted) external returns (uint32 termsId) {
        termsId = registerTerms(wanted);
        attach(assetId, termsId);
    }

    /// @inheritdoc ILicenseRegistry
    function detach(uint64 assetId, uint32 termsId) external {
        _onlyOwner(assetId);
        uint256 list = _attached[assetId];
        uint256 index = list.indexOf(termsId);
        if (index == TermsList.MAX) revert TermsNotAttached(assetId, termsId);
        _attached[assetId] = list.removeAt(index);
        emit TermsDetached(assetId, termsId);
    }

    /// @inheritdoc ILicenseRegistry
    function terms(uint32 termsId) public view returns (Terms memory) {
        (uint256 main, uint256 more) = _requireTerms(termsId);
        return PackedTerms.unpack(main, more, _terms[termsId].text);
    }

    /// @inheritdoc ILicenseRegistry
    function priceOf(uint32 termsId) external view returns (uint88) {
        return _requireMain(termsId).price();
    }

    /// @inheritdoc ILicenseRegistry
    function termsHashOf(uint32 termsId) external view returns (bytes32) {
        return keccak256(abi.encode(terms(termsId)));
    }

    /// @inheritdoc ILicenseRegistry
    function termsOf(uint64 assetId) external view returns (uint32[] memory ids) {
        uint256 list = _attached[assetId];
        ids = new uint32[](list.length());
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = list.get(i);
        }
    }

    /// @inheritdoc ILicenseRegistry
    function breachesOf(uint64 assetId, uint32 termsId) external view returns (uint256 clauses) {
        (uint256 main, uint256 more) = _requireTerms(termsId);
        return Compatibility.breaches(dutiesOf[assetId], main, more);
    }

    // ---- internals ---------------------------------------------------------------------------------------

    /// @dev Makes what `termsId` of the parent asks, as far as the relation binds, a duty of the child. Attached terms
    /// ask all that their asset's duties ask (COM-4); where the relation rests on others, those are passed on besides.
    function _oblige(uint64 child, uint64 parent, uint8 relation, uint32 termsId, bool attached) internal {
        uint256 mask = Compatibility.binding(relation);
        // Versions of one asset are under its terms all together.
        if (mask == 0 || child == parent) return;
        uint256 asked;
        uint8 clause;
        if (termsId != 0) {
            (uint256 main, uint256 more) = _read(termsId);
            asked = Compatibility.asks(main, more) & mask;
        }
        if (!attached) {
            (asked, clause) = Compatibility.join(asked, dutiesOf[parent] & mask);
            if (clause != 0) revert TermsIncompatible(parent, termsId, clause, 0);
        }
        uint256 before = dutiesOf[child];
        uint256 joined;
        (joined, clause) = Compatibility.join(before, asked);
        if (clause != 0) revert TermsIncompatible(parent, termsId, clause, 0);
        if (joined == before) return;
        _requireOffersMeet(child, asked, parent, termsId);
        dutiesOf[child] = joined;
        emit DutiesJoined(child, parent, termsId, joined);
    }

    function _requireOffersMeet(uint64 child, uint256 asked, uint64 parent, uint32 parentTerms) private view {
        uint256 list = _attached[child];
        for (; list != 0; list >>= 32) {
            uint32 offered = uint32(list);
            (uint256 main, uint256 more) = _read(offered);
            uint256 clauses = Compatibility.breaches(asked, main, more);
            if (clauses != 0) {
                revert TermsIncompatible(parent, parentTerms, Compatibility.first(clauses), offered);
            }
        }
    }

    function _freeFor(uint64 assetId, uint16 right) internal view returns (bool) {
        uint256 list = _attached[assetId];
        for (; list != 0; list >>= 32) {
            (uint256 main, uint256 more) = _read(uint32(list));
            bool grants = main.price() == 0 && main.rights() & right == right;
            if (grants && !_isPast(more.expiry())) return true;
        }
        return false;
    }

    function _grants(uint32 termsId, uint16 right) internal view returns (bool) {
        return _terms[termsId].main.rights() & right == right;
    }

    function _isAttached(uint64 assetId, uint32 termsId) internal view returns (bool) {
        return _attached[assetId].indexOf(termsId) != TermsList.MAX;
    }

    function _requireAttached(uint64 assetId, uint32 termsId) internal view {
        if (!_isAttached(assetId, termsId)) revert TermsNotAttached(assetId, termsId);
    }

    function _requireUnexpired(uint32 termsId, uint256 more) internal view {
        if (_isPast(more.expiry())) revert TermsExpired(termsId, more.expiry());
    }

    /// @return main See PackedTerms.
    function _requireMain(uint32 termsId) internal view returns (uint256 main) {
        main = _terms[termsId].main;
        if (main == 0) revert TermsUnknown(termsId);
    }

    function _requireTerms(uint32 termsId) internal view returns (uint256 main, uint256 more) {
        _requireMain(termsId);
        return _read(termsId);
    }

    function _read(uint32 termsId) internal view returns (uint256 main, uint256 more) {
        main = _terms[termsId].main;
        if (main.isExtended()) more = _terms[termsId].more;
    }

    function _onlyOwner(uint64 assetId) internal view {
        (address owner,) = ASSETS.ownerAndState(assetId);
        if (owner != msg.sender) revert NotAssetOwner(assetId, msg.sender);
    }

    /// @param time Unix seconds; 0 = never.
    function _isPast(uint40 time) internal view returns (bool) {
        return time != 0 && block.timestamp >= time;
    }
}
