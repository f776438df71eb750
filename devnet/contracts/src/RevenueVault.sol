// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {IContributionNFT} from "./interfaces/IContributionNFT.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";
import {IWSAHARA} from "./interfaces/IWSAHARA.sol";
import {VaultBooks} from "./vault/VaultBooks.sol";
import {VaultClaims} from "./vault/VaultClaims.sol";
import {VaultOpening} from "./vault/VaultOpening.sol";
import {VaultPayments} from "./vault/VaultPayments.sol";
import {VaultViews} from "./vault/VaultViews.sol";

/// @title RevenueVault
/// @notice See {IRevenueVault}.
/// @dev Every function changes the books before it moves tokens, and the token is WSAHARA alone, which calls
/// nobody on transfer.
contract RevenueVault is VaultOpening, VaultPayments, VaultClaims, VaultViews, AccessManaged {
    constructor(
        IWSAHARA token,
        IAssetRegistry registry,
        address marketplace,
        address manager,
        IContributionNFT contributions,
        uint16 initialFeeBps
    ) VaultBooks(token, registry, marketplace) VaultClaims(contributions) AccessManaged(manager) {
        _setFeeBps(initialFeeBps);
    }

    /// @inheritdoc IRevenueVault
    function setFeeBps(uint16 newFeeBps) external restricted {
        _setFeeBps(newFeeBps);
    }

    /// @inheritdoc IRevenueVault
    function withdrawFees(address to) external restricted returns (uint256 amount) {
        amount = _fees(_pot) - _feesWithdrawn;
        if (amount == 0) return 0;
        _feesWithdrawn += amount;
        emit FeesWithdrawn(to, amount);
        if (!TOKEN.transfer(to, amount)) revert TransferFailed();
    }

    function _setFeeBps(uint16 newFeeBps) private {
        if (newFeeBps > MAX_FEE_BPS) revert FeeTooHigh(newFeeBps, MAX_FEE_BPS);
        _pot = (_pot << 32 >> 32) | (uint256(newFeeBps) << 224);
        emit FeeSet(newFeeBps);
    }
}
