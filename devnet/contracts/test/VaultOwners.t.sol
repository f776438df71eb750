// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Tree} from "./utils/Tree.sol";
import {VaultFixture} from "./utils/VaultFixture.sol";

/// @dev Owners and their periods, and claims of many kinds in one call.
contract VaultOwnersTest is VaultFixture {
    uint64 private asset;
    uint64 private version;

    function setUp() public {
        deployVault();
        (asset, version) = make(alice);
    }

    function test_the_owner_of_the_period_is_paid_whoever_calls() public {
        payAs(carol, version, 100_000);
        settleOne(version);
        vm.expectEmit(address(vault));
        emit IRevenueVault.OwnerClaimed(version, 1, 90_000);
        vm.prank(bob);
        eq(vault.claimOwner(version, 1), 90_000, "amount");
        eq(token.balanceOf(alice), 90_000, "alice has it");
        eq(vault.ownerClaimed(version, 1), 90_000, "the books know it");
        eq(vault.claimOwner(version, 1), 0, "once");
        checkConservation(0);
    }

    function test_each_owner_gets_what_was_settled_in_their_time() public {
        payAs(carol, version, 100_000);
        settleOne(version);
        payAs(carol, version, 100_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.OwnerSet(asset, 2, bob);
        registry.transfer(asset, bob);
        vm.expectEmit(address(vault));
        emit IRevenueVault.PeriodEntered(version, 2, 9, 0);
        settleOne(version);
        eq(vault.ownerOwed(version, 1), 90_000, "alice's, still after the transfer");
        eq(vault.ownerOwed(version, 2), 100_000, "bob's: the rest of alice's time arrived in his");
        IRevenueVault.OwnerClaim[] memory claims = new IRevenueVault.OwnerClaim[](3);
        claims[0] = IRevenueVault.OwnerClaim(version, 2);
        claims[1] = IRevenueVault.OwnerClaim(version, 1);
        claims[2] = IRevenueVault.OwnerClaim(version, 1);
        eq(vault.claimMany(claims, _noContributions()), 190_000, "both, and nothing twice");
        eq(token.balanceOf(alice), 90_000, "alice");
        eq(token.balanceOf(bob), 100_000, "bob");
        checkConservation(0);
    }

    /// @dev REV-6: what an owner left unclaimed stays theirs over any number of later owners, split ledgers included.
    function testFuzz_periods_never_mix(uint64[6] memory amounts, uint8 pattern) public {
        (, uint64 other) = make(carol);
        (uint64 line, uint64 child) = make(alice, two(relative(version, 500), absolute(other, 700)));
        (, uint64 user) = make(carol, relative(child, 10_000 - 700));
        uint256[7] memory expected;
        for (uint256 i; i < 6; ++i) {
            payAs(carol, child, uint256(amounts[i]) + 1);
            payAs(carol, user, uint256(amounts[5 - i]) + 1);
            uint256 before = _pool(child);
            settleOne(user);
            settleOne(child);
            expected[i + 1] = _pool(child) - before;
            if ((pattern >> i) & 1 == 1) vault.claimOwner(child, uint32(i + 1));
            registry.transfer(line, address(uint160(0x9000 + i)));
        }
        for (uint32 p = 1; p < 7; ++p) {
            uint256 all = vault.ownerOwed(child, p) + vault.ownerClaimed(child, p);
            eq(all, expected[p], "what was settled in their time");
            vault.claimOwner(child, p);
            eq(vault.ownerClaimed(child, p), expected[p], "paid");
            if (p > 1) eq(token.balanceOf(address(uint160(0x9000 + p - 2))), expected[p], "to them");
        }
        eq(vault.ownerOwed(child, 7), 0, "the newest owner's");
        checkConservation(0);
    }

    /// @dev An asset that was never paid is known to the vault from its first transfer on.
    function test_a_transfer_before_the_first_payment_counts() public {
        registry.transfer(asset, bob);
        eq(vault.period(asset), 2, "period");
        eq(vault.ownerOf(asset, 1), alice, "the first");
        eq(vault.ownerOf(asset, 2), bob, "the second");
        fund(carol, 20_000);
        vm.prank(carol);
        vault.pay(asset, 20_000);
        settleOne(version);
        eq(vault.ownerOwed(version, 1), 0, "nothing for the first");
        eq(vault.claimOwner(version, 2), 10_000, "bob's");
        eq(token.balanceOf(bob), 10_000, "bob has it");
        checkConservation(0);
    }

    function test_all_versions_of_an_asset_follow_its_owner() public {
        uint64 second = next(asset, noEdges());
        feeless();
        payAs(carol, version, 10_000);
        registry.transfer(asset, bob);
        payAs(carol, second, 20_000);
        settleOne(version);
        settleOne(second);
        eq(vault.claimOwner(version, 2) + vault.claimOwner(second, 2), 30_000, "bob's");
        eq(vault.claimOwner(version, 1) + vault.claimOwner(second, 1), 0, "alice's");
    }

    function test_periods_that_never_were_are_refused() public {
        bytes4 unknown = IRevenueVault.PeriodUnknown.selector;
        vm.expectRevert(abi.encodeWithSelector(unknown, asset, 0));
        vault.claimOwner(version, 0);
        vm.expectRevert(abi.encodeWithSelector(unknown, asset, 2));
        vault.claimOwner(version, 2);
        vm.expectRevert(abi.encodeWithSelector(unknown, asset, 3));
        vault.ownerOwed(version, 3);
        registry.transfer(asset, bob);
        vm.expectRevert(abi.encodeWithSelector(unknown, asset, 3));
        vault.ownerOf(asset, 3);
        eq(vault.claimOwner(version, 2), 0, "nothing was ever settled");
    }

    // ---- many at once ----

    function test_settling_and_claiming_in_one_call() public {
        Tree.Leaf[] memory leaves = new Tree.Leaf[](2);
        (leaves[0], leaves[1]) = (Tree.Leaf(bob, 1), Tree.Leaf(carol, 3));
        (, uint64 child) = make(alice, relative(version, 2_000), 0, share(leaves, 5_000));
        feeless();
        payAs(carol, child, 100_000);
        uint64[] memory order = new uint64[](2);
        (order[0], order[1]) = (child, version);
        IRevenueVault.OwnerClaim[] memory owners = new IRevenueVault.OwnerClaim[](2);
        owners[0] = IRevenueVault.OwnerClaim(child, 1);
        owners[1] = IRevenueVault.OwnerClaim(version, 1);
        IRevenueVault.ContributionClaim[] memory shares = new IRevenueVault.ContributionClaim[](3);
        shares[0] = _claim(child, leaves, 0);
        shares[1] = _claim(child, leaves, 1);
        shares[2] = _claim(child, leaves, 1);
        shares[2].weight = 0;
        eq(vault.settleAndClaim(order, owners, shares), 100_000, "everything");
        eq(token.balanceOf(alice), 60_000, "alice");
        eq(token.balanceOf(bob), 10_000, "bob");
        eq(token.balanceOf(carol), 30_000, "carol");
        eq(vault.settleAndClaim(order, owners, shares), 0, "once");
        checkConservation(0);
    }

    // ---- internals ----

    function _claim(uint64 id, Tree.Leaf[] memory leaves, uint32 index)
        private
        pure
        returns (IRevenueVault.ContributionClaim memory)
    {
        Tree.Proof memory p = Tree.prove(leaves, index);
        return IRevenueVault.ContributionClaim(
            id, index, leaves[index].account, leaves[index].weight, p.siblings, p.sums
        );
    }

    function _noContributions() private pure returns (IRevenueVault.ContributionClaim[] memory) {
        return new IRevenueVault.ContributionClaim[](0);
    }

    /// @dev What the version's settled quanta left to its owners.
    function _pool(uint64 id) private view returns (uint256) {
        (, uint256 units,,, uint16 unit,) = vault.books(id);
        (, uint256 directUnits,,, uint16 directUnit,) = vault.directBooks(id);
        return units * unit + directUnits * directUnit;
    }
}
