// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetNames} from "./AssetNames.sol";

/// @dev What is kept of a version besides its release root, in one slot. From the lowest bit: its asset 40, and of an
/// asset's first version the asset's name (216, see AssetNames); of a later one 8 zeros, its number 16 and the block it
/// was published in 40. No name is empty, so that the 8 bits tell the two apart.
type VersionRecord is uint256;

using VersionRecords for VersionRecord global;

library VersionRecords {
    function first(uint64 ofAsset, uint216 packedName) internal pure returns (VersionRecord) {
        return VersionRecord.wrap(uint40(ofAsset) | (uint256(packedName) << 40));
    }

    function later(uint64 ofAsset, uint256 place, uint256 blockNumber) internal pure returns (VersionRecord) {
        return VersionRecord.wrap(uint40(ofAsset) | (place << 48) | (uint256(uint40(blockNumber)) << 64));
    }

    /// @return 0 if there is no such version.
    function assetId(VersionRecord record) internal pure returns (uint64) {
        return uint40(VersionRecord.unwrap(record));
    }

    function isFirst(VersionRecord record) internal pure returns (bool) {
        return uint8(VersionRecord.unwrap(record) >> 40) != 0;
    }

    /// @return The asset's name. First versions only.
    function name(VersionRecord record) internal pure returns (string memory) {
        return AssetNames.unpack(uint216(VersionRecord.unwrap(record) >> 40));
    }

    function number(VersionRecord record) internal pure returns (uint32) {
        return isFirst(record) ? 1 : uint16(VersionRecord.unwrap(record) >> 48);
    }

    /// @return The block of publishing. Later versions only: of a first one the asset knows it.
    function publishedBlock(VersionRecord record) internal pure returns (uint40) {
        return uint40(VersionRecord.unwrap(record) >> 64);
    }
}
