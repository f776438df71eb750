// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The packed slots of a version. Both hot slots begin alike: 104 bits inflow (wei), 88 bits settled quanta.
/// Slot A goes on with: 16 parents' basis points, 16 contributors' wei of a quantum, 8 edges, 1 split, 5 obligations,
/// 2 spare, 16 absolute basis points. Slot B, which only split versions have, with: 64 ceiling (gwei).
/// Nothing overflows: no version's inflow exceeds all that was ever paid in, below 10,000 * 2^88 wei.
library Ledger {
    uint256 internal constant QUANTUM = 10_000;
    uint256 internal constant SPLIT = 1 << 232;
    uint256 private constant INFLOW = (1 << 104) - 1;
    uint256 private constant GWEI = 1e9;

    function inflow(uint256 slot) internal pure returns (uint256) {
        return slot & INFLOW;
    }

    function settled(uint256 slot) internal pure returns (uint256) {
        return uint88(slot >> 104);
    }

    /// @dev Whole quanta that wait to be settled. The settled ones are never more than those that arrived.
    function waiting(uint256 slot) internal pure returns (uint256) {
        unchecked {
            return (slot & INFLOW) / QUANTUM - uint88(slot >> 104);
        }
    }

    function unsettled(uint256 slot) internal pure returns (uint256) {
        return inflow(slot) - settled(slot) * QUANTUM;
    }

    function settle(uint256 slot, uint256 units) internal pure returns (uint256) {
        unchecked {
            return slot + (units << 104);
        }
    }

    // ---- slot A ----

    function parentsBps(uint256 a) internal pure returns (uint256) {
        return uint16(a >> 192);
    }

    /// @dev Of every quantum of A, wei for the contributors.
    function contributorUnit(uint256 a) internal pure returns (uint256) {
        return uint16(a >> 208);
    }

    function edges(uint256 a) internal pure returns (uint256) {
        return uint8(a >> 224);
    }

    function isSplit(uint256 a) internal pure returns (bool) {
        return a & SPLIT != 0;
    }

    function obligations(uint256 a) internal pure returns (uint256) {
        return (a >> 233) & 31;
    }

    function absoluteBps(uint256 a) internal pure returns (uint256) {
        return a >> 240;
    }

    /// @dev Of every quantum of A, wei for the owner: the exact remainder.
    function ownerUnit(uint256 a) internal pure returns (uint256) {
        unchecked {
            return QUANTUM - parentsBps(a) - contributorUnit(a);
        }
    }

    /// @dev What stays of a quantum of B: direct payments owe the parents and the absolute royalties.
    function directStays(uint256 a) internal pure returns (uint256) {
        unchecked {
            return QUANTUM - parentsBps(a) - absoluteBps(a);
        }
    }

    // ---- slot B ----

    /// @dev In wei; 0 if there is none.
    function ceiling(uint256 b) internal pure returns (uint256) {
        return (b >> 192) * GWEI;
    }

    // ---- edges: 40 bits version, 14 bits basis points ----

    uint256 internal constant EDGE_BITS = 54;
    uint256 internal constant EDGES_PER_SLOT = 4;
    uint256 internal constant EDGES_IN_HEAD = 3;

    function edge(uint64 parent, uint256 bps) internal pure returns (uint256) {
        return uint256(parent) | (bps << 40);
    }

    function target(uint256 packed) internal pure returns (uint64) {
        return uint40(packed);
    }

    function rate(uint256 packed) internal pure returns (uint256) {
        return (packed >> 40) & 0x3fff;
    }
}
