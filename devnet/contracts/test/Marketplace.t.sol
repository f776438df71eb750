// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/tokens/ERC721.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {IMarketplace} from "../src/interfaces/IMarketplace.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {Fixture} from "./utils/Fixture.sol";

contract MarketplaceTest is Fixture {
    uint64 private asset;
    uint64 private version;
    uint32 private paid;

    function setUp() public {
        deployProtocol();
        (asset, version) = publish(alice, "data");
        paid = attach(alice, asset, priced(1 ether, 500, 0));
    }

    function test_buying_pays_the_asset_and_grants_the_license() public {
        fund(bob, 1 ether);
        vm.expectEmit(address(market));
        emit IMarketplace.Purchased(1, asset, bob, carol, paid, 1 ether);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, bob, 1 ether, 0.025 ether);
        vm.prank(bob);
        uint64 licenseId = market.buy(asset, paid, carol);
        eq(licenses.ownerOf(licenseId), carol, "holder");
        isTrue(licenses.can(asset, carol, Rights.TRAIN), "may");
        eq(inflowOf(version), 0.975 ether, "inflow");
        eq(token.balanceOf(bob), 0, "paid");
        eq(token.balanceOf(address(market)), 0, "the market keeps nothing");
        checkConservation(0);
    }

    function test_buying_with_coin_takes_exactly_the_price() public {
        vm.deal(bob, 3 ether);
        vm.expectRevert(abi.encodeWithSelector(IMarketplace.PriceMismatch.selector, 1 ether, 1 ether + 1));
        vm.prank(bob);
        market.buyNative{value: 1 ether + 1}(asset, paid, bob);
        vm.expectRevert(abi.encodeWithSelector(IMarketplace.PriceMismatch.selector, 1 ether, 1 ether - 1));
        vm.prank(bob);
        market.buyNative{value: 1 ether - 1}(asset, paid, bob);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, bob, 1 ether, 0.025 ether);
        vm.prank(bob);
        market.buyNative{value: 1 ether}(asset, paid, bob);
        eq(bob.balance, 2 ether, "coin");
        eq(licenses.licensesOf(bob, asset).length, 1, "license");
        checkConservation(0);
    }

    function test_what_has_no_price_is_granted_for_nothing() public {
        uint32 open = attach(alice, asset, free(0));
        vm.prank(bob);
        market.buy(asset, open, bob);
        vm.prank(bob);
        market.buyNative(asset, open, bob);
        eq(licenses.licensesOf(bob, asset).length, 2, "licenses");
        eq(inflowOf(version), 0, "nothing paid");
        vm.deal(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketplace.PriceMismatch.selector, 0, 1));
        vm.prank(bob);
        market.buyNative{value: 1}(asset, open, bob);
    }

    function test_nobody_is_given_what_costs_the_giver_nothing() public {
        uint32 open = attach(alice, asset, free(0));
        bytes memory refusal = abi.encodeWithSelector(IMarketplace.FreeForSelfOnly.selector, asset, carol);
        _refuses(asset, open, carol, refusal);
        vm.expectRevert(refusal);
        vm.prank(bob);
        market.buyNative(asset, open, carol);
        eq(licenses.licensesOf(carol, asset).length, 0, "licenses");
    }

    function test_only_what_is_offered_can_be_bought() public {
        fund(bob, 10 ether);
        uint32 elsewhere = licenses.registerTerms(priced(1, 0, 0));
        _refuses(
            asset,
            elsewhere,
            bob,
            abi.encodeWithSelector(ILicenseRegistry.TermsNotAttached.selector, asset, elsewhere)
        );
        _refuses(asset, 9, bob, abi.encodeWithSelector(ILicenseRegistry.TermsNotAttached.selector, asset, 9));
        _refuses(9, paid, bob, abi.encodeWithSelector(IAssetRegistry.AssetUnknown.selector, 9));
        _refuses(asset, paid, address(0), abi.encodeWithSelector(ERC721.TransferToZeroAddress.selector));
        vm.prank(alice);
        assets.setState(asset, 1);
        _refuses(asset, paid, bob, abi.encodeWithSelector(ILicenseRegistry.AssetNotActive.selector, asset, 1));
        eq(token.balanceOf(bob), 10 ether, "nothing was paid");
    }

    function test_without_the_money_there_is_no_license() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 1 ether
            )
        );
        vm.prank(bob);
        market.buy(asset, paid, bob);
        eq(licenses.licenseCount(), 0, "no license");
    }

    // ---- renewing ----

    function test_renewing_pays_every_period_and_extends_the_license() public {
        uint64 id = _month(bob);
        uint256 end = licenses.license(id).expiresAt;
        fund(carol, 3 ether);
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, carol, 3 ether, 0.075 ether);
        vm.prank(carol);
        market.renew(id, 3);
        eq(licenses.license(id).expiresAt, end + 90 days, "three periods more");
        eq(licenses.ownerOf(id), bob, "still bob's");
        eq(token.balanceOf(carol), 0, "paid");
        eq(token.balanceOf(address(market)), 0, "the market keeps nothing");
        checkConservation(0);
    }

    function test_renewing_with_coin_takes_exactly_the_price() public {
        uint64 id = _month(bob);
        vm.deal(bob, 5 ether);
        vm.expectRevert(abi.encodeWithSelector(IMarketplace.PriceMismatch.selector, 2 ether, 1 ether));
        vm.prank(bob);
        market.renewNative{value: 1 ether}(id, 2);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseRenewed(id, uint40(block.timestamp + 90 days));
        vm.prank(bob);
        market.renewNative{value: 2 ether}(id, 2);
        eq(bob.balance, 3 ether, "coin");
        checkConservation(0);
    }

    function test_renewing_without_the_money_extends_nothing() public {
        uint64 id = _month(bob);
        uint256 end = licenses.license(id).expiresAt;
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 1 ether)
        );
        vm.prank(bob);
        market.renew(id, 1);
        eq(licenses.license(id).expiresAt, end, "as before");
    }

    function test_what_has_a_period_and_no_price_is_renewed_for_nothing() public {
        uint32 open = attach(alice, asset, priced(0, 0, 30 days));
        vm.prank(bob);
        uint64 id = market.buy(asset, open, bob);
        market.renewNative(id, 1);
        vm.prank(bob);
        market.renew(id, 1);
        eq(licenses.license(id).expiresAt, block.timestamp + 90 days, "three periods");
        eq(inflowOf(version), 0, "nothing paid");
    }

    /// @dev LIC-8: a renewal costs exactly its periods' price, all of it goes to the asset, and the license grows by
    /// exactly these periods, from its end or from now.
    function testFuzz_renewals_are_exact(uint88 price, uint32 period, uint8 periods, uint32 later) public {
        price = uint88(within(price, 0, type(uint80).max));
        period = uint32(within(period, 1, type(uint32).max));
        periods = uint8(within(periods, 1, 200));
        uint32 terms = attach(alice, asset, priced(price, 0, period));
        fund(bob, uint256(price) * (1 + uint256(periods)));
        vm.prank(bob);
        uint64 id = market.buy(asset, terms, bob);
        uint256 end = block.timestamp + period;
        vm.warp(block.timestamp + later);
        uint256 before = inflowOf(version);
        vm.prank(bob);
        market.renew(id, periods);
        uint256 from = end > block.timestamp ? end : block.timestamp;
        eq(licenses.license(id).expiresAt, from + uint256(period) * periods, "end");
        eq(token.balanceOf(bob), 0, "paid");
        uint256 cost = uint256(price) * periods;
        eq(inflowOf(version) - before, cost - cost * FEE_BPS / 10_000, "all of it for the asset");
        checkConservation(0);
    }

    function _month(address to) private returns (uint64) {
        uint32 terms = attach(alice, asset, priced(1 ether, 0, 30 days));
        vm.prank(alice);
        return licenses.grant(asset, terms, to);
    }

    function _refuses(uint64 assetId, uint32 termsId, address to, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(bob);
        market.buy(assetId, termsId, to);
    }
}
