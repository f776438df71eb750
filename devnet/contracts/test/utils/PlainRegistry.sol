// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../../src/interfaces/IRevenueVault.sol";

/// @dev The registry as the vault sees it: owners, current versions, and whatever lineage a test wants to have. It
/// checks nothing, so that what the vault refuses is the vault's own refusal.
contract PlainRegistry {
    struct Asset {
        address owner;
        uint64 currentVersion;
    }

    IRevenueVault private immutable VAULT;
    uint64 public assetCount;
    uint64 public versionCount;
    mapping(uint64 assetId => Asset) private _assets;
    mapping(uint64 versionId => uint64) private _assetOf;

    error AssetUnknown(uint64 assetId);
    error VersionUnknown(uint64 versionId);

    constructor(IRevenueVault vault) {
        VAULT = vault;
    }

    function ownerAndCurrent(uint64 assetId) external view returns (address owner, uint64 currentVersion) {
        Asset storage found = _assets[assetId];
        if (found.owner == address(0)) revert AssetUnknown(assetId);
        return (found.owner, found.currentVersion);
    }

    function assetOfVersion(uint64 versionId) external view returns (uint64 assetId) {
        assetId = _assetOf[versionId];
        if (assetId == 0) revert VersionUnknown(versionId);
    }

    /// @param assetId 0 for a new asset of `owner`.
    function publish(
        uint64 assetId,
        address owner,
        IRevenueVault.Edge[] calldata edges,
        uint64 ceiling,
        IRevenueVault.Contributors calldata contributors
    ) external returns (uint64 inAsset, uint64 versionId) {
        bool isFirst = assetId == 0;
        inAsset = isFirst ? ++assetCount : assetId;
        versionId = ++versionCount;
        if (isFirst) _assets[inAsset].owner = owner;
        _assets[inAsset].currentVersion = versionId;
        _assetOf[versionId] = inAsset;
        bool isBare = edges.length == 0 && ceiling == 0 && contributors.bps == 0 && contributors.count == 0
            && contributors.weight == 0 && contributors.root == 0;
        if (isFirst && isBare) return (inAsset, versionId);
        VAULT.openVersion(versionId, inAsset, isFirst, edges, ceiling, contributors);
    }

    function transfer(uint64 assetId, address to) external {
        address from = _assets[assetId].owner;
        _assets[assetId].owner = to;
        VAULT.setOwner(assetId, from, to);
    }
}
