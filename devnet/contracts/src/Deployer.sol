// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CREATE3} from "solady/utils/CREATE3.sol";

/// @title Deployer
/// @notice Puts contracts at addresses that depend on a salt alone, so that contracts which refer to each other
/// can know each other's address before any of them exists. Anybody may call it: whoever relies on an address on
/// a network that they did not set up must check the code there first.
contract Deployer {
    event Deployed(bytes32 indexed salt, address deployed);

    /// @notice Deploys `initCode` at `addressOf(salt)`.
    function deploy(bytes32 salt, bytes calldata initCode) external returns (address deployed) {
        deployed = CREATE3.deployDeterministic(initCode, salt);
        emit Deployed(salt, deployed);
    }

    /// @notice Where `salt` leads, whether or not there is code yet.
    function addressOf(bytes32 salt) external view returns (address) {
        return CREATE3.predictDeterministicAddress(salt);
    }
}
