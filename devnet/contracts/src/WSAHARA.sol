// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {EIP3009} from "./EIP3009.sol";
import {IWSAHARA} from "./interfaces/IWSAHARA.sol";

/// @title WSAHARA
/// @notice See {IWSAHARA}.
/// @dev Balances are kept here instead of in OpenZeppelin's ERC20, which would also store the supply and so tax
/// every native payment with one more storage write: the supply is simply the contract's own balance.
contract WSAHARA is ERC20Permit, EIP3009, IWSAHARA {
    struct Holding {
        uint256 amount;
    }

    /// @dev A struct, so that its place is worked out once for reading and writing.
    mapping(address account => Holding) private _held;

    constructor() ERC20("Wrapped SAHARA", "WSAHARA") ERC20Permit("Wrapped SAHARA") {}

    receive() external payable {
        _mint(msg.sender, msg.value);
    }

    /// @inheritdoc IWSAHARA
    function deposit() external payable {
        _mint(msg.sender, msg.value);
    }

    /// @inheritdoc IWSAHARA
    function depositFor(address to) external payable {
        _mint(to, msg.value);
    }

    /// @inheritdoc IWSAHARA
    function withdraw(uint256 amount) external {
        _withdraw(msg.sender, amount);
    }

    /// @inheritdoc IWSAHARA
    function withdrawTo(address to, uint256 amount) external {
        _withdraw(to, amount);
    }

    /// @notice The version of the EIP-712 signing domain.
    function version() external pure returns (string memory) {
        return "1";
    }

    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return _held[account].amount;
    }

    /// @dev As in OpenZeppelin's ERC20, without what cannot happen here: the sender is not zero.
    function transfer(address to, uint256 value) public override(ERC20, IERC20) returns (bool) {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        _update(msg.sender, to, value);
        return true;
    }

    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return address(this).balance;
    }

    function _withdraw(address to, uint256 amount) private {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        _burn(msg.sender, amount);
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert NativeTransferFailed(to);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from != address(0)) {
            Holding storage giver = _held[from];
            uint256 held = giver.amount;
            if (held < value) revert ERC20InsufficientBalance(from, held, value);
            unchecked {
                giver.amount = held - value;
            }
        }
        if (to != address(0)) {
            // Cannot overflow: the sum of all balances never exceeds the native coin in existence.
            unchecked {
                _held[to].amount += value;
            }
        }
        emit Transfer(from, to, value);
    }
}
