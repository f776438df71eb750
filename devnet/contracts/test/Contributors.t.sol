// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {MerkleSum} from "../src/libraries/MerkleSum.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Tree} from "./utils/Tree.sol";

contract ContributorsTest is Fixture {
    uint64 private version;
    Tree.Leaf[] private leaves;

    function setUp() public {
        deployProtocol();
        leaves.push(Tree.Leaf(alice, 1));
        leaves.push(Tree.Leaf(bob, 2));
        leaves.push(Tree.Leaf(alice, 4));
        (, version) = publish(carol, "data", withContributors(leaves, 7_000));
    }

    function test_a_proven_contribution_is_paid_its_share() public {
        _earn(10_000);
        Tree.Proof memory proof = Tree.prove(leaves, 1);
        eq(vault.contributionOwed(version, 1, 2), 20_000_000, "owed");
        vm.expectEmit(address(vault));
        emit IRevenueVault.ContributionProven(version, 1, bob, 2);
        vm.expectEmit(address(vault));
        emit IRevenueVault.ContributionClaimed(version, 1, bob, 20_000_000);
        eq(vault.claimContribution(version, 1, bob, 2, proof.siblings, proof.sums), 20_000_000, "amount");
        eq(token.balanceOf(bob), 20_000_000, "bob has it, whoever called");
        eq(vault.contributorsClaimed(version), 20_000_000, "together");
        (address account, uint128 weight, uint256 claimed) = vault.contribution(version, 1);
        eq(account, bob, "account");
        eq(weight, 2, "weight");
        eq(claimed, 20_000_000, "claimed");
        checkConservation(0);
    }

    function test_later_claims_need_no_proof() public {
        _prove(1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.ContributionNotProven.selector, version, 0));
        vault.claimContribution(version, 0);
        _earn(7);
        eq(vault.claimContribution(version, 1), 14_000, "2 of 7 of 7 times 7,000");
        eq(vault.claimContribution(version, 1), 0, "once");
        _earn(7);
        eq(_prove(1), 14_000, "a proof that is not needed is no harm");
    }

    function test_a_known_contribution_answers_to_its_own_facts_only() public {
        _prove(1);
        Tree.Proof memory proof = Tree.prove(leaves, 1);
        _refuses(1, alice, 2, proof);
        _refuses(1, bob, 3, proof);
    }

    function test_one_account_may_stand_at_several_indices() public {
        _earn(7);
        _prove(0);
        _prove(2);
        eq(token.balanceOf(alice), 5 * 7_000, "1 and 4 of 7");
        checkConservation(0);
    }

    function test_one_contributor_has_an_empty_proof() public {
        Tree.Leaf[] memory one = new Tree.Leaf[](1);
        one[0] = Tree.Leaf(bob, 5);
        (, version) = publish(carol, "one", withContributors(one, 10_000));
        _earn(3);
        Tree.Proof memory none = Tree.prove(one, 0);
        eq(none.siblings.length, 0, "no siblings");
        eq(vault.claimContribution(version, 0, bob, 5, none.siblings, none.sums), 30_000, "all");
    }

    function test_wrong_proofs_are_refused() public {
        Tree.Proof memory proof = Tree.prove(leaves, 1);
        _refuses(1, carol, 2, proof);
        _refuses(1, bob, 3, proof);
        _refuses(1, bob, 0, proof);
        _refuses(0, bob, 2, proof);
        _refuses(2, bob, 2, proof);
        proof.sums[0] += 1;
        _refuses(1, bob, 2, proof);
        proof.sums[0] -= 1;
        proof.siblings[1] = 0;
        _refuses(1, bob, 2, proof);
    }

    function test_a_proof_has_exactly_the_depth_of_the_tree() public {
        Tree.Proof memory proof = Tree.prove(leaves, 1);
        Tree.Proof memory bad = Tree.Proof(new bytes32[](3), new uint128[](3));
        for (uint256 i; i < 2; ++i) {
            (bad.siblings[i], bad.sums[i]) = (proof.siblings[i], proof.sums[i]);
        }
        _refuses(1, bob, 2, bad);
        _refuses(1, bob, 2, Tree.Proof(proof.siblings, new uint128[](3)));
        _refuses(1, bob, 2, Tree.Proof(new bytes32[](1), new uint128[](1)));
        _refuses(1, bob, 2, Tree.Proof(new bytes32[](0), new uint128[](0)));
    }

    function test_indices_end_where_the_tree_does() public {
        Tree.Proof memory proof = Tree.prove(leaves, 2);
        bytes memory refusal =
            abi.encodeWithSelector(IRevenueVault.ContributorUnknown.selector, version, 3, 3);
        vm.expectRevert(refusal);
        vault.claimContribution(version, 3, alice, 4, proof.siblings, proof.sums);
        vm.expectRevert(refusal);
        vault.contributionOwed(version, 3, 4);
        (, uint64 none) = publish(carol, "none");
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.ContributorUnknown.selector, none, 0, 0));
        vault.claimContribution(none, 0, alice, 4, proof.siblings, proof.sums);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.VersionUnknown.selector, 99));
        vault.claimContribution(99, 0, alice, 4, proof.siblings, proof.sums);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.ContributionNotProven.selector, 99, 0));
        vault.claimContribution(99, 0);
    }

    /// @dev A leaf for nobody cannot be proven: its share stays, and blocks nobody.
    function test_nobody_cannot_contribute() public {
        Tree.Leaf[] memory two = new Tree.Leaf[](2);
        (two[0], two[1]) = (Tree.Leaf(address(0), 1), Tree.Leaf(bob, 1));
        (, version) = publish(carol, "nobody", withContributors(two, 10_000));
        _earn(2);
        _refuses(0, address(0), 1, Tree.prove(two, 0));
        Tree.Proof memory proof = Tree.prove(two, 1);
        eq(vault.claimContribution(version, 1, bob, 1, proof.siblings, proof.sums), 10_000, "bob's half");
    }

    /// @dev The attack that a plain Merkle tree lets through: the publisher puts the full weight into several leaves
    /// and states the total of one. No assignment of sums makes more than the total provable.
    function testFuzz_leaves_of_full_weight_cannot_all_be_proven(uint128 total, uint128 claimedSum) public {
        total = uint128(within(total, 1, type(uint96).max));
        bytes32 left = MerkleSum.leafHash(0, alice, total);
        bytes32 right = MerkleSum.leafHash(1, bob, total);
        IAssetRegistry.VersionInput memory input = bare();
        (input.contributorsBps, input.contributorCount, input.contributorWeight) = (10_000, 2, total);
        input.contributorsRoot = MerkleSum.nodeHash(left, total, right, claimedSum);
        (, version) = publish(carol, "forged", input);
        _earn(100);
        bool first = _tries(0, alice, total, right, claimedSum) || _tries(0, alice, total, right, 0);
        bool second = _tries(1, bob, total, left, total) || _tries(1, bob, total, left, 0);
        isTrue(!(first && second), "only one leaf of full weight");
        isTrue(first == (claimedSum == 0), "and only if the rest weighs nothing");
        atMost(vault.contributorsClaimed(version), 1_000_000, "the pool");
        checkConservation(0);
    }

    /// @dev Any single change to any part of a good proof makes it a bad one.
    function testFuzz_a_changed_proof_proves_nothing(uint256 seed, uint256 count, uint256 part) public {
        Tree.Leaf[] memory made = new Tree.Leaf[](within(count, 2, 20));
        for (uint256 i; i < made.length; ++i) {
            made[i] = Tree.Leaf(
                address(uint160(0x1000 + i)), uint128(uint256(keccak256(abi.encode(seed, i))) % 1e18) + 1
            );
        }
        (, version) = publish(carol, "fuzzed", withContributors(made, 10_000));
        uint32 index = uint32(seed % made.length);
        Tree.Proof memory proof = Tree.prove(made, index);
        (address who, uint128 weight) = (made[index].account, made[index].weight);
        uint256 level = (seed >> 8) % proof.siblings.length;
        part = part % 5;
        if (part == 0) who = address(uint160(who) ^ uint160(1 << (seed % 160)));
        if (part == 1) weight ^= uint128(1) << uint128(seed % 90);
        if (part == 2) index ^= 1;
        if (part == 3) proof.siblings[level] ^= bytes32(uint256(1) << (seed % 256));
        if (part == 4) proof.sums[level] ^= uint128(1) << uint128(seed % 90);
        (bool accepted,) = address(vault).call(_call(index, who, weight, proof));
        isTrue(!accepted, "refused");
    }

    /// @dev In any order of claims, and however often, each gets the rounded-down share and the pool covers them.
    function testFuzz_shares_are_rounded_down_and_never_exceed_the_pool(
        uint64[6] memory weights,
        uint32[4] memory units,
        uint256 order
    ) public {
        Tree.Leaf[] memory made = new Tree.Leaf[](6);
        uint256 total;
        for (uint256 i; i < 6; ++i) {
            made[i] = Tree.Leaf(address(uint160(0x1000 + i)), uint128(weights[i]) + 1);
            total += made[i].weight;
        }
        (, version) = publish(carol, "fuzzed", withContributors(made, 6_667));
        uint256 settled;
        for (uint256 round; round < 4; ++round) {
            _earn(uint256(units[round]) + 1);
            settled += uint256(units[round]) + 1;
            _claimAs(made, uint32(uint256(keccak256(abi.encode(order, round))) % 6));
        }
        for (uint32 i; i < 6; ++i) {
            _claimAs(made, i);
            eq(token.balanceOf(made[i].account), 6_667 * settled * made[i].weight / total, "the share");
        }
        uint256 pool = 6_667 * settled;
        atMost(vault.contributorsClaimed(version), pool, "the pool covers all");
        atMost(pool - vault.contributorsClaimed(version), 5, "at most N - 1 wei stay");
        checkConservation(0);
    }

    /// @dev The last line of defence, which no proof can reach: with the books bent by hand so that the contributors
    /// seem to have taken the whole pool already, nothing more comes out.
    function test_a_pool_pays_out_no_more_than_it_holds() public {
        _earn(7);
        bytes32 slot = keccak256(abi.encode(version, _contributorsClaimedSlot()));
        vm.store(address(vault), slot, bytes32(uint256(49_000)));
        eq(vault.contributorsClaimed(version), 49_000, "the slot is the right one");
        Tree.Proof memory proof = Tree.prove(leaves, 1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.PoolExceeded.selector, version, 63_000, 49_000));
        vault.claimContribution(version, 1, bob, 2, proof.siblings, proof.sums);
    }

    function _contributorsClaimedSlot() private view returns (uint256 slot) {
        for (slot = 0; slot < 30; ++slot) {
            // The mapping is the last of the books: just before the authority's slot.
            if (address(uint160(uint256(vm.load(address(vault), bytes32(slot))))) == address(manager)) {
                return slot - 1;
            }
        }
    }

    /// @dev Brings exactly `units` quanta to the version and settles them.
    function _earn(uint256 units) private {
        vm.prank(admin);
        vault.setFeeBps(0);
        payAs(carol, version, units * 10_000);
        settleOne(version);
    }

    function _prove(uint32 index) private returns (uint256) {
        Tree.Proof memory proof = Tree.prove(leaves, index);
        return vault.claimContribution(
            version, index, leaves[index].account, leaves[index].weight, proof.siblings, proof.sums
        );
    }

    function _claimAs(Tree.Leaf[] memory made, uint32 index) private {
        Tree.Proof memory proof = Tree.prove(made, index);
        vault.claimContribution(
            version, index, made[index].account, made[index].weight, proof.siblings, proof.sums
        );
    }

    function _tries(uint32 index, address who, uint128 weight, bytes32 sibling, uint128 sum)
        private
        returns (bool)
    {
        Tree.Proof memory proof = Tree.Proof(new bytes32[](1), new uint128[](1));
        (proof.siblings[0], proof.sums[0]) = (sibling, sum);
        (bool accepted,) = address(vault).call(_call(index, who, weight, proof));
        return accepted;
    }

    function _call(uint32 index, address who, uint128 weight, Tree.Proof memory proof)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSignature(
            "claimContribution(uint64,uint32,address,uint128,bytes32[],uint128[])",
            version,
            index,
            who,
            weight,
            proof.siblings,
            proof.sums
        );
    }

    function _refuses(uint32 index, address who, uint128 weight, Tree.Proof memory proof) private {
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.ProofInvalid.selector, version, index));
        vault.claimContribution(version, index, who, weight, proof.siblings, proof.sums);
    }
}
