// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Tree} from "./utils/Tree.sol";

/// @dev The protocol's own registry and marketplace feed the vault as its tests assume.
contract VaultAndRegistryTest is Fixture {
    uint64 private asset;
    uint64 private version;

    function setUp() public {
        deployProtocol();
        (asset, version) = publish(alice, "data");
    }

    function test_a_bare_registration_can_be_paid_settled_and_claimed() public {
        fund(carol, 30_000);
        vm.prank(carol);
        vault.pay(asset, 30_000);
        settleOne(version);
        eq(vault.claimOwner(version, 1), 20_000, "claimed");
        eq(token.balanceOf(alice), 20_000, "alice has it");
        checkConservation(0);
    }

    function test_deprecation_and_revocation_never_stop_money() public {
        (, uint64 child) = publishChild(alice, "model", version, 1_000);
        for (uint8 state = 1; state < 3; ++state) {
            vm.prank(alice);
            assets.setState(asset, state);
            payAs(carol, child, 30_000);
            settleOne(child);
            fund(carol, 30_000);
            vm.prank(carol);
            vault.pay(asset, 30_000);
            settleOne(version);
        }
        eq(vault.claimOwner(version, 1), 60_000, "claimed");
        checkConservation(0);
    }

    function test_relations_become_royalties_and_versions_follow_each_other() public {
        (uint64 model, uint64 first) = publishChild(alice, "model", version, 2_500);
        payAs(carol, first, 40_000);
        settleOne(first);
        eq(inflowOf(version), 3 * 2_500, "the parent's");
        fund(carol, 40_000);
        vm.prank(carol);
        vault.pay(model, 10_000);
        (uint64[] memory parents, uint16[] memory bps) = vault.parentsOf(first);
        eq(parents[0], version, "parent");
        eq(bps[0], 2_500, "basis points");
        eq(vault.currentVersion(model), first, "the current version");
    }

    function test_a_transfer_starts_a_period_and_a_mint_does_not() public {
        eq(vault.period(asset), 1, "minted");
        vm.expectEmit(address(vault));
        emit IRevenueVault.OwnerSet(asset, 2, bob);
        vm.prank(alice);
        assets.transferFrom(alice, bob, asset);
        eq(vault.period(asset), 2, "transferred");
        eq(vault.ownerOf(asset, 1), alice, "the first");
        eq(vault.ownerOf(asset, 2), bob, "the second");
    }

    function test_contributors_of_a_registered_version_claim() public {
        Tree.Leaf[] memory leaves = new Tree.Leaf[](3);
        for (uint256 i; i < 3; ++i) {
            leaves[i] = Tree.Leaf(bob, 1);
        }
        (, uint64 labeled) = publish(alice, "labeled", withContributors(leaves, 10_000));
        payAs(carol, labeled, 40_000);
        settleOne(labeled);
        Tree.Proof memory proof = Tree.prove(leaves, 2);
        eq(vault.claimContribution(labeled, 2, bob, 1, proof.siblings, proof.sums), 10_000, "a third");
        eq(contributionNft.ownerOf(contributionNft.tokenIdOf(labeled, 2, bob)), bob, "its token");
        checkConservation(0);
    }
}
