// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {IWSAHARA} from "../src/interfaces/IWSAHARA.sol";
import {RevenueVault} from "../src/RevenueVault.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Payee} from "./utils/Payee.sol";
import {Tree} from "./utils/Tree.sol";

/// @dev A token that says no instead of reverting, as some do.
contract RefusingToken {
    function transferFrom(address, address, uint256) external pure returns (bool) {
        return false;
    }

    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }

    function deposit() external payable {}
}

/// @dev A token that lets its receiver act in the middle of a transfer, here: ask for everything again.
contract CallingToken {
    uint256 public moved;

    function deposit() external payable {}

    function transfer(address to, uint256 amount) external returns (bool) {
        moved += amount;
        RevenueVault(msg.sender).claimOwner(1, 1);
        RevenueVault(msg.sender).withdrawFees(to);
        return true;
    }
}

/// @dev Opening books, paying, settling, the owners' side and the fees. Contributors have their own file.
contract RevenueVaultTest is Fixture {
    uint64 private asset;
    uint64 private version;

    function setUp() public {
        deployProtocol();
        (asset, version) = publish(alice, "data");
    }

    // ---- paying ----

    function test_paying_takes_the_fee_and_credits_the_current_version() public {
        fund(carol, 10_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, carol, 10_000, 250);
        vm.prank(carol);
        vault.pay(asset, 10_000);
        eq(inflowOf(version), 9_750, "inflow");
        (uint256 paidIn, uint256 fees,,,) = vault.totals();
        eq(paidIn, 10_000, "paid in");
        eq(fees, 250, "fees");
        eq(token.balanceOf(address(vault)), 10_000, "the vault's balance");
        checkConservation(0);
    }

    function test_every_way_to_pay_credits_the_same() public {
        uint64 second = publishNext(alice, asset, bare());
        fund(carol, 1 ether);
        vm.deal(carol, 1 ether);
        vm.prank(carol);
        vault.pay(asset, 1_000);
        vm.prank(carol);
        vault.payNative{value: 2_000}(asset);
        eq(inflowOf(second), 2_925, "the current version");
        vm.prank(carol);
        vault.payVersion(version, 3_000);
        vm.prank(carol);
        vault.payVersionNative{value: 5_000}(version);
        eq(inflowOf(version), 7_800, "the version named");
        eq(carol.balance, 1 ether - 7_000, "native coin spent");
        checkConservation(0);
    }

    function test_a_new_version_gets_what_is_paid_from_then_on() public {
        payAs(carol, version, 20_000);
        uint64 second = publishNext(alice, asset, bare());
        fund(carol, 20_000);
        vm.prank(carol);
        vault.pay(asset, 20_000);
        eq(inflowOf(version), 19_500, "the first keeps its own");
        eq(inflowOf(second), 19_500, "the second");
    }

    function test_deprecation_and_revocation_never_stop_money() public {
        vm.prank(alice);
        assets.setState(asset, 2);
        fund(carol, 30_000);
        vm.prank(carol);
        vault.pay(asset, 30_000);
        settleOne(version);
        eq(vault.claimOwner(version, 1), 20_000, "claimed");
    }

    function test_paying_nothing_is_refused() public {
        vm.expectRevert(IRevenueVault.ZeroAmount.selector);
        vault.pay(asset, 0);
        vm.expectRevert(IRevenueVault.ZeroAmount.selector);
        vault.payVersion(version, 0);
        vm.expectRevert(IRevenueVault.ZeroAmount.selector);
        vault.payNative(asset);
        vm.expectRevert(IRevenueVault.ZeroAmount.selector);
        vault.payVersionNative(version);
    }

    function test_unknown_assets_and_versions_are_named() public {
        bytes memory noAsset = abi.encodeWithSelector(IRevenueVault.AssetUnknown.selector, 9);
        bytes memory noVersion = abi.encodeWithSelector(IRevenueVault.VersionUnknown.selector, 9);
        vm.deal(address(this), 1 ether);
        vm.expectRevert(noAsset);
        vault.pay(9, 1);
        vm.expectRevert(noAsset);
        vault.payNative{value: 1}(9);
        vm.expectRevert(noAsset);
        vault.currentVersion(9);
        vm.expectRevert(noVersion);
        vault.payVersion(9, 1);
        vm.expectRevert(noVersion);
        vault.payVersionNative{value: 1}(9);
        vm.expectRevert(noVersion);
        settleOne(9);
        vm.expectRevert(noVersion);
        vault.books(9);
        vm.expectRevert(noVersion);
        vault.parentsOf(9);
        vm.expectRevert(noVersion);
        vault.contributors(9);
        vm.expectRevert(noVersion);
        vault.assetOf(9);
        vm.expectRevert(noVersion);
        vault.claimOwner(9, 1);
        vm.expectRevert(noVersion);
        vault.ownerOwed(9, 1);
        vm.expectRevert(noVersion);
        vault.contributionOwed(9, 0, 1);
    }

    function test_without_allowance_or_balance_nothing_is_booked() public {
        vm.deal(carol, 10);
        vm.prank(carol);
        token.deposit{value: 10}();
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 10)
        );
        vm.prank(carol);
        vault.pay(asset, 10);
        vm.prank(carol);
        token.approve(address(vault), 11);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, carol, 10, 11));
        vm.prank(carol);
        vault.pay(asset, 11);
        eq(inflowOf(version), 0, "inflow");
    }

    function test_the_counters_have_a_stated_limit() public {
        uint256 limit = 10_000 * uint256(type(uint96).max);
        bytes memory refusal = abi.encodeWithSelector(IRevenueVault.PaidInLimit.selector, limit);
        fund(carol, limit + 1);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.pay(asset, limit + 1);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.pay(asset, type(uint256).max);
        vm.prank(admin);
        vault.setFeeBps(0);
        vm.prank(carol);
        vault.pay(asset, limit);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.pay(asset, 1);
        settleOne(version);
        eq(vault.claimOwner(version, 1), limit, "all of it comes out");
    }

    function test_only_the_marketplace_pays_for_others() public {
        fund(carol, 10);
        bytes memory refusal = abi.encodeWithSelector(IRevenueVault.NotMarketplace.selector, address(this));
        vm.expectRevert(refusal);
        vault.payFor(carol, asset, 10);
        vm.deal(address(this), 10);
        vm.expectRevert(refusal);
        vault.payNativeFor{value: 10}(carol, asset);
        vm.prank(address(market));
        vault.payFor(carol, asset, 10);
        eq(inflowOf(version), 10, "a fee of less than a wei is none");
    }

    function testFuzz_the_fee_is_rounded_down(uint256 amount, uint256 feeBps) public {
        amount = within(amount, 1, 1e30);
        feeBps = within(feeBps, 0, 1_000);
        vm.prank(admin);
        vault.setFeeBps(uint16(feeBps));
        payAs(carol, version, amount);
        (, uint256 fees,,,) = vault.totals();
        isTrue(fees * 10_000 <= amount * feeBps, "not above the rate");
        isTrue((fees + 1) * 10_000 > amount * feeBps, "not a wei below it");
        eq(inflowOf(version), amount - fees, "the rest is inflow");
    }

    // ---- settling ----

    function test_settling_moves_whole_quanta_one_hop_up() public {
        (, uint64 child) = publishChild(bob, "model", _owned(bob), 1_000);
        (uint64[] memory parents,) = vault.parentsOf(child);
        payAs(carol, child, 40_000);
        uint64[] memory list = new uint64[](1);
        list[0] = child;
        vm.expectEmit(address(vault));
        emit IRevenueVault.Settled(child, 1, 3);
        vm.expectEmit(address(vault));
        emit IRevenueVault.RoyaltyMoved(child, parents[0], 3_000);
        vault.settle(list);
        eq(inflowOf(parents[0]), 3_000, "the parent");
        eq(vault.unitsOf(child, 1), 3, "units");
        eq(unsettledOf(child), 9_000, "what is below a quantum waits");
        eq(vault.ownerOwed(child, 1), 27_000, "the owner's");
        (,,, uint256 pooled,) = vault.totals();
        eq(pooled, 27_000, "pooled");
        checkConservation(0);
    }

    function test_settling_nothing_changes_nothing() public {
        payAs(carol, version, 10_000);
        uint64[] memory list = new uint64[](3);
        (list[0], list[1], list[2]) = (version, version, version);
        vault.settle(list);
        eq(vault.unitsOf(version, 1), 0, "9,750 wei are less than a quantum");
        vault.settle(new uint64[](0));
        payAs(carol, version, 10_000);
        vault.settle(list);
        eq(vault.unitsOf(version, 1), 1, "once");
    }

    function test_a_parent_may_get_everything() public {
        uint64 parent = _owned(bob);
        (, uint64 child) = publishChild(bob, "child", parent, 10_000);
        payAs(carol, child, 1 ether);
        settleOne(child);
        eq(inflowOf(parent), 0.975 ether, "everything");
        eq(vault.ownerOwed(child, 1), 0, "nothing stays");
        eq(vault.claimOwner(child, 1), 0, "and nothing is claimed");
    }

    /// @dev No wei is lost or made: of every quantum, what goes up, to contributors and to the owner is a quantum.
    function testFuzz_a_split_never_loses_a_wei(uint256 royalty, uint256 share, uint256 amount) public {
        royalty = within(royalty, 0, 10_000);
        share = within(share, 0, 10_000);
        amount = within(amount, 1, 1e27);
        uint64 parent = _owned(bob);
        uint64 child = _childWithContributors(parent, uint16(royalty), uint16(share));
        (,, uint16 up, uint16 forContributors, uint16 forOwner,) = vault.books(child);
        eq(up, royalty, "up");
        eq(uint256(forContributors), (10_000 - royalty) * share / 10_000, "contributors");
        eq(uint256(up) + forContributors + forOwner, 10_000, "a quantum");
        payAs(carol, child, amount);
        settleOne(child);
        uint256 units = vault.unitsOf(child, 1);
        atMost(unsettledOf(child), 9_999, "below a quantum");
        eq(inflowOf(parent), units * royalty, "exactly the royalty");
        eq(vault.ownerOwed(child, 1), units * forOwner, "exactly the owner's");
        if (share != 0) {
            eq(vault.contributionOwed(child, 0, 1), units * forContributors, "exactly the contributor's");
        }
        checkConservation(0);
    }

    /// @dev Settled in one go or in many pieces, the books end the same.
    function testFuzz_settling_often_or_once_is_the_same(uint64[8] memory payments, uint8 pattern) public {
        uint64 parent = _owned(bob);
        (, uint64 child) = publishChild(bob, "model", parent, 3_333);
        uint256 start = vm.snapshotState();
        for (uint256 i; i < 8; ++i) {
            payAs(carol, child, uint256(payments[i]) + 1);
            if ((pattern >> i) & 1 == 1) settleOne(child);
        }
        settleOne(child);
        bytes32 often = _booksHash(child, parent);
        vm.revertToState(start);
        for (uint256 i; i < 8; ++i) {
            payAs(carol, child, uint256(payments[i]) + 1);
        }
        settleOne(child);
        eq(_booksHash(child, parent), often, "books");
    }

    function _booksHash(uint64 child, uint64 parent) private view returns (bytes32) {
        (uint256 inflow, uint256 units,,,, uint256 unsettled) = vault.books(child);
        return keccak256(abi.encode(inflow, units, unsettled, inflowOf(parent), vault.ownerOwed(child, 1)));
    }

    // ---- owners ----

    function test_the_owner_of_the_period_is_paid_whoever_calls() public {
        payAs(carol, version, 100_000);
        settleOne(version);
        vm.expectEmit(address(vault));
        emit IRevenueVault.OwnerClaimed(version, 1, alice, 90_000);
        vm.prank(bob);
        eq(vault.claimOwner(version, 1), 90_000, "amount");
        eq(token.balanceOf(alice), 90_000, "alice has it");
        eq(vault.claimOwner(version, 1), 0, "once");
        checkConservation(0);
    }

    function test_each_owner_gets_what_was_settled_in_their_time() public {
        payAs(carol, version, 100_000);
        settleOne(version);
        payAs(carol, version, 100_000);
        vm.prank(alice);
        assets.transferFrom(alice, bob, asset);
        settleOne(version);
        eq(vault.ownerOwed(version, 1), 90_000, "alice's, still after the transfer");
        eq(vault.ownerOwed(version, 2), 100_000, "bob's: the rest of alice's time arrived in his");
        uint64[] memory versions = new uint64[](3);
        uint32[] memory periods = new uint32[](3);
        (versions[0], versions[1], versions[2]) = (version, version, version);
        (periods[0], periods[1], periods[2]) = (2, 1, 1);
        eq(vault.claimOwner(versions, periods), 190_000, "both, and nothing twice");
        eq(token.balanceOf(alice), 90_000, "alice");
        eq(token.balanceOf(bob), 100_000, "bob");
        checkConservation(0);
    }

    function test_an_owner_that_calls_back_is_paid_once() public {
        Payee payee = new Payee(vault, token);
        vm.prank(alice);
        assets.transferFrom(alice, address(payee), asset);
        payAs(carol, version, 100_000);
        settleOne(version);
        eq(payee.claimAndUnwrap(version, 2), 90_000, "paid");
        eq(payee.reentered(), 1, "it tried");
        eq(address(payee).balance, 90_000, "once");
        checkConservation(0);
    }

    function test_periods_that_never_were_are_refused() public {
        bytes4 unknown = IRevenueVault.PeriodUnknown.selector;
        vm.expectRevert(abi.encodeWithSelector(unknown, asset, 0));
        vault.claimOwner(version, 0);
        vm.expectRevert(abi.encodeWithSelector(unknown, asset, 2));
        vault.claimOwner(version, 2);
        vm.expectRevert(abi.encodeWithSelector(unknown, 9, 1));
        vault.ownerOf(9, 1);
        eq(vault.period(9), 0, "no such asset");
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.LengthMismatch.selector, 2, 1));
        vault.claimOwner(new uint64[](2), new uint32[](1));
    }

    // ---- fees ----

    function test_fees_are_withdrawn_by_the_admin_once() public {
        payAs(carol, version, 40_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.FeesWithdrawn(bob, 1_000);
        vm.prank(admin);
        eq(vault.withdrawFees(bob), 1_000, "amount");
        vm.prank(admin);
        eq(vault.withdrawFees(bob), 0, "nothing left");
        eq(token.balanceOf(bob), 1_000, "bob has them");
        checkConservation(0);
    }

    function test_the_rate_counts_for_later_payments() public {
        payAs(carol, version, 10_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.FeeSet(1_000);
        vm.prank(admin);
        vault.setFeeBps(1_000);
        eq(vault.feeBps(), 1_000, "rate");
        payAs(carol, version, 10_000);
        eq(inflowOf(version), 9_750 + 9_000, "each at its own rate");
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.FeeTooHigh.selector, 1_001, 1_000));
        vm.prank(admin);
        vault.setFeeBps(1_001);
    }

    function test_parameters_are_the_admins_alone() public {
        bytes memory refusal =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice);
        vm.expectRevert(refusal);
        vm.prank(alice);
        vault.setFeeBps(0);
        vm.expectRevert(refusal);
        vm.prank(alice);
        vault.withdrawFees(alice);
    }

    // ---- transfers that fail ----

    /// @dev WSAHARA always reverts; should a token ever answer "no" instead, nothing is booked all the same.
    function test_a_transfer_that_fails_undoes_everything() public {
        IWSAHARA refusing = IWSAHARA(address(new RefusingToken()));
        AccessManager open = new AccessManager(address(this));
        RevenueVault other = new RevenueVault(refusing, address(this), address(this), address(open), 250);
        vm.expectRevert(IRevenueVault.TransferFailed.selector);
        other.pay(1, 10_000);
        vm.deal(address(this), 1 ether);
        other.payNative{value: 1 ether}(1);
        uint64[] memory list = new uint64[](1);
        list[0] = 1;
        other.settle(list);
        vm.expectRevert(IRevenueVault.TransferFailed.selector);
        other.claimOwner(1, 1);
        vm.expectRevert(IRevenueVault.TransferFailed.selector);
        other.withdrawFees(alice);
        (uint256 paidIn,, uint256 withdrawn,, uint256 claimed) = other.totals();
        eq(paidIn, 1 ether, "paid in");
        eq(withdrawn + claimed, 0, "nothing left");
    }

    /// @dev WSAHARA calls nobody; should a token ever do so, the books are already closed when it does.
    function test_the_books_change_before_the_money_moves() public {
        CallingToken calling = new CallingToken();
        AccessManager open = new AccessManager(address(calling));
        RevenueVault other =
            new RevenueVault(IWSAHARA(address(calling)), address(this), address(this), address(open), 250);
        vm.deal(address(this), 1 ether);
        other.payNative{value: 1 ether}(1);
        uint64[] memory list = new uint64[](1);
        list[0] = 1;
        other.settle(list);
        other.claimOwner(1, 1);
        eq(calling.moved(), 1 ether, "the owner's and the fees, each once");
    }

    function test_a_vault_starts_with_a_fee_within_the_limit() public {
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.FeeTooHigh.selector, 1_001, 1_000));
        new RevenueVault(token, address(this), address(this), address(manager), 1_001);
    }

    // ---- unsolicited money ----

    function test_tokens_sent_straight_to_the_vault_pay_nobody() public {
        payAs(carol, version, 40_000);
        fund(bob, 123);
        vm.prank(bob);
        token.transfer(address(vault), 123);
        settleOne(version);
        vault.claimOwner(version, 1);
        vm.prank(admin);
        vault.withdrawFees(admin);
        eq(token.balanceOf(address(vault)), 9_000 + 123, "a rest below a quantum, and the stray tokens");
        checkConservation(123);
    }

    // ---- opening books ----

    function test_only_the_registry_opens_books_and_sets_owners() public {
        bytes memory refusal = abi.encodeWithSelector(IRevenueVault.NotRegistry.selector, address(this));
        vm.expectRevert(refusal);
        vault.openVersion(2, asset, false, new IRevenueVault.Edge[](0), 0, _nobody());
        vm.expectRevert(refusal);
        vault.setOwner(asset, alice, bob);
    }

    function test_the_vault_trusts_not_even_the_registry() public {
        bytes4 open = IRevenueVault.VersionAlreadyOpen.selector;
        uint64 second = publishNext(alice, asset, bare());
        _refusesToOpen(second, asset, 0, 0, abi.encodeWithSelector(open, second));
        _refusesToOpen(0, asset, 0, 0, abi.encodeWithSelector(open, 0));
        _refusesToOpen(5, 9, 0, 0, abi.encodeWithSelector(IRevenueVault.AssetUnknown.selector, 9));
        bytes4 notOlder = IRevenueVault.ParentNotOlder.selector;
        _refusesToOpen(5, asset, 5, 1, abi.encodeWithSelector(notOlder, 5, 5));
        _refusesToOpen(5, asset, 6, 1, abi.encodeWithSelector(notOlder, 6, 5));
        _refusesToOpen(
            5, asset, version, 10_001, abi.encodeWithSelector(IRevenueVault.RoyaltiesTooHigh.selector, 10_001)
        );
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.TooManyParents.selector, 65, 64));
        vm.prank(address(assets));
        vault.openVersion(5, asset, false, new IRevenueVault.Edge[](65), 0, _nobody());
    }

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
        IAssetRegistry.VersionInput memory input = bare();
        (input.contributorsBps, input.contributorCount) = (10_000, type(uint32).max);
        (input.contributorWeight, input.contributorsRoot) = (type(uint96).max, "root");
        (, uint64 made) = publish(alice, "all", input);
        (uint16 bps, uint32 count, uint128 weight, bytes32 root) = vault.contributors(made);
        eq(bps, 10_000, "bps");
        eq(count, type(uint32).max, "count");
        eq(weight, type(uint96).max, "weight");
        eq(root, "root", "root");
    }

    function _refusesContributors(uint16 bps, uint32 count, uint128 weight, bytes32 root) private {
        IAssetRegistry.VersionInput memory input = bare();
        (input.contributorsBps, input.contributorCount) = (bps, count);
        (input.contributorWeight, input.contributorsRoot) = (weight, root);
        vm.expectRevert(IRevenueVault.ContributorsInvalid.selector);
        vm.prank(alice);
        assets.register(1, "refused", input);
    }

    function _refusesToOpen(uint64 id, uint64 ofAsset, uint64 parent, uint16 royalty, bytes memory refusal)
        private
    {
        IRevenueVault.Edge[] memory edges = new IRevenueVault.Edge[](parent == 0 ? 0 : 1);
        if (parent != 0) edges[0] = IRevenueVault.Edge(parent, royalty, false);
        vm.expectRevert(refusal);
        vm.prank(address(assets));
        vault.openVersion(id, ofAsset, false, edges, 0, _nobody());
    }

    function _nobody() private pure returns (IRevenueVault.Contributors memory) {
        return IRevenueVault.Contributors(0, 0, 0, 0);
    }

    // ---- the registry of the vaults that are made here ----

    function ownerAndCurrent(uint64) external view returns (address, uint64) {
        return (alice, 1);
    }

    function assetCount() external pure returns (uint64) {
        return 1;
    }

    function assetOfVersion(uint64) external pure returns (uint64) {
        return 1;
    }

    function _owned(address who) private returns (uint64 made) {
        (, made) = publish(who, "parent");
    }

    function _childWithContributors(uint64 parent, uint16 royalty, uint16 share)
        private
        returns (uint64 child)
    {
        Tree.Leaf[] memory leaves = new Tree.Leaf[](1);
        leaves[0] = Tree.Leaf(carol, 1);
        IAssetRegistry.VersionInput memory input = share == 0 ? bare() : withContributors(leaves, share);
        input.relations = new IAssetRegistry.RelationInput[](1);
        input.relations[0] = IAssetRegistry.RelationInput(parent, 1, licenses.registerTerms(free(royalty)), 0);
        (, child) = publish(bob, "child", input);
    }
}
