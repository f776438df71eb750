// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Inbox} from "../Inbox.sol";
import {IEIP3009} from "../interfaces/IEIP3009.sol";
import {IRevenueVault} from "../interfaces/IRevenueVault.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {VaultBooks} from "./VaultBooks.sol";

/// @dev All ways to pay. Each books first and takes the tokens then.
abstract contract VaultPayments is VaultBooks {
    using Ledger for uint256;

    bytes32 private constant PAY_TYPEHASH = keccak256("PayWithAuthorization(uint64 assetId,bytes32 salt)");
    bytes32 private immutable INBOX_CODE_HASH = keccak256(type(Inbox).creationCode);

    modifier onlyMarketplace() {
        if (msg.sender != MARKETPLACE) revert NotMarketplace(msg.sender);
        _;
    }

    /// @inheritdoc IRevenueVault
    function pay(uint64 assetId, uint256 amount) external {
        _creditAsset(assetId, msg.sender, amount);
        _pull(msg.sender, amount);
    }

    /// @inheritdoc IRevenueVault
    function payVersion(uint64 versionId, uint256 amount) external {
        _creditVersion(versionId, msg.sender, amount);
        _pull(msg.sender, amount);
    }

    /// @inheritdoc IRevenueVault
    function payNative(uint64 assetId) external payable {
        _creditAsset(assetId, msg.sender, msg.value);
        TOKEN.deposit{value: msg.value}();
    }

    /// @inheritdoc IRevenueVault
    function payVersionNative(uint64 versionId) external payable {
        _creditVersion(versionId, msg.sender, msg.value);
        TOKEN.deposit{value: msg.value}();
    }

    /// @inheritdoc IRevenueVault
    function payFor(address payer, uint64 assetId, uint256 amount) external onlyMarketplace {
        _creditAsset(assetId, payer, amount);
        _pull(payer, amount);
    }

    /// @inheritdoc IRevenueVault
    function payNativeFor(address payer, uint64 assetId) external payable onlyMarketplace {
        _creditAsset(assetId, payer, msg.value);
        TOKEN.deposit{value: msg.value}();
    }

    /// @inheritdoc IRevenueVault
    function payWithPermit(uint64 assetId, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        // Whoever sees the permit may hand it in first: then the allowance is there, and the payment goes on.
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amount, deadline, v, r, s) {}
            catch {}
        _creditAsset(assetId, msg.sender, amount);
        _pull(msg.sender, amount);
    }

    /// @inheritdoc IRevenueVault
    function payWithAuthorization(
        uint64 assetId,
        address from,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        bytes calldata signature
    ) external {
        _creditAsset(assetId, from, value);
        bytes32 nonce = authorizationNonce(assetId, salt);
        IEIP3009(address(TOKEN))
            .receiveWithAuthorization(from, address(this), value, validAfter, validBefore, nonce, signature);
    }

    /// @inheritdoc IRevenueVault
    function sweep(uint64 assetId) external returns (uint256 amount) {
        address inbox = inboxOf(assetId);
        amount = inbox.balance + TOKEN.balanceOf(inbox);
        _creditAsset(assetId, inbox, amount);
        emit Swept(assetId, amount);
        if (inbox.code.length == 0) new Inbox{salt: bytes32(uint256(assetId))}();
        if (!Inbox(payable(inbox)).empty(amount)) revert TransferFailed();
    }

    /// @inheritdoc IRevenueVault
    function inboxOf(uint64 assetId) public view returns (address) {
        bytes32 salt = bytes32(uint256(assetId));
        bytes32 hash = keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, INBOX_CODE_HASH));
        return address(uint160(uint256(hash)));
    }

    /// @inheritdoc IRevenueVault
    function authorizationNonce(uint64 assetId, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(PAY_TYPEHASH, assetId, salt));
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _pull(address payer, uint256 amount) private {
        if (!TOKEN.transferFrom(payer, address(this), amount)) revert TransferFailed();
    }

    function _creditAsset(uint64 assetId, address payer, uint256 amount) private {
        uint256 book = _assets[assetId];
        if (book == 0) {
            book = _fetch(assetId);
            _assets[assetId] = book;
        }
        uint64 current = _currentOf(book);
        uint256 net = _takeFee(current, payer, amount);
        if (book >> 224 != 0) return _creditDirect(current, net);
        unchecked {
            _versions[current].a += net;
        }
    }

    function _creditVersion(uint64 versionId, address payer, uint256 amount) private {
        uint256 a = _known(versionId);
        uint256 net = _takeFee(versionId, payer, amount);
        if (a.isSplit()) {
            _creditDirect(versionId, net);
        } else {
            unchecked {
                _versions[versionId].a = a + net;
            }
        }
    }

    function _creditDirect(uint64 versionId, uint256 net) private {
        Version storage version = _versions[versionId];
        uint256 b = version.b;
        unchecked {
            uint256 limit = b.ceiling();
            uint256 wouldBe = b.inflow() + net;
            if (limit != 0 && wouldBe > limit) revert CeilingReached(versionId, limit, wouldBe);
            version.b = b + net;
        }
    }

    /// @dev Counts the payment and its fee. No inflow can overflow after this: all of them together are not paid more.
    function _takeFee(uint64 versionId, address payer, uint256 amount) private returns (uint256 net) {
        if (amount == 0) revert ZeroAmount();
        uint256 pot = _pot;
        unchecked {
            if (amount > MAX_PAID_IN - _paidIn(pot)) revert PaidInLimit(MAX_PAID_IN);
            uint256 fee = amount * _feeRate(pot) / BPS;
            // Neither sum leaves its 112 bits: all that is paid in is less, and fees are a part of it.
            _pot = pot + amount + (fee << 112);
            emit Paid(versionId, payer, amount, fee);
            return amount - fee;
        }
    }
}
