// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MerkleSum} from "../../src/libraries/MerkleSum.sol";

/// @dev Builds Merkle-sum trees and their proofs, the plain way: level by level, all in memory.
library Tree {
    struct Leaf {
        address account;
        uint128 weight;
    }

    struct Proof {
        bytes32[] siblings;
        uint128[] sums;
    }

    function root(Leaf[] memory leaves) internal pure returns (bytes32 hash, uint128 total) {
        (bytes32[] memory hashes, uint128[] memory sums) = _base(leaves);
        while (hashes.length > 1) (hashes, sums) = _up(hashes, sums);
        return (hashes[0], sums[0]);
    }

    function prove(Leaf[] memory leaves, uint256 index) internal pure returns (Proof memory proof) {
        (bytes32[] memory hashes, uint128[] memory sums) = _base(leaves);
        uint256 levels = MerkleSum.depth(leaves.length);
        proof.siblings = new bytes32[](levels);
        proof.sums = new uint128[](levels);
        for (uint256 level; level < levels; ++level) {
            proof.siblings[level] = hashes[index ^ 1];
            proof.sums[level] = sums[index ^ 1];
            (hashes, sums) = _up(hashes, sums);
            index >>= 1;
        }
    }

    function _base(Leaf[] memory leaves)
        private
        pure
        returns (bytes32[] memory hashes, uint128[] memory sums)
    {
        uint256 width = uint256(1) << MerkleSum.depth(leaves.length);
        hashes = new bytes32[](width);
        sums = new uint128[](width);
        for (uint256 i; i < leaves.length; ++i) {
            hashes[i] = MerkleSum.leafHash(uint32(i), leaves[i].account, leaves[i].weight);
            sums[i] = leaves[i].weight;
        }
    }

    function _up(bytes32[] memory hashes, uint128[] memory sums)
        private
        pure
        returns (bytes32[] memory above, uint128[] memory aboveSums)
    {
        above = new bytes32[](hashes.length / 2);
        aboveSums = new uint128[](hashes.length / 2);
        for (uint256 i; i < above.length; ++i) {
            above[i] = MerkleSum.nodeHash(hashes[2 * i], sums[2 * i], hashes[2 * i + 1], sums[2 * i + 1]);
            aboveSums[i] = sums[2 * i] + sums[2 * i + 1];
        }
    }
}
