// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionNFT} from "../src/interfaces/IContributionNFT.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {MerkleSum} from "../src/libraries/MerkleSum.sol";
import {Tree} from "./utils/Tree.sol";
import {VaultFixture} from "./utils/VaultFixture.sol";

/// @dev Contributions: proofs, shares, forged trees, and the tokens that stand for them.
contract VaultContributionsTest is VaultFixture {
    uint64 private version;
    Tree.Leaf[] private leaves;

    function setUp() public {
        deployVault();
        leaves.push(Tree.Leaf(alice, 1));
        leaves.push(Tree.Leaf(bob, 2));
        leaves.push(Tree.Leaf(alice, 4));
        (, version) = make(carol, noEdges(), 0, share(leaves, 7_000));
    }

    function test_a_proven_contribution_is_paid_its_share() public {
        _earn(10_000);
        Tree.Proof memory proof = Tree.prove(leaves, 1);
        uint256 id = nft.tokenIdOf(version, 1, bob);
        eq(vault.contributionOwed(version, 1, bob, 2), 20_000_000, "owed");
        vm.expectEmit(address(vault));
        emit IRevenueVault.ContributionClaimed(version, id, 20_000_000);
        vm.expectEmit(address(nft));
        emit IContributionNFT.Transfer(address(0), bob, id);
        vm.expectEmit(address(nft));
        emit IContributionNFT.Locked(id);
        eq(vault.claimContribution(version, 1, bob, 2, proof.siblings, proof.sums), 20_000_000, "amount");
        eq(token.balanceOf(bob), 20_000_000, "bob has it, whoever called");
        eq(vault.contributorsClaimed(version), 20_000_000, "together");
        (uint128 weight, uint256 claimed) = vault.contribution(version, 1, bob);
        eq(weight, 2, "weight");
        eq(claimed, 20_000_000, "claimed");
        checkConservation(0);
    }

    function test_later_claims_need_no_proof() public {
        _prove(1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.ContributionNotProven.selector, version, 0, alice));
        vault.claimContribution(version, 0, alice);
        _earn(7);
        eq(vault.claimContribution(version, 1, bob), 14_000, "2 of 7 of 7 times 7,000");
        eq(vault.claimContribution(version, 1, bob), 0, "once");
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
        (, version) = make(carol, noEdges(), 0, share(one, 10_000));
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
        vault.contributionOwed(version, 3, alice, 4);
        (, uint64 none) = make(carol);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.ContributorUnknown.selector, none, 0, 0));
        vault.claimContribution(none, 0, alice, 4, proof.siblings, proof.sums);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.VersionUnknown.selector, 99));
        vault.claimContribution(99, 0, alice, 4, proof.siblings, proof.sums);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.ContributionNotProven.selector, 99, 0, bob));
        vault.claimContribution(99, 0, bob);
    }

    /// @dev A leaf for nobody cannot be proven: its share stays, and blocks nobody.
    function test_nobody_cannot_contribute() public {
        Tree.Leaf[] memory two = new Tree.Leaf[](2);
        (two[0], two[1]) = (Tree.Leaf(address(0), 1), Tree.Leaf(bob, 1));
        (, version) = make(carol, noEdges(), 0, share(two, 10_000));
        _earn(2);
        _refuses(0, address(0), 1, Tree.prove(two, 0));
        Tree.Proof memory proof = Tree.prove(two, 1);
        eq(vault.claimContribution(version, 1, bob, 1, proof.siblings, proof.sums), 10_000, "bob's half");
    }

    // ---- ContributionNFT ----

    /// @dev CON-5: a token for every proven contribution, once, bound to its account for ever.
    function test_a_proven_contribution_is_a_token_that_stays() public {
        uint256 id = nft.tokenIdOf(version, 2, alice);
        bytes memory unknown = abi.encodeWithSelector(IContributionNFT.TokenUnknown.selector, id);
        vm.expectRevert(unknown);
        nft.ownerOf(id);
        vm.expectRevert(unknown);
        nft.locked(id);
        vm.expectRevert(unknown);
        nft.tokenURI(id);
        vm.expectRevert(unknown);
        nft.getApproved(id);
        _earn(7);
        _prove(2);
        _prove(2);
        _prove(0);
        eq(nft.ownerOf(id), alice, "owner");
        eq(nft.balanceOf(alice), 2, "one for each index");
        isTrue(nft.locked(id), "locked");
        eq(nft.tokenURI(id), "", "no document");
        eq(nft.getApproved(id), address(0), "nobody is approved");
        isTrue(!nft.isApprovedForAll(alice, bob), "nobody for all either");
        (uint64 ofVersion, uint32 index, address who, uint128 weight, uint256 claimed) =
            nft.contributionOf(id);
        eq(ofVersion, version, "version");
        eq(index, 2, "index");
        eq(who, alice, "account");
        eq(weight, 4, "weight");
        eq(claimed, 28_000, "claimed");
    }

    function test_a_token_cannot_move() public {
        _prove(1);
        uint256 id = nft.tokenIdOf(version, 1, bob);
        bytes4 stays = IContributionNFT.NotTransferable.selector;
        vm.expectRevert(stays);
        nft.transferFrom(bob, carol, id);
        vm.expectRevert(stays);
        nft.safeTransferFrom(bob, carol, id);
        vm.expectRevert(stays);
        nft.safeTransferFrom(bob, carol, id, "");
        vm.expectRevert(stays);
        nft.approve(carol, id);
        vm.expectRevert(stays);
        nft.setApprovalForAll(carol, true);
        vm.expectRevert(IContributionNFT.AccountMissing.selector);
        nft.balanceOf(address(0));
    }

    function test_only_the_vault_mints() public {
        vm.expectRevert(abi.encodeWithSelector(IContributionNFT.NotVault.selector, address(this)));
        nft.mint(1);
    }

    function test_the_token_says_what_it_is() public view {
        eq(nft.name(), "Sahara Contribution", "name");
        eq(nft.symbol(), "SCONTRIB", "symbol");
        isTrue(nft.supportsInterface(0x01ffc9a7), "ERC-165");
        isTrue(nft.supportsInterface(0x80ac58cd), "ERC-721");
        isTrue(nft.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        isTrue(nft.supportsInterface(0xb45a3c0e), "ERC-5192");
        isTrue(!nft.supportsInterface(0xffffffff), "nothing else");
    }

    // ---- forgeries ----

    /// @dev The attack that a plain Merkle tree lets through: the publisher puts the full weight into several leaves
    /// and states the total of one. No assignment of sums makes more than the total provable.
    function testFuzz_leaves_of_full_weight_cannot_all_be_proven(uint128 total, uint128 claimedSum) public {
        total = uint128(within(total, 1, type(uint96).max));
        bytes32 left = MerkleSum.leafHash(0, alice, total);
        bytes32 right = MerkleSum.leafHash(1, bob, total);
        bytes32 root = MerkleSum.nodeHash(left, total, right, claimedSum);
        (, version) = make(carol, noEdges(), 0, IRevenueVault.Contributors(10_000, 2, total, root));
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
        (, version) = make(carol, noEdges(), 0, share(made, 10_000));
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
        (, version) = make(carol, noEdges(), 0, share(made, 6_667));
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
        bytes32 slot = bytes32(uint256(keccak256(abi.encode(version, 4))) + 3);
        vm.store(address(vault), slot, bytes32(uint256(vm.load(address(vault), slot)) + 49_000));
        eq(vault.contributorsClaimed(version), 49_000, "the slot is the right one");
        Tree.Proof memory proof = Tree.prove(leaves, 1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.PoolExceeded.selector, version, 63_000, 49_000));
        vault.claimContribution(version, 1, bob, 2, proof.siblings, proof.sums);
    }

    /// @dev Brings exactly `units` quanta to the version and settles them.
    function _earn(uint256 units) private {
        feeless();
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
