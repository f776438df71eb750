// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LibBit} from "solady/utils/LibBit.sol";

/// @dev Merkle-sum trees: every node commits to the sum of the weights below it. A proof recomputes the sums on
/// its way up, so the proven weights of any set of leaves can never exceed the total at the root, whoever made
/// the tree. Leaves stand in order of their index and are padded with empty ones (hash 0, sum 0) to the next
/// power of two. Leaf and node preimages differ in tag and length, so none can stand in for the other.
library MerkleSum {
    /// @dev The number of levels above `count` leaves: ceil(log2(count)).
    function depth(uint256 count) internal pure returns (uint256 levels) {
        if (count > 1) levels = LibBit.fls(count - 1) + 1;
    }

    function leafHash(uint32 index, address account, uint128 weight) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(uint8(0), index, account, weight));
    }

    function nodeHash(bytes32 left, uint128 leftSum, bytes32 right, uint128 rightSum)
        internal
        pure
        returns (bytes32 hash)
    {
        // abi.encodePacked(uint8(1), left, leftSum, right, rightSum), without taking new memory for every level.
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore8(at, 1)
            mstore(add(at, 1), left)
            mstore(add(at, 33), shl(128, leftSum))
            mstore(add(at, 49), right)
            mstore(add(at, 81), shl(128, rightSum))
            hash := keccak256(at, 97)
        }
    }

    /// @dev Walks from the leaf `hash` of weight `sum` at `index` to the root. Bit i of `index` says whether the
    /// path is the right child at level i. Both lists must be of the same length. A sum above 2^128 - 1 anywhere
    /// leads to no root: (0, 0).
    function climb(
        uint256 index,
        bytes32 hash,
        uint128 sum,
        bytes32[] calldata siblings,
        uint128[] calldata siblingSums
    ) internal pure returns (bytes32, uint128) {
        uint256 walked = sum;
        uint256 wide;
        for (uint256 level; level < siblings.length;) {
            uint256 siblingSum;
            assembly ("memory-safe") {
                siblingSum := calldataload(add(siblingSums.offset, shl(5, level)))
                let sibling := calldataload(add(siblings.offset, shl(5, level)))
                let at := mload(0x40)
                mstore8(at, 1)
                switch and(shr(level, index), 1)
                case 0 {
                    mstore(add(at, 1), hash)
                    mstore(add(at, 33), shl(128, walked))
                    mstore(add(at, 49), sibling)
                    mstore(add(at, 81), shl(128, siblingSum))
                }
                default {
                    mstore(add(at, 1), sibling)
                    mstore(add(at, 33), shl(128, siblingSum))
                    mstore(add(at, 49), hash)
                    mstore(add(at, 81), shl(128, walked))
                }
                hash := keccak256(at, 97)
            }
            unchecked {
                // What is too wide stays marked, so no wrap goes unseen.
                walked += siblingSum;
                wide |= siblingSum | walked;
                ++level;
            }
        }
        return wide >> 128 == 0 ? (hash, uint128(walked)) : (bytes32(0), 0);
    }
}
