// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PackedTerms} from "./PackedTerms.sol";
import {Relations} from "./Relations.sol";
import {Rights} from "./Rights.sol";
import {TermsFlags} from "./TermsFlags.sol";

/// @dev The compatibility of licence terms, as a lattice. The duties of an asset are what all terms that it rests on
/// ask of the terms that it offers: one word, 0 for none, joined at each relation. More duties never allow more.
/// From the low end: forbidden rights 16 | required rights 16 | flags 8 (ATTRIBUTION) | restrictions 32 | class 184.
/// "Required" are the rights that terms of the share-alike class grant: with a class there is no other choice. So in
/// duties that have one, restrictions and ATTRIBUTION are exactly those of the class.
/// `src/licensing/compatibility.ts` is the same in TypeScript; a differential test holds the two together.
library Compatibility {
    using PackedTerms for uint256;

    uint8 internal constant COMMERCIAL = 1;
    uint8 internal constant REDISTRIBUTE = 2;
    uint8 internal constant SUBLICENSE = 3;
    uint8 internal constant SHARE_ALIKE = 4;
    uint8 internal constant ATTRIBUTION = 5;
    uint8 internal constant RESTRICTIONS = 6;

    uint16 private constant DERIVATIVE_RIGHTS = Rights.TRAIN | Rights.FINETUNE | Rights.DERIVE;
    uint256 private constant REQUIRED = uint256(type(uint16).max) << 16;
    uint256 private constant ATTRIBUTE = uint256(TermsFlags.ATTRIBUTION) << 32;
    uint256 private constant RESTRICT = uint256(type(uint32).max) << 40;
    uint256 private constant CLASS = uint256(type(uint184).max) << 72;
    /// @dev What a parent asks of whatever uses it, and what, besides, of whatever is derived from it.
    uint256 private constant USE = uint256(Rights.COMMERCIAL) | ATTRIBUTE | RESTRICT;
    uint256 private constant DERIVATIVE = USE | REQUIRED | CLASS;
    /// @dev What is changed and passed on as such: the parent's own restrictions on passing on hold for it.
    uint256 private constant ADAPTATION =
        DERIVATIVE | Rights.REDISTRIBUTE | Rights.SUBLICENSE | DERIVATIVE_RIGHTS;

    /// @dev The duties of which a relation binds the child.
    function binding(uint8 relation) internal pure returns (uint256 mask) {
        if (relation == Relations.FINETUNED_FROM || relation == Relations.DERIVED_FROM) return ADAPTATION;
        if (relation == Relations.TRAINED_ON || relation == Relations.DISTILLED_FROM) return DERIVATIVE;
        if (relation == Relations.USES || relation == Relations.GENERATED_BY) return USE;
    }

    /// @dev All that terms ask of those who build on them, whatever the relation.
    function asks(uint256 main, uint256 more) internal pure returns (uint256 duties) {
        uint16 rights = main.rights();
        uint16 missing = ~rights & (Rights.COMMERCIAL | Rights.REDISTRIBUTE);
        if (rights & Rights.SUBLICENSE == 0) missing |= Rights.SUBLICENSE | (~rights & DERIVATIVE_RIGHTS);
        duties = uint256(missing) | uint256(more.restrictions()) << 40;
        if (main.flags() & TermsFlags.ATTRIBUTION != 0) duties |= ATTRIBUTE;
        uint184 class = more.class();
        if (class != 0) duties |= uint256(rights) << 16 | uint256(class) << 72;
    }

    /// @dev Joins two duties.
    /// @return joined What asks all that both ask.
    /// @return clause 0, or a clause in which no terms whatever could do what both ask.
    function join(uint256 left, uint256 right) internal pure returns (uint256 joined, uint8 clause) {
        joined = left | right;
        if (joined & CLASS == 0) return (joined, 0);
        if (left & CLASS != 0 && right & CLASS != 0 && (left ^ right) & CLASS != 0) return (joined, SHARE_ALIKE);
        // Whichever has the class says exactly what the child's terms are.
        uint256 exact = left & CLASS != 0 ? left : right;
        uint16 impossible = uint16(joined) & uint16(joined >> 16);
        if (impossible != 0) return (joined, _clauseOf(impossible));
        if ((joined ^ exact) & ATTRIBUTE != 0) return (joined, ATTRIBUTION);
        if ((joined ^ exact) & RESTRICT != 0) return (joined, RESTRICTIONS);
    }

    /// @return clauses Bit n for each clause n in which the terms do not do what the duties ask; 0 if they do.
    function breaches(uint256 duties, uint256 main, uint256 more) internal pure returns (uint256 clauses) {
        uint16 granted = main.rights() & uint16(duties);
        bool sold = duties & Rights.COMMERCIAL != 0 && main.price() != 0;
        if (granted & Rights.COMMERCIAL != 0 || sold) clauses |= 1 << COMMERCIAL;
        if (granted & Rights.REDISTRIBUTE != 0) clauses |= 1 << REDISTRIBUTE;
        if (granted & (Rights.SUBLICENSE | DERIVATIVE_RIGHTS) != 0) clauses |= 1 << SUBLICENSE;
        uint256 class = duties >> 72;
        if (class != 0 && class != more.class()) clauses |= 1 << SHARE_ALIKE;
        if (duties & ATTRIBUTE != 0 && main.flags() & TermsFlags.ATTRIBUTION == 0) clauses |= 1 << ATTRIBUTION;
        if (uint32(duties >> 40) & ~more.restrictions() != 0) clauses |= 1 << RESTRICTIONS;
    }

    /// @param clauses What `breaches` found, not none.
    /// @return clause The first of them.
    function first(uint256 clauses) internal pure returns (uint8 clause) {
        while (clauses & (1 << ++clause) == 0) {}
    }

    function _clauseOf(uint16 rights) private pure returns (uint8) {
        if (rights & Rights.COMMERCIAL != 0) return COMMERCIAL;
        return rights & Rights.REDISTRIBUTE != 0 ? REDISTRIBUTE : SUBLICENSE;
    }
}
