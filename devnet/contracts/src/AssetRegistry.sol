// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetBooks} from "./AssetBooks.sol";
import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IPublisherKeys} from "./interfaces/IPublisherKeys.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";
import {AssetHead, AssetHeads} from "./libraries/AssetHead.sol";
import {AssetNames} from "./libraries/AssetNames.sol";
import {Relations} from "./libraries/Relations.sol";
import {VersionLists} from "./libraries/VersionLists.sol";
import {VersionRecords} from "./libraries/VersionRecord.sol";

/// @title AssetRegistry
/// @notice See {IAssetRegistry}.
/// @dev A bare registration writes four new slots: the OwnershipNFT with the AssetHead, the name, and the two of the
/// version. All else is told in events, and found through the block that is stored.
contract AssetRegistry is AssetBooks {
    using VersionLists for mapping(uint256 => uint256);

    uint8 private constant MAX_KIND = 6;
    uint8 private constant ACTIVE = 0;
    uint8 private constant REVOKED = 2;
    uint256 private constant MAX_RELATIONS = 64;

    constructor(ILicenseRegistry licenses, IPublisherKeys keys, IRevenueVault vault)
        AssetBooks(licenses, keys, vault)
    {}

    // ---- publishing --------------------------------------------------------------------------------------

    /// @inheritdoc IAssetRegistry
    function register(uint8 kind, string calldata assetName, VersionInput calldata input)
        external
        returns (uint64 assetId, uint64 versionId)
    {
        return _register(kind, assetName, input);
    }

    /// @inheritdoc IAssetRegistry
    function registerMany(RegisterInput[] calldata inputs)
        external
        returns (uint64 firstAsset, uint64 firstVersion)
    {
        for (uint256 i; i < inputs.length; ++i) {
            (uint64 assetId, uint64 versionId) = _register(inputs[i].kind, inputs[i].name, inputs[i].version);
            if (i == 0) (firstAsset, firstVersion) = (assetId, versionId);
        }
    }

    /// @inheritdoc IAssetRegistry
    function publishVersion(uint64 assetId, uint32 number, VersionInput calldata input)
        external
        returns (uint64 versionId)
    {
        AssetHead head = _headOfHolder(assetId);
        if (head.state() == REVOKED) revert AssetIsRevoked(assetId);
        _checkNext(assetId, number, head.versions());
        _checkDigests(input);
        versionId = ++_counts.versions;
        if (number == 2) _versionLists[assetId].set(1, head.currentVersion());
        _versionLists[assetId].set(number, versionId);
        _setExtraData(assetId, AssetHead.unwrap(head.withNext(versionId)));
        _versions[versionId] = Version(input.releaseRoot, VersionRecords.later(assetId, number, block.number));
        _publish(assetId, versionId, number, input);
    }

    /// @inheritdoc IAssetRegistry
    function setState(uint64 assetId, uint8 state) external {
        AssetHead head = _headOfHolder(assetId);
        if (state > REVOKED) revert StateUnknown(state);
        uint8 before = head.state();
        if (before == state) return;
        if (before == REVOKED) revert AssetIsRevoked(assetId);
        _setExtraData(assetId, AssetHead.unwrap(head.withState(state)));
        emit StateChanged(assetId, state);
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _register(uint8 kind, string calldata assetName, VersionInput calldata input)
        private
        returns (uint64 assetId, uint64 versionId)
    {
        _checkDigests(input);
        if (kind == 0 || kind > MAX_KIND) revert KindUnknown(kind);
        uint216 packedName = AssetNames.pack(assetName);
        if (packedName == 0) revert NameInvalid(assetName);
        bytes32 nameKey = _nameKey(msg.sender, assetName);
        if (_assetOf[nameKey] != 0) revert NameTaken(_assetOf[nameKey]);

        Counts memory counts = _counts;
        (assetId, versionId) = (counts.assets + 1, counts.versions + 1);
        _counts = Counts(assetId, versionId);
        _assetOf[nameKey] = assetId;
        _versions[versionId] = Version(input.releaseRoot, VersionRecords.first(assetId, packedName));
        emit AssetRegistered(assetId, msg.sender, kind, assetName);
        AssetHead head = AssetHeads.first(versionId, kind, block.number);
        _mintAndSetExtraDataUnchecked(msg.sender, assetId, AssetHead.unwrap(head));
        _publish(assetId, versionId, 1, input);
    }

    function _publish(uint64 assetId, uint64 versionId, uint32 number, VersionInput calldata input) private {
        emit VersionPublished(
            versionId,
            input.contentRoot,
            input.publication,
            assetId,
            number,
            msg.sender,
            input.releaseRoot,
            input.keyFingerprint
        );
        bool isBare = input.relations.length == 0 && input.contributorsBps == 0 && input.contributorCount == 0
            && input.contributorWeight == 0 && input.contributorsRoot == 0;
        if (isBare && number == 1) return;
        (IRevenueVault.Edge[] memory edges, uint64 ceiling) = _relate(assetId, versionId, input.relations);
        VAULT.openVersion(versionId, assetId, number == 1, edges, ceiling, _contributors(input));
    }

    function _contributors(VersionInput calldata input)
        private
        pure
        returns (IRevenueVault.Contributors memory)
    {
        return IRevenueVault.Contributors(
            input.contributorsBps, input.contributorCount, input.contributorWeight, input.contributorsRoot
        );
    }

    /// @return edges One for each relation.
    /// @return ceiling The lowest one among the terms that they rest on, 0 for none.
    function _relate(uint64 assetId, uint64 versionId, RelationInput[] calldata inputs)
        private
        returns (IRevenueVault.Edge[] memory edges, uint64 ceiling)
    {
        uint256 count = inputs.length;
        if (count > MAX_RELATIONS) revert TooManyRelations(count, MAX_RELATIONS);
        edges = new IRevenueVault.Edge[](count);
        for (uint256 i; i < count; ++i) {
            _checkDistinct(inputs, i);
            uint64 limit;
            (edges[i], limit) = _addRelation(assetId, versionId, inputs[i]);
            if (limit != 0 && (ceiling == 0 || limit < ceiling)) ceiling = limit;
        }
    }

    function _addRelation(uint64 assetId, uint64 versionId, RelationInput calldata input)
        private
        returns (IRevenueVault.Edge memory edge, uint64 ceiling)
    {
        uint64 parentAsset = _checkParent(versionId, input);
        edge.parent = input.parentVersion;
        (edge.royaltyBps, edge.isAbsolute, ceiling) =
            LICENSES.relate(assetId, msg.sender, parentAsset, input.relation, input.termsId, input.licenseId);
        emit RelationAdded(
            versionId,
            edge.parent,
            input.relation,
            edge.royaltyBps,
            edge.isAbsolute,
            input.termsId,
            input.licenseId
        );
    }

    /// @dev What can be said of a relation without the terms. Without terms there is no royalty, which an owner may
    /// forgo, but not for the contributors and the parents that share in it.
    function _checkParent(uint64 versionId, RelationInput calldata input)
        private
        view
        returns (uint64 parentAsset)
    {
        uint64 parent = input.parentVersion;
        if (parent == 0 || parent >= versionId) revert ParentUnknown(parent);
        if (Relations.rightFor(input.relation) == 0) revert RelationUnknown(input.relation);
        parentAsset = _versions[parent].record.assetId();
        uint8 state = _head(parentAsset).state();
        if (state != ACTIVE) revert ParentNotActive(parent, state);
        if (input.termsId == 0 && VAULT.owesOthers(parent)) {
            revert ILicenseRegistry.TermsRequired(parentAsset);
        }
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

    function _checkDigests(VersionInput calldata input) private view {
        if (input.releaseRoot == 0 || input.contentRoot == 0 || input.publication == 0) {
            revert DigestMissing();
        }
        bytes32 fingerprint = input.keyFingerprint;
        if (fingerprint != 0 && !KEYS.isActive(fingerprint, msg.sender)) {
            revert KeyNotActive(fingerprint, msg.sender);
        }
    }

    function _checkNext(uint64 assetId, uint32 number, uint32 count) private pure {
        if (number != 0 && number <= count) revert VersionNumberTaken(assetId, number);
        if (count == AssetHeads.MAX_VERSIONS) revert TooManyVersions(assetId, AssetHeads.MAX_VERSIONS);
        if (number != count + 1) revert VersionNumberNotNext(assetId, number, count + 1);
    }

    function _headOfHolder(uint64 assetId) private view returns (AssetHead head) {
        address holder;
        (holder, head) = _holderAndHead(assetId);
        if (holder != msg.sender) revert NotAssetHolder(assetId, msg.sender);
    }
}
