// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseRegistry} from "../interfaces/ILicenseRegistry.sol";
import {TermsFlags} from "./TermsFlags.sol";

/// @dev Terms in two words, without their text. From the low end:
/// main: rights 16 | royaltyBps 16 | price 88 | period 32 | ceiling 64 | callLimit 32 | flags 8.
/// more: expiry 40 | restrictions 32 | class 184.
/// The second word is zero for most terms; the EXTENDED bit of the first says that it is not, so that it is read and
/// written only where there is something in it. Terms that exist have rights, so their first word is never zero.
library PackedTerms {
    uint256 internal constant EXTENDED = 1 << 255;

    function pack(ILicenseRegistry.Terms calldata wanted) internal pure returns (uint256 main, uint256 more) {
        more = uint256(wanted.expiry) | uint256(wanted.restrictions) << 40 | uint256(classOf(wanted)) << 72;
        main = uint256(wanted.rights) | uint256(wanted.royaltyBps) << 16 | uint256(wanted.price) << 32
            | uint256(wanted.period) << 120 | uint256(wanted.ceiling) << 152;
        main |= uint256(wanted.callLimit) << 216 | uint256(wanted.flags) << 248;
        if (more != 0) main |= EXTENDED;
    }

    function unpack(uint256 main, uint256 more, string memory text)
        internal
        pure
        returns (ILicenseRegistry.Terms memory)
    {
        return ILicenseRegistry.Terms(
            rights(main),
            royaltyBps(main),
            price(main),
            period(main),
            ceiling(main),
            uint32(main >> 216),
            flags(main),
            expiry(more),
            restrictions(more),
            text
        );
    }

    /// @dev What share-alike asks for: the same rights, the same two flags, the same restrictions and the same text.
    /// 0 for terms that are not share-alike. 184 bits: finding two that collide takes 2^92 hashes.
    function classOf(ILicenseRegistry.Terms calldata wanted) internal pure returns (uint184) {
        if (wanted.flags & TermsFlags.SHARE_ALIKE == 0) return 0;
        uint8 same = wanted.flags & (TermsFlags.SHARE_ALIKE | TermsFlags.ATTRIBUTION);
        return uint184(uint256(keccak256(abi.encode(wanted.rights, same, wanted.restrictions, wanted.text))));
    }

    function rights(uint256 main) internal pure returns (uint16) {
        return uint16(main);
    }

    function royaltyBps(uint256 main) internal pure returns (uint16) {
        return uint16(main >> 16);
    }

    function price(uint256 main) internal pure returns (uint88) {
        return uint88(main >> 32);
    }

    function period(uint256 main) internal pure returns (uint32) {
        return uint32(main >> 120);
    }

    function ceiling(uint256 main) internal pure returns (uint64) {
        return uint64(main >> 152);
    }

    function flags(uint256 main) internal pure returns (uint8) {
        return uint8(main >> 248) & TermsFlags.ALL;
    }

    function isExtended(uint256 main) internal pure returns (bool) {
        return main & EXTENDED != 0;
    }

    function expiry(uint256 more) internal pure returns (uint40) {
        return uint40(more);
    }

    function restrictions(uint256 more) internal pure returns (uint32) {
        return uint32(more >> 40);
    }

    function class(uint256 more) internal pure returns (uint184) {
        return uint184(more >> 72);
    }
}
