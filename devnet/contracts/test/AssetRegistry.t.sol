// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/tokens/ERC721.sol";
import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {Fixture} from "./utils/Fixture.sol";

contract AssetRegistryTest is Fixture {
    function setUp() public {
        deployProtocol();
    }

    // ---- registering ----

    function test_registering_makes_an_asset_a_version_and_a_token() public {
        IAssetRegistry.VersionInput memory input = bare();
        vm.expectEmit(address(assets));
        emit IAssetRegistry.AssetRegistered(1, alice, MODEL, "penguins");
        vm.expectEmit(address(assets));
        emit IAssetRegistry.VersionPublished(1, 1, 1, input.releaseRoot, input.contentRoot, input.publication);
        vm.prank(alice);
        (uint64 assetId, uint64 versionId) = assets.register(MODEL, "penguins", input);
        eq(assetId, 1, "asset id");
        eq(versionId, 1, "version id");
        _checkAsset(assetId);
        _checkVersion(versionId, input);
        eq(assets.ownerOf(assetId), alice, "holder");
        eq(assets.versionAt(assetId, 1), versionId, "by number");
        eq(assets.versionAt(assetId, 2), 0, "no second yet");
        eq(assets.assetOf(alice, "penguins"), assetId, "by name");
        eq(assets.assetOf(bob, "penguins"), 0, "not bob's");
        eq(assets.publicationOf(alice, input.publication), versionId, "by publication");
        eq(assets.firstWithContent(input.contentRoot), versionId, "by content");
        eq(assets.assetCount() + assets.versionCount(), 2, "counts");
        eq(vault.currentVersion(assetId), versionId, "the vault's current version");
        eq(vault.ownerOf(assetId, 1), alice, "the vault's owner");
        eq(vault.assetOf(versionId), assetId, "the vault's asset");
    }

    function _checkAsset(uint64 assetId) private view {
        (
            uint8 kind,
            uint8 state,
            address owner,
            address publisher,
            uint32 versions,
            uint64 current,
            uint40 createdAt,
            string memory name
        ) = assets.asset(assetId);
        eq(kind, MODEL, "kind");
        eq(state, 0, "state");
        eq(owner, alice, "owner");
        eq(publisher, alice, "publisher");
        eq(versions, 1, "versions");
        eq(current, 1, "current");
        eq(createdAt, block.timestamp, "createdAt");
        eq(name, "penguins", "name");
    }

    function _checkVersion(uint64 versionId, IAssetRegistry.VersionInput memory input) private view {
        (
            uint64 assetId,
            uint32 number,
            uint40 createdAt,
            address publisher,
            bytes32 releaseRoot,
            bytes32 contentRoot,
            bytes32 publication,
            bytes32 fingerprint
        ) = assets.version(versionId);
        eq(assetId, 1, "asset");
        eq(number, 1, "number");
        eq(createdAt, block.timestamp, "createdAt");
        eq(publisher, alice, "publisher");
        eq(releaseRoot, input.releaseRoot, "releaseRoot");
        eq(contentRoot, input.contentRoot, "contentRoot");
        eq(publication, input.publication, "publication");
        eq(fingerprint, 0, "fingerprint");
    }

    function test_kinds_and_names_are_checked() public {
        IAssetRegistry.VersionInput memory input = bare();
        _refuses(0, "a", input, abi.encodeWithSelector(IAssetRegistry.KindUnknown.selector, 0));
        _refuses(7, "a", input, abi.encodeWithSelector(IAssetRegistry.KindUnknown.selector, 7));
        _refuses(1, "A", input, abi.encodeWithSelector(IAssetRegistry.NameInvalid.selector, "A"));
        (uint64 assetId,) = publish(alice, "a");
        _refuses(1, "a", input, abi.encodeWithSelector(IAssetRegistry.NameTaken.selector, assetId));
        publish(bob, "a", input);
    }

    function test_digests_must_be_there() public {
        IAssetRegistry.VersionInput memory input = bare();
        bytes memory refusal = abi.encodeWithSelector(IAssetRegistry.DigestMissing.selector);
        (bytes32 release, bytes32 content) = (input.releaseRoot, input.contentRoot);
        input.releaseRoot = 0;
        _refuses(1, "a", input, refusal);
        (input.releaseRoot, input.contentRoot) = (release, 0);
        _refuses(1, "a", input, refusal);
        (input.contentRoot, input.publication) = (content, 0);
        _refuses(1, "a", input, refusal);
    }

    function test_the_same_publication_registers_once_per_publisher() public {
        IAssetRegistry.VersionInput memory input = bare();
        (uint64 assetId, uint64 versionId) = publish(alice, "a", input);
        bytes memory refusal = abi.encodeWithSelector(IAssetRegistry.AlreadyPublished.selector, versionId);
        _refuses(1, "a", input, refusal);
        vm.expectRevert(refusal);
        vm.prank(alice);
        assets.publishVersion(assetId, input);
        (, uint64 bobs) = publish(bob, "a", input);
        eq(assets.publicationOf(bob, input.publication), bobs, "bob's own");
        eq(assets.firstWithContent(input.contentRoot), versionId, "the first one stays shown");
    }

    function test_a_version_is_signed_with_an_active_key_of_the_publisher() public {
        bytes32 fingerprint = _bindKey(alice);
        IAssetRegistry.VersionInput memory input = bare();
        input.keyFingerprint = fingerprint;
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.KeyNotActive.selector, fingerprint, bob));
        vm.prank(bob);
        assets.register(1, "a", input);
        (, uint64 versionId) = publish(alice, "a", input);
        (,,,,,,, bytes32 stored) = assets.version(versionId);
        eq(stored, fingerprint, "fingerprint");
        vm.prank(alice);
        keys.revoke(fingerprint);
        input = bare();
        input.keyFingerprint = fingerprint;
        _refuses(
            1, "b", input, abi.encodeWithSelector(IAssetRegistry.KeyNotActive.selector, fingerprint, alice)
        );
    }

    function _bindKey(address who) private returns (bytes32) {
        (uint256 x, uint256 y) = vm.publicKeyP256(77);
        (bytes32 r, bytes32 s) = vm.signP256(77, keys.challenge(who));
        uint256 order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;
        if (uint256(s) > order / 2) s = bytes32(order - uint256(s));
        vm.prank(who);
        return keys.bind(bytes32(x), bytes32(y), r, s);
    }

    // ---- versions ----

    function test_the_holder_adds_versions() public {
        (uint64 assetId, uint64 first) = publish(alice, "a");
        vm.prank(alice);
        assets.transferFrom(alice, bob, assetId);
        IAssetRegistry.VersionInput memory input = bare();
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.NotAssetHolder.selector, assetId, alice));
        vm.prank(alice);
        assets.publishVersion(assetId, input);
        vm.prank(bob);
        uint64 second = assets.publishVersion(assetId, input);
        (,, address owner, address publisher, uint32 versions, uint64 current,,) = assets.asset(assetId);
        eq(owner, bob, "owner");
        eq(publisher, alice, "the first registrant stays the publisher");
        eq(versions, 2, "versions");
        eq(current, second, "current");
        eq(vault.currentVersion(assetId), second, "the vault's");
        eq(assets.versionAt(assetId, 1), first, "the first stays");
        (, uint32 number,, address by,,,,) = assets.version(second);
        eq(number, 2, "number");
        eq(by, bob, "by");
    }

    function test_unknown_ids_are_named() public {
        bytes memory noAsset = abi.encodeWithSelector(IAssetRegistry.AssetUnknown.selector, 9);
        bytes memory noVersion = abi.encodeWithSelector(IAssetRegistry.VersionUnknown.selector, 9);
        IAssetRegistry.VersionInput memory input = bare();
        vm.expectRevert(noAsset);
        assets.asset(9);
        vm.expectRevert(noAsset);
        assets.ownerAndState(9);
        vm.expectRevert(noAsset);
        assets.versionAt(9, 1);
        vm.expectRevert(noAsset);
        assets.publishVersion(9, input);
        vm.expectRevert(noAsset);
        assets.setState(9, 1);
        vm.expectRevert(noVersion);
        assets.version(9);
        vm.expectRevert(noVersion);
        assets.relations(9);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.VersionUnknown.selector, 0));
        assets.relations(0);
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        assets.tokenURI(9);
    }

    // ---- states ----

    function test_states_change_until_revoked() public {
        (uint64 assetId,) = publish(alice, "a");
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.NotAssetHolder.selector, assetId, bob));
        vm.prank(bob);
        assets.setState(assetId, 1);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.StateUnknown.selector, 3));
        _setState(assetId, 3);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.StateChanged(assetId, 1);
        _setState(assetId, 1);
        _setState(assetId, 1);
        _setState(assetId, 0);
        _setState(assetId, 2);
        (, uint8 state) = assets.ownerAndState(assetId);
        eq(state, 2, "revoked");
        _setState(assetId, 2);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.AssetIsRevoked.selector, assetId));
        _setState(assetId, 0);
        IAssetRegistry.VersionInput memory input = bare();
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.AssetIsRevoked.selector, assetId));
        vm.prank(alice);
        assets.publishVersion(assetId, input);
    }

    function test_a_deprecated_asset_still_gets_versions() public {
        (uint64 assetId,) = publish(alice, "a");
        _setState(assetId, 1);
        IAssetRegistry.VersionInput memory input = bare();
        vm.prank(alice);
        assets.publishVersion(assetId, input);
        (, uint8 state) = assets.ownerAndState(assetId);
        eq(state, 1, "and stays deprecated");
    }

    // ---- relations ----

    function test_relations_are_kept_with_what_they_rest_on() public {
        (uint64 data, uint64 dataVersion) = publish(alice, "data");
        uint32 termsId = attach(alice, data, priced(1 ether, 600, 0));
        vm.prank(alice);
        uint64 licenseId = licenses.grant(data, termsId, bob);
        IAssetRegistry.VersionInput memory input = withRelation(dataVersion, 1, termsId, licenseId);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.RelationAdded(2, dataVersion, 1, 600, termsId);
        (, uint64 model) = publish(bob, "model", input);
        IAssetRegistry.Relation[] memory kept = assets.relations(model);
        eq(kept.length, 1, "one");
        eq(kept[0].parentVersion, dataVersion, "parent");
        eq(kept[0].relation, 1, "relation");
        eq(kept[0].royaltyBps, 600, "royalty");
        eq(kept[0].termsId, termsId, "terms");
        eq(kept[0].licenseId, licenseId, "license");
        (uint64[] memory parents, uint16[] memory royalties) = vault.parentsOf(model);
        eq(parents.length, 1, "the vault's edge");
        eq(parents[0], dataVersion, "to the parent");
        eq(royalties[0], 600, "of the royalty");
    }

    function test_a_relation_without_royalty_is_no_edge_of_money() public {
        (, uint64 parent) = publish(alice, "data");
        (, uint64 child) = publish(alice, "model", withRelation(parent, 1, 0, 0));
        eq(assets.relations(child).length, 1, "a relation");
        (uint64[] memory parents,) = vault.parentsOf(child);
        eq(parents.length, 0, "no edge");
    }

    function test_terms_decide_about_relations() public {
        (uint64 data, uint64 dataVersion) = publish(alice, "data");
        _refusesAs(
            bob,
            withRelation(dataVersion, 1, 0, 0),
            abi.encodeWithSelector(ILicenseRegistry.TermsRequired.selector, data)
        );
        ILicenseRegistry.Terms memory open = free(0);
        open.rights = Rights.TRAIN;
        uint32 termsId = attach(alice, data, open);
        _refusesAs(
            bob,
            withRelation(dataVersion, 6, termsId, 0),
            abi.encodeWithSelector(ILicenseRegistry.TermsDoNotAllow.selector, data, termsId, Rights.AGENT_USE)
        );
        publish(bob, "model", withRelation(dataVersion, 1, termsId, 0));
    }

    function test_parents_must_exist_and_be_older() public {
        (, uint64 parent) = publish(alice, "data");
        bytes4 unknown = IAssetRegistry.ParentUnknown.selector;
        _refusesAs(alice, withRelation(0, 1, 0, 0), abi.encodeWithSelector(unknown, 0));
        _refusesAs(alice, withRelation(parent + 1, 1, 0, 0), abi.encodeWithSelector(unknown, parent + 1));
        _refusesAs(alice, withRelation(99, 1, 0, 0), abi.encodeWithSelector(unknown, 99));
        bytes4 noRelation = IAssetRegistry.RelationUnknown.selector;
        _refusesAs(alice, withRelation(parent, 0, 0, 0), abi.encodeWithSelector(noRelation, 0));
        _refusesAs(alice, withRelation(parent, 8, 0, 0), abi.encodeWithSelector(noRelation, 8));
        eq(assets.assetCount(), 1, "nothing half registered");
    }

    function test_parents_must_be_active() public {
        (uint64 data, uint64 parent) = publish(alice, "data");
        bytes4 inactive = IAssetRegistry.ParentNotActive.selector;
        _setState(data, 1);
        _refusesAs(alice, withRelation(parent, 1, 0, 0), abi.encodeWithSelector(inactive, parent, 1));
        _setState(data, 2);
        _refusesAs(alice, withRelation(parent, 1, 0, 0), abi.encodeWithSelector(inactive, parent, 2));
    }

    function test_a_parent_may_return_by_another_relation_only() public {
        (, uint64 parent) = publish(alice, "data");
        IAssetRegistry.VersionInput memory input = _withMany(3, parent);
        input.relations[1].relation = 2;
        _refusesAs(alice, input, abi.encodeWithSelector(IAssetRegistry.RelationRepeated.selector, parent, 1));
        input.relations[2].relation = 3;
        (, uint64 child) = publish(alice, "model", input);
        eq(assets.relations(child).length, 3, "three relations");
    }

    function test_a_version_has_at_most_64_relations() public {
        for (uint256 i; i < 10; ++i) {
            publish(alice, string(abi.encodePacked("data-", bytes1(uint8(0x61 + i)))));
        }
        IAssetRegistry.VersionInput memory input = _withMany(65, 1);
        for (uint256 i; i < 65; ++i) {
            (input.relations[i].parentVersion, input.relations[i].relation) =
            (uint64(i / 7 + 1), uint8(i % 7 + 1));
        }
        _refusesAs(alice, input, abi.encodeWithSelector(IAssetRegistry.TooManyRelations.selector, 65, 64));
        IAssetRegistry.VersionInput memory fewer = _withMany(64, 1);
        uint32 termsId = licenses.registerTerms(free(156));
        for (uint256 i; i < 64; ++i) {
            fewer.relations[i] = input.relations[i];
            fewer.relations[i].termsId = termsId;
        }
        (, uint64 child) = publish(alice, "model", fewer);
        (uint64[] memory parents, uint16[] memory royalties) = vault.parentsOf(child);
        for (uint256 i; i < 64; ++i) {
            eq(parents[i], i / 7 + 1, "parent");
            eq(royalties[i], 156, "royalty");
        }
    }

    function test_royalties_together_take_no_more_than_everything() public {
        (, uint64 parent) = publish(alice, "data");
        uint32 half = licenses.registerTerms(free(5_000));
        uint32 more = licenses.registerTerms(free(5_001));
        IAssetRegistry.VersionInput memory input = _withMany(2, parent);
        (input.relations[0].termsId, input.relations[1].termsId) = (half, more);
        input.relations[1].relation = 2;
        _refusesAs(alice, input, abi.encodeWithSelector(IRevenueVault.RoyaltiesTooHigh.selector, 10_001, 1));
        input.relations[1].termsId = half;
        publish(alice, "model", input);
    }

    function _withMany(uint256 count, uint64 parent)
        private
        returns (IAssetRegistry.VersionInput memory input)
    {
        input = bare();
        input.relations = new IAssetRegistry.RelationInput[](count);
        for (uint256 i; i < count; ++i) {
            input.relations[i] = IAssetRegistry.RelationInput(parent, 1, 0, 0);
        }
    }

    // ---- the token ----

    function test_the_token_points_to_the_current_release() public {
        IAssetRegistry.VersionInput memory input = bare();
        input.releaseRoot = sha256(hex"0a020801");
        (uint64 assetId,) = publish(alice, "a", input);
        eq(
            assets.tokenURI(assetId),
            "ipfs://bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354",
            "uri"
        );
        eq(assets.name(), "Sahara Asset", "name");
        eq(assets.symbol(), "SASSET", "symbol");
        isTrue(assets.supportsInterface(0x80ac58cd), "ERC-721");
        isTrue(!assets.supportsInterface(0x2a55205a), "no ERC-2981 yet");
    }

    function test_a_transfer_starts_a_period_in_the_vault() public {
        (uint64 assetId,) = publish(alice, "a");
        vm.expectEmit(address(vault));
        emit IRevenueVault.OwnerSet(assetId, 2, bob);
        vm.prank(alice);
        assets.transferFrom(alice, bob, assetId);
        eq(vault.period(assetId), 2, "period");
        eq(vault.ownerOf(assetId, 1), alice, "before");
        eq(vault.ownerOf(assetId, 2), bob, "now");
        (address owner,) = assets.ownerAndState(assetId);
        eq(owner, bob, "owner");
    }

    function test_tokens_move_without_coin() public {
        (uint64 assetId,) = publish(alice, "a");
        vm.deal(alice, 1 ether);
        vm.expectRevert(IAssetRegistry.ValueNotAccepted.selector);
        vm.prank(alice);
        assets.safeTransferFrom{value: 1}(alice, bob, assetId);
        vm.expectRevert(IAssetRegistry.ValueNotAccepted.selector);
        vm.prank(alice);
        assets.approve{value: 1}(bob, assetId);
        vm.prank(alice);
        assets.approve(bob, assetId);
        vm.prank(bob);
        assets.transferFrom(alice, bob, assetId);
    }

    function _setState(uint64 assetId, uint8 state) private {
        vm.prank(alice);
        assets.setState(assetId, state);
    }

    function _refuses(
        uint8 kind,
        string memory name,
        IAssetRegistry.VersionInput memory input,
        bytes memory refusal
    ) private {
        vm.expectRevert(refusal);
        vm.prank(alice);
        assets.register(kind, name, input);
    }

    function _refusesAs(address who, IAssetRegistry.VersionInput memory input, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(who);
        assets.register(MODEL, "refused", input);
    }
}
