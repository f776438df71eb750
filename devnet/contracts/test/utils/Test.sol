// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Vm} from "./Vm.sol";

/// @dev What a test needs, and no more. An assertion that fails reverts with both sides.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error NotTrue(string what);
    error NotEqual(string what, uint256 found, uint256 expected);
    error NotEqualAddress(string what, address found, address expected);
    error NotEqualBytes(string what, bytes32 found, bytes32 expected);
    error NotEqualString(string what, string found, string expected);

    function isTrue(bool found, string memory what) internal pure {
        if (!found) revert NotTrue(what);
    }

    function eq(uint256 found, uint256 expected, string memory what) internal pure {
        if (found != expected) revert NotEqual(what, found, expected);
    }

    function eq(address found, address expected, string memory what) internal pure {
        if (found != expected) revert NotEqualAddress(what, found, expected);
    }

    function eq(bytes32 found, bytes32 expected, string memory what) internal pure {
        if (found != expected) revert NotEqualBytes(what, found, expected);
    }

    function eq(string memory found, string memory expected, string memory what) internal pure {
        if (keccak256(bytes(found)) != keccak256(bytes(expected))) {
            revert NotEqualString(what, found, expected);
        }
    }

    function atMost(uint256 found, uint256 limit, string memory what) internal pure {
        if (found > limit) revert NotEqual(what, found, limit);
    }

    /// @dev A number from `low` to `high` for any `seed`; small and large seeds hit the ends.
    function within(uint256 seed, uint256 low, uint256 high) internal pure returns (uint256) {
        uint256 size = high - low + 1;
        if (size == 0 || (seed >= low && seed <= high)) return seed;
        if (seed > type(uint256).max - 3) return high - (type(uint256).max - seed) % size;
        return low + seed % size;
    }

    function account(string memory name) internal returns (address made) {
        made = vm.addr(uint256(keccak256(bytes(name))));
        vm.label(made, name);
    }
}
