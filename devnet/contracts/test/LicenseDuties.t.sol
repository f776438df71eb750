// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {TermsFlags} from "../src/libraries/TermsFlags.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @dev What an asset rests on binds what it may be offered under: at registration, when terms are attached, and when
/// a later version rests on more.
contract LicenseDutiesTest is Fixture {
    uint8 private constant TRAINED_ON = 1;
    uint8 private constant DERIVED_FROM = 4;
    uint8 private constant EVALUATED_ON = 5;
    uint8 private constant USES = 6;

    uint64 private data;
    uint64 private dataVersion;
    uint256 private _names;

    function setUp() public {
        deployProtocol();
        (data, dataVersion) = publish(alice, "data");
    }

    // ---- what attached terms must do ----

    function test_what_rests_on_nothing_is_offered_as_one_likes() public {
        eq(licenses.dutiesOf(data), 0, "no duties");
        attach(alice, data, _plain());
        attach(alice, data, _alike("A"));
    }

    function test_a_model_of_data_that_is_not_commercial_cannot_be_sold() public {
        uint64 model = _child(_nonCommercial(), TRAINED_ON);
        _cannot(model, _plain(), 1);
        ILicenseRegistry.Terms memory sold = _nonCommercial();
        sold.price = 1;
        _cannot(model, sold, 1);
        attach(bob, model, _nonCommercial());
    }

    function test_an_agent_that_uses_what_is_not_commercial_cannot_be_sold_either() public {
        uint64 agent = _child(_nonCommercial(), USES);
        _cannot(agent, _plain(), 1);
    }

    function test_an_evaluation_binds_nobody() public {
        uint64 model = _child(_nonCommercial(), EVALUATED_ON);
        eq(licenses.dutiesOf(model), 0, "no duties");
        attach(bob, model, _plain());
    }

    function test_what_may_not_be_passed_on_is_not_by_what_is_made_of_it() public {
        ILicenseRegistry.Terms memory terms = _plain();
        terms.rights = Rights.ALL & ~(Rights.REDISTRIBUTE | Rights.SUBLICENSE | Rights.TRAIN);
        uint64 child = _child(terms, DERIVED_FROM);
        ILicenseRegistry.Terms memory wanted = _plain();
        wanted.rights = Rights.ALL & ~(Rights.SUBLICENSE | Rights.TRAIN);
        _cannot(child, wanted, 2);
        wanted.rights = Rights.ALL & ~(Rights.REDISTRIBUTE | Rights.TRAIN);
        _cannot(child, wanted, 3);
        wanted.rights = Rights.ALL & ~(Rights.REDISTRIBUTE | Rights.SUBLICENSE);
        _cannot(child, wanted, 3);
        attach(bob, child, terms);
    }

    function test_share_alike_asks_for_the_same_class_at_any_price() public {
        uint64 model = _child(_alike("A"), TRAINED_ON);
        _cannot(model, _plain(), 4);
        _cannot(model, _alike("B"), 4);
        ILicenseRegistry.Terms memory fewer = _alike("A");
        fewer.rights = Rights.ALL & ~Rights.RUN;
        _cannot(model, fewer, 4);
        ILicenseRegistry.Terms memory dear = _alike("A");
        (dear.price, dear.royaltyBps, dear.period) = (5 ether, 1_000, 30 days);
        attach(bob, model, dear);
    }

    function test_attribution_and_restrictions_are_handed_down() public {
        ILicenseRegistry.Terms memory terms = _plain();
        (terms.flags, terms.restrictions) = (TermsFlags.ATTRIBUTION, 5);
        uint64 model = _child(terms, USES);
        ILicenseRegistry.Terms memory wanted = _plain();
        wanted.restrictions = 5;
        _cannot(model, wanted, 5);
        (wanted.flags, wanted.restrictions) = (TermsFlags.ATTRIBUTION, 4);
        _cannot(model, wanted, 6);
        wanted.restrictions = 7;
        attach(bob, model, wanted);
    }

    function test_breaches_can_be_asked_for() public {
        ILicenseRegistry.Terms memory terms = _nonCommercial();
        terms.restrictions = 1;
        uint64 model = _child(terms, TRAINED_ON);
        eq(licenses.breachesOf(model, licenses.registerTerms(_plain())), 1 << 1 | 1 << 6, "two clauses");
        eq(licenses.breachesOf(model, licenses.registerTerms(terms)), 0, "none");
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsUnknown.selector, 99));
        licenses.breachesOf(model, 99);
    }

    // ---- at registration ----

    function test_two_share_alike_classes_cannot_be_joined() public {
        (uint64 other, uint64 otherVersion) = publish(alice, "other");
        uint32 one = attach(alice, data, _alike("A"));
        uint32 two = attach(alice, other, _alike("B"));
        IAssetRegistry.VersionInput memory input = _both(otherVersion, one, two);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseRegistry.TermsIncompatible.selector, other, two, 4, 0)
        );
        vm.prank(bob);
        assets.register(MODEL, "model", input);
        input.relations[1].relation = USES;
        publish(bob, "model", input);
    }

    function test_what_no_terms_can_meet_is_refused_at_once() public {
        (uint64 other, uint64 otherVersion) = publish(alice, "other");
        uint32 one = attach(alice, data, _alike("A"));
        uint32 two = attach(alice, other, _nonCommercial());
        IAssetRegistry.VersionInput memory input = _both(otherVersion, one, two);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseRegistry.TermsIncompatible.selector, other, two, 1, 0)
        );
        vm.prank(bob);
        assets.register(MODEL, "model", input);
    }

    function test_a_version_may_not_break_what_is_on_offer() public {
        uint32 terms = attach(alice, data, _nonCommercial());
        (uint64 model,) = publish(bob, "model");
        uint32 offered = attach(bob, model, _plain());
        IAssetRegistry.VersionInput memory next = withRelation(dataVersion, TRAINED_ON, terms, 0);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseRegistry.TermsIncompatible.selector, data, terms, 1, offered)
        );
        vm.prank(bob);
        assets.publishVersion(model, 2, next);
        vm.prank(bob);
        licenses.detach(model, offered);
        vm.expectEmit(address(licenses));
        emit ILicenseRegistry.DutiesJoined(model, data, terms, Rights.COMMERCIAL);
        vm.prank(bob);
        assets.publishVersion(model, 2, next);
        _cannot(model, _plain(), 1);
    }

    /// @dev COM-7: duties are never taken back: what was derived once stays derived.
    function test_duties_stay_when_a_version_rests_on_less() public {
        uint64 model = _child(_nonCommercial(), TRAINED_ON);
        vm.prank(bob);
        assets.publishVersion(model, 2, bare());
        _cannot(model, _plain(), 1);
    }

    // ---- no way round ----

    /// @dev COM-8: an asset's duties contain what the relation hands down of its parents' duties, whatever the terms.
    function test_an_own_asset_without_terms_passes_its_duties_on() public {
        uint64 model = _child(_nonCommercial(), TRAINED_ON);
        uint64 middle = _childOf(bob, model, 0, 0, DERIVED_FROM);
        _cannot(middle, _plain(), 1);
    }

    function test_nor_do_terms_of_ones_own_wash_them_off() public {
        uint64 model = _child(_nonCommercial(), TRAINED_ON);
        uint32 washed = licenses.registerTerms(_plain());
        uint64 middle = _childOf(bob, model, washed, 0, DERIVED_FROM);
        _cannot(middle, _plain(), 1);
    }

    function test_nor_does_a_license_from_before() public {
        uint32 nc = attach(alice, data, _nonCommercial());
        (uint64 model,) = publish(bob, "model");
        uint32 early = attach(bob, model, _plain());
        vm.prank(bob);
        uint64 id = licenses.grant(model, early, carol);
        vm.prank(bob);
        licenses.detach(model, early);
        vm.prank(bob);
        assets.publishVersion(model, 2, withRelation(dataVersion, TRAINED_ON, nc, 0));
        uint64 grandchild = _childOf(carol, model, early, id, DERIVED_FROM);
        isTrue(licenses.dutiesOf(grandchild) & Rights.COMMERCIAL != 0, "not commercial");
    }

    function test_own_terms_that_contradict_what_the_asset_rests_on_are_refused() public {
        uint64 model = _child(_alike("A"), TRAINED_ON);
        uint32 terms = licenses.registerTerms(_alike("B"));
        IAssetRegistry.VersionInput memory input =
            withRelation(assets.versionAt(model, 1), DERIVED_FROM, terms, 0);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseRegistry.TermsIncompatible.selector, model, terms, 4, 0)
        );
        vm.prank(bob);
        assets.register(MODEL, "washed", input);
    }

    function test_versions_of_one_asset_do_not_bind_each_other() public {
        uint32 terms = attach(alice, data, _alike("A"));
        attach(alice, data, _plain());
        vm.prank(alice);
        assets.publishVersion(data, 2, withRelation(dataVersion, DERIVED_FROM, terms, 0));
        eq(licenses.dutiesOf(data), 0, "the owner offers as the owner likes");
    }

    function test_only_the_registry_relates() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.NotRegistry.selector, bob));
        vm.prank(bob);
        licenses.relate(data, bob, data, 1, 0, 0);
    }

    // ---- what a relation is told ----

    function test_a_relation_learns_policy_and_ceiling() public {
        ILicenseRegistry.Terms memory terms = _plain();
        (terms.royaltyBps, terms.flags, terms.ceiling) = (300, TermsFlags.ABSOLUTE, 77);
        uint32 id = attach(alice, data, terms);
        (uint16 royaltyBps, bool isAbsolute, uint64 ceiling) = licenses.checkRelation(bob, data, 1, id, 0);
        eq(royaltyBps, 300, "royalty");
        isTrue(isAbsolute, "absolute");
        eq(ceiling, 77, "ceiling");
        (royaltyBps, isAbsolute, ceiling) = licenses.checkRelation(alice, data, 1, 0, 0);
        eq(royaltyBps + ceiling, 0, "an own asset owes nothing");
        isTrue(!isAbsolute, "nor absolutely");
    }

    function test_terms_that_have_expired_grant_nothing_more() public {
        ILicenseRegistry.Terms memory terms = _plain();
        terms.expiry = uint40(block.timestamp + 10);
        uint32 id = attach(alice, data, terms);
        (uint64 other,) = publish(alice, "other");
        vm.prank(alice);
        uint64 held = licenses.grant(data, id, bob);
        isTrue(licenses.can(data, carol, Rights.TRAIN), "before");
        eq(licenses.license(held).expiresAt, terms.expiry, "no license lasts longer");
        vm.warp(terms.expiry);
        isTrue(!licenses.can(data, carol, Rights.TRAIN), "after");
        isTrue(!licenses.isValid(held), "nor the license");
        bytes memory refusal = abi.encodeWithSelector(ILicenseRegistry.TermsExpired.selector, id, terms.expiry);
        vm.expectRevert(refusal);
        licenses.checkRelation(bob, data, 1, id, 0);
        vm.expectRevert(refusal);
        vm.prank(alice);
        licenses.grant(data, id, bob);
        vm.expectRevert(refusal);
        vm.prank(alice);
        licenses.attach(other, id);
    }

    // ---- internals ----

    function _plain() private pure returns (ILicenseRegistry.Terms memory) {
        return ILicenseRegistry.Terms(Rights.ALL, 0, 0, 0, 0, 0, 0, 0, 0, "Plain");
    }

    function _nonCommercial() private pure returns (ILicenseRegistry.Terms memory terms) {
        terms = _plain();
        (terms.rights, terms.text) = (Rights.ALL & ~Rights.COMMERCIAL, "NC");
    }

    function _alike(string memory text) private pure returns (ILicenseRegistry.Terms memory terms) {
        terms = _plain();
        (terms.flags, terms.text) = (TermsFlags.SHARE_ALIKE, text);
    }

    /// @dev Bob's asset that rests on alice's under these terms.
    function _child(ILicenseRegistry.Terms memory terms, uint8 relation) private returns (uint64 child) {
        return _childOf(bob, data, attach(alice, data, terms), 0, relation);
    }

    function _childOf(address who, uint64 parent, uint32 terms, uint64 license, uint8 relation)
        private
        returns (uint64 child)
    {
        (,,,,, uint64 version,,) = assets.asset(parent);
        string memory name = string(abi.encodePacked("child-", bytes1(uint8(0x61 + _names++))));
        (child,) = publish(who, name, withRelation(version, relation, terms, license));
    }

    function _both(uint64 other, uint32 one, uint32 two)
        private
        returns (IAssetRegistry.VersionInput memory input)
    {
        input = bare();
        input.relations = new IAssetRegistry.RelationInput[](2);
        input.relations[0] = IAssetRegistry.RelationInput(dataVersion, DERIVED_FROM, one, 0);
        input.relations[1] = IAssetRegistry.RelationInput(other, DERIVED_FROM, two, 0);
    }

    /// @dev The holder cannot offer the asset so, and the clause is named.
    function _cannot(uint64 asset, ILicenseRegistry.Terms memory wanted, uint8 clause) private {
        uint32 id = licenses.registerTerms(wanted);
        (address owner,) = assets.ownerAndState(asset);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.TermsIncompatible.selector, 0, 0, clause, id));
        vm.prank(owner);
        licenses.attach(asset, id);
    }
}
