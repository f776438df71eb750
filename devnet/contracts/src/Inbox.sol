// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IWSAHARA} from "./interfaces/IWSAHARA.sol";

interface IInboxMaker {
    function TOKEN() external view returns (IWSAHARA);
}

/// @title Inbox
/// @notice An asset's address for money that comes without a call: royalties of other markets (ERC-2981), x402. What
/// arrives can go nowhere but to the vault, as a payment to the asset. Made by the vault at the first sweep, at an
/// address that depends on the asset alone; coin and WSAHARA may be sent there before.
contract Inbox {
    address private immutable VAULT;
    IWSAHARA private immutable TOKEN;

    constructor() {
        VAULT = msg.sender;
        TOKEN = IInboxMaker(msg.sender).TOKEN();
    }

    /// @dev Not a proxy: also a sender who passes on no more than 2,300 gas gets through.
    receive() external payable {}

    /// @notice Sends `amount` wei to the vault, wrapping all native coin first. Vault only.
    function empty(uint256 amount) external returns (bool) {
        if (msg.sender != VAULT) return false;
        if (address(this).balance != 0) TOKEN.deposit{value: address(this).balance}();
        return TOKEN.transfer(VAULT, amount);
    }
}
