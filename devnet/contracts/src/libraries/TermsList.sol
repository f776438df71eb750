// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Up to 8 different terms ids of 32 bits in one word, in order from the low end; 0 marks the end.
library TermsList {
    uint256 internal constant MAX = 8;

    function length(uint256 list) internal pure returns (uint256 count) {
        while (list != 0) {
            ++count;
            list >>= 32;
        }
    }

    function get(uint256 list, uint256 index) internal pure returns (uint32) {
        return uint32(list >> (32 * index));
    }

    /// @return index Where `id` stands, or MAX if it does not.
    function indexOf(uint256 list, uint32 id) internal pure returns (uint256 index) {
        if (id == 0) return MAX;
        while (index < MAX && get(list, index) != id) ++index;
    }

    function removeAt(uint256 list, uint256 index) internal pure returns (uint256) {
        uint256 below = list & ((uint256(1) << (32 * index)) - 1);
        uint256 above = index + 1 == MAX ? 0 : list >> (32 * (index + 1));
        return below | (above << (32 * index));
    }
}
