// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev Up to 32 license ids of 40 bits, six to a word; the top of the first word counts them. So the first license
/// of an account for an asset takes one new slot. Places count from 1.
library HeldList {
    uint256 internal constant MAX = 32;
    uint256 private constant IDS = 6;
    uint256 private constant BITS = 40;
    uint256 private constant COUNT = 240;

    function count(uint256[6] storage list) internal view returns (uint256) {
        return list[0] >> COUNT;
    }

    function get(uint256[6] storage list, uint256 place) internal view returns (uint64) {
        return uint40(list[(place - 1) / IDS] >> _shift(place));
    }

    function set(uint256[6] storage list, uint256 place, uint64 id) internal {
        uint256 word = list[(place - 1) / IDS];
        uint256 shift = _shift(place);
        list[(place - 1) / IDS] = word & ~(uint256(type(uint40).max) << shift) | uint256(id) << shift;
    }

    /// @return place Where it stands now, 0 if the list is full.
    function push(uint256[6] storage list, uint64 id) internal returns (uint8 place) {
        uint256 head = list[0];
        uint256 next = (head >> COUNT) + 1;
        if (next > MAX) return 0;
        place = uint8(next);
        head += 1 << COUNT;
        if (next > IDS) set(list, next, id);
        else head |= uint256(id) << _shift(next);
        list[0] = head;
    }

    /// @dev The last one takes the place that becomes free.
    /// @return moved The id that stands there now, 0 if it was the last.
    function removeAt(uint256[6] storage list, uint256 place) internal returns (uint64 moved) {
        uint256 last = count(list);
        if (place != last) {
            moved = get(list, last);
            set(list, place, moved);
        }
        set(list, last, 0);
        list[0] -= 1 << COUNT;
    }

    function _shift(uint256 place) private pure returns (uint256) {
        return BITS * ((place - 1) % IDS);
    }
}
