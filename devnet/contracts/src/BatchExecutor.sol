// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Receiver} from "solady/accounts/Receiver.sol";
import {IBatchExecutor} from "./interfaces/IBatchExecutor.sol";

/// @title BatchExecutor
/// @notice See {IBatchExecutor}. Has no storage: whatever else an account delegates to finds its own untouched.
/// Receives coins and tokens like an account without code.
contract BatchExecutor is IBatchExecutor, Receiver {
    /// @dev Set aside besides the item's gas, for the call and for what is told of it.
    uint256 private constant OVERHEAD = 20_000;

    modifier onlySelf() {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _;
    }

    /// @inheritdoc IBatchExecutor
    function tryAll(Item[] calldata items, bool stopAtFailure)
        external
        onlySelf
        returns (Result[] memory results)
    {
        results = new Result[](items.length);
        for (uint256 i; i < items.length; ++i) {
            uint256 gasLimit = items[i].gasLimit;
            bytes memory input = abi.encodeCall(this.all, (items[i].calls));
            // A call gets at most 63/64 of what is left, and quietly less than it is promised (EIP-150).
            if (gasleft() < gasLimit + gasLimit / 63 + OVERHEAD) revert GasMissing(i, gasLimit);
            uint256 before = gasleft();
            (bool done, bytes memory reason) = _tryOne(gasLimit, input);
            results[i] = Result(done, before - gasleft(), reason);
            if (done) {
                emit ItemDone(i);
            } else {
                emit ItemFailed(i, reason);
                if (stopAtFailure) break;
            }
        }
    }

    /// @inheritdoc IBatchExecutor
    function all(Call[] calldata calls) external onlySelf {
        for (uint256 i; i < calls.length; ++i) {
            (bool done, bytes memory reason) = calls[i].to.call{value: calls[i].value}(calls[i].data);
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(reason, 32), mload(reason))
                }
            }
        }
    }

    /// @inheritdoc IBatchExecutor
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(hash, signature);
        bool own = problem == ECDSA.RecoverError.NoError && signer == address(this);
        return own ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    /// @dev The reason is cut: copying a long one would cost gas that is set aside for other items.
    function _tryOne(uint256 gasLimit, bytes memory input) private returns (bool done, bytes memory reason) {
        assembly ("memory-safe") {
            done := call(gasLimit, address(), 0, add(input, 32), mload(input), 0, 0)
            reason := mload(0x40)
            let size := 0
            if iszero(done) {
                size := returndatasize()
                if gt(size, 1024) { size := 1024 }
            }
            mstore(reason, size)
            returndatacopy(add(reason, 32), 0, size)
            mstore(0x40, add(add(reason, 32), and(add(size, 31), not(31))))
        }
    }
}
