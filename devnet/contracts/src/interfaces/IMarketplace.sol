// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IMarketplace
/// @notice Sells and renews licenses at the fixed price of their terms: payment and license in one transaction. It
/// never holds money: WSAHARA goes from the buyer straight to the RevenueVault, out of the allowance given to the
/// vault. Terms are immutable, so a price cannot change between looking and buying.
interface IMarketplace {
    /// @param price Wei.
    event Purchased(
        uint64 indexed licenseId,
        uint64 indexed assetId,
        address indexed buyer,
        address to,
        uint32 termsId,
        uint256 price
    );

    /// @notice The native coin sent with the call is not exactly the price.
    error PriceMismatch(uint256 price, uint256 sent);

    /// @notice A license without a price is had for oneself only: nothing would limit how many are put on another.
    error FreeForSelfOnly(uint64 assetId, address to);

    /// @notice Buys a license for `to` with WSAHARA. Without a price, nothing is paid, and `to` must be the caller.
    function buy(uint64 assetId, uint32 termsId, address to) external returns (uint64 licenseId);

    /// @notice Buys a license for `to` with exactly its price in native coin; without a price, `to` must be the caller.
    function buyNative(uint64 assetId, uint32 termsId, address to) external payable returns (uint64 licenseId);

    /// @notice Extends a license by whole periods, paid with WSAHARA. By anybody, for whoever holds it. What was paid
    /// by whom, the vault's event says, and the LicenseRegistry's until when.
    function renew(uint64 licenseId, uint32 periods) external;

    /// @notice The same with exactly the price of all periods in native coin.
    function renewNative(uint64 licenseId, uint32 periods) external payable;
}
