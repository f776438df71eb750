// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/tokens/ERC721.sol";
import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IPublisherKeys} from "./interfaces/IPublisherKeys.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";
import {AssetNames} from "./libraries/AssetNames.sol";
import {Cid} from "./libraries/Cid.sol";
import {Relations} from "./libraries/Relations.sol";

/// @title AssetRegistry
/// @notice See {IAssetRegistry}.
contract AssetRegistry is ERC721, IAssetRegistry {
    /// @dev What never changes. What does (state, version count, current version) stands in the 96 bits beside the
    /// OwnershipNFT's holder, so that the other contracts learn all they need from one slot: see `_pack`.
    struct Asset {
        address publisher;
        uint40 createdAt;
        uint8 kind;
        uint48 firstVersion;
        string name;
    }

    struct Version {
        address publisher;
        uint32 assetId;
        uint40 createdAt;
        uint24 number;
        bytes32 releaseRoot;
        bytes32 contentRoot;
        bytes32 publication;
        bytes32 keyFingerprint;
    }

    uint8 private constant MAX_KIND = 6;
    uint8 private constant ACTIVE = 0;
    uint8 private constant REVOKED = 2;
    uint256 private constant MAX_RELATIONS = 64;

    ILicenseRegistry public immutable LICENSES;
    IPublisherKeys public immutable KEYS;
    IRevenueVault public immutable VAULT;

    uint64 public assetCount;
    uint64 public versionCount;
    mapping(bytes32 contentRoot => uint64) public firstWithContent;
    mapping(address publisher => mapping(bytes32 publication => uint64)) public publicationOf;
    mapping(address publisher => mapping(bytes32 nameHash => uint64)) private _assetOf;
    mapping(uint64 assetId => Asset) private _assets;
    mapping(uint64 assetId => mapping(uint32 number => uint64)) private _versionAt;
    mapping(uint64 versionId => Version) private _versions;
    mapping(uint64 versionId => Relation[]) private _relations;

    constructor(ILicenseRegistry licenses, IPublisherKeys keys, IRevenueVault vault) {
        LICENSES = licenses;
        KEYS = keys;
        VAULT = vault;
    }

    // ---- publishing --------------------------------------------------------------------------------------

    /// @inheritdoc IAssetRegistry
    function register(uint8 kind, string calldata assetName, VersionInput calldata input)
        external
        returns (uint64 assetId, uint64 versionId)
    {
        _checkPublication(input);
        if (kind == 0 || kind > MAX_KIND) revert KindUnknown(kind);
        if (!AssetNames.isValid(assetName)) revert NameInvalid(assetName);
        bytes32 nameHash = keccak256(bytes(assetName));
        uint64 taken = _assetOf[msg.sender][nameHash];
        if (taken != 0) revert NameTaken(taken);

        assetId = ++assetCount;
        versionId = ++versionCount;
        _assetOf[msg.sender][nameHash] = assetId;
        _assets[assetId] = Asset(msg.sender, uint40(block.timestamp), kind, uint48(versionId), assetName);
        emit AssetRegistered(assetId, msg.sender, kind, assetName);
        _mintAndSetExtraDataUnchecked(msg.sender, assetId, _pack(versionId, 1, ACTIVE));
        _publish(assetId, versionId, 1, input);
    }

    /// @inheritdoc IAssetRegistry
    function publishVersion(uint64 assetId, VersionInput calldata input) external returns (uint64 versionId) {
        _onlyHolder(assetId);
        (, uint24 count, uint8 state) = _unpack(assetId);
        if (state == REVOKED) revert AssetIsRevoked(assetId);
        _checkPublication(input);
        versionId = ++versionCount;
        uint24 number = count + 1;
        _setExtraData(assetId, _pack(versionId, number, state));
        _publish(assetId, versionId, number, input);
    }

    /// @inheritdoc IAssetRegistry
    function setState(uint64 assetId, uint8 state) external {
        _onlyHolder(assetId);
        if (state > REVOKED) revert StateUnknown(state);
        (uint64 current, uint24 count, uint8 before) = _unpack(assetId);
        if (before == state) return;
        if (before == REVOKED) revert AssetIsRevoked(assetId);
        _setExtraData(assetId, _pack(current, count, state));
        emit StateChanged(assetId, state);
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
            uint40 createdAt,
            string memory assetName
        )
    {
        owner = _holder(assetId);
        (currentVersion, versions, state) = _unpack(assetId);
        Asset storage found = _assets[assetId];
        kind = found.kind;
        publisher = found.publisher;
        createdAt = found.createdAt;
        assetName = found.name;
    }

    /// @inheritdoc IAssetRegistry
    function ownerAndState(uint64 assetId) external view returns (address owner, uint8 state) {
        owner = _holder(assetId);
        (,, state) = _unpack(assetId);
    }

    /// @inheritdoc IAssetRegistry
    function ownerAndCurrent(uint64 assetId) external view returns (address owner, uint64 currentVersion) {
        owner = _holder(assetId);
        (currentVersion,,) = _unpack(assetId);
    }

    /// @inheritdoc IAssetRegistry
    function assetOfVersion(uint64 versionId) external view returns (uint64 assetId) {
        assetId = _versions[versionId].assetId;
        if (assetId == 0) revert VersionUnknown(versionId);
    }

    /// @inheritdoc IAssetRegistry
    function version(uint64 versionId)
        external
        view
        returns (
            uint64 assetId,
            uint32 number,
            uint40 createdAt,
            address publisher,
            bytes32 releaseRoot,
            bytes32 contentRoot,
            bytes32 publication,
            bytes32 keyFingerprint
        )
    {
        Version storage found = _versions[versionId];
        publisher = found.publisher;
        if (publisher == address(0)) revert VersionUnknown(versionId);
        assetId = found.assetId;
        number = found.number;
        createdAt = found.createdAt;
        releaseRoot = found.releaseRoot;
        contentRoot = found.contentRoot;
        publication = found.publication;
        keyFingerprint = found.keyFingerprint;
    }

    /// @inheritdoc IAssetRegistry
    function relations(uint64 versionId) external view returns (Relation[] memory) {
        if (versionId == 0 || versionId > versionCount) revert VersionUnknown(versionId);
        return _relations[versionId];
    }

    /// @inheritdoc IAssetRegistry
    function versionAt(uint64 assetId, uint32 number) external view returns (uint64 versionId) {
        _holder(assetId);
        return number == 1 ? _assets[assetId].firstVersion : _versionAt[assetId][number];
    }

    /// @inheritdoc IAssetRegistry
    function assetOf(address publisher, string calldata assetName) external view returns (uint64) {
        return _assetOf[publisher][keccak256(bytes(assetName))];
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
        (uint64 current,,) = _unpack(uint64(id));
        return string.concat("ipfs://", Cid.dagPb(_versions[current].releaseRoot));
    }

    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert ValueNotAccepted();
        super.approve(account, id);
    }

    function _beforeTokenTransfer(address, address, uint256) internal view override {
        if (msg.value != 0) revert ValueNotAccepted();
    }

    function _afterTokenTransfer(address from, address to, uint256 id) internal override {
        if (from != address(0)) VAULT.setOwner(uint64(id), from, to);
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _checkPublication(VersionInput calldata input) private view {
        if (input.releaseRoot == 0 || input.contentRoot == 0 || input.publication == 0) {
            revert DigestMissing();
        }
        uint64 published = publicationOf[msg.sender][input.publication];
        if (published != 0) revert AlreadyPublished(published);
        bytes32 fingerprint = input.keyFingerprint;
        if (fingerprint != 0 && !KEYS.isActive(fingerprint, msg.sender)) {
            revert KeyNotActive(fingerprint, msg.sender);
        }
    }

    function _publish(uint64 assetId, uint64 versionId, uint24 number, VersionInput calldata input) private {
        publicationOf[msg.sender][input.publication] = versionId;
        if (firstWithContent[input.contentRoot] == 0) firstWithContent[input.contentRoot] = versionId;
        if (number > 1) _versionAt[assetId][number] = versionId;
        _store(_versions[versionId], assetId, number, input);
        emit VersionPublished(
            versionId, assetId, number, input.releaseRoot, input.contentRoot, input.publication
        );
        IRevenueVault.Edge[] memory edges = _relate(versionId, input.relations);
        IRevenueVault.Contributors memory contributors = IRevenueVault.Contributors(
            input.contributorsBps, input.contributorCount, input.contributorWeight, input.contributorsRoot
        );
        bool hasContributors = contributors.bps != 0 || contributors.count != 0 || contributors.weight != 0
            || contributors.root != 0;
        if (number == 1 && edges.length == 0 && !hasContributors) return;
        VAULT.openVersion(versionId, assetId, number == 1, edges, 0, contributors);
    }

    function _store(Version storage made, uint64 assetId, uint24 number, VersionInput calldata input)
        private
    {
        // An id cannot outgrow 32 bits (nor a version's 48): each costs over 200,000 gas.
        made.publisher = msg.sender;
        made.assetId = uint32(assetId);
        made.createdAt = uint40(block.timestamp);
        made.number = number;
        made.releaseRoot = input.releaseRoot;
        made.contentRoot = input.contentRoot;
        made.publication = input.publication;
        if (input.keyFingerprint != 0) made.keyFingerprint = input.keyFingerprint;
    }

    function _relate(uint64 versionId, RelationInput[] calldata inputs)
        private
        returns (IRevenueVault.Edge[] memory edges)
    {
        uint256 count = inputs.length;
        if (count > MAX_RELATIONS) revert TooManyRelations(count, MAX_RELATIONS);
        edges = new IRevenueVault.Edge[](count);
        for (uint256 i; i < count; ++i) {
            _checkDistinct(inputs, i);
            edges[i] = IRevenueVault.Edge(inputs[i].parentVersion, _addRelation(versionId, inputs[i]), false);
        }
    }

    function _addRelation(uint64 versionId, RelationInput calldata input)
        private
        returns (uint16 royaltyBps)
    {
        uint64 parent = input.parentVersion;
        if (parent == 0 || parent >= versionId) revert ParentUnknown(parent);
        uint16 right = Relations.rightFor(input.relation);
        if (right == 0) revert RelationUnknown(input.relation);
        uint64 parentAsset = _versions[parent].assetId;
        (,, uint8 state) = _unpack(parentAsset);
        if (state != ACTIVE) revert ParentNotActive(parent, state);
        royaltyBps = LICENSES.checkRelation(msg.sender, parentAsset, input.termsId, input.licenseId, right);
        _relations[versionId].push(
            Relation(parent, input.relation, royaltyBps, input.termsId, input.licenseId)
        );
        emit RelationAdded(versionId, parent, input.relation, royaltyBps, input.termsId);
    }

    function _checkDistinct(RelationInput[] calldata inputs, uint256 index) private pure {
        uint64 parent = inputs[index].parentVersion;
        uint8 relation = inputs[index].relation;
        for (uint256 i; i < index; ++i) {
            if (inputs[i].parentVersion == parent && inputs[i].relation == relation) {
                revert RelationRepeated(parent, relation);
            }
        }
    }

    function _holder(uint64 assetId) private view returns (address holder) {
        holder = _ownerOf(assetId);
        if (holder == address(0)) revert AssetUnknown(assetId);
    }

    function _onlyHolder(uint64 assetId) private view {
        if (_holder(assetId) != msg.sender) revert NotAssetHolder(assetId, msg.sender);
    }

    /// @dev 64 bits current version, 24 bits version count, 8 bits state.
    function _pack(uint64 current, uint24 count, uint8 state) private pure returns (uint96) {
        return uint96(current) | (uint96(count) << 64) | (uint96(state) << 88);
    }

    function _unpack(uint64 assetId) private view returns (uint64 current, uint24 count, uint8 state) {
        uint96 packed = _getExtraData(assetId);
        return (uint64(packed), uint24(packed >> 64), uint8(packed >> 88));
    }
}
