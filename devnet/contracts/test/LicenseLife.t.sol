// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC721} from "solady/tokens/ERC721.sol";
import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @dev Licenses from grant to end: renewing, revoking and appealing, and which of them count.
contract LicenseLifeTest is Fixture {
    uint8 private constant NONE = 0;
    uint8 private constant REVOKED = 1;
    uint8 private constant APPEALED = 2;
    uint8 private constant UPHELD = 3;

    uint64 private asset;
    uint32 private month;

    function setUp() public {
        deployProtocol();
        (asset,) = publish(alice, "data");
        month = attach(alice, asset, priced(1 ether, 0, 30 days));
    }

    // ---- renewing ----

    function test_only_the_market_sells_and_renews() public {
        uint64 id = _grant(bob);
        bytes memory refusal = abi.encodeWithSelector(ILicenseRegistry.NotMarketplace.selector, alice);
        vm.expectRevert(refusal);
        vm.prank(alice);
        licenses.renew(id, 1);
        vm.expectRevert(refusal);
        vm.prank(alice);
        licenses.sell(asset, month, bob);
    }

    function test_what_cannot_be_renewed_is_said() public {
        _refuses(99, 1, abi.encodeWithSelector(ILicenseRegistry.LicenseUnknown.selector, 99));
        uint64 id = _grant(bob);
        _refuses(id, 0, abi.encodeWithSelector(ILicenseRegistry.PeriodsInvalid.selector, 0));
        uint32 tooMany = uint32(uint256(type(uint40).max) / 30 days);
        _refuses(id, tooMany, abi.encodeWithSelector(ILicenseRegistry.PeriodsInvalid.selector, tooMany));
        uint64 forEver = _grantUnder(priced(1, 0, 0), bob);
        _refuses(forEver, 1, abi.encodeWithSelector(ILicenseRegistry.LicenseNotRenewable.selector, forEver));
        vm.prank(alice);
        licenses.detach(asset, month);
        _refuses(id, 1, abi.encodeWithSelector(ILicenseRegistry.TermsNotAttached.selector, asset, month));
        vm.prank(alice);
        licenses.attach(asset, month);
        vm.prank(alice);
        assets.setState(asset, 1);
        _refuses(id, 1, abi.encodeWithSelector(ILicenseRegistry.AssetNotActive.selector, asset, 1));
    }

    /// @dev LIC-4: no license outlasts the expiry of its terms, however it is granted or renewed.
    function testFuzz_no_license_outlasts_its_terms(uint32 period, uint40 left, uint32 periods) public {
        period = uint32(within(period, 1, 365 days));
        left = uint40(within(left, 1, 10 * 365 days));
        periods = uint32(within(periods, 1, 1_000));
        ILicenseRegistry.Terms memory terms = priced(0, 0, period);
        terms.expiry = uint40(block.timestamp) + left;
        uint64 id = _grantUnder(terms, bob);
        uint32 termsId = licenses.license(id).termsId;
        uint256 end = block.timestamp + (period < left ? period : left);
        eq(licenses.license(id).expiresAt, end, "granted");
        uint256 until = end + uint256(period) * periods;
        if (until > terms.expiry) {
            _refuses(
                id,
                periods,
                abi.encodeWithSelector(
                    ILicenseRegistry.BeyondTermsExpiry.selector, termsId, terms.expiry, until
                )
            );
        } else {
            market.renew(id, periods);
            eq(licenses.license(id).expiresAt, until, "renewed");
        }
        atMost(licenses.license(id).expiresAt, terms.expiry, "never beyond");
    }

    function test_an_expired_license_lives_again_from_now() public {
        uint64 id = _grant(bob);
        vm.warp(block.timestamp + 100 days);
        isTrue(!licenses.can(asset, bob, Rights.TRAIN), "expired");
        fund(bob, 1 ether);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseRenewed(id, uint40(block.timestamp + 30 days));
        vm.prank(bob);
        market.renew(id, 1);
        isTrue(licenses.can(asset, bob, Rights.TRAIN), "again");
        vm.warp(block.timestamp + 30 days);
        isTrue(!licenses.can(asset, bob, Rights.TRAIN), "for one period");
    }

    // ---- revoking ----

    /// @dev LIC-5: a revocation takes effect when the appeal window has passed, and not a second before.
    function test_a_revocation_takes_effect_after_the_window() public {
        uint64 id = _grant(bob);
        uint40 due = uint40(block.timestamp + 7 days);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseRevoked(id, asset, due, "resold the raw data");
        _revoke(id);
        eq(licenses.license(id).status, REVOKED, "status");
        eq(licenses.license(id).revokedAt, due, "revokedAt");
        vm.warp(due - 1);
        isTrue(licenses.can(asset, bob, Rights.TRAIN), "in the window");
        (uint16 royaltyBps,,) = licenses.checkRelation(bob, asset, 1, month, id);
        eq(royaltyBps, 0, "relations too");
        vm.warp(due);
        isTrue(!licenses.isValid(id), "revoked");
        isTrue(!licenses.can(asset, bob, Rights.TRAIN), "may no longer");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseNotValid.selector, id));
        licenses.checkRelation(bob, asset, 1, month, id);
    }

    function test_an_appeal_keeps_the_license_in_force_until_the_ruling() public {
        uint64 id = _grant(bob);
        _revoke(id);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseAppealed(id, bob, "it was not me");
        vm.prank(bob);
        licenses.appeal(id, "it was not me");
        eq(licenses.license(id).status, APPEALED, "status");
        vm.warp(block.timestamp + 20 days);
        isTrue(licenses.isValid(id), "in force");
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.AppealRuled(id, false);
        vm.prank(admin);
        licenses.rule(id, false);
        eq(licenses.license(id).status, NONE, "as if nothing had happened");
        eq(licenses.license(id).revokedAt, 0, "no revocation");
        isTrue(licenses.isValid(id), "still");
        _revoke(id);
        eq(licenses.license(id).status, REVOKED, "another breach is another case");
    }

    function test_a_revocation_that_is_upheld_ends_the_license() public {
        uint64 id = _grant(bob);
        _revoke(id);
        vm.prank(bob);
        licenses.appeal(id, "it was not me");
        vm.prank(admin);
        licenses.rule(id, true);
        eq(licenses.license(id).status, UPHELD, "status");
        eq(licenses.license(id).revokedAt, block.timestamp, "now");
        isTrue(!licenses.isValid(id), "ended");
        _refuses(
            id, 1, abi.encodeWithSelector(ILicenseRegistry.LicenseIsRevoked.selector, id, block.timestamp)
        );
    }

    function test_what_is_about_to_be_revoked_is_not_renewed_but_what_is_appealed_is() public {
        uint64 id = _grant(bob);
        _revoke(id);
        uint40 due = licenses.license(id).revokedAt;
        _refuses(id, 1, abi.encodeWithSelector(ILicenseRegistry.LicenseIsRevoked.selector, id, due));
        vm.prank(bob);
        licenses.appeal(id, "it was not me");
        fund(bob, 1 ether);
        vm.prank(bob);
        market.renew(id, 1);
        eq(licenses.license(id).expiresAt, block.timestamp + 60 days, "renewed");
    }

    function test_who_may_revoke_appeal_and_rule() public {
        uint64 id = _grant(bob);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NotAssetOwner.selector, asset, bob));
        vm.prank(bob);
        licenses.revoke(id, "x");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseUnknown.selector, 99));
        vm.prank(alice);
        licenses.revoke(99, "x");
        _revoke(id);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NotLicenseHolder.selector, id, alice));
        vm.prank(alice);
        licenses.appeal(id, "x");
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        vm.prank(alice);
        licenses.rule(id, true);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseUnknown.selector, 99));
        vm.prank(admin);
        licenses.rule(99, true);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseUnknown.selector, 99));
        vm.prank(bob);
        licenses.appeal(99, "x");
    }

    function test_each_step_at_its_time() public {
        uint64 id = _grant(bob);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NothingToAppeal.selector, id, NONE));
        vm.prank(bob);
        licenses.appeal(id, "x");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NothingToRule.selector, id, NONE));
        vm.prank(admin);
        licenses.rule(id, true);
        _revoke(id);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.RevocationUnderWay.selector, id, REVOKED));
        vm.prank(alice);
        licenses.revoke(id, "x");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NothingToRule.selector, id, REVOKED));
        vm.prank(admin);
        licenses.rule(id, true);
        vm.prank(bob);
        licenses.appeal(id, "x");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NothingToAppeal.selector, id, APPEALED));
        vm.prank(bob);
        licenses.appeal(id, "x");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.RevocationUnderWay.selector, id, APPEALED));
        vm.prank(alice);
        licenses.revoke(id, "x");
        vm.warp(block.timestamp + 30 days);
        vm.prank(admin);
        licenses.rule(id, true);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseNotValid.selector, id));
        vm.prank(alice);
        licenses.revoke(id, "x");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NothingToAppeal.selector, id, UPHELD));
        vm.prank(bob);
        licenses.appeal(id, "x");
    }

    function test_an_appeal_may_come_too_late() public {
        uint64 id = _grant(bob);
        _revoke(id);
        uint40 due = licenses.license(id).revokedAt;
        vm.warp(due);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.AppealTooLate.selector, id, due));
        vm.prank(bob);
        licenses.appeal(id, "x");
    }

    function test_a_reason_is_given_in_few_words() public {
        uint64 id = _grant(bob);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.ReasonInvalid.selector, 0));
        vm.prank(alice);
        licenses.revoke(id, "");
        string memory long = string(new bytes(281));
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.ReasonInvalid.selector, 281));
        vm.prank(alice);
        licenses.revoke(id, long);
        vm.prank(alice);
        licenses.revoke(id, string(new bytes(280)));
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.ReasonInvalid.selector, 0));
        vm.prank(bob);
        licenses.appeal(id, "");
    }

    function test_a_revocation_follows_the_license() public {
        uint64 id = _grant(bob);
        _revoke(id);
        vm.prank(bob);
        licenses.transferFrom(bob, carol, id);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NotLicenseHolder.selector, id, bob));
        vm.prank(bob);
        licenses.appeal(id, "x");
        vm.prank(carol);
        licenses.appeal(id, "bought in good faith");
        eq(licenses.license(id).status, APPEALED, "the holder appeals");
    }

    // ---- which count ----

    /// @dev LIC-3: at most 32 licenses of an account for an asset count, and none that counts is pushed out by what
    /// somebody else does.
    function test_the_33rd_license_waits_until_its_holder_wants_it() public {
        uint64 first = _grant(bob);
        for (uint256 i = 1; i < 32; ++i) {
            _grant(bob);
        }
        uint64 extra = _grantUnder(priced(1 ether, 0, 60 days), bob);
        eq(licenses.licensesOf(bob, asset).length, 32, "looked at");
        isTrue(licenses.license(first).counts, "the first counts");
        isTrue(!licenses.license(extra).counts, "the 33rd waits");
        eq(licenses.balanceOf(bob), 33, "held all the same");
        vm.warp(block.timestamp + 31 days);
        isTrue(!licenses.can(asset, bob, Rights.TRAIN), "the others have expired");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NotLicenseHolder.selector, extra, carol));
        vm.prank(carol);
        licenses.activate(extra);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseActivated(extra, first);
        vm.prank(bob);
        licenses.activate(extra);
        isTrue(licenses.can(asset, bob, Rights.TRAIN), "counts");
        isTrue(!licenses.license(first).counts, "instead of one that is not valid");
        vm.prank(bob);
        licenses.activate(extra);
        eq(licenses.licensesOf(bob, asset).length, 32, "still as many");
    }

    function test_among_valid_ones_the_last_gives_way() public {
        uint64 last;
        for (uint256 i; i < 32; ++i) {
            last = _grant(bob);
        }
        uint64 extra = _grant(bob);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseActivated(extra, last);
        vm.prank(bob);
        licenses.activate(extra);
        vm.prank(bob);
        licenses.transferFrom(bob, carol, last);
        eq(licenses.licensesOf(carol, asset)[0], last, "one that waits can be passed on");
        eq(licenses.licensesOf(bob, asset).length, 32, "nobody's place is lost");
        vm.prank(bob);
        licenses.transferFrom(bob, carol, extra);
        uint64 another = _grant(bob);
        isTrue(licenses.license(another).counts, "room again");
    }

    function test_a_license_that_waits_can_be_activated_when_there_is_room() public {
        uint64 first = _grant(bob);
        for (uint256 i = 1; i < 32; ++i) {
            _grant(bob);
        }
        uint64 extra = _grant(bob);
        vm.prank(bob);
        licenses.transferFrom(bob, carol, first);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseActivated(extra, 0);
        vm.prank(bob);
        licenses.activate(extra);
        eq(licenses.licensesOf(bob, asset).length, 32, "32");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseUnknown.selector, 99));
        licenses.activate(99);
    }

    /// @dev LIC-3: with as many terms and licenses as there can be, the answer stays within reach of any contract.
    function test_the_dearest_question_is_bounded() public {
        for (uint16 i; i < 7; ++i) {
            attach(alice, asset, _accessOnly(i));
        }
        for (uint256 i; i < 40; ++i) {
            _grant(bob);
        }
        vm.warp(block.timestamp + 31 days);
        uint256 gas = gasleft();
        isTrue(!licenses.can(asset, bob, Rights.TRAIN), "no");
        atMost(gas - gasleft(), 300_000, "gas");
    }

    // ---- ERC-2981 ----

    function test_a_resale_owes_the_asset_five_percent() public {
        uint64 id = _grant(bob);
        (address receiver, uint256 amount) = licenses.royaltyInfo(id, 1 ether);
        eq(receiver, vault.inboxOf(asset), "the asset's inbox");
        eq(amount, 0.05 ether, "5 %");
        (, amount) = licenses.royaltyInfo(id, type(uint256).max);
        eq(amount, type(uint256).max / 20, "any price");
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        licenses.royaltyInfo(99, 1 ether);
        isTrue(licenses.supportsInterface(0x2a55205a), "ERC-2981");
        isTrue(licenses.supportsInterface(0x80ac58cd), "ERC-721");
        isTrue(!licenses.supportsInterface(0xffffffff), "nothing else");
    }

    // ---- internals ----

    function _grant(address to) private returns (uint64) {
        vm.prank(alice);
        return licenses.grant(asset, month, to);
    }

    function _grantUnder(ILicenseRegistry.Terms memory terms, address to) private returns (uint64) {
        uint32 id = attach(alice, asset, terms);
        vm.prank(alice);
        return licenses.grant(asset, id, to);
    }

    function _accessOnly(uint16 royalty) private pure returns (ILicenseRegistry.Terms memory terms) {
        terms = free(royalty);
        terms.rights = Rights.ACCESS;
        terms.restrictions = 1;
    }

    function _revoke(uint64 id) private {
        vm.prank(alice);
        licenses.revoke(id, "resold the raw data");
    }

    function _refuses(uint64 id, uint32 periods, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(bob);
        market.renew(id, periods);
    }
}
