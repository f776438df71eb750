// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Inbox} from "../src/Inbox.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {VaultFixture} from "./utils/VaultFixture.sol";

/// @dev An asset's inbox: money without a call becomes a payment.
contract VaultInboxTest is VaultFixture {
    uint64 private asset;
    uint64 private version;

    function setUp() public {
        deployVault();
        (asset, version) = make(alice);
    }

    /// @dev INB-1: what lies at an inbox becomes a payment to its asset, by anybody's call, the fee as for any other.
    function test_a_sweep_makes_a_payment_of_coin_and_tokens() public {
        address inbox = vault.inboxOf(asset);
        _sendBoth(inbox, 4_000, 6_000);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, inbox, 10_000, 250);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Swept(asset, 10_000);
        vm.prank(bob);
        eq(vault.sweep(asset), 10_000, "amount");
        eq(inflowOf(version), 9_750, "inflow");
        eq(inbox.balance + token.balanceOf(inbox), 0, "nothing stays");
        checkConservation(0);
    }

    function test_an_inbox_is_swept_again_and_again() public {
        address inbox = vault.inboxOf(asset);
        for (uint256 i = 1; i < 4; ++i) {
            _sendBoth(inbox, i, i * i);
            eq(vault.sweep(asset), i + i * i, "amount");
        }
        isTrue(inbox.code.length != 0, "made once");
        checkConservation(0);
    }

    /// @dev A sender who passes on 2,300 gas gets through before and after the inbox exists.
    function test_an_inbox_takes_coin_from_a_thrifty_sender() public {
        address payable inbox = payable(vault.inboxOf(asset));
        vm.deal(address(this), 3);
        inbox.transfer(1);
        vault.sweep(asset);
        inbox.transfer(2);
        eq(vault.sweep(asset), 2, "the second");
    }

    function test_every_asset_has_its_own_inbox_known_before_it_is() public {
        address future = vault.inboxOf(asset + 1);
        isTrue(future != vault.inboxOf(asset), "another one");
        vm.deal(future, 10_000);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.AssetUnknown.selector, asset + 1));
        vault.sweep(asset + 1);
        (, uint64 made) = make(bob);
        eq(vault.sweep(asset + 1), 10_000, "waited");
        eq(inflowOf(made), 9_750, "for its asset");
    }

    /// @dev INB-2: nobody but the vault moves what lies at an inbox.
    function test_nobody_else_empties_an_inbox() public {
        Inbox inbox = Inbox(payable(vault.inboxOf(asset)));
        vm.deal(address(inbox), 1);
        vault.sweep(asset);
        vm.deal(address(inbox), 10);
        vm.prank(alice);
        isTrue(!inbox.empty(10), "refused");
        eq(address(inbox).balance, 10, "still there");
    }

    function test_an_empty_inbox_is_not_swept() public {
        vm.expectRevert(IRevenueVault.ZeroAmount.selector);
        vault.sweep(asset);
    }

    /// @dev A sweep is a payment: beyond the ceiling it waits, until a version is there that may take it.
    function test_a_ceiling_keeps_money_in_the_inbox() public {
        (uint64 limited, uint64 under) = make(bob, noEdges(), 1, nobody());
        address inbox = vault.inboxOf(limited);
        vm.deal(inbox, 2e9);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueVault.CeilingReached.selector, under, 1e9, 2e9 * uint256(9_750) / 10_000
            )
        );
        vault.sweep(limited);
        next(limited, noEdges());
        eq(vault.sweep(limited), 2e9, "the next version takes it");
        checkConservation(0);
    }

    function _sendBoth(address inbox, uint256 native, uint256 wrapped) private {
        fund(carol, wrapped);
        vm.prank(carol);
        token.transfer(inbox, wrapped);
        vm.deal(carol, native);
        vm.prank(carol);
        (bool sent,) = inbox.call{value: native}("");
        isTrue(sent, "sent");
    }
}
