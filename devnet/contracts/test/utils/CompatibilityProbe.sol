// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseRegistry} from "../../src/interfaces/ILicenseRegistry.sol";
import {Compatibility} from "../../src/libraries/Compatibility.sol";
import {PackedTerms} from "../../src/libraries/PackedTerms.sol";

/// @dev The library as a contract, so that its answers can be compared with those of the same in TypeScript.
contract CompatibilityProbe {
    struct Parent {
        ILicenseRegistry.Terms terms;
        uint8 relation;
    }

    struct Case {
        Parent[] parents;
        ILicenseRegistry.Terms child;
    }

    /// @param breaches For each parent alone: bit n for each clause n that the child's terms break.
    /// @param together The same for what all parents ask, joined.
    /// @param conflictAt The first parent, counted from 1, that asks what cannot be had with those before it; 0 for
    /// none. @param conflict In which clause.
    struct Answer {
        uint256[] breaches;
        uint256 together;
        uint256 conflictAt;
        uint8 conflict;
    }

    function answers(Case[] calldata cases) external pure returns (Answer[] memory found) {
        found = new Answer[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            found[i] = _answer(cases[i]);
        }
    }

    function _answer(Case calldata asked) private pure returns (Answer memory found) {
        (uint256 main, uint256 more) = PackedTerms.pack(asked.child);
        uint256 duties;
        found.breaches = new uint256[](asked.parents.length);
        for (uint256 i; i < asked.parents.length; ++i) {
            uint256 asks = duties_(asked.parents[i].terms, asked.parents[i].relation);
            found.breaches[i] = Compatibility.breaches(asks, main, more);
            uint8 clause;
            (duties, clause) = Compatibility.join(duties, asks);
            if (clause != 0 && found.conflictAt == 0) (found.conflictAt, found.conflict) = (i + 1, clause);
        }
        found.together = Compatibility.breaches(duties, main, more);
    }

    function duties_(ILicenseRegistry.Terms calldata terms, uint8 relation) public pure returns (uint256) {
        (uint256 main, uint256 more) = PackedTerms.pack(terms);
        return Compatibility.asks(main, more) & Compatibility.binding(relation);
    }

    function join(uint256 left, uint256 right) external pure returns (uint256, uint8) {
        return Compatibility.join(left, right);
    }

    function breaches(uint256 duties, ILicenseRegistry.Terms calldata terms) external pure returns (uint256) {
        (uint256 main, uint256 more) = PackedTerms.pack(terms);
        return Compatibility.breaches(duties, main, more);
    }

    function roundTrip(ILicenseRegistry.Terms calldata terms)
        external
        pure
        returns (ILicenseRegistry.Terms memory)
    {
        (uint256 main, uint256 more) = PackedTerms.pack(terms);
        return PackedTerms.unpack(main, more, terms.text);
    }

    function classOf(ILicenseRegistry.Terms calldata terms) external pure returns (uint184) {
        return PackedTerms.classOf(terms);
    }
}
