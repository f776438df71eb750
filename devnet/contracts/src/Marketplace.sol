// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IMarketplace} from "./interfaces/IMarketplace.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";

/// @title Marketplace
/// @notice See {IMarketplace}.
contract Marketplace is IMarketplace {
    ILicenseRegistry public immutable LICENSES;
    IRevenueVault public immutable VAULT;

    constructor(ILicenseRegistry licenses, IRevenueVault vault) {
        LICENSES = licenses;
        VAULT = vault;
    }

    /// @inheritdoc IMarketplace
    function buy(uint64 assetId, uint32 termsId, address to) external returns (uint64 licenseId) {
        uint256 price = LICENSES.priceOf(termsId);
        licenseId = _grant(assetId, termsId, to, price);
        if (price != 0) VAULT.payFor(msg.sender, assetId, price);
    }

    /// @inheritdoc IMarketplace
    function buyNative(uint64 assetId, uint32 termsId, address to)
        external
        payable
        returns (uint64 licenseId)
    {
        uint256 price = LICENSES.priceOf(termsId);
        if (msg.value != price) revert PriceMismatch(price, msg.value);
        licenseId = _grant(assetId, termsId, to, price);
        if (price != 0) VAULT.payNativeFor{value: price}(msg.sender, assetId);
    }

    function _grant(uint64 assetId, uint32 termsId, address to, uint256 price)
        private
        returns (uint64 licenseId)
    {
        // Whoever checks an account's licenses walks through them: strangers could make that as dear as they like.
        if (price == 0 && to != msg.sender) revert FreeForSelfOnly(assetId, to);
        licenseId = LICENSES.grant(assetId, termsId, to);
        emit Purchased(licenseId, assetId, msg.sender, to, termsId, price);
    }
}
