// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetRegistry} from "../../src/interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "../../src/interfaces/ILicenseRegistry.sol";
import {LicenseRegistry} from "../../src/LicenseRegistry.sol";
import {Rights} from "../../src/libraries/Rights.sol";
import {Fixture} from "./Fixture.sol";

/// @dev Many users who publish on top of each other, offer, grant, buy, renew, pass on, revoke, appeal and rule, under
/// terms of every sort. Where an action may be refused, only the refusals that the rules foresee are let pass.
contract LicenseHandler is Fixture {
    struct Edge {
        uint64 child;
        uint64 parent;
        uint8 relation;
    }

    address[] public actors;
    Edge[] public edges;
    /// @dev The duties that were seen last, to tell that they only grow.
    mapping(uint64 asset => uint256) public seen;
    /// @dev The duties that the parent of the newest edge had when it was made.
    uint256 public newestParentDuties;
    /// @dev How often each thing was done, and how often it was refused, so that nothing passes for want of cases.
    uint256 public related;
    uint256 public refused;
    uint256 public moved;
    uint256 private _seed;
    uint256 private _names;

    constructor() {
        deployProtocol();
        actors = [alice, bob, carol, account("dave")];
        for (uint256 i; i < actors.length; ++i) {
            fund(actors[i], type(uint88).max);
            _register(actors[i], bare());
        }
    }

    // ---- actions ----

    function relate(uint256 seed) external {
        _seed = seed;
        address who = _actor();
        bool next = _pick(2) == 0;
        uint64 child = _asset();
        (address owner,) = assets.ownerAndState(child);
        if (next) who = owner;
        (IAssetRegistry.VersionInput memory input, uint64 parent) = _input(who);
        if (parent == 0) return;
        uint256 before = licenses.dutiesOf(parent);
        (,,,, uint32 versions,,,) = assets.asset(child);
        vm.prank(who);
        if (next) {
            try assets.publishVersion(child, versions + 1, input) {} catch (bytes memory why) {
                return _foreseen(why);
            }
        } else {
            try assets.register(MODEL, _name(), input) returns (uint64 made, uint64) {
                child = made;
            } catch (bytes memory why) {
                return _foreseen(why);
            }
        }
        edges.push(Edge(child, parent, input.relations[0].relation));
        newestParentDuties = before;
        ++related;
    }

    function offer(uint256 seed) external {
        _seed = seed;
        uint64 asset = _asset();
        (address owner,) = assets.ownerAndState(asset);
        ILicenseRegistry.Terms memory terms = _terms();
        vm.prank(owner);
        try licenses.attachNew(asset, terms) {} catch (bytes memory why) {
            _foreseen(why);
        }
    }

    function takeBack(uint256 seed) external {
        _seed = seed;
        uint64 asset = _asset();
        uint32[] memory offered = licenses.termsOf(asset);
        if (offered.length == 0) return;
        (address owner,) = assets.ownerAndState(asset);
        vm.prank(owner);
        licenses.detach(asset, offered[_pick(offered.length)]);
    }

    function grantOrBuy(uint256 seed, uint8 many) external {
        _seed = seed;
        uint64 asset = _asset();
        uint32[] memory offered = licenses.termsOf(asset);
        if (offered.length == 0) return;
        uint32 terms = offered[_pick(offered.length)];
        (address owner,) = assets.ownerAndState(asset);
        address to = _actor();
        for (uint256 i; i <= many % 12; ++i) {
            vm.prank(_pick(2) == 0 ? owner : to);
            try licenses.grant(asset, terms, to) {} catch {
                vm.prank(to);
                try market.buy(asset, terms, to) {} catch (bytes memory why) {
                    _foreseen(why);
                }
            }
        }
    }

    function renew(uint256 seed, uint32 periods) external {
        _seed = seed;
        uint64 id = _license();
        if (id == 0) return;
        vm.prank(_actor());
        try market.renew(id, periods % 8) {} catch (bytes memory why) {
            _foreseen(why);
        }
    }

    function passOn(uint256 seed) external {
        _seed = seed;
        uint64 id = _license();
        if (id == 0) return;
        address holder = licenses.ownerOf(id);
        vm.prank(holder);
        try licenses.transferFrom(holder, _actor(), id) {
            ++moved;
        } catch (bytes memory why) {
            _foreseen(why);
        }
    }

    function activate(uint256 seed) external {
        _seed = seed;
        uint64 id = _license();
        if (id == 0) return;
        vm.prank(licenses.ownerOf(id));
        licenses.activate(id);
        isTrue(licenses.license(id).counts, "counts");
    }

    function dispute(uint256 seed) external {
        _seed = seed;
        uint64 id = _license();
        if (id == 0) return;
        (address owner,) = assets.ownerAndState(licenses.license(id).assetId);
        uint256 step = _pick(3);
        vm.prank(step == 0 ? owner : step == 1 ? licenses.ownerOf(id) : admin);
        if (step == 0) try licenses.revoke(id, "breach") {} catch (bytes memory why) { _foreseen(why); }
        else if (step == 1) try licenses.appeal(id, "no") {} catch (bytes memory why) { _foreseen(why); }
        else try licenses.rule(id, seed % 2 == 0) {} catch (bytes memory why) { _foreseen(why); }
    }

    function wait_(uint32 time) external {
        vm.warp(block.timestamp + time % 20 days);
    }

    // ---- what is asked afterwards ----

    function theLicenses() external view returns (LicenseRegistry) {
        return licenses;
    }

    function assetCount() external view returns (uint64) {
        return assets.assetCount();
    }

    function actorCount() external view returns (uint256) {
        return actors.length;
    }

    function edgeCount() external view returns (uint256) {
        return edges.length;
    }

    /// @dev Remembers the duties of all assets; false if any has lost some.
    function dutiesHaveGrown() external returns (bool grown) {
        grown = true;
        for (uint64 id = 1; id <= assets.assetCount(); ++id) {
            uint256 duties = licenses.dutiesOf(id);
            if (seen[id] & ~duties != 0) grown = false;
            seen[id] = duties;
        }
    }

    // ---- internals ----

    /// @dev Under terms on offer, or a license, or for an own asset any terms at all.
    function _input(address who) private returns (IAssetRegistry.VersionInput memory input, uint64 parent) {
        parent = _asset();
        (address owner,) = assets.ownerAndState(parent);
        (,,,,, uint64 version,,) = assets.asset(parent);
        uint8 relation = uint8(1 + _pick(7));
        uint32[] memory offered = licenses.termsOf(parent);
        uint64[] memory held = licenses.licensesOf(who, parent);
        if (held.length != 0 && _pick(2) == 0) {
            uint64 id = held[_pick(held.length)];
            return (withRelation(version, relation, licenses.license(id).termsId, id), parent);
        }
        if (owner == who) {
            uint32 own = _pick(2) == 0 ? 0 : licenses.registerTerms(_terms());
            return (withRelation(version, relation, own, 0), parent);
        }
        if (offered.length == 0) return (input, 0);
        return (withRelation(version, relation, offered[_pick(offered.length)], 0), parent);
    }

    function _terms() private returns (ILicenseRegistry.Terms memory terms) {
        terms = free(0);
        terms.rights = uint16(_pick(1024) | _pick(1024) | _pick(1024)) | Rights.ACCESS;
        terms.flags = uint8(_pick(16));
        if (_pick(3) != 0) terms.flags &= ~uint8(1);
        terms.restrictions = uint32(_pick(4) & _pick(4));
        if (_pick(3) == 0) terms.price = 1;
        if (_pick(2) == 0) terms.period = uint32(1 + _pick(10)) * 1 days;
        if (_pick(4) == 0) terms.expiry = uint40(block.timestamp + 1 + _pick(40 days));
        terms.text = _pick(2) == 0 ? "A" : "B";
    }

    function _foreseen(bytes memory why) private {
        bytes4 error = bytes4(why);
        bool known = error == ILicenseRegistry.TermsIncompatible.selector
            || error == ILicenseRegistry.TermsDoNotAllow.selector || error == ILicenseRegistry.TooManyTerms.selector
            || error == ILicenseRegistry.TermsExpired.selector || error == ILicenseRegistry.LicenseNotValid.selector
            || error == ILicenseRegistry.LicenseRequired.selector
            || error == ILicenseRegistry.LicenseNotTransferable.selector
            || error == ILicenseRegistry.LicenseNotRenewable.selector
            || error == ILicenseRegistry.LicenseIsRevoked.selector || _foreseenToo(error);
        isTrue(known, "a refusal that no rule foresees");
        ++refused;
    }

    function _foreseenToo(bytes4 error) private pure returns (bool) {
        return error == ILicenseRegistry.PeriodsInvalid.selector
            || error == ILicenseRegistry.BeyondTermsExpiry.selector
            || error == ILicenseRegistry.TermsNotAttached.selector
            || error == ILicenseRegistry.RevocationUnderWay.selector
            || error == ILicenseRegistry.NothingToAppeal.selector || error == ILicenseRegistry.AppealTooLate.selector
            || error == ILicenseRegistry.NothingToRule.selector;
    }

    function _register(address who, IAssetRegistry.VersionInput memory input) private {
        vm.prank(who);
        assets.register(DATASET, _name(), input);
    }

    function _name() private returns (string memory) {
        uint256 n = ++_names;
        bytes memory digits = new bytes(5);
        for (uint256 i = 5; i > 0; --i) {
            digits[i - 1] = bytes1(uint8(0x30 + n % 10));
            n /= 10;
        }
        return string(bytes.concat("asset-", digits));
    }

    function _actor() private returns (address) {
        return actors[_pick(actors.length)];
    }

    function _asset() private returns (uint64) {
        return uint64(1 + _pick(assets.assetCount()));
    }

    function _license() private returns (uint64) {
        uint64 count = licenses.licenseCount();
        return count == 0 ? 0 : uint64(1 + _pick(count));
    }

    function _pick(uint256 below) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % below;
    }
}
