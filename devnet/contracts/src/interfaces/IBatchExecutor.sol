// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IBatchExecutor
/// @notice What an account delegates to (EIP-7702) while it makes many calls in one transaction. The calls are made
/// by the account itself, so whatever it may do by single transactions it may do in a batch, and nothing else.
///
/// A batch is a list of items, each of one or more calls. An item is done as a whole or not at all, and one that fails
/// leaves the others alone.
interface IBatchExecutor {
    /// @param value Wei sent along, of the account's own.
    struct Call {
        address to;
        uint256 value;
        bytes data;
    }

    /// @param gasLimit What the item gets. It is set aside before the item begins, or the transaction reverts: whoever
    /// chooses the gas of the transaction cannot make an item fail by choosing it low.
    struct Item {
        uint256 gasLimit;
        Call[] calls;
    }

    /// @param gasUsed By the item, refunds not deducted.
    /// @param reason What the failed call reverted with, at most 1,024 bytes of it.
    struct Result {
        bool done;
        uint256 gasUsed;
        bytes reason;
    }

    /// @notice Stands after the events of the item's own calls.
    event ItemDone(uint256 indexed index);
    event ItemFailed(uint256 indexed index, bytes reason);

    /// @notice Only the account itself may do this.
    error OnlySelf(address caller);
    /// @notice The transaction has not enough gas left for what the item was promised.
    error GasMissing(uint256 index, uint256 gasLimit);

    /// @notice Makes the calls of each item in turn. By the account itself, which therefore sends the transaction.
    /// @param stopAtFailure What comes after an item that fails is not begun.
    function tryAll(Item[] calldata items, bool stopAtFailure) external returns (Result[] memory results);

    /// @notice Makes all calls, or reverts as the first one that fails. By the account itself.
    function all(Call[] calldata calls) external;

    /// @notice ERC-1271: signatures of the account's own key stay good while it is delegated.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4);
}
