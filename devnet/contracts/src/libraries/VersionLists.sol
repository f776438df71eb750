// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev An asset's versions by number, six ids of 40 bits to a slot. The list begins with an asset's second version:
/// until then the current version is the first one.
library VersionLists {
    uint256 private constant PER_SLOT = 6;
    uint256 private constant BITS = 40;

    /// @param number 1 for the first. Every place is written once.
    function set(mapping(uint256 slot => uint256) storage list, uint256 number, uint64 versionId) internal {
        list[(number - 1) / PER_SLOT] |= uint256(uint40(versionId)) << (BITS * ((number - 1) % PER_SLOT));
    }

    function get(mapping(uint256 slot => uint256) storage list, uint256 number)
        internal
        view
        returns (uint64)
    {
        return uint40(list[(number - 1) / PER_SLOT] >> (BITS * ((number - 1) % PER_SLOT)));
    }
}
