// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The rights that terms can grant, one bit each.
library Rights {
    uint16 internal constant ACCESS = 1 << 0;
    uint16 internal constant RUN = 1 << 1;
    uint16 internal constant TRAIN = 1 << 2;
    uint16 internal constant FINETUNE = 1 << 3;
    uint16 internal constant DERIVE = 1 << 4;
    uint16 internal constant REDISTRIBUTE = 1 << 5;
    uint16 internal constant COMMERCIAL = 1 << 6;
    uint16 internal constant AGENT_USE = 1 << 7;
    uint16 internal constant SUBLICENSE = 1 << 8;
    uint16 internal constant COMPUTE_ONLY = 1 << 9;
    uint16 internal constant ALL = (1 << 10) - 1;
}
