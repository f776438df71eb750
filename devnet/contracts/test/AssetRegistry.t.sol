// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/tokens/ERC721.sol";
import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {IReferableRoyalty} from "../src/interfaces/IReferableRoyalty.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {ResaleRoyalty} from "../src/ResaleRoyalty.sol";
import {Cid} from "../src/libraries/Cid.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Tree} from "./utils/Tree.sol";

contract AssetRegistryTest is Fixture {
    function setUp() public {
        deployProtocol();
    }

    // ---- registering ----

    function test_registering_makes_an_asset_a_version_and_a_token() public {
        vm.roll(1234);
        IAssetRegistry.VersionInput memory input = bare();
        vm.expectEmit(address(assets));
        emit IAssetRegistry.AssetRegistered(1, alice, MODEL, "penguins");
        _expectPublished(1, 1, 1, alice, input);
        vm.prank(alice);
        (uint64 assetId, uint64 versionId) = assets.register(MODEL, "penguins", input);
        vm.roll(5678);
        eq(assetId, 1, "asset id");
        eq(versionId, 1, "version id");
        _checkAsset(assetId, MODEL, alice, "penguins", 1234);
        _checkVersion(versionId, assetId, 1, 1234, input);
        eq(assets.ownerOf(assetId), alice, "holder");
        eq(assets.versionAt(assetId, 0), 0, "numbers begin with 1");
        eq(assets.versionAt(assetId, 1), versionId, "by number");
        eq(assets.versionAt(assetId, 2), 0, "no second yet");
        eq(assets.assetOf(alice, "penguins"), assetId, "by name");
        eq(assets.assetOf(bob, "penguins"), 0, "not bob's");
        eq(assets.assetCount() + assets.versionCount(), 2, "counts");
        eq(vault.currentVersion(assetId), versionId, "the vault's current version");
        eq(vault.ownerOf(assetId, 1), alice, "the vault's owner");
        eq(vault.assetOf(versionId), assetId, "the vault's asset");
        (address owner, uint64 current) = assets.ownerAndCurrent(assetId);
        eq(owner, alice, "owner");
        eq(current, versionId, "current");
    }

    function _expectPublished(
        uint64 versionId,
        uint64 assetId,
        uint32 number,
        address by,
        IAssetRegistry.VersionInput memory input
    ) private {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.VersionPublished(
            versionId,
            input.contentRoot,
            input.publication,
            assetId,
            number,
            by,
            input.releaseRoot,
            input.keyFingerprint
        );
    }

    function _checkAsset(uint64 assetId, uint8 kind, address who, string memory name, uint256 atBlock)
        private
        view
    {
        (
            uint8 kind_,,
            address owner,,
            uint32 versions,
            uint64 current,
            uint40 createdBlock,
            string memory name_
        ) = assets.asset(assetId);
        eq(kind_, kind, "kind");
        eq(owner, who, "owner");
        eq(versions, 1, "versions");
        eq(current, assets.versionAt(assetId, 1), "current");
        eq(createdBlock, atBlock, "createdBlock");
        eq(name_, name, "name");
        _checkNew(assetId, who);
    }

    function _checkNew(uint64 assetId, address who) private view {
        (, uint8 state,, address publisher,,,,) = assets.asset(assetId);
        eq(state, 0, "state");
        eq(publisher, who, "publisher");
    }

    function _checkVersion(
        uint64 versionId,
        uint64 assetId,
        uint32 number,
        uint256 atBlock,
        IAssetRegistry.VersionInput memory input
    ) private view {
        (uint64 asset, uint32 number_, uint40 publishedBlock, bytes32 releaseRoot) = assets.version(versionId);
        eq(asset, assetId, "asset");
        eq(number_, number, "number");
        eq(publishedBlock, atBlock, "publishedBlock");
        eq(releaseRoot, input.releaseRoot, "releaseRoot");
        eq(assets.assetOfVersion(versionId), assetId, "asset of the version");
    }

    /// @dev Slots of the registry that a bare registration writes for the first time: the token with its head, the
    /// name, and two of the version. The counters and the holder's balance were there before.
    function test_a_bare_registration_writes_four_new_slots_and_none_in_the_vault() public {
        publish(alice, "before");
        vm.record();
        publish(alice, "after");
        (, bytes32[] memory inVault) = vm.accesses(address(vault));
        eq(inVault.length, 0, "the vault");
        (, bytes32[] memory inLicenses) = vm.accesses(address(licenses));
        eq(inLicenses.length, 0, "the licences");
        (, bytes32[] memory written) = vm.accesses(address(assets));
        eq(_distinct(written), 6, "the registry: four, the counters and the balance");
    }

    function _distinct(bytes32[] memory slots) private pure returns (uint256 count) {
        for (uint256 i; i < slots.length; ++i) {
            bool seen;
            for (uint256 j; j < i; ++j) {
                seen = seen || slots[j] == slots[i];
            }
            if (!seen) ++count;
        }
    }

    // ---- registering many ----

    function test_many_are_registered_in_their_order() public {
        publish(alice, "before");
        IAssetRegistry.RegisterInput[] memory inputs = _many(50);
        vm.roll(77);
        vm.prank(bob);
        (uint64 firstAsset, uint64 firstVersion) = assets.registerMany(inputs);
        eq(firstAsset, 2, "first asset");
        eq(firstVersion, 2, "first version");
        for (uint64 i; i < 50; ++i) {
            _checkAsset(2 + i, inputs[i].kind, bob, inputs[i].name, 77);
            _checkVersion(2 + i, 2 + i, 1, 77, inputs[i].version);
            eq(assets.assetOf(bob, inputs[i].name), 2 + i, "by name");
        }
        eq(assets.balanceOf(bob), 50, "tokens");
        eq(assets.assetCount(), 51, "assets");
    }

    function test_of_many_all_are_registered_or_none() public {
        IAssetRegistry.RegisterInput[] memory inputs = _many(3);
        (string memory name, bytes32 digest) = (inputs[2].name, inputs[2].version.releaseRoot);
        inputs[2].name = inputs[0].name;
        _refusesMany(inputs, abi.encodeWithSelector(IAssetRegistry.NameTaken.selector, 1));
        inputs[2].name = "0123456789abcdefghijklmnopq";
        _refusesMany(inputs, abi.encodeWithSelector(IAssetRegistry.NameInvalid.selector, inputs[2].name));
        (inputs[2].name, inputs[2].version.releaseRoot) = (name, 0);
        _refusesMany(inputs, abi.encodeWithSelector(IAssetRegistry.DigestMissing.selector));
        (inputs[2].version.releaseRoot, inputs[1].kind) = (digest, 7);
        _refusesMany(inputs, abi.encodeWithSelector(IAssetRegistry.KindUnknown.selector, 7));
        inputs[1].kind = 1;
        inputs[1].version.contributorsBps = 1;
        _refusesMany(inputs, abi.encodeWithSelector(IRevenueVault.ContributorsInvalid.selector));
        inputs[1].version.contributorsBps = 0;
        vm.prank(alice);
        assets.registerMany(inputs);
        eq(assets.assetCount(), 3, "all of them");
    }

    function test_absurdly_long_lists_are_refused_whole() public {
        IAssetRegistry.RegisterInput[] memory inputs = _many(2);
        inputs[1].version = _withMany(65, 1);
        _refusesMany(inputs, abi.encodeWithSelector(IAssetRegistry.TooManyRelations.selector, 65, 64));
        inputs[1].version = _withMany(2_000, 1);
        _refusesMany(inputs, abi.encodeWithSelector(IAssetRegistry.TooManyRelations.selector, 2_000, 64));
        // A length that nothing in the call lives up to.
        (bool ok,) = address(assets)
            .call(abi.encodePacked(assets.registerMany.selector, abi.encode(uint256(0x20), type(uint64).max)));
        isTrue(!ok, "no such list");
        ok = _registersWithin(10_000_000, _many(200));
        isTrue(!ok, "more than the gas is for");
        eq(assets.assetCount() + assets.versionCount(), 0, "nothing half registered");
        isTrue(_registersWithin(30_000_000, _many(200)), "more gas, more assets");
    }

    function _registersWithin(uint256 gas, IAssetRegistry.RegisterInput[] memory inputs)
        private
        returns (bool ok)
    {
        (ok,) = address(assets).call{gas: gas}(abi.encodeCall(assets.registerMany, (inputs)));
    }

    function test_an_empty_list_of_many_changes_nothing() public {
        (uint64 assetId, uint64 versionId) = assets.registerMany(new IAssetRegistry.RegisterInput[](0));
        eq(assetId + versionId + assets.assetCount(), 0, "nothing");
    }

    function test_one_of_many_may_rest_on_an_earlier_one() public {
        IAssetRegistry.RegisterInput[] memory inputs = _many(2);
        inputs[0].version = withRelation(1, 1, 0, 0);
        _refusesMany(inputs, abi.encodeWithSelector(IAssetRegistry.ParentUnknown.selector, 1));
        inputs[0].version = bare();
        inputs[1].version = withRelation(1, 1, 0, 0);
        _expectRelation(2, 1, 1, 0, 0, 0);
        vm.prank(alice);
        assets.registerMany(inputs);
    }

    function _many(uint256 count) private returns (IAssetRegistry.RegisterInput[] memory inputs) {
        inputs = new IAssetRegistry.RegisterInput[](count);
        for (uint256 i; i < count; ++i) {
            bytes memory name =
                abi.encodePacked("many-", bytes1(uint8(0x61 + i / 16)), bytes1(uint8(0x61 + i % 16)));
            inputs[i] = IAssetRegistry.RegisterInput(uint8(1 + i % 6), string(name), bare());
        }
    }

    function _refusesMany(IAssetRegistry.RegisterInput[] memory inputs, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(alice);
        assets.registerMany(inputs);
        eq(assets.assetCount() + assets.versionCount(), 0, "nothing half registered");
    }

    // ---- what is refused ----

    function test_kinds_and_names_are_checked() public {
        IAssetRegistry.VersionInput memory input = bare();
        _refuses(0, "a", input, abi.encodeWithSelector(IAssetRegistry.KindUnknown.selector, 0));
        _refuses(7, "a", input, abi.encodeWithSelector(IAssetRegistry.KindUnknown.selector, 7));
        _refuses(1, "A", input, abi.encodeWithSelector(IAssetRegistry.NameInvalid.selector, "A"));
        string memory long = "0123456789abcdefghijklmnopq";
        _refuses(1, long, input, abi.encodeWithSelector(IAssetRegistry.NameInvalid.selector, long));
        _refuses(1, "", input, abi.encodeWithSelector(IAssetRegistry.NameInvalid.selector, ""));
        publish(alice, "0123456789abcdefghijklmnop");
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

    /// @dev The name belongs to whoever registered it, also when the asset does not any more.
    function test_a_name_stays_taken_when_its_asset_is_sold() public {
        (uint64 assetId,) = publish(alice, "a");
        vm.prank(alice);
        assets.transferFrom(alice, bob, assetId);
        _refuses(1, "a", bare(), abi.encodeWithSelector(IAssetRegistry.NameTaken.selector, assetId));
        (uint64 bobs,) = publish(bob, "a");
        eq(assets.assetOf(alice, "a"), assetId, "alice's");
        eq(assets.assetOf(bob, "a"), bobs, "bob's");
    }

    /// @dev The tools see to it that nobody does this unawares; nothing on chain is the worse for it.
    function test_the_same_publication_may_be_registered_under_another_name() public {
        IAssetRegistry.VersionInput memory input = bare();
        publish(alice, "a", input);
        publish(alice, "b", input);
        publish(bob, "a", input);
        eq(assets.assetCount(), 3, "three");
    }

    function test_a_version_is_signed_with_an_active_key_of_the_publisher() public {
        bytes32 fingerprint = _bindKey(alice);
        IAssetRegistry.VersionInput memory input = bare();
        input.keyFingerprint = fingerprint;
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.KeyNotActive.selector, fingerprint, bob));
        vm.prank(bob);
        assets.register(1, "a", input);
        _expectPublished(1, 1, 1, alice, input);
        (uint64 assetId,) = publish(alice, "a", input);
        vm.prank(alice);
        keys.revoke(fingerprint);
        input = bare();
        input.keyFingerprint = fingerprint;
        bytes memory refusal =
            abi.encodeWithSelector(IAssetRegistry.KeyNotActive.selector, fingerprint, alice);
        _refuses(1, "b", input, refusal);
        _refusesVersion(alice, assetId, 2, input, refusal);
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
        // Not block.number: with via_ir, which coverage needs, it may be read only when it is used.
        uint256 registered = 40;
        vm.roll(registered);
        IAssetRegistry.VersionInput memory firstInput = bare();
        (uint64 assetId, uint64 first) = publish(alice, "a", firstInput);
        publish(carol, "other");
        vm.prank(alice);
        assets.transferFrom(alice, bob, assetId);
        IAssetRegistry.VersionInput memory input = bare();
        _refusesVersion(
            alice,
            assetId,
            2,
            input,
            abi.encodeWithSelector(IAssetRegistry.NotAssetHolder.selector, assetId, alice)
        );
        vm.roll(registered + 9);
        _expectPublished(3, assetId, 2, bob, input);
        uint64 second = publishNext(bob, assetId, input);
        (,, address owner, address publisher, uint32 versions, uint64 current, uint40 createdBlock,) =
            assets.asset(assetId);
        eq(owner, bob, "owner");
        eq(publisher, alice, "the first registrant stays the publisher");
        eq(versions, 2, "versions");
        eq(current, second, "current");
        eq(createdBlock, registered, "created once");
        eq(vault.currentVersion(assetId), second, "the vault's");
        eq(assets.versionAt(assetId, 1), first, "the first stays");
        eq(assets.versionAt(assetId, 2), second, "the second");
        eq(assets.versionAt(assetId, 3), 0, "no third");
        _checkVersion(first, assetId, 1, registered, firstInput);
        _checkVersion(second, assetId, 2, registered + 9, input);
    }

    /// @dev Twenty versions of two assets in turn: every number leads to its version, beyond the first list slot.
    function test_versions_are_found_by_number_and_keep_their_name() public {
        (uint64 one,) = publish(alice, "one");
        (uint64 two,) = publish(bob, "two");
        for (uint32 i = 2; i <= 20; ++i) {
            publishNext(alice, one, bare());
            publishNext(bob, two, bare());
        }
        for (uint32 i = 1; i <= 20; ++i) {
            eq(assets.versionAt(one, i), 2 * i - 1, "of the first");
            eq(assets.versionAt(two, i), 2 * i, "of the second");
            (uint64 asset, uint32 number,,) = assets.version(2 * i);
            eq(asset, two, "asset");
            eq(number, i, "number");
        }
        (,,,,,,, string memory name) = assets.asset(two);
        eq(name, "two", "name");
    }

    function test_of_two_versions_with_the_same_number_the_second_is_refused() public {
        (uint64 assetId,) = publish(alice, "a");
        bytes4 taken = IAssetRegistry.VersionNumberTaken.selector;
        bytes4 notNext = IAssetRegistry.VersionNumberNotNext.selector;
        _refusesVersion(alice, assetId, 1, bare(), abi.encodeWithSelector(taken, assetId, 1));
        publishNext(alice, assetId, bare());
        _refusesVersion(alice, assetId, 2, bare(), abi.encodeWithSelector(taken, assetId, 2));
        _refusesVersion(alice, assetId, 1, bare(), abi.encodeWithSelector(taken, assetId, 1));
        _refusesVersion(alice, assetId, 0, bare(), abi.encodeWithSelector(notNext, assetId, 0, 3));
        _refusesVersion(alice, assetId, 4, bare(), abi.encodeWithSelector(notNext, assetId, 4, 3));
        uint32 last = type(uint32).max;
        _refusesVersion(alice, assetId, last, bare(), abi.encodeWithSelector(notNext, assetId, last, 3));
        eq(assets.versionCount(), 2, "none of them");
    }

    function test_an_asset_has_at_most_65535_versions() public {
        (uint64 assetId,) = publish(alice, "a");
        _setVersions(assetId, 65_534);
        publishNext(alice, assetId, bare());
        (uint8 kind, uint8 state,,, uint32 versions,, uint40 createdBlock,) = assets.asset(assetId);
        eq(versions, 65_535, "full");
        eq(kind, DATASET, "kind");
        eq(state, 0, "state");
        eq(createdBlock, block.number, "block");
        eq(assets.versionAt(assetId, 65_535), 2, "the last one");
        bytes4 many = IAssetRegistry.TooManyVersions.selector;
        _refusesVersion(alice, assetId, 65_536, bare(), abi.encodeWithSelector(many, assetId, 65_535));
        bytes4 taken = IAssetRegistry.VersionNumberTaken.selector;
        _refusesVersion(alice, assetId, 65_535, bare(), abi.encodeWithSelector(taken, assetId, 65_535));
    }

    /// @dev As if it had that many: 16 bits of the OwnershipNFT's slot (Solady's ERC721), above holder and version.
    function _setVersions(uint64 assetId, uint256 count) private {
        (bytes32[] memory read,) = _readsOfOwner(assetId);
        uint256 mask = uint256(type(uint16).max) << 200;
        uint256 old = uint256(vm.load(address(assets), read[0]));
        vm.store(address(assets), read[0], bytes32((old & ~mask) | (count << 200)));
    }

    function _readsOfOwner(uint64 assetId) private returns (bytes32[] memory read, bytes32[] memory written) {
        vm.record();
        assets.ownerOf(assetId);
        return vm.accesses(address(assets));
    }

    function _refusesVersion(
        address who,
        uint64 assetId,
        uint32 number,
        IAssetRegistry.VersionInput memory input,
        bytes memory refusal
    ) private {
        vm.expectRevert(refusal);
        vm.prank(who);
        assets.publishVersion(assetId, number, input);
    }

    // ---- who published ----

    function test_the_publisher_stays_whoever_holds_the_token() public {
        (uint64 assetId,) = publish(alice, "a");
        eq(assets.publisherOf(assetId), alice, "at first the holder");
        _move(assetId, alice, alice);
        eq(assets.publisherOf(assetId), alice, "moved to oneself");
        _move(assetId, alice, bob);
        eq(assets.publisherOf(assetId), alice, "sold");
        publishNext(bob, assetId, bare());
        _move(assetId, bob, carol);
        eq(assets.publisherOf(assetId), alice, "sold on, with a version of another holder");
        _move(assetId, carol, alice);
        eq(assets.publisherOf(assetId), alice, "back");
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.AssetUnknown.selector, 9));
        assets.publisherOf(9);
    }

    function _move(uint64 assetId, address from, address to) private {
        vm.prank(from);
        assets.transferFrom(from, to, assetId);
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
        assets.ownerAndCurrent(9);
        vm.expectRevert(noAsset);
        assets.inboxOf(9);
        vm.expectRevert(noAsset);
        assets.publishVersion(9, 1, input);
        vm.expectRevert(noAsset);
        assets.setState(9, 1);
        vm.expectRevert(noVersion);
        assets.version(9);
        vm.expectRevert(noVersion);
        assets.assetOfVersion(9);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.VersionUnknown.selector, 0));
        assets.version(0);
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
        bytes memory refusal = abi.encodeWithSelector(IAssetRegistry.AssetIsRevoked.selector, assetId);
        _refusesVersion(alice, assetId, 2, input, refusal);
        (uint8 kind,,,, uint32 versions, uint64 current,,) = assets.asset(assetId);
        eq(kind, DATASET, "the kind stays");
        eq(versions, 1, "so do the versions");
        eq(current, 1, "and the current one");
    }

    function test_a_deprecated_asset_still_gets_versions() public {
        (uint64 assetId,) = publish(alice, "a");
        _setState(assetId, 1);
        publishNext(alice, assetId, bare());
        (, uint8 state) = assets.ownerAndState(assetId);
        eq(state, 1, "and stays deprecated");
    }

    // ---- relations ----

    function test_relations_are_told_with_what_they_rest_on() public {
        (uint64 data, uint64 dataVersion) = publish(alice, "data");
        uint32 termsId = attach(alice, data, priced(1 ether, 600, 0));
        vm.prank(alice);
        uint64 licenseId = licenses.grant(data, termsId, bob);
        IAssetRegistry.VersionInput memory input = withRelation(dataVersion, 1, termsId, licenseId);
        _expectRelation(2, dataVersion, 1, 600, termsId, licenseId);
        (, uint64 model) = publish(bob, "model", input);
        (uint64[] memory parents, uint16[] memory royalties) = vault.parentsOf(model);
        eq(parents.length, 1, "the vault's edge");
        eq(parents[0], dataVersion, "to the parent");
        eq(royalties[0], 600, "of the royalty");
    }

    function _expectRelation(
        uint64 child,
        uint64 parent,
        uint8 relation,
        uint16 royaltyBps,
        uint32 termsId,
        uint64 licenseId
    ) private {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.RelationAdded(child, parent, relation, royaltyBps, false, termsId, licenseId);
    }

    function test_a_relation_without_royalty_is_no_edge_of_money() public {
        (, uint64 parent) = publish(alice, "data");
        _expectRelation(2, parent, 1, 0, 0, 0);
        (, uint64 child) = publish(alice, "model", withRelation(parent, 1, 0, 0));
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
        _expectRelation(2, parent, 1, 0, 0, 0);
        _expectRelation(2, parent, 2, 0, 0, 0);
        _expectRelation(2, parent, 3, 0, 0, 0);
        publish(alice, "model", input);
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

    /// @dev An owner may forgo a royalty, but not those who share in what the parent earns.
    function test_an_own_parent_that_others_share_in_needs_terms() public {
        (uint64 data, uint64 dataVersion) = publish(carol, "data");
        uint32 termsId = attach(carol, data, free(100));
        (uint64 model, uint64 owing) = publish(alice, "model", withRelation(dataVersion, 1, termsId, 0));
        bytes4 required = ILicenseRegistry.TermsRequired.selector;
        _refusesAs(alice, withRelation(owing, 2, 0, 0), abi.encodeWithSelector(required, model));
        Tree.Leaf[] memory leaves = new Tree.Leaf[](1);
        leaves[0] = Tree.Leaf(carol, 1);
        (uint64 labeled, uint64 shared) = publish(alice, "labeled", withContributors(leaves, 5_000));
        _refusesAs(alice, withRelation(shared, 1, 0, 0), abi.encodeWithSelector(required, labeled));
        uint32 own = attach(alice, labeled, free(300));
        publish(alice, "with-terms", withRelation(shared, 1, own, 0));
        (, uint64 plain) = publish(alice, "plain");
        (, uint64 child) = publish(alice, "child", withRelation(plain, 1, 0, 0));
        publish(alice, "grandchild", withRelation(child, 1, 0, 0));
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
        isTrue(assets.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        isTrue(assets.supportsInterface(0x01ffc9a7), "ERC-165");
        isTrue(!assets.supportsInterface(0xffffffff), "not everything");
        uint64 second = publishNext(alice, assetId, bare());
        (,,, bytes32 release) = assets.version(second);
        eq(assets.tokenURI(assetId), string.concat("ipfs://", Cid.dagPb(release)), "the second");
    }

    function test_a_resale_pays_the_assets_inbox() public {
        (uint64 assetId,) = publish(alice, "a");
        isTrue(assets.supportsInterface(0x2a55205a), "ERC-2981");
        address inbox = assets.inboxOf(assetId);
        eq(inbox, vault.inboxOf(assetId), "the vault's");
        _checkResale(assetId, inbox, 1 ether, 0.05 ether);
        _checkResale(assetId, inbox, 0, 0);
        _checkResale(assetId, inbox, 19, 0);
        _checkResale(assetId, inbox, 20, 1);
        uint256 most = type(uint256).max;
        _checkResale(assetId, inbox, most, most / 10_000 * 500 + most % 10_000 * 500 / 10_000);
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        assets.royaltyInfo(9, 1);
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        assets.royaltyInfo(assetId + (uint256(1) << 64), 1);
    }

    function _checkResale(uint256 tokenId, address inbox, uint256 price, uint256 royalty) private view {
        (address receiver, uint256 amount) = assets.royaltyInfo(tokenId, price);
        eq(receiver, inbox, "receiver");
        eq(amount, royalty, "amount");
    }

    /// @dev Identifier from the functions of IRNFTRoyalty in the ERC's text.
    function test_referable_royalties_name_the_inbox_and_cannot_be_set() public {
        (uint64 assetId,) = publish(alice, "a");
        bytes4 id = bytes4(keccak256("getReferenceRoyaltyInfo(address,uint256,uint256)"))
            ^ bytes4(keccak256("getReferenceRoyaltyInfo(address,uint256)"))
            ^ bytes4(keccak256("setReferenceRoyalty(address,uint256,address[],uint256[],uint256)"))
            ^ bytes4(
                keccak256(
                    "setReferenceRoyalty(address,uint256,address[],uint256[],uint256,address,uint256,bytes)"
                )
            ) ^ bytes4(keccak256("supportsReferenceRoyalties()"))
            ^ bytes4(keccak256("royaltyNonce(address,address,uint256)"));
        isTrue(assets.supportsInterface(id), "ERC-8034");
        isTrue(assets.supportsReferenceRoyalties(), "says so");
        address here = address(assets);
        _checkReferable(assets.getReferenceRoyaltyInfo(here, assetId), assetId, 500);
        _checkReferable(assets.getReferenceRoyaltyInfo(here, assetId, 1 ether), assetId, 0.05 ether);
        _checkReferable(assets.getReferenceRoyaltyInfo(here, assetId, 0), assetId, 0);
        eq(assets.getReferenceRoyaltyInfo(here, 9, 1 ether).royaltyInfos.length, 0, "no such asset");
        eq(assets.getReferenceRoyaltyInfo(bob, assetId).royaltyInfos.length, 0, "another contract's");
        eq(assets.royaltyNonce(alice, here, assetId), 0, "nonce");
        vm.expectRevert(ResaleRoyalty.RoyaltiesAreFixed.selector);
        vm.prank(alice);
        assets.setReferenceRoyalty(here, assetId, new address[](0), new uint256[](0), 0);
        vm.expectRevert(ResaleRoyalty.RoyaltiesAreFixed.selector);
        assets.setReferenceRoyalty(here, assetId, new address[](0), new uint256[](0), 0, alice, 0, "");
    }

    function _checkReferable(IReferableRoyalty.ReferenceRoyalty memory found, uint64 assetId, uint256 amount)
        private
        view
    {
        eq(found.referenceDepth, 0, "the vault serves the lineage");
        eq(found.royaltyInfos.length, 1, "one recipient");
        eq(found.royaltyInfos[0].recipient, assets.inboxOf(assetId), "the inbox");
        eq(found.royaltyInfos[0].royaltyAmount, amount, "amount");
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
