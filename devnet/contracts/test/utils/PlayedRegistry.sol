// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Stands where the vault expects its registry, and does whatever it is told: so a whole history of openings,
/// payments, settlements, transfers and claims is one call, of which nothing remains when it is only simulated.
/// For tests that compare the vault with a model of it.
contract PlayedRegistry {
    /// @param value Wei of this contract's own.
    struct Call {
        address to;
        uint256 value;
        bytes data;
    }

    /// @param data What was returned, or the error.
    struct Answer {
        bool done;
        bytes data;
    }

    struct Asset {
        address owner;
        uint64 currentVersion;
    }

    mapping(uint64 assetId => Asset) private _assets;
    mapping(uint64 versionId => uint64) private _assetOf;

    error AssetUnknown(uint64 assetId);
    error VersionUnknown(uint64 versionId);

    receive() external payable {}

    /// @notice Makes the calls one after the other; one that fails changes nothing and stops nothing.
    function play(Call[] calldata calls) external returns (Answer[] memory answers) {
        answers = new Answer[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            (answers[i].done, answers[i].data) = calls[i].to.call{value: calls[i].value}(calls[i].data);
        }
    }

    /// @notice What the registry knows before it tells the vault. @param versionId The asset's new current version.
    function publish(uint64 assetId, address owner, uint64 versionId) external {
        _assets[assetId] = Asset(owner, versionId);
        _assetOf[versionId] = assetId;
    }

    function transfer(uint64 assetId, address to) external {
        _assets[assetId].owner = to;
    }

    function ownerAndCurrent(uint64 assetId) external view returns (address owner, uint64 currentVersion) {
        (owner, currentVersion) = (_assets[assetId].owner, _assets[assetId].currentVersion);
        if (owner == address(0)) revert AssetUnknown(assetId);
    }

    function ownerAndState(uint64 assetId) external view returns (address owner, uint8 state) {
        owner = _assets[assetId].owner;
        if (owner == address(0)) revert AssetUnknown(assetId);
        return (owner, 0);
    }

    function assetOfVersion(uint64 versionId) external view returns (uint64 assetId) {
        assetId = _assetOf[versionId];
        if (assetId == 0) revert VersionUnknown(versionId);
    }
}
