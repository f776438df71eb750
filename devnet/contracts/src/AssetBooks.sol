// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/tokens/ERC721.sol";
import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IPublisherKeys} from "./interfaces/IPublisherKeys.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";
import {AssetHead} from "./libraries/AssetHead.sol";
import {Cid} from "./libraries/Cid.sol";
import {VersionLists} from "./libraries/VersionLists.sol";
import {VersionRecord} from "./libraries/VersionRecord.sol";
import {ResaleRoyalty} from "./ResaleRoyalty.sol";

/// @dev The registry's storage, its views and its tokens. Nothing is published here.
abstract contract AssetBooks is ERC721, ResaleRoyalty, IAssetRegistry {
    using VersionLists for mapping(uint256 => uint256);

    struct Counts {
        uint64 assets;
        uint64 versions;
    }

    struct Version {
        bytes32 releaseRoot;
        VersionRecord record;
    }

    ILicenseRegistry public immutable LICENSES;
    IPublisherKeys public immutable KEYS;
    IRevenueVault public immutable VAULT;

    Counts internal _counts;
    mapping(bytes32 publisherAndName => uint64 assetId) internal _assetOf;
    mapping(uint64 versionId => Version) internal _versions;
    mapping(uint64 assetId => mapping(uint256 slot => uint256)) internal _versionLists;
    /// @dev Written by the first transfer: until then the holder is the publisher.
    mapping(uint64 assetId => address) internal _publishers;

    constructor(ILicenseRegistry licenses, IPublisherKeys keys, IRevenueVault vault) {
        LICENSES = licenses;
        KEYS = keys;
        VAULT = vault;
    }

    // ---- views -------------------------------------------------------------------------------------------

    /// @inheritdoc IAssetRegistry
    function asset(uint64 assetId)
        external
        view
        returns (
            uint8 kind,
            uint8 state,
            address owner,
            address publisher,
            uint32 versions,
            uint64 currentVersion,
            uint40 createdBlock,
            string memory assetName
        )
    {
        AssetHead head;
        (owner, head) = _holderAndHead(assetId);
        (kind, state, createdBlock) = (head.kind(), head.state(), head.createdBlock());
        (versions, currentVersion) = (head.versions(), head.currentVersion());
        publisher = publisherOf(assetId);
        assetName = _versions[_versionAt(assetId, head, 1)].record.name();
    }

    /// @inheritdoc IAssetRegistry
    function ownerAndState(uint64 assetId) external view returns (address owner, uint8 state) {
        AssetHead head;
        (owner, head) = _holderAndHead(assetId);
        state = head.state();
    }

    /// @inheritdoc IAssetRegistry
    function ownerAndCurrent(uint64 assetId) external view returns (address owner, uint64 currentVersion) {
        AssetHead head;
        (owner, head) = _holderAndHead(assetId);
        currentVersion = head.currentVersion();
    }

    /// @inheritdoc IAssetRegistry
    function publisherOf(uint64 assetId) public view returns (address publisher) {
        publisher = _publishers[assetId];
        if (publisher == address(0)) (publisher,) = _holderAndHead(assetId);
    }

    /// @inheritdoc IAssetRegistry
    function inboxOf(uint64 assetId) public view returns (address) {
        _holderAndHead(assetId);
        return VAULT.inboxOf(assetId);
    }

    /// @inheritdoc IAssetRegistry
    function version(uint64 versionId)
        external
        view
        returns (uint64 assetId, uint32 number, uint40 publishedBlock, bytes32 releaseRoot)
    {
        assetId = assetOfVersion(versionId);
        VersionRecord record = _versions[versionId].record;
        releaseRoot = _versions[versionId].releaseRoot;
        number = record.number();
        if (!record.isFirst()) publishedBlock = record.publishedBlock();
        else publishedBlock = _head(assetId).createdBlock();
    }

    /// @inheritdoc IAssetRegistry
    function assetOfVersion(uint64 versionId) public view returns (uint64 assetId) {
        assetId = _versions[versionId].record.assetId();
        if (assetId == 0) revert VersionUnknown(versionId);
    }

    /// @inheritdoc IAssetRegistry
    function versionAt(uint64 assetId, uint32 number) external view returns (uint64 versionId) {
        (, AssetHead head) = _holderAndHead(assetId);
        return number == 0 || number > head.versions() ? 0 : _versionAt(assetId, head, number);
    }

    /// @inheritdoc IAssetRegistry
    function assetOf(address publisher, string calldata assetName) external view returns (uint64) {
        return _assetOf[_nameKey(publisher, assetName)];
    }

    /// @inheritdoc IAssetRegistry
    function assetCount() external view returns (uint64) {
        return _counts.assets;
    }

    /// @inheritdoc IAssetRegistry
    function versionCount() external view returns (uint64) {
        return _counts.versions;
    }

    // ---- ERC-721 -----------------------------------------------------------------------------------------

    function name() public pure override returns (string memory) {
        return "Sahara Asset";
    }

    function symbol() public pure override returns (string memory) {
        return "SASSET";
    }

    /// @notice `ipfs://` and the CID of the current version's release.
    function tokenURI(uint256 id) public view override returns (string memory) {
        ownerOf(id);
        return string.concat("ipfs://", Cid.dagPb(_versions[_head(id).currentVersion()].releaseRoot));
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return super.supportsInterface(interfaceId) || _supportsRoyalties(interfaceId);
    }

    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert ValueNotAccepted();
        super.approve(account, id);
    }

    function _beforeTokenTransfer(address, address, uint256) internal view override {
        if (msg.value != 0) revert ValueNotAccepted();
    }

    /// @dev A mint changes no owner: the vault learns of an asset when it first has to.
    function _afterTokenTransfer(address from, address to, uint256 id) internal override {
        if (from == address(0)) return;
        uint64 assetId = uint64(id);
        if (_publishers[assetId] == address(0)) _publishers[assetId] = from;
        VAULT.setOwner(assetId, from, to);
    }

    function _resaleRecipient(uint256 tokenId) internal view override returns (address) {
        ownerOf(tokenId);
        return VAULT.inboxOf(uint64(tokenId));
    }

    function _isRoyal(uint256 tokenId) internal view override returns (bool) {
        return _exists(tokenId);
    }

    // ---- internals -----------------------------------------------------------------------------------------

    function _nameKey(address publisher, string calldata assetName) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(publisher, assetName));
    }

    function _versionAt(uint64 assetId, AssetHead head, uint256 number) internal view returns (uint64) {
        return head.versions() == 1 ? head.currentVersion() : _versionLists[assetId].get(number);
    }

    function _head(uint256 assetId) internal view returns (AssetHead) {
        return AssetHead.wrap(_getExtraData(assetId));
    }

    function _holderAndHead(uint64 assetId) internal view returns (address holder, AssetHead head) {
        holder = _ownerOf(assetId);
        if (holder == address(0)) revert AssetUnknown(assetId);
        head = _head(assetId);
    }
}
