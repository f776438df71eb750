// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Names of assets: 1..31 bytes of a-z, 0-9 and "-".
library AssetNames {
    function isValid(string calldata name) internal pure returns (bool) {
        bytes calldata text = bytes(name);
        if (text.length == 0 || text.length > 31) return false;
        for (uint256 i; i < text.length; ++i) {
            bytes1 c = text[i];
            bool letter = c >= "a" && c <= "z";
            bool digit = c >= "0" && c <= "9";
            if (!letter && !digit && c != "-") return false;
        }
        return true;
    }
}
