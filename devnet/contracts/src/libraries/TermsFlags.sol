// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The flags that terms can have, one bit each.
library TermsFlags {
    uint8 internal constant SHARE_ALIKE = 1 << 0;
    uint8 internal constant ATTRIBUTION = 1 << 1;
    uint8 internal constant TRANSFERABLE = 1 << 2;
    uint8 internal constant ABSOLUTE = 1 << 3;
    uint8 internal constant ALL = (1 << 4) - 1;
}
