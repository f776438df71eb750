// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title IWSAHARA
/// @notice The 1:1 ERC-20 form of the chain's native coin SAHARA. All amounts are in wei (18 decimals).
/// `totalSupply` is the contract's balance of native coin.
interface IWSAHARA is IERC20 {
    /// @notice The native coin could not be handed to `to`.
    error NativeTransferFailed(address to);

    /// @notice Wraps the native coin sent with the call for the caller.
    function deposit() external payable;

    /// @notice Wraps the native coin sent with the call for `to`.
    function depositFor(address to) external payable;

    /// @notice Unwraps `amount` wei of the caller's tokens to the caller.
    function withdraw(uint256 amount) external;

    /// @notice Unwraps `amount` wei of the caller's tokens to `to`.
    function withdrawTo(address to, uint256 amount) external;
}
