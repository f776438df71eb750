// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Content identifiers as text.
library Cid {
    /// @dev RFC 4648 section 6, in lower case, as multibase `b` uses it.
    bytes32 private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    /// @dev CIDv1, dag-pb, sha2-256, base32: "b" and 58 characters for the 36 bytes 0x01 0x70 0x12 0x20 ‖ digest.
    function dagPb(bytes32 digest) internal pure returns (string memory) {
        bytes memory text = new bytes(59);
        text[0] = "b";
        // 288 bits in groups of 5, the last one padded with two zero bits: 290 = 58 groups.
        uint256 high = (uint256(0x01701220) << 224) | (uint256(digest) >> 32);
        uint256 low = uint256(digest) << 224;
        for (uint256 place = 1; place < 59; ++place) {
            text[place] = ALPHABET[high >> 251];
            high = (high << 5) | (low >> 251);
            low <<= 5;
        }
        return string(text);
    }
}
