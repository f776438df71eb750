// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Names of assets: 1..26 bytes of a-z, 0-9 and "-". Packed, a name takes 216 bits: the text, left-aligned, over
/// its length.
library AssetNames {
    uint256 internal constant MAX_LENGTH = 26;

    uint256 private constant DASH = 1 << 0x2d;
    uint256 private constant DIGITS = (2 ** 10 - 1) << 0x30;
    uint256 private constant LETTERS = (2 ** 26 - 1) << 0x61;
    uint256 private constant ALLOWED = DASH | DIGITS | LETTERS;

    /// @return packed 0 if that is no name.
    function pack(string calldata name) internal pure returns (uint216 packed) {
        uint256 length = bytes(name).length;
        if (length == 0 || length > MAX_LENGTH) return 0;
        // What lies behind the text is none of its business: shorter slices are padded with zeros.
        uint256 word = uint256(bytes32(bytes(name)));
        uint256 rest = word;
        for (uint256 i; i < length; ++i) {
            if ((ALLOWED >> (rest >> 248)) & 1 == 0) return 0;
            rest <<= 8;
        }
        return uint216((word >> 48) << 8 | length);
    }

    function unpack(uint216 packed) internal pure returns (string memory) {
        bytes memory text = new bytes(uint8(packed));
        for (uint256 i; i < text.length; ++i) {
            text[i] = bytes1(uint8(packed >> (208 - 8 * i)));
        }
        return string(text);
    }
}
