// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Tree} from "./utils/Tree.sol";
import {VaultFixture} from "./utils/VaultFixture.sol";

/// @dev Settling: relative and absolute royalties, one hop at a time, whenever and in whatever order.
contract VaultSettlementTest is VaultFixture {
    uint64 private asset;
    uint64 private version;

    function setUp() public {
        deployVault();
        (asset, version) = make(alice);
    }

    function test_settling_moves_whole_quanta_one_hop_up() public {
        (, uint64 child) = make(bob, relative(version, 1_000));
        payAs(carol, child, 40_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Settled(child, 3);
        settleOne(child);
        eq(inflowOf(version), 3_000, "the parent");
        _units(child, 1, 3, 0);
        eq(unsettledOf(child), 9_000, "what is below a quantum waits");
        eq(vault.ownerOwed(child, 1), 27_000, "the owner's");
        checkConservation(0);
    }

    function test_settling_nothing_changes_nothing() public {
        payAs(carol, version, 10_000);
        uint64[] memory list = new uint64[](3);
        (list[0], list[1], list[2]) = (version, version, version);
        vault.settle(list);
        _units(version, 1, 0, 0);
        vault.settle(new uint64[](0));
        payAs(carol, version, 10_000);
        vault.settle(list);
        _units(version, 1, 1, 0);
    }

    function test_a_parent_may_get_everything() public {
        (, uint64 child) = make(bob, relative(version, 10_000));
        payAs(carol, child, 1 ether);
        settleOne(child);
        eq(inflowOf(version), 0.975 ether, "everything");
        eq(vault.ownerOwed(child, 1), 0, "nothing stays");
        eq(vault.claimOwner(child, 1), 0, "and nothing is claimed");
    }

    function test_all_of_64_parents_are_paid() public {
        IRevenueVault.Edge[] memory edges = new IRevenueVault.Edge[](64);
        for (uint64 i; i < 64; ++i) {
            (, uint64 parent) = make(alice);
            edges[i] = IRevenueVault.Edge(parent, 100 + uint16(i), false);
        }
        (, uint64 child) = make(bob, edges);
        feeless();
        payAs(carol, child, 20_000);
        settleOne(child);
        for (uint64 i; i < 64; ++i) {
            eq(inflowOf(edges[i].parent), 2 * (100 + i), "a parent's royalty");
        }
        checkConservation(0);
    }

    // ---- absolute royalties ----

    /// @dev REV-9: an absolute royalty is due from direct payments to any descendant, and from nothing else.
    function test_an_absolute_royalty_comes_from_direct_payments_alone() public {
        (, uint64 child) = make(bob, absolute(version, 1_000));
        (, uint64 grandchild) = make(carol, relative(child, 5_000));
        feeless();
        payAs(carol, grandchild, 100_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.SettledDirect(grandchild, 10);
        settleOne(grandchild);
        eq(inflowOf(version), 10_000, "a tenth of what was paid, two hops below");
        eq(inflowOf(child), 50_000, "the child's relative half");
        settleOne(child);
        eq(inflowOf(version), 10_000, "royalties owe it nothing");
        eq(vault.ownerOwed(child, 1), 50_000, "the child keeps them whole");
        payAs(carol, child, 20_000);
        settleOne(child);
        eq(inflowOf(version), 12_000, "a tenth of its own direct payments");
        eq(vault.ownerOwed(child, 1), 68_000, "and keeps the rest");
        checkConservation(0);
    }

    function test_royalties_and_direct_payments_wait_in_quanta_of_their_own() public {
        (, uint64 child) = make(bob, absolute(version, 1_000));
        (, uint64 grandchild) = make(carol, relative(child, 9_000));
        feeless();
        payAs(carol, child, 9_999);
        payAs(carol, grandchild, 10_000);
        settleOne(grandchild);
        settleOne(child);
        _units(child, 1, 0, 0);
        eq(unsettledOf(child), 9_999 + 9_000, "neither is a quantum");
        payAs(carol, child, 1);
        settleOne(child);
        _units(child, 1, 0, 1);
        eq(unsettledOf(child), 9_000, "the royalties still wait");
        checkConservation(0);
    }

    function test_contributors_share_what_stays_of_both_ledgers() public {
        Tree.Leaf[] memory one = new Tree.Leaf[](1);
        one[0] = Tree.Leaf(carol, 1);
        (, uint64 child) =
            make(bob, two(relative(version, 1_000), absolute(version, 2_000)), 0, share(one, 5_000));
        (, uint64 grandchild) = make(alice, relative(child, 10_000 - 2_000));
        feeless();
        payAs(bob, child, 10_000);
        payAs(bob, grandchild, 100_000);
        settleOne(grandchild);
        settleOne(child);
        eq(vault.contributionOwed(child, 0, carol, 1), 3_500 + 8 * 4_500, "half of what stays");
        eq(claimLeaf(child, one, 0), 3_500 + 8 * 4_500, "claimed");
        eq(vault.claimOwner(child, 1), 3_500 + 8 * 4_500, "the owner's half");
        checkConservation(0);
    }

    /// @dev REV-3: settled in one go or in many pieces, in this order or that, the books end the same, split or not.
    function testFuzz_when_and_in_which_order_makes_no_difference(uint64[9] memory payments, uint256 pattern)
        public
    {
        (, uint64 other) = make(carol);
        (, uint64 child) = make(bob, two(relative(version, 3_333), absolute(other, 777)));
        (, uint64 last) = make(alice, two(relative(child, 4_444), relative(version, 1_111)));
        uint64[3] memory paid = [version, child, last];
        uint256 start = vm.snapshotState();
        for (uint256 i; i < 9; ++i) {
            payAs(carol, paid[i % 3], uint256(payments[i]) + 1);
            settleOne(paid[(pattern >> (8 * i)) % 3]);
        }
        _settleAll(other, child, last);
        bytes32 often = _booksHash();
        vm.revertToState(start);
        for (uint256 i; i < 9; ++i) {
            payAs(carol, paid[i % 3], uint256(payments[i]) + 1);
        }
        _settleAll(other, child, last);
        eq(_booksHash(), often, "books");
        checkConservation(0);
    }

    /// @dev No wei is lost or made: of every quantum, what goes up, to contributors and to the owner is a quantum.
    function testFuzz_a_split_never_loses_a_wei(uint256 up, uint256 fixedPart, uint256 bps, uint256 amount)
        public
    {
        up = within(up, 0, 10_000);
        fixedPart = within(fixedPart, 0, 10_000 - up);
        amount = within(amount, 1, 1e27);
        (, uint64 other) = make(bob);
        Tree.Leaf[] memory one = new Tree.Leaf[](1);
        one[0] = Tree.Leaf(carol, 1);
        (, uint64 child) = make(
            bob,
            two(relative(version, uint16(up)), absolute(other, uint16(fixedPart))),
            0,
            share(one, uint16(within(bps, 1, 10_000)))
        );
        payAs(carol, child, amount);
        settleOne(child);
        (uint256 units, uint256 directUnits) = vault.unitsOf(child, 1);
        uint256 all = units + directUnits;
        atMost(unsettledOf(child), 9_999, "below a quantum");
        eq(inflowOf(version), all * up, "exactly the relative royalty");
        eq(inflowOf(other), all * fixedPart, "exactly the absolute royalty");
        uint256 stays = vault.ownerOwed(child, 1) + vault.contributionOwed(child, 0, carol, 1);
        eq(stays, all * (10_000 - up - fixedPart), "exactly the rest");
        checkConservation(0);
    }

    // ---- internals ----

    function _units(uint64 id, uint32 period, uint256 units, uint256 directUnits) private view {
        (uint256 found, uint256 direct) = vault.unitsOf(id, period);
        eq(found, units, "units");
        eq(direct, directUnits, "direct units");
    }

    function _settleAll(uint64 other, uint64 child, uint64 last) private {
        uint64[] memory list = new uint64[](4);
        (list[0], list[1], list[2], list[3]) = (last, child, other, version);
        vault.settle(list);
    }

    function _booksHash() private view returns (bytes32 hash) {
        for (uint64 id = 1; id <= registry.versionCount(); ++id) {
            (uint256 inflow, uint256 units,,,, uint256 unsettled) = vault.books(id);
            (uint256 direct, uint256 directUnits,,,,) = vault.directBooks(id);
            hash = keccak256(abi.encode(hash, inflow, units, unsettled, direct, directUnits));
            hash = keccak256(abi.encode(hash, vault.ownerOwed(id, 1)));
        }
    }
}
