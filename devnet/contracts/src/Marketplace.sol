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
        uint256 price;
        (licenseId, price) = _sell(assetId, termsId, to);
        _pay(assetId, price);
    }

    /// @inheritdoc IMarketplace
    function buyNative(uint64 assetId, uint32 termsId, address to)
        external
        payable
        returns (uint64 licenseId)
    {
        uint256 price;
        (licenseId, price) = _sell(assetId, termsId, to);
        _payNative(assetId, price);
    }

    /// @inheritdoc IMarketplace
    function renew(uint64 licenseId, uint32 periods) external {
        (uint64 assetId, uint256 price) = LICENSES.renew(licenseId, periods);
        _pay(assetId, price);
    }

    /// @inheritdoc IMarketplace
    function renewNative(uint64 licenseId, uint32 periods) external payable {
        (uint64 assetId, uint256 price) = LICENSES.renew(licenseId, periods);
        _payNative(assetId, price);
    }

    function _sell(uint64 assetId, uint32 termsId, address to) private returns (uint64 licenseId, uint256 price) {
        (licenseId, price) = LICENSES.sell(assetId, termsId, to);
        // Whoever checks an account's licenses walks through them: strangers could make that as dear as they like.
        if (price == 0 && to != msg.sender) revert FreeForSelfOnly(assetId, to);
        emit Purchased(licenseId, assetId, msg.sender, to, termsId, price);
    }

    function _pay(uint64 assetId, uint256 price) private {
        if (price != 0) VAULT.payFor(msg.sender, assetId, price);
    }

    function _payNative(uint64 assetId, uint256 price) private {
        if (msg.value != price) revert PriceMismatch(price, msg.value);
        if (price != 0) VAULT.payNativeFor{value: price}(msg.sender, assetId);
    }
}
