// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RevenueVault} from "../../src/RevenueVault.sol";
import {WSAHARA} from "../../src/WSAHARA.sol";

/// @dev An owner and contributor that is a contract. Whenever coin arrives, it tries to be paid a second time.
contract Payee {
    RevenueVault private immutable VAULT;
    WSAHARA private immutable TOKEN;
    uint64 private _version;
    uint32 private _period;
    uint256 public reentered;

    constructor(RevenueVault vault, WSAHARA token) {
        VAULT = vault;
        TOKEN = token;
    }

    receive() external payable {
        ++reentered;
        VAULT.claimOwner(_version, _period);
        uint64[] memory list = new uint64[](1);
        list[0] = _version;
        VAULT.settle(list);
    }

    /// @return paid What the vault paid for one claim, whatever this contract tried meanwhile.
    function claimAndUnwrap(uint64 version, uint32 period) external returns (uint256 paid) {
        (_version, _period) = (version, period);
        paid = VAULT.claimOwner(version, period);
        uint256 held = TOKEN.balanceOf(address(this));
        if (held != 0) TOKEN.withdraw(held);
    }
}
