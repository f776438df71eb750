// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Rights} from "./Rights.sol";

/// @dev The typed edges of the lineage and what each needs from the parent's terms.
library Relations {
    uint8 internal constant TRAINED_ON = 1;
    uint8 internal constant FINETUNED_FROM = 2;
    uint8 internal constant DISTILLED_FROM = 3;
    uint8 internal constant DERIVED_FROM = 4;
    uint8 internal constant EVALUATED_ON = 5;
    uint8 internal constant USES = 6;
    uint8 internal constant GENERATED_BY = 7;

    /// @return right The right that the parent's terms must grant; 0 for a number that is no relation.
    function rightFor(uint8 relation) internal pure returns (uint16 right) {
        if (relation == TRAINED_ON) return Rights.TRAIN;
        if (relation == FINETUNED_FROM) return Rights.FINETUNE;
        if (relation == DISTILLED_FROM || relation == DERIVED_FROM) return Rights.DERIVE;
        if (relation == EVALUATED_ON) return Rights.ACCESS;
        if (relation == USES) return Rights.AGENT_USE;
        if (relation == GENERATED_BY) return Rights.RUN;
    }
}
