// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IEIP3009} from "../src/interfaces/IEIP3009.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {VaultFixture} from "./utils/VaultFixture.sol";

/// @dev Every way to pay, ceilings and fees.
contract VaultPaymentsTest is VaultFixture {
    uint64 private asset;
    uint64 private version;

    function setUp() public {
        deployVault();
        (asset, version) = make(alice);
    }

    function test_paying_takes_the_fee_and_credits_the_current_version() public {
        fund(carol, 10_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, carol, 10_000, 250);
        vm.prank(carol);
        vault.pay(asset, 10_000);
        eq(inflowOf(version), 9_750, "inflow");
        (uint256 paidIn, uint256 fees,) = vault.totals();
        eq(paidIn, 10_000, "paid in");
        eq(fees, 250, "fees");
        eq(token.balanceOf(address(vault)), 10_000, "the vault's balance");
        checkConservation(0);
    }

    function test_every_way_to_pay_credits_the_same() public {
        uint64 second = next(asset, noEdges());
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

    /// @dev Whether the vault had heard of the asset before or not.
    function test_a_new_version_gets_what_is_paid_from_then_on() public {
        payAs(carol, version, 20_000);
        uint64 second = next(asset, noEdges());
        _pay(20_000);
        eq(inflowOf(version), 19_500, "the first keeps its own");
        eq(inflowOf(second), 19_500, "the second");
        uint64 third = next(asset, relative(version, 1_000));
        _pay(20_000);
        eq(inflowOf(third), 19_500, "the third");
        eq(vault.currentVersion(asset), third, "current");
        eq(vault.assetOf(third), asset, "its asset");
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
        vm.expectRevert(IRevenueVault.ZeroAmount.selector);
        vault.payWithPermit(asset, 0, 0, 0, 0, 0);
        vm.expectRevert(IRevenueVault.ZeroAmount.selector);
        vault.payWithAuthorization(asset, carol, 0, 0, 0, 0, "");
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
        vault.payWithPermit(9, 1, 0, 0, 0, 0);
        vm.expectRevert(noAsset);
        vault.payWithAuthorization(9, carol, 1, 0, 0, 0, "");
        vm.expectRevert(noAsset);
        vault.sweep(9);
        vm.expectRevert(noAsset);
        vault.currentVersion(9);
        vm.expectRevert(noAsset);
        vault.period(9);
        vm.expectRevert(noAsset);
        vault.ownerOf(9, 1);
        vm.expectRevert(noVersion);
        vault.payVersion(9, 1);
        vm.expectRevert(noVersion);
        vault.payVersionNative{value: 1}(9);
        vm.expectRevert(noVersion);
        settleOne(9);
        vm.expectRevert(noVersion);
        vault.books(9);
        vm.expectRevert(noVersion);
        vault.directBooks(9);
        vm.expectRevert(noVersion);
        vault.parentsOf(9);
        vm.expectRevert(noVersion);
        vault.obligationsOf(9);
        vm.expectRevert(noVersion);
        vault.contributors(9);
        vm.expectRevert(noVersion);
        vault.owesOthers(9);
        vm.expectRevert(noVersion);
        vault.assetOf(9);
        vm.expectRevert(noVersion);
        vault.claimOwner(9, 1);
        vm.expectRevert(noVersion);
        vault.ownerOwed(9, 1);
        vm.expectRevert(noVersion);
        vault.contributionOwed(9, 0, alice, 1);
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
        uint256 limit = 10_000 * uint256(type(uint88).max);
        bytes memory refusal = abi.encodeWithSelector(IRevenueVault.PaidInLimit.selector, limit);
        fund(carol, limit + 1);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.pay(asset, limit + 1);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.pay(asset, type(uint256).max);
        feeless();
        vm.prank(carol);
        vault.pay(asset, limit);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.pay(asset, 1);
        settleOne(version);
        eq(vault.claimOwner(version, 1), limit, "all of it comes out");
    }

    /// @dev At the limit nothing spills over into the fields beside it, through parents and contributors alike.
    function test_the_largest_sums_pass_through_a_split_version() public {
        uint256 limit = 10_000 * uint256(type(uint88).max);
        (, uint64 parent) = make(bob);
        (, uint64 child) = make(alice, two(relative(version, 3_333), absolute(parent, 3_333)), 0, nobody());
        feeless();
        payAs(carol, child, limit);
        settleOne(child);
        eq(inflowOf(version), limit / 10_000 * 3_333, "relative");
        eq(inflowOf(parent), limit / 10_000 * 3_333, "absolute");
        settleOne(version);
        eq(vault.claimOwner(child, 1), limit / 10_000 * 3_334, "the rest");
        checkConservation(0);
    }

    function test_only_the_marketplace_pays_for_others() public {
        fund(carol, 10);
        bytes memory refusal = abi.encodeWithSelector(IRevenueVault.NotMarketplace.selector, address(this));
        vm.expectRevert(refusal);
        vault.payFor(carol, asset, 10);
        vm.deal(address(this), 10);
        vm.expectRevert(refusal);
        vault.payNativeFor{value: 10}(carol, asset);
        vm.prank(market);
        vault.payFor(carol, asset, 10);
        eq(inflowOf(version), 10, "a fee of less than a wei is none");
        vm.deal(market, 10);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, carol, 10, 0);
        vm.prank(market);
        vault.payNativeFor{value: 10}(carol, asset);
    }

    function testFuzz_the_fee_is_rounded_down(uint256 amount, uint256 feeBps) public {
        amount = within(amount, 1, 1e30);
        feeBps = within(feeBps, 0, 1_000);
        vm.prank(admin);
        vault.setFeeBps(uint16(feeBps));
        payAs(carol, version, amount);
        (, uint256 fees,) = vault.totals();
        isTrue(fees * 10_000 <= amount * feeBps, "not above the rate");
        isTrue((fees + 1) * 10_000 > amount * feeBps, "not a wei below it");
        eq(inflowOf(version), amount - fees, "the rest is inflow");
    }

    // ---- ceilings ----

    function test_a_ceiling_stops_direct_payments_and_names_what_would_be() public {
        (uint64 limited, uint64 under) = make(alice, noEdges(), 2, nobody());
        feeless();
        payAs(carol, under, 2e9 - 1);
        fund(carol, 10);
        bytes memory refusal =
            abi.encodeWithSelector(IRevenueVault.CeilingReached.selector, under, 2e9, 2e9 + 1);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.payVersion(under, 2);
        vm.expectRevert(refusal);
        vm.prank(carol);
        vault.pay(limited, 2);
        vm.prank(carol);
        vault.pay(limited, 1);
        (uint256 direct,,,,, uint256 ceiling) = vault.directBooks(under);
        eq(direct, ceiling, "exactly the ceiling");
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.CeilingReached.selector, under, 2e9, 2e9 + 1));
        vm.prank(carol);
        vault.pay(limited, 1);
        checkConservation(0);
    }

    function test_a_ceiling_counts_neither_fees_nor_royalties() public {
        (, uint64 under) = make(alice, noEdges(), 1, nobody());
        (, uint64 child) = make(bob, relative(under, 10_000));
        payAs(carol, child, 10e9);
        settleOne(child);
        atMost(1e9, inflowOf(under), "royalties beyond the ceiling");
        eq(directOf(under), 0, "none of them direct");
        payAs(carol, under, 1_025_641_025);
        atMost(directOf(under), 1e9, "the fee is not counted");
        settleOne(under);
        checkConservation(0);
    }

    function test_a_new_version_has_its_own_ceiling() public {
        (uint64 limited, uint64 under) = make(alice, noEdges(), 1, nobody());
        fund(carol, 10e9);
        vm.prank(carol);
        vault.pay(limited, 1e9);
        uint64 free = next(limited, noEdges());
        vm.prank(carol);
        vault.pay(limited, 9e9);
        eq(inflowOf(free), 9e9 * 9_750 / 10_000, "unlimited");
        eq(directOf(free), 0, "and not split");
        eq(inflowOf(under), 1e9 * 9_750 / 10_000, "the old one");
    }

    // ---- permits and authorizations ----

    function test_a_permit_pays_in_one_call() public {
        _fundOnly(carol, 10_000);
        (uint8 v, bytes32 r, bytes32 s) = _permit("carol", 10_000, block.timestamp);
        vm.prank(carol);
        vault.payWithPermit(asset, 10_000, block.timestamp, v, r, s);
        eq(inflowOf(version), 9_750, "inflow");
        checkConservation(0);
    }

    function test_a_permit_that_was_handed_in_before_pays_all_the_same() public {
        _fundOnly(carol, 10_000);
        (uint8 v, bytes32 r, bytes32 s) = _permit("carol", 10_000, block.timestamp);
        token.permit(carol, address(vault), 10_000, block.timestamp, v, r, s);
        vm.prank(carol);
        vault.payWithPermit(asset, 10_000, block.timestamp, v, r, s);
        eq(inflowOf(version), 9_750, "inflow");
    }

    function test_a_permit_of_somebody_else_pays_nothing() public {
        _fundOnly(carol, 10_000);
        (uint8 v, bytes32 r, bytes32 s) = _permit("carol", 10_000, block.timestamp);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 10_000
            )
        );
        vm.prank(bob);
        vault.payWithPermit(asset, 10_000, block.timestamp, v, r, s);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 10_000
            )
        );
        vm.prank(carol);
        vault.payWithPermit(asset, 10_000, block.timestamp - 1, v, r, s);
    }

    function test_an_authorization_pays_its_asset_whoever_hands_it_in() public {
        _fundOnly(carol, 10_000);
        bytes memory signature = authorize("carol", asset, 10_000, "salt");
        uint256 until = block.timestamp + 365 days;
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, carol, 10_000, 250);
        vm.prank(bob);
        vault.payWithAuthorization(asset, carol, 10_000, 0, until, "salt", signature);
        eq(inflowOf(version), 9_750, "inflow");
        vm.expectRevert(
            abi.encodeWithSelector(
                IEIP3009.AuthorizationUsedOrCanceled.selector, carol, vault.authorizationNonce(asset, "salt")
            )
        );
        vault.payWithAuthorization(asset, carol, 10_000, 0, until, "salt", signature);
        checkConservation(0);
    }

    /// @dev An account that got code by a delegation (EIP-7702) still signs with its own key.
    function test_a_delegated_account_authorizes_with_its_key() public {
        _fundOnly(carol, 10_000);
        bytes memory signature = authorize("carol", asset, 10_000, "salt");
        vm.etch(carol, address(token).code);
        uint256 until = block.timestamp + 365 days;
        vault.payWithAuthorization(asset, carol, 10_000, 0, until, "salt", signature);
        eq(inflowOf(version), 9_750, "inflow");
    }

    /// @dev REV-14: nobody can turn an authorization towards another asset, amount, salt or payee.
    function test_an_authorization_cannot_be_redirected() public {
        _fundOnly(carol, 20_000);
        (uint64 other,) = make(bob);
        bytes memory signature = authorize("carol", asset, 10_000, "salt");
        uint256 until = block.timestamp + 365 days;
        bytes memory refusal = abi.encodeWithSelector(IEIP3009.AuthorizationBadSignature.selector, carol);
        vm.expectRevert(refusal);
        vault.payWithAuthorization(other, carol, 10_000, 0, until, "salt", signature);
        vm.expectRevert(refusal);
        vault.payWithAuthorization(asset, carol, 20_000, 0, until, "salt", signature);
        vm.expectRevert(refusal);
        vault.payWithAuthorization(asset, carol, 10_000, 0, until, "tlas", signature);
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.AuthorizationBadSignature.selector, bob));
        vault.payWithAuthorization(asset, bob, 10_000, 0, until, "salt", signature);
        bytes32 nonce = vault.authorizationNonce(asset, "salt");
        vm.expectRevert(
            abi.encodeWithSelector(IEIP3009.CallerIsNotPayee.selector, address(this), address(vault))
        );
        token.receiveWithAuthorization(carol, address(vault), 10_000, 0, until, nonce, signature);
        eq(inflowOf(version), 0, "nothing was booked");
    }

    function testFuzz_authorization_nonces_are_bound_to_the_asset(uint64 left, uint64 right, bytes32 salt)
        public
        view
    {
        bool same = vault.authorizationNonce(left, salt) == vault.authorizationNonce(right, salt);
        isTrue(same == (left == right), "one asset, one nonce");
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

    function test_a_vault_starts_with_a_fee_within_the_limit() public {
        (address at, address by) = (address(registry), address(manager));
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.FeeTooHigh.selector, 1_001, 1_000));
        _newVault(at, by, 1_001);
    }

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

    // ---- internals ----

    function _newVault(address at, address by, uint16 fee) private {
        bytes memory code = vm.getCode("RevenueVault.sol:RevenueVault");
        code = bytes.concat(code, abi.encode(token, at, market, by, nft, fee));
        assembly ("memory-safe") {
            let made := create(0, add(code, 32), mload(code))
            if iszero(made) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function _pay(uint256 amount) private {
        fund(carol, amount);
        vm.prank(carol);
        vault.pay(asset, amount);
    }

    function _fundOnly(address who, uint256 amount) private {
        vm.deal(who, amount);
        vm.prank(who);
        token.deposit{value: amount}();
    }

    function _permit(string memory name, uint256 amount, uint256 deadline)
        private
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        address owner = account(name);
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 content = keccak256(abi.encode(typehash, owner, vault, amount, token.nonces(owner), deadline));
        return vm.sign(keyOf(name), keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), content)));
    }
}
