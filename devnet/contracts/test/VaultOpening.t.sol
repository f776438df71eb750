// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {VaultFixture} from "./utils/VaultFixture.sol";

/// @dev What the registry may write: new versions with their edges, obligations and ceilings, and new owners.
contract VaultOpeningTest is VaultFixture {
    uint64 private asset;
    uint64 private version;

    function setUp() public {
        deployVault();
        (asset, version) = make(alice);
    }

    function test_only_the_registry_opens_books_and_sets_owners() public {
        bytes memory refusal = abi.encodeWithSelector(IRevenueVault.NotRegistry.selector, address(this));
        vm.expectRevert(refusal);
        vault.openVersion(2, asset, true, noEdges(), 0, nobody());
        vm.expectRevert(refusal);
        vault.setOwner(asset, alice, bob);
    }

    function test_the_vault_trusts_not_even_the_registry() public {
        (, uint64 open) = make(alice, relative(version, 1));
        bytes4 already = IRevenueVault.VersionAlreadyOpen.selector;
        _refusesToOpen(open, noEdges(), abi.encodeWithSelector(already, open));
        _refusesToOpen(0, noEdges(), abi.encodeWithSelector(already, 0));
        _refusesToOpen(1 << 40, noEdges(), abi.encodeWithSelector(already, 1 << 40));
        bytes4 notOlder = IRevenueVault.ParentNotOlder.selector;
        _refusesToOpen(5, relative(5, 1), abi.encodeWithSelector(notOlder, 5, 5));
        _refusesToOpen(5, relative(6, 1), abi.encodeWithSelector(notOlder, 6, 5));
        _refusesToOpen(5, relative(0, 1), abi.encodeWithSelector(notOlder, 0, 5));
        _refusesToOpen(5, absolute(5, 1), abi.encodeWithSelector(notOlder, 5, 5));
        _refusesToOpen(
            5,
            new IRevenueVault.Edge[](65),
            abi.encodeWithSelector(IRevenueVault.TooManyParents.selector, 65, 64)
        );
    }

    function test_nobody_promises_more_than_everything() public {
        bytes4 tooHigh = IRevenueVault.RoyaltiesTooHigh.selector;
        (, uint64 other) = make(bob);
        _refusesToOpen(9, relative(version, 10_001), abi.encodeWithSelector(tooHigh, 10_001, version));
        _refusesToOpen(9, absolute(version, 10_001), abi.encodeWithSelector(tooHigh, 10_001, version));
        _refusesToOpen(
            9,
            two(relative(version, 6_000), relative(other, 4_001)),
            abi.encodeWithSelector(tooHigh, 10_001, other)
        );
        _refusesToOpen(
            9,
            two(absolute(version, 6_000), relative(other, 4_001)),
            abi.encodeWithSelector(tooHigh, 10_001, version)
        );
        _refusesToOpen(
            9,
            two(absolute(version, 6_000), absolute(other, 4_001)),
            abi.encodeWithSelector(tooHigh, 10_001, other)
        );
        (, uint64 made) = make(alice, two(absolute(version, 6_000), relative(other, 4_000)));
        (,, uint16 absoluteBps,, uint16 ownerUnit,) = vault.directBooks(made);
        eq(absoluteBps, 6_000, "exactly everything is allowed");
        eq(ownerUnit, 0, "nothing stays");
    }

    // ---- edges ----

    function testFuzz_edges_are_kept_as_they_were_given(uint256 seed, uint256 count) public {
        count = within(count, 0, 64);
        for (uint256 i; i < 70; ++i) {
            make(alice);
        }
        IRevenueVault.Edge[] memory edges = new IRevenueVault.Edge[](count);
        uint256 paid;
        for (uint256 i; i < count; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            edges[i] = IRevenueVault.Edge(uint64(random % 70) + 1, uint16((random >> 64) % 157), false);
            if (edges[i].royaltyBps != 0) ++paid;
        }
        (, uint64 made) = make(bob, edges);
        (uint64[] memory parents, uint16[] memory bps) = vault.parentsOf(made);
        eq(parents.length, paid, "those that are paid");
        uint256 at;
        for (uint256 i; i < count; ++i) {
            if (edges[i].royaltyBps == 0) continue;
            eq(parents[at], edges[i].parent, "parent");
            eq(bps[at++], edges[i].royaltyBps, "basis points");
        }
    }

    // ---- obligations ----

    /// @dev REV-8: obligations are inherited through every relation, one per ancestor, at the highest rate.
    function test_obligations_are_inherited_also_through_relations_that_pay_nothing() public {
        (, uint64 child) = make(alice, absolute(version, 500));
        (, uint64 grandchild) = make(bob, relative(child, 0));
        (, uint64 last) = make(carol, relative(grandchild, 1_000));
        _owes(last, version, 500);
        (uint64[] memory parents,) = vault.parentsOf(grandchild);
        eq(parents.length, 0, "no relative royalty");
    }

    function test_of_several_paths_to_an_ancestor_the_highest_rate_wins() public {
        (, uint64 low) = make(alice, absolute(version, 100));
        (, uint64 high) = make(alice, absolute(version, 700));
        (, uint64 diamond) = make(bob, two(relative(low, 0), relative(high, 0)));
        _owes(diamond, version, 700);
        (, diamond) = make(bob, two(relative(high, 0), relative(low, 0)));
        _owes(diamond, version, 700);
        (, diamond) = make(bob, two(relative(high, 0), absolute(version, 900)));
        _owes(diamond, version, 900);
    }

    function test_sixteen_ancestors_and_no_more() public {
        IRevenueVault.Edge[] memory edges = new IRevenueVault.Edge[](16);
        for (uint256 i; i < 16; ++i) {
            (, uint64 ancestor) = make(alice);
            edges[i] = IRevenueVault.Edge(ancestor, uint16(i + 1), true);
        }
        (, uint64 full) = make(bob, edges);
        (uint64[] memory ancestors, uint16[] memory bps) = vault.obligationsOf(full);
        for (uint256 i; i < 16; ++i) {
            eq(ancestors[i], edges[i].parent, "ancestor");
            eq(bps[i], i + 1, "rate");
        }
        _refusesToOpen(
            99,
            two(relative(full, 0), absolute(version, 1)),
            abi.encodeWithSelector(IRevenueVault.TooManyObligations.selector, 17, 16)
        );
    }

    /// @dev An inherited obligation counts towards the whole as well, and the ancestor is named.
    function test_inherited_obligations_leave_less_for_parents() public {
        (, uint64 child) = make(alice, absolute(version, 9_000));
        _refusesToOpen(
            9,
            relative(child, 1_001),
            abi.encodeWithSelector(IRevenueVault.RoyaltiesTooHigh.selector, 10_001, version)
        );
        make(bob, relative(child, 1_000));
    }

    function _owes(uint64 who, uint64 ancestor, uint16 rate) private view {
        (uint64[] memory ancestors, uint16[] memory bps) = vault.obligationsOf(who);
        eq(ancestors.length, 1, "one ancestor");
        eq(ancestors[0], ancestor, "ancestor");
        eq(bps[0], rate, "rate");
    }

    // ---- what others are owed ----

    function test_who_owes_others_is_known() public {
        isTrue(!vault.owesOthers(version), "a bare version");
        (, uint64 made) = make(alice, relative(version, 1));
        isTrue(vault.owesOthers(made), "a parent");
        (, made) = make(alice, absolute(version, 1));
        isTrue(vault.owesOthers(made), "an absolute royalty");
        (, made) = make(alice, noEdges(), 1, nobody());
        isTrue(vault.owesOthers(made), "a ceiling");
        (, made) = make(alice, noEdges(), 0, IRevenueVault.Contributors(1, 1, 1, "root"));
        isTrue(vault.owesOthers(made), "contributors");
        (, made) = make(alice, relative(version, 0));
        isTrue(!vault.owesOthers(made), "a relation that pays nothing");
    }

    // ---- contributors ----

    function test_contributors_are_all_set_or_not_at_all() public {
        _refusesContributors(1, 0, 0, 0);
        _refusesContributors(0, 1, 0, 0);
        _refusesContributors(0, 0, 1, 0);
        _refusesContributors(0, 0, 0, "root");
        _refusesContributors(0, 1, 1, "root");
        _refusesContributors(1, 0, 1, "root");
        _refusesContributors(1, 1, 0, "root");
        _refusesContributors(1, 1, 1, 0);
        _refusesContributors(10_001, 1, 1, "root");
        _refusesContributors(1, 1, uint128(1) << 96, "root");
        (, uint64 made) = make(
            alice,
            noEdges(),
            0,
            IRevenueVault.Contributors(10_000, type(uint32).max, type(uint96).max, "root")
        );
        (uint16 bps, uint32 count, uint128 weight, bytes32 root) = vault.contributors(made);
        eq(bps, 10_000, "bps");
        eq(count, type(uint32).max, "count");
        eq(weight, type(uint96).max, "weight");
        eq(root, "root", "root");
    }

    /// @dev A quantum of either ledger is its parts exactly, whatever a version promises.
    function testFuzz_a_quantum_is_its_parts(uint256 up, uint256 fixedPart, uint256 bps) public {
        up = within(up, 0, 10_000);
        fixedPart = within(fixedPart, 0, 10_000 - up);
        (, uint64 other) = make(bob);
        IRevenueVault.Contributors memory c =
            IRevenueVault.Contributors(uint16(within(bps, 1, 10_000)), 1, 1, "root");
        (, uint64 made) =
            make(alice, two(relative(version, uint16(up)), absolute(other, uint16(fixedPart))), 1, c);
        _checkQuanta(made, up, fixedPart, c.bps);
    }

    function _checkQuanta(uint64 made, uint256 up, uint256 fixedPart, uint256 bps) private view {
        (,, uint16 parentsBps, uint16 forContributors, uint16 forOwner,) = vault.books(made);
        eq(uint256(parentsBps) + forContributors + forOwner, 10_000, "of royalties");
        eq(forContributors, (10_000 - up) * bps / 10_000, "the contributors' part");
        uint16 absoluteBps;
        (,, absoluteBps, forContributors, forOwner,) = vault.directBooks(made);
        eq(absoluteBps, fixedPart, "the absolute part");
        eq(up + absoluteBps + forContributors + forOwner, 10_000, "of direct payments");
        eq(forContributors, (10_000 - up - fixedPart) * bps / 10_000, "their part of these");
    }

    function _refusesContributors(uint16 bps, uint32 count, uint128 weight, bytes32 root) private {
        vm.expectRevert(IRevenueVault.ContributorsInvalid.selector);
        registry.publish(0, alice, noEdges(), 0, IRevenueVault.Contributors(bps, count, weight, root));
    }

    function _refusesToOpen(uint64 id, IRevenueVault.Edge[] memory edges, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(address(registry));
        vault.openVersion(id, asset, true, edges, 0, nobody());
    }
}
