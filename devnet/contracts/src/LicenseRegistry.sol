// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/tokens/ERC721.sol";
import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {Relations} from "./libraries/Relations.sol";
import {Rights} from "./libraries/Rights.sol";
import {TermsList} from "./libraries/TermsList.sol";

/// @title LicenseRegistry
/// @notice See {ILicenseRegistry}.
contract LicenseRegistry is ERC721, ILicenseRegistry {
    using TermsList for uint256;

    /// @param position Where the license stands in its holder's list for the asset.
    struct License {
        uint64 assetId;
        uint32 termsId;
        uint40 grantedAt;
        uint40 expiresAt;
        uint32 position;
    }

    uint8 private constant ACTIVE = 0;

    IAssetRegistry public immutable ASSETS;
    address public immutable MARKETPLACE;

    uint32 public termsCount;
    uint64 public licenseCount;
    mapping(bytes32 termsHash => uint32) public termsIdOf;
    mapping(uint32 termsId => Terms) private _terms;
    mapping(uint64 assetId => uint256 termsList) private _attached;
    mapping(uint64 licenseId => License) private _licenses;
    mapping(address holder => mapping(uint64 assetId => uint64[])) private _held;

    constructor(IAssetRegistry assets, address marketplace) {
        ASSETS = assets;
        MARKETPLACE = marketplace;
    }

    // ---- terms -------------------------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function registerTerms(Terms calldata wanted) public returns (uint32 termsId) {
        bytes32 hash = keccak256(abi.encode(wanted));
        termsId = termsIdOf[hash];
        if (termsId != 0) return termsId;
        if (wanted.rights == 0 || wanted.rights & ~Rights.ALL != 0) revert RightsInvalid(wanted.rights);
        if (wanted.royaltyBps > 10_000) revert RoyaltyTooHigh(wanted.royaltyBps);
        uint256 length = bytes(wanted.text).length;
        if (length == 0 || length > 64) revert TermsTextInvalid(length);
        termsId = ++termsCount;
        _terms[termsId] = wanted;
        termsIdOf[hash] = termsId;
        emit TermsRegistered(termsId, hash);
    }

    /// @inheritdoc ILicenseRegistry
    function attach(uint64 assetId, uint32 termsId) public {
        _onlyOwner(assetId);
        _requireTerms(termsId);
        uint256 list = _attached[assetId];
        if (list.indexOf(termsId) != TermsList.MAX) return;
        uint256 length = list.length();
        if (length == TermsList.MAX) revert TooManyTerms(assetId, TermsList.MAX);
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
    function terms(uint32 termsId) external view returns (Terms memory) {
        _requireTerms(termsId);
        return _terms[termsId];
    }

    /// @inheritdoc ILicenseRegistry
    function priceOf(uint32 termsId) external view returns (uint96) {
        _requireTerms(termsId);
        return _terms[termsId].price;
    }

    /// @inheritdoc ILicenseRegistry
    function termsHashOf(uint32 termsId) external view returns (bytes32) {
        _requireTerms(termsId);
        return keccak256(abi.encode(_terms[termsId]));
    }

    /// @inheritdoc ILicenseRegistry
    function termsOf(uint64 assetId) external view returns (uint32[] memory ids) {
        uint256 list = _attached[assetId];
        ids = new uint32[](list.length());
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = list.get(i);
        }
    }

    // ---- licenses ----------------------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function grant(uint64 assetId, uint32 termsId, address to) external returns (uint64 licenseId) {
        (address owner, uint8 state) = ASSETS.ownerAndState(assetId);
        if (msg.sender != MARKETPLACE && msg.sender != owner) revert NotGranter(assetId, msg.sender);
        if (state != ACTIVE) revert AssetNotActive(assetId, state);
        if (!_isAttached(assetId, termsId)) revert TermsNotAttached(assetId, termsId);
        uint32 period = _terms[termsId].period;
        uint40 expiresAt = period == 0 ? 0 : uint40(block.timestamp) + period;
        licenseId = ++licenseCount;
        _licenses[licenseId] = License(assetId, termsId, uint40(block.timestamp), expiresAt, 0);
        _mint(to, licenseId);
        emit LicenseGranted(licenseId, assetId, to, termsId, expiresAt);
    }

    /// @inheritdoc ILicenseRegistry
    function license(uint64 licenseId)
        external
        view
        returns (uint64 assetId, uint32 termsId, uint40 grantedAt, uint40 expiresAt)
    {
        License storage held = _licenses[licenseId];
        if (held.termsId == 0) revert LicenseUnknown(licenseId);
        return (held.assetId, held.termsId, held.grantedAt, held.expiresAt);
    }

    /// @inheritdoc ILicenseRegistry
    function isValid(uint64 licenseId) public view returns (bool) {
        License storage held = _licenses[licenseId];
        return held.termsId != 0 && (held.expiresAt == 0 || block.timestamp < held.expiresAt);
    }

    /// @inheritdoc ILicenseRegistry
    function licensesOf(address account, uint64 assetId) external view returns (uint64[] memory) {
        return _held[account][assetId];
    }

    // ---- what is allowed ---------------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function can(uint64 assetId, address account, uint16 right) external view returns (bool) {
        if (right == 0 || right & ~Rights.ALL != 0) revert RightsInvalid(right);
        (address owner,) = ASSETS.ownerAndState(assetId);
        return account == owner || _freeFor(assetId, right) || _licensedFor(assetId, account, right);
    }

    /// @inheritdoc ILicenseRegistry
    function checkRelation(
        address publisher,
        uint64 parentAsset,
        uint32 termsId,
        uint64 licenseId,
        uint16 right
    ) public view returns (uint16 royaltyBps) {
        if (licenseId != 0) {
            License storage held = _licenses[licenseId];
            bool fits = held.assetId == parentAsset && held.termsId == termsId;
            if (!fits || !isValid(licenseId) || ownerOf(licenseId) != publisher) {
                revert LicenseNotValid(licenseId);
            }
            return _royalty(parentAsset, termsId, right);
        }
        (address owner,) = ASSETS.ownerAndState(parentAsset);
        if (owner == publisher) {
            if (termsId == 0) return 0;
            _requireTerms(termsId);
            return _terms[termsId].royaltyBps;
        }
        if (termsId == 0) revert TermsRequired(parentAsset);
        if (!_isAttached(parentAsset, termsId)) revert TermsNotAttached(parentAsset, termsId);
        royaltyBps = _royalty(parentAsset, termsId, right);
        if (_terms[termsId].price != 0) revert LicenseRequired(parentAsset, termsId);
    }

    /// @inheritdoc ILicenseRegistry
    function relate(
        uint64,
        address publisher,
        uint64 parentAsset,
        uint8 relation,
        uint32 termsId,
        uint64 licenseId
    ) external returns (uint16 royaltyBps, bool isAbsolute, uint64 ceiling) {
        if (msg.sender != address(ASSETS)) revert NotRegistry(msg.sender);
        uint16 right = Relations.rightFor(relation);
        return (checkRelation(publisher, parentAsset, termsId, licenseId, right), false, 0);
    }

    // ---- ERC-721 -----------------------------------------------------------------------------------------

    function name() public pure override returns (string memory) {
        return "Sahara License";
    }

    function symbol() public pure override returns (string memory) {
        return "SLICENSE";
    }

    function tokenURI(uint256 id) public view override returns (string memory) {
        ownerOf(id);
        return "";
    }

    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert ValueNotAccepted();
        super.approve(account, id);
    }

    function _beforeTokenTransfer(address from, address, uint256 id) internal view override {
        if (msg.value != 0) revert ValueNotAccepted();
        if (from == address(0)) return;
        uint64 licenseId = uint64(id);
        uint32 termsId = _licenses[licenseId].termsId;
        if (termsId != 0 && !_terms[termsId].transferable) revert LicenseNotTransferable(licenseId);
    }

    function _afterTokenTransfer(address from, address to, uint256 id) internal override {
        uint64 licenseId = uint64(id);
        License storage moved = _licenses[licenseId];
        if (from != address(0)) {
            uint64[] storage left = _held[from][moved.assetId];
            uint64 last = left[left.length - 1];
            left[moved.position] = last;
            _licenses[last].position = moved.position;
            left.pop();
        }
        uint64[] storage joined = _held[to][moved.assetId];
        moved.position = uint32(joined.length);
        joined.push(licenseId);
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _freeFor(uint64 assetId, uint16 right) private view returns (bool) {
        uint256 list = _attached[assetId];
        for (uint256 i; i < TermsList.MAX; ++i) {
            uint32 termsId = list.get(i);
            if (termsId == 0) return false;
            if (_terms[termsId].price == 0 && _grants(termsId, right)) return true;
        }
        return false;
    }

    function _licensedFor(uint64 assetId, address account, uint16 right) private view returns (bool) {
        uint64[] storage held = _held[account][assetId];
        for (uint256 i; i < held.length; ++i) {
            if (isValid(held[i]) && _grants(_licenses[held[i]].termsId, right)) return true;
        }
        return false;
    }

    function _royalty(uint64 parentAsset, uint32 termsId, uint16 right) private view returns (uint16) {
        if (!_grants(termsId, right)) revert TermsDoNotAllow(parentAsset, termsId, right);
        return _terms[termsId].royaltyBps;
    }

    function _grants(uint32 termsId, uint16 right) private view returns (bool) {
        return _terms[termsId].rights & right == right;
    }

    function _isAttached(uint64 assetId, uint32 termsId) private view returns (bool) {
        return _attached[assetId].indexOf(termsId) != TermsList.MAX;
    }

    function _requireTerms(uint32 termsId) private view {
        if (termsId == 0 || termsId > termsCount) revert TermsUnknown(termsId);
    }

    function _onlyOwner(uint64 assetId) private view {
        (address owner,) = ASSETS.ownerAndState(assetId);
        if (owner != msg.sender) revert NotAssetOwner(assetId, msg.sender);
    }
}
