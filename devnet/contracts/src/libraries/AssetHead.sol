// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev All that changes of an asset, in the 96 bits beside the holder of its OwnershipNFT: other contracts learn what
/// they need of it from one slot. From the lowest bit: current version 40, number of versions 16, state 2, kind 3,
/// block of the registration 35.
type AssetHead is uint96;

using AssetHeads for AssetHead global;

/// @dev The fields fit: an id costs over 80,000 gas, so that 2^40 of them need 2^56 gas, and 35 bits of blocks last
/// a thousand years at one a second.
library AssetHeads {
    uint256 internal constant MAX_VERSIONS = type(uint16).max;

    uint96 private constant VERSION_BITS = 2 ** 56 - 1;
    uint96 private constant STATE_BITS = 3 << 56;

    function first(uint64 versionId, uint8 kind_, uint256 blockNumber) internal pure returns (AssetHead) {
        return AssetHead.wrap(
            uint96(uint40(versionId)) | (1 << 40) | (uint96(kind_) << 58) | (uint96(blockNumber) << 61)
        );
    }

    function currentVersion(AssetHead head) internal pure returns (uint64) {
        return uint40(AssetHead.unwrap(head));
    }

    function versions(AssetHead head) internal pure returns (uint16) {
        return uint16(AssetHead.unwrap(head) >> 40);
    }

    function state(AssetHead head) internal pure returns (uint8) {
        return uint8(AssetHead.unwrap(head) >> 56) & 3;
    }

    function kind(AssetHead head) internal pure returns (uint8) {
        return uint8(AssetHead.unwrap(head) >> 58) & 7;
    }

    function createdBlock(AssetHead head) internal pure returns (uint40) {
        return uint40(AssetHead.unwrap(head) >> 61);
    }

    /// @dev The next version: one more, and the current one from now on. Fewer than `MAX_VERSIONS` so far.
    function withNext(AssetHead head, uint64 versionId) internal pure returns (AssetHead) {
        uint96 bits = AssetHead.unwrap(head);
        uint96 count = uint96(versions(head)) + 1;
        return AssetHead.wrap((bits & ~VERSION_BITS) | uint96(uint40(versionId)) | (count << 40));
    }

    function withState(AssetHead head, uint8 state_) internal pure returns (AssetHead) {
        return AssetHead.wrap((AssetHead.unwrap(head) & ~STATE_BITS) | (uint96(state_) << 56));
    }
}
