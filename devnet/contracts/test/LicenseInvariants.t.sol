// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {LicenseRegistry} from "../src/LicenseRegistry.sol";
import {Compatibility} from "../src/libraries/Compatibility.sol";
import {LicenseHandler} from "./utils/LicenseHandler.sol";
import {Test} from "./utils/Test.sol";

/// @dev What holds after any sequence of actions of many users (see LicenseHandler).
contract LicenseInvariantsTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    LicenseHandler private handler;
    LicenseRegistry private licenses;
    uint256 private asked;

    function setUp() public {
        handler = new LicenseHandler();
        licenses = handler.theLicenses();
    }

    /// @dev forge asks which contract to call, and which of its functions.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](12);
        selectors[0] = LicenseHandler.relate.selector;
        selectors[1] = LicenseHandler.offer.selector;
        selectors[2] = LicenseHandler.takeBack.selector;
        selectors[3] = LicenseHandler.grantOrBuy.selector;
        selectors[4] = LicenseHandler.renew.selector;
        selectors[5] = LicenseHandler.passOn.selector;
        selectors[6] = LicenseHandler.activate.selector;
        selectors[7] = LicenseHandler.dispute.selector;
        selectors[8] = LicenseHandler.wait_.selector;
        selectors[9] = LicenseHandler.relate.selector;
        selectors[10] = LicenseHandler.offer.selector;
        selectors[11] = LicenseHandler.grantOrBuy.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// @dev One campaign for all properties: each on its own would cost the same again.
    function invariant_terms_bind_and_licenses_count() external {
        isTrue(handler.dutiesHaveGrown(), "COM-7");
        dutiesAreHandedDown();
        if (++asked % 6 == 0) afterInvariant();
    }

    /// @dev At the end of every run, and now and then: what looks at every asset and every license.
    function afterInvariant() public view {
        whatIsOfferedDoesWhatIsAsked();
        dutiesCanBeMet();
        listsAreWhatIsHeld();
        validityIsWhatItSays();
    }

    /// @notice COM-6: all terms that an asset is offered under do what its duties ask, at every moment.
    function whatIsOfferedDoesWhatIsAsked() private view {
        for (uint64 asset = 1; asset <= handler.assetCount(); ++asset) {
            uint32[] memory offered = licenses.termsOf(asset);
            for (uint256 i; i < offered.length; ++i) {
                eq(licenses.breachesOf(asset, offered[i]), 0, "COM-6");
            }
        }
    }

    /// @notice COM-8: whatever terms or license a relation rests on, the child's duties contain what the relation
    /// hands down of the duties that the parent had when the relation was made.
    function dutiesAreHandedDown() private view {
        uint256 count = handler.edgeCount();
        if (count == 0) return;
        (uint64 child, uint64 parent, uint8 relation) = handler.edges(count - 1);
        if (child == parent) return;
        uint256 before = handler.newestParentDuties();
        uint256 handed = before & Compatibility.binding(relation);
        eq(licenses.dutiesOf(child) & handed, handed, "COM-8");
    }

    /// @notice COM-5: no asset ever has duties that no terms can meet: no required right is forbidden.
    function dutiesCanBeMet() private view {
        for (uint64 asset = 1; asset <= handler.assetCount(); ++asset) {
            uint256 duties = licenses.dutiesOf(asset);
            if (duties >> 72 == 0) eq(uint16(duties >> 16), 0, "COM-5: required without a class");
            else eq(uint16(duties) & uint16(duties >> 16), 0, "COM-5: required and forbidden");
        }
    }

    /// @notice LIC-3: an account's list for an asset has at most 32 licenses, all its own, for this asset, each once,
    /// and exactly those that count.
    function listsAreWhatIsHeld() private view {
        uint256 listed;
        for (uint256 i; i < handler.actorCount(); ++i) {
            for (uint64 asset = 1; asset <= handler.assetCount(); ++asset) {
                listed += _checkList(handler.actors(i), asset);
            }
        }
        uint256 counting;
        for (uint64 id = 1; id <= licenses.licenseCount(); ++id) {
            if (licenses.license(id).counts) ++counting;
        }
        eq(listed, counting, "LIC-3: all that count are listed once");
    }

    function _checkList(address holder, uint64 asset) private view returns (uint256) {
        uint64[] memory list = licenses.licensesOf(holder, asset);
        atMost(list.length, 32, "LIC-3: 32");
        for (uint256 i; i < list.length; ++i) {
            eq(licenses.ownerOf(list[i]), holder, "LIC-3: holder");
            ILicenseRegistry.License memory found = licenses.license(list[i]);
            eq(found.assetId, asset, "LIC-3: asset");
            isTrue(found.counts, "LIC-3: counts");
        }
        return list.length;
    }

    /// @notice LIC-2, LIC-4, LIC-5: a license is valid exactly until it expires, which is never after its terms do, or
    /// until a revocation that is not under appeal takes effect; and who holds a valid one that counts can do what
    /// its terms say.
    function validityIsWhatItSays() private view {
        for (uint64 id = 1; id <= licenses.licenseCount(); ++id) {
            ILicenseRegistry.License memory found = licenses.license(id);
            ILicenseRegistry.Terms memory terms = licenses.terms(found.termsId);
            bool expired = found.expiresAt != 0 && found.expiresAt <= block.timestamp;
            bool revoked = found.status != 2 && found.status != 0 && found.revokedAt <= block.timestamp;
            isTrue(licenses.isValid(id) == (!expired && !revoked), "LIC-2");
            if (terms.expiry != 0) {
                isTrue(found.expiresAt != 0, "LIC-4: ends");
                atMost(found.expiresAt, terms.expiry, "LIC-4");
            }
            if (found.status == 0) eq(found.revokedAt, 0, "LIC-5: no revocation without a state");
            if (licenses.isValid(id) && found.counts) {
                isTrue(licenses.can(found.assetId, licenses.ownerOf(id), terms.rights), "LIC-2: can");
            }
        }
    }
}
