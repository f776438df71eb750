// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {Compatibility} from "../src/libraries/Compatibility.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {TermsFlags} from "../src/libraries/TermsFlags.sol";
import {CompatibilityProbe} from "./utils/CompatibilityProbe.sol";
import {Test} from "./utils/Test.sol";

/// @dev The laws of the lattice, and each clause against a second, plain formulation of it.
contract CompatibilityTest is Test {
    uint8 private constant SHARE_ALIKE = TermsFlags.SHARE_ALIKE;
    uint8 private constant ATTRIBUTION = TermsFlags.ATTRIBUTION;
    uint16 private constant DERIVATIVES = Rights.TRAIN | Rights.FINETUNE | Rights.DERIVE;

    CompatibilityProbe private probe;

    function setUp() public {
        probe = new CompatibilityProbe();
    }

    // ---- packing ----

    /// @dev LIC-1: terms are stored without loss.
    function testFuzz_packed_terms_are_all_there(ILicenseRegistry.Terms memory terms) public view {
        terms.flags &= TermsFlags.ALL;
        eq(keccak256(abi.encode(probe.roundTrip(terms))), keccak256(abi.encode(terms)), "the same");
    }

    function testFuzz_a_class_is_rights_flags_restrictions_and_text(ILicenseRegistry.Terms memory a, uint256 seed)
        public
        view
    {
        a.flags = (a.flags & TermsFlags.ALL) | SHARE_ALIKE;
        uint184 class = probe.classOf(a);
        isTrue(class != 0, "share-alike has a class");
        ILicenseRegistry.Terms memory b = _copy(a);
        (b.price, b.royaltyBps, b.period, b.ceiling) = (uint88(seed), uint16(seed), uint32(seed), uint64(seed));
        (b.callLimit, b.expiry) = (uint32(seed), uint40(seed));
        b.flags ^= TermsFlags.TRANSFERABLE | TermsFlags.ABSOLUTE;
        eq(probe.classOf(b), class, "price, royalty and limits are one's own");
        uint256 field = seed % 4;
        if (field == 0) b.rights ^= 1;
        else if (field == 1) b.flags ^= ATTRIBUTION;
        else if (field == 2) b.restrictions ^= 1;
        else b.text = string.concat(b.text, "!");
        isTrue(probe.classOf(b) != class, "the rest is the class");
        b.flags &= ~SHARE_ALIKE;
        eq(probe.classOf(b), 0, "no share-alike, no class");
    }

    // ---- clauses ----

    /// @dev COM-1: for one parent, the clauses broken are those of the plain rules, for every relation.
    function testFuzz_one_parent(uint256 parentSeed, uint256 childSeed, uint8 relation) public view {
        relation = uint8(within(relation, 1, 7));
        ILicenseRegistry.Terms memory parent = _terms(parentSeed);
        ILicenseRegistry.Terms memory child = childSeed % 4 == 0 ? _near(parent, childSeed) : _terms(childSeed);
        uint256 found = probe.breaches(probe.duties_(parent, relation), child);
        eq(found, _plain(parent, child, relation), "clauses");
    }

    function test_what_is_not_commercial_cannot_be_sold() public view {
        ILicenseRegistry.Terms memory parent = _open();
        parent.rights &= ~Rights.COMMERCIAL;
        ILicenseRegistry.Terms memory child = _open();
        for (uint8 relation = 1; relation <= 7; ++relation) {
            uint256 expected = relation == 5 ? 0 : 1 << Compatibility.COMMERCIAL;
            eq(probe.breaches(probe.duties_(parent, relation), child), expected, "grants COMMERCIAL");
        }
        child.rights &= ~Rights.COMMERCIAL;
        eq(probe.breaches(probe.duties_(parent, 4), child), 0, "for nothing, and not commercial");
        child.price = 1;
        eq(probe.breaches(probe.duties_(parent, 4), child), 1 << Compatibility.COMMERCIAL, "has a price");
    }

    function test_an_evaluation_binds_nothing() public view {
        ILicenseRegistry.Terms memory parent = _open();
        (parent.rights, parent.flags, parent.restrictions) = (Rights.ACCESS, 3, type(uint32).max);
        eq(probe.duties_(parent, 5), 0, "EVALUATED_ON");
        eq(probe.duties_(parent, 0), 0, "no relation");
        eq(probe.duties_(parent, 8), 0, "no relation");
    }

    // ---- the lattice ----

    /// @dev COM-2: what two ask together is broken exactly where one of them alone is. So more parents never allow
    /// more, and nothing is asked that no parent asks.
    function testFuzz_together_asks_what_each_asks(uint256 a, uint256 b, uint256 c) public view {
        (uint256 left, uint256 right) = (_duties(a), _duties(b));
        (uint256 joined, uint8 clause) = probe.join(left, right);
        ILicenseRegistry.Terms memory child = c % 3 == 0 ? _near(_terms(a >> 8), c) : _terms(c);
        uint256 each = probe.breaches(left, child) | probe.breaches(right, child);
        if (clause != 0) isTrue(each != 0, "in conflict, every child breaks one of them");
        else eq(probe.breaches(joined, child), each, "joined");
    }

    /// @dev COM-3: the order in which parents come makes no difference, nor does one that is named twice.
    function testFuzz_joining_has_no_order(uint256 a, uint256 b, uint256 c) public view {
        (uint256 x, uint256 y, uint256 z) = (_duties(a), _duties(b), _duties(c));
        (uint256 xy, bool can) = _join(x, y);
        (uint256 yx, bool still) = _join(y, x);
        eq(xy, yx, "either way round");
        isTrue(can == still, "in conflict either way round");
        _isNeutral(x);
        (uint256 yz, bool could) = _join(y, z);
        if (can && could) _isAssociative(xy, z, x, yz);
    }

    function _isNeutral(uint256 x) private view {
        (uint256 twice, bool can) = _join(x, x);
        isTrue(can && twice == x, "twice is once");
        (uint256 alone, bool still) = _join(x, 0);
        isTrue(still && alone == x, "nothing more");
    }

    function _isAssociative(uint256 xy, uint256 z, uint256 x, uint256 yz) private view {
        (uint256 left, bool can) = _join(xy, z);
        (uint256 right, bool still) = _join(x, yz);
        isTrue(can == still, "in conflict in any order");
        if (can) eq(left, right, "in any order");
    }

    function _join(uint256 left, uint256 right) private view returns (uint256 joined, bool can) {
        uint8 clause;
        (joined, clause) = probe.join(left, right);
        can = clause == 0;
    }

    /// @dev COM-4: terms that do what is asked of them ask all of it in turn, of what rests on them in the same way.
    /// So looking at the direct parents' terms is enough, however long the line.
    function testFuzz_what_is_asked_is_passed_on(uint256 a, uint256 b, uint8 relation) public view {
        relation = uint8(within(relation, 1, 7));
        ILicenseRegistry.Terms memory grandparent = _terms(a);
        ILicenseRegistry.Terms memory parent = b % 2 == 0 ? _near(grandparent, b) : _terms(b);
        uint256 asked = probe.duties_(grandparent, relation);
        if (probe.breaches(asked, parent) != 0) return;
        uint256 passed = probe.duties_(parent, relation);
        eq(passed & asked, asked, "all of it");
    }

    /// @dev COM-5: what a registration accepts, some terms can meet: without a class the bare ones, with a class those
    /// of the class.
    function testFuzz_what_is_accepted_can_be_met(uint256 a, uint256 b) public view {
        (uint256 joined, uint8 clause) = probe.join(_duties(a), _duties(b));
        if (clause != 0) return;
        ILicenseRegistry.Terms memory child = _open();
        if (joined >> 72 == 0) {
            (child.rights, child.flags, child.restrictions) = (Rights.ACCESS, ATTRIBUTION, type(uint32).max);
        } else {
            child = _terms((_duties(a) >> 72 != 0 ? a : b) >> 8);
            (child.price, child.royaltyBps) = (0, 0);
        }
        eq(probe.breaches(joined, child), 0, "met");
    }

    function test_two_classes_are_never_met() public view {
        ILicenseRegistry.Terms memory one = _open();
        one.flags |= SHARE_ALIKE;
        ILicenseRegistry.Terms memory other = _copy(one);
        other.text = "Another";
        (, uint8 clause) = probe.join(probe.duties_(one, 1), probe.duties_(other, 1));
        eq(clause, Compatibility.SHARE_ALIKE, "clause");
        (, clause) = probe.join(probe.duties_(one, 1), probe.duties_(other, 6));
        eq(clause, 0, "using is not deriving");
    }

    function test_a_class_leaves_no_room() public view {
        ILicenseRegistry.Terms memory alike = _open();
        alike.flags = SHARE_ALIKE;
        uint256 class = probe.duties_(alike, 4);
        ILicenseRegistry.Terms memory other = _open();
        other.flags = 0;
        _conflict(class, other, 0);
        other.rights &= ~Rights.COMMERCIAL;
        _conflict(class, other, Compatibility.COMMERCIAL);
        other.rights = Rights.ALL & ~Rights.REDISTRIBUTE;
        _conflict(class, other, Compatibility.REDISTRIBUTE);
        other.rights = Rights.ALL & ~Rights.SUBLICENSE;
        _conflict(class, other, Compatibility.SUBLICENSE);
        other.rights = Rights.ALL;
        other.flags = ATTRIBUTION;
        _conflict(class, other, Compatibility.ATTRIBUTION);
        other.flags = 0;
        other.restrictions = 4;
        _conflict(class, other, Compatibility.RESTRICTIONS);
    }

    function _conflict(uint256 class, ILicenseRegistry.Terms memory other, uint8 expected) private view {
        (, uint8 clause) = probe.join(class, probe.duties_(other, 4));
        eq(clause, expected, "class first");
        (, clause) = probe.join(probe.duties_(other, 4), class);
        eq(clause, expected, "class last");
    }

    // ---- the rules, plainly ----

    function _plain(ILicenseRegistry.Terms memory parent, ILicenseRegistry.Terms memory child, uint8 relation)
        private
        pure
        returns (uint256 clauses)
    {
        bool adapts = relation == 2 || relation == 4;
        bool derives = adapts || relation == 1 || relation == 3;
        bool binds = derives || relation == 6 || relation == 7;
        bool sold = _has(child, Rights.COMMERCIAL) || child.price > 0;
        if (binds && !_has(parent, Rights.COMMERCIAL) && sold) clauses |= 1 << 1;
        if (adapts && !_has(parent, Rights.REDISTRIBUTE) && _has(child, Rights.REDISTRIBUTE)) clauses |= 1 << 2;
        uint16 beyond = child.rights & ~parent.rights & DERIVATIVES;
        bool passedOn = _has(child, Rights.SUBLICENSE) || beyond != 0;
        if (adapts && !_has(parent, Rights.SUBLICENSE) && passedOn) clauses |= 1 << 3;
        if (derives && parent.flags & SHARE_ALIKE != 0 && !_alike(parent, child)) clauses |= 1 << 4;
        if (binds && parent.flags & ATTRIBUTION != 0 && child.flags & ATTRIBUTION == 0) clauses |= 1 << 5;
        if (binds && parent.restrictions & ~child.restrictions != 0) clauses |= 1 << 6;
    }

    function _alike(ILicenseRegistry.Terms memory a, ILicenseRegistry.Terms memory b) private pure returns (bool) {
        return a.rights == b.rights && (a.flags ^ b.flags) & 3 == 0 && a.restrictions == b.restrictions
            && keccak256(bytes(a.text)) == keccak256(bytes(b.text));
    }

    function _has(ILicenseRegistry.Terms memory terms, uint16 right) private pure returns (bool) {
        return terms.rights & right != 0;
    }

    // ---- terms at random ----

    function _open() private pure returns (ILicenseRegistry.Terms memory) {
        return ILicenseRegistry.Terms(Rights.ALL, 0, 0, 0, 0, 0, 2, 0, 0, "Open");
    }

    /// @dev Few restrictions and texts, so that two are often alike; a right is more often granted than not.
    function _terms(uint256 seed) private pure returns (ILicenseRegistry.Terms memory terms) {
        seed = uint256(keccak256(abi.encode(seed)));
        terms = _open();
        terms.rights = uint16(seed | seed >> 16) & Rights.ALL | Rights.ACCESS;
        terms.price = uint88(seed >> 32 & 1);
        terms.flags = uint8(seed >> 40) & TermsFlags.ALL;
        if (seed >> 48 & 1 == 0) terms.flags &= ~SHARE_ALIKE;
        terms.restrictions = uint32(seed >> 56 & seed >> 58 & 3);
        terms.text = seed >> 64 & 1 == 0 ? "A" : "B";
    }

    /// @dev The same in all but what binds, or in all but one thing.
    function _near(ILicenseRegistry.Terms memory like, uint256 seed)
        private
        pure
        returns (ILicenseRegistry.Terms memory terms)
    {
        terms = _copy(like);
        seed = uint256(keccak256(abi.encode(seed)));
        uint256 change = seed % 5;
        if (change == 1) terms.rights ^= uint16(1 << (seed >> 8) % 9 + 1);
        if (change == 2) terms.price ^= 1;
        if (change == 3) terms.flags ^= uint8(1 << (seed >> 8) % 4);
        if (change == 4) terms.restrictions ^= 1;
    }

    function _copy(ILicenseRegistry.Terms memory terms) private pure returns (ILicenseRegistry.Terms memory) {
        return abi.decode(abi.encode(terms), (ILicenseRegistry.Terms));
    }

    /// @dev The low bits choose the relation, the others the terms.
    function _duties(uint256 seed) private view returns (uint256) {
        return probe.duties_(_terms(seed >> 8), uint8(seed % 7 + 1));
    }
}
