// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/tokens/ERC721.sol";
import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {Fixture} from "./utils/Fixture.sol";

contract LicenseRegistryTest is Fixture {
    uint64 private asset;

    function setUp() public {
        deployProtocol();
        (asset,) = publish(alice, "penguins");
    }

    // ---- terms ----

    function test_terms_are_kept_and_found_by_their_content() public {
        ILicenseRegistry.Terms memory wanted = priced(5 ether, 700, 30 days);
        bytes32 hash = keccak256(abi.encode(wanted));
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.TermsRegistered(1, hash);
        eq(licenses.registerTerms(wanted), 1, "the first id");
        eq(licenses.registerTerms(wanted), 1, "the same terms have the same id");
        eq(licenses.registerTerms(free(0)), 2, "others have another");
        eq(licenses.termsCount(), 2, "count");
        eq(licenses.termsIdOf(hash), 1, "by hash");
        eq(licenses.termsHashOf(1), hash, "hash");
        eq(keccak256(abi.encode(licenses.terms(1))), hash, "all fields");
        eq(licenses.priceOf(1), 5 ether, "price");
    }

    function testFuzz_terms_survive_storage(ILicenseRegistry.Terms memory wanted, uint256 length) public {
        wanted.rights = uint16(within(wanted.rights, 1, Rights.ALL));
        wanted.royaltyBps = uint16(within(wanted.royaltyBps, 0, 10_000));
        wanted.flags &= 15;
        wanted.text = string(new bytes(within(length, 1, 64)));
        uint32 id = licenses.registerTerms(wanted);
        eq(licenses.termsHashOf(id), keccak256(abi.encode(wanted)), "hash of what is stored");
    }

    function test_meaningless_terms_are_refused() public {
        ILicenseRegistry.Terms memory wanted = free(0);
        wanted.rights = 0;
        _refuses(wanted, abi.encodeWithSelector(ILicenseRegistry.RightsInvalid.selector, 0));
        wanted.rights = Rights.ALL + 1;
        _refuses(wanted, abi.encodeWithSelector(ILicenseRegistry.RightsInvalid.selector, Rights.ALL + 1));
        wanted = free(10_001);
        _refuses(wanted, abi.encodeWithSelector(ILicenseRegistry.RoyaltyTooHigh.selector, 10_001));
        wanted = free(10_000);
        wanted.text = "";
        _refuses(wanted, abi.encodeWithSelector(ILicenseRegistry.TermsTextInvalid.selector, 0));
        wanted.text = string(new bytes(65));
        _refuses(wanted, abi.encodeWithSelector(ILicenseRegistry.TermsTextInvalid.selector, 65));
        wanted.text = string(new bytes(64));
        licenses.registerTerms(wanted);
    }

    function test_unknown_terms_are_named() public {
        licenses.registerTerms(free(0));
        bytes memory refusal = abi.encodeWithSelector(ILicenseRegistry.TermsUnknown.selector, 2);
        vm.expectRevert(refusal);
        licenses.terms(2);
        vm.expectRevert(refusal);
        licenses.priceOf(2);
        vm.expectRevert(refusal);
        licenses.termsHashOf(2);
        vm.expectRevert(refusal);
        vm.prank(alice);
        licenses.attach(asset, 2);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsUnknown.selector, 0));
        licenses.terms(0);
    }

    // ---- attaching ----

    function test_attaching_keeps_order_and_happens_once() public {
        uint32 first = licenses.registerTerms(free(0));
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.TermsAttached(asset, first);
        vm.prank(alice);
        licenses.attach(asset, first);
        uint32 second = attach(alice, asset, priced(1, 0, 0));
        attach(alice, asset, free(0));
        uint32[] memory ids = licenses.termsOf(asset);
        eq(ids.length, 2, "twice attached is once there");
        eq(ids[0], first, "first");
        eq(ids[1], second, "second");
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.TermsDetached(asset, first);
        vm.prank(alice);
        licenses.detach(asset, first);
        ids = licenses.termsOf(asset);
        eq(ids.length, 1, "detached");
        eq(ids[0], second, "the other stays");
    }

    function test_an_asset_carries_at_most_8_terms() public {
        for (uint16 i; i < 8; ++i) {
            attach(alice, asset, free(i));
        }
        uint32 ninth = licenses.registerTerms(free(8));
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TooManyTerms.selector, asset, 8));
        vm.prank(alice);
        licenses.attach(asset, ninth);
        vm.prank(alice);
        licenses.attach(asset, 8);
        vm.prank(alice);
        licenses.detach(asset, 1);
        vm.prank(alice);
        licenses.attach(asset, ninth);
        eq(licenses.termsOf(asset)[7], ninth, "room again");
    }

    function test_only_the_owner_attaches_and_detaches() public {
        uint32 id = attach(alice, asset, free(0));
        bytes memory refusal = abi.encodeWithSelector(ILicenseRegistry.NotAssetOwner.selector, asset, bob);
        vm.expectRevert(refusal);
        vm.prank(bob);
        licenses.attach(asset, id);
        vm.expectRevert(refusal);
        vm.prank(bob);
        licenses.detach(asset, id);
        ILicenseRegistry.Terms memory wanted = free(1);
        vm.expectRevert(refusal);
        vm.prank(bob);
        licenses.attachNew(asset, wanted);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.AssetUnknown.selector, 99));
        vm.prank(alice);
        licenses.attach(99, id);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsNotAttached.selector, asset, 5));
        vm.prank(alice);
        licenses.detach(asset, 5);
    }

    // ---- licenses ----

    function test_a_grant_is_a_token_with_its_facts() public {
        uint32 id = attach(alice, asset, priced(1 ether, 0, 30 days));
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.LicenseGranted(1, asset, bob, id, uint40(block.timestamp + 30 days));
        vm.prank(alice);
        eq(licenses.grant(asset, id, bob), 1, "id");
        ILicenseRegistry.License memory made = licenses.license(1);
        eq(made.assetId, asset, "asset");
        eq(made.termsId, id, "terms");
        eq(made.grantedAt, block.timestamp, "grantedAt");
        eq(made.expiresAt, block.timestamp + 30 days, "expiresAt");
        eq(made.revokedAt, 0, "revokedAt");
        eq(made.status, 0, "status");
        isTrue(made.counts, "counts");
        eq(licenses.ownerOf(1), bob, "holder");
        eq(licenses.licenseCount(), 1, "count");
        eq(licenses.licensesOf(bob, asset).length, 1, "bob's list");
        eq(licenses.tokenURI(1), "", "no metadata yet");
        eq(licenses.name(), "Sahara License", "name");
        eq(licenses.symbol(), "SLICENSE", "symbol");
    }

    function test_a_license_is_valid_until_it_expires() public {
        uint64 month = _grant(priced(1, 0, 30 days), bob);
        uint64 forEver = _grant(priced(1, 0, 0), bob);
        vm.warp(block.timestamp + 30 days - 1);
        isTrue(licenses.isValid(month), "just before");
        vm.warp(block.timestamp + 1);
        isTrue(!licenses.isValid(month), "just then");
        vm.warp(block.timestamp + 365_000 days);
        isTrue(licenses.isValid(forEver), "for ever");
        isTrue(!licenses.isValid(99), "no such license");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseUnknown.selector, 99));
        licenses.license(99);
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        licenses.tokenURI(99);
    }

    function test_granting_is_for_the_owner_of_an_active_asset_and_attached_terms() public {
        uint32 id = attach(alice, asset, free(0));
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NotAssetOwner.selector, asset, bob));
        vm.prank(bob);
        licenses.grant(asset, id, bob);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsNotAttached.selector, asset, 7));
        vm.prank(alice);
        licenses.grant(asset, 7, bob);
        vm.expectRevert(ERC721.TransferToZeroAddress.selector);
        vm.prank(alice);
        licenses.grant(asset, id, address(0));
        vm.prank(alice);
        assets.setState(asset, 1);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.AssetNotActive.selector, asset, 1));
        vm.prank(alice);
        licenses.grant(asset, id, bob);
    }

    function test_lists_follow_transfers() public {
        uint64[3] memory ids = [_grant(free(0), bob), _grant(free(1), bob), _grant(free(2), bob)];
        vm.prank(bob);
        licenses.transferFrom(bob, carol, ids[0]);
        uint64[] memory bobs = licenses.licensesOf(bob, asset);
        eq(bobs.length, 2, "bob's");
        eq(bobs[0] + bobs[1], ids[1] + ids[2], "the other two");
        eq(licenses.licensesOf(carol, asset)[0], ids[0], "carol's");
        vm.prank(bob);
        licenses.transferFrom(bob, carol, ids[2]);
        vm.prank(bob);
        licenses.transferFrom(bob, bob, ids[1]);
        vm.prank(carol);
        licenses.transferFrom(carol, bob, ids[0]);
        eq(licenses.licensesOf(bob, asset).length, 2, "bob's again");
        eq(licenses.licensesOf(carol, asset)[0], ids[2], "carol's again");
    }

    function test_a_license_that_may_not_change_hands_does_not() public {
        ILicenseRegistry.Terms memory bound = free(0);
        bound.flags = 0;
        uint64 id = _grant(bound, bob);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseNotTransferable.selector, id));
        vm.prank(bob);
        licenses.transferFrom(bob, carol, id);
    }

    function test_tokens_move_without_coin() public {
        uint64 id = _grant(free(0), bob);
        vm.deal(bob, 1 ether);
        vm.expectRevert(ILicenseRegistry.ValueNotAccepted.selector);
        vm.prank(bob);
        licenses.transferFrom{value: 1}(bob, carol, id);
        vm.expectRevert(ILicenseRegistry.ValueNotAccepted.selector);
        vm.prank(bob);
        licenses.approve{value: 1}(carol, id);
        vm.prank(bob);
        licenses.approve(carol, id);
        vm.prank(carol);
        licenses.transferFrom(bob, carol, id);
        eq(licenses.ownerOf(id), carol, "moved by the approved");
    }

    // ---- what is allowed ----

    function test_can_asks_ownership_free_terms_and_licenses() public {
        isTrue(licenses.can(asset, alice, Rights.TRAIN), "the owner may");
        isTrue(!licenses.can(asset, bob, Rights.TRAIN), "others may not");
        ILicenseRegistry.Terms memory open = free(0);
        open.rights = Rights.ACCESS | Rights.RUN;
        attach(alice, asset, open);
        isTrue(licenses.can(asset, bob, Rights.ACCESS | Rights.RUN), "free terms allow");
        isTrue(!licenses.can(asset, bob, Rights.ACCESS | Rights.TRAIN), "all of the rights are needed");
        uint64 id = _grant(priced(1, 0, 1 days), bob);
        isTrue(licenses.can(asset, bob, Rights.TRAIN), "a license allows");
        isTrue(!licenses.can(asset, carol, Rights.TRAIN), "its holder only");
        vm.prank(bob);
        licenses.transferFrom(bob, carol, id);
        isTrue(!licenses.can(asset, bob, Rights.TRAIN), "no longer");
        isTrue(licenses.can(asset, carol, Rights.TRAIN), "the new holder");
        vm.warp(block.timestamp + 1 days);
        isTrue(!licenses.can(asset, carol, Rights.TRAIN), "until it expires");
    }

    function test_can_refuses_questions_without_meaning() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.RightsInvalid.selector, 0));
        licenses.can(asset, alice, 0);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.RightsInvalid.selector, Rights.ALL + 1));
        licenses.can(asset, alice, Rights.ALL + 1);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.AssetUnknown.selector, 99));
        licenses.can(99, alice, 1);
    }

    function test_a_relation_to_ones_own_asset_needs_no_terms() public {
        eq(_royalty(alice, asset, 1, 0, 0), 0, "free of royalty");
        uint32 id = licenses.registerTerms(priced(1 ether, 800, 0));
        eq(_royalty(alice, asset, 1, id, 0), 800, "or at the royalty of given terms");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsUnknown.selector, 9));
        licenses.checkRelation(alice, asset, 1, 9, 0);
    }

    function test_a_relation_under_free_terms() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsRequired.selector, asset));
        licenses.checkRelation(bob, asset, 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsNotAttached.selector, asset, 1));
        licenses.checkRelation(bob, asset, 1, 1, 0);
        ILicenseRegistry.Terms memory open = free(300);
        open.rights = Rights.TRAIN;
        uint32 id = attach(alice, asset, open);
        eq(_royalty(bob, asset, 1, id, 0), 300, "royalty");
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseRegistry.TermsDoNotAllow.selector, asset, id, Rights.DERIVE)
        );
        licenses.checkRelation(bob, asset, 4, id, 0);
    }

    function test_a_relation_under_priced_terms_needs_the_license() public {
        ILicenseRegistry.Terms memory paid = priced(1 ether, 500, 1 days);
        paid.rights = Rights.TRAIN;
        uint64 id = _grant(paid, bob);
        uint32 termsId = licenses.termsOf(asset)[0];
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseRequired.selector, asset, termsId));
        licenses.checkRelation(bob, asset, 1, termsId, 0);
        eq(_royalty(bob, asset, 1, termsId, id), 500, "royalty");
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseRegistry.TermsDoNotAllow.selector, asset, termsId, Rights.DERIVE)
        );
        licenses.checkRelation(bob, asset, 4, termsId, id);
        vm.prank(alice);
        licenses.detach(asset, termsId);
        eq(_royalty(bob, asset, 1, termsId, id), 500, "detached terms still bind");
    }

    function test_a_license_counts_for_its_holder_asset_terms_and_time() public {
        uint64 id = _grant(priced(1 ether, 500, 1 days), bob);
        uint32 termsId = licenses.termsOf(asset)[0];
        (uint64 other,) = publish(alice, "other");
        bytes memory refusal = abi.encodeWithSelector(ILicenseRegistry.LicenseNotValid.selector, id);
        vm.expectRevert(refusal);
        licenses.checkRelation(carol, asset, 1, termsId, id);
        vm.expectRevert(refusal);
        licenses.checkRelation(bob, other, 1, termsId, id);
        vm.expectRevert(refusal);
        licenses.checkRelation(bob, asset, 1, termsId + 1, id);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseNotValid.selector, 99));
        licenses.checkRelation(bob, asset, 1, termsId, 99);
        vm.warp(block.timestamp + 1 days);
        vm.expectRevert(refusal);
        licenses.checkRelation(bob, asset, 1, termsId, id);
    }

    function _grant(ILicenseRegistry.Terms memory wanted, address to) private returns (uint64) {
        uint32 id = attach(alice, asset, wanted);
        vm.prank(alice);
        return licenses.grant(asset, id, to);
    }

    function _royalty(address who, uint64 parent, uint8 relation, uint32 termsId, uint64 licenseId)
        private
        view
        returns (uint16 royaltyBps)
    {
        (royaltyBps,,) = licenses.checkRelation(who, parent, relation, termsId, licenseId);
    }

    function _refuses(ILicenseRegistry.Terms memory wanted, bytes memory refusal) private {
        vm.expectRevert(refusal);
        licenses.registerTerms(wanted);
    }
}
