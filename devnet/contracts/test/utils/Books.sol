// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RevenueVault} from "../../src/RevenueVault.sol";

/// @dev Sums over the vault's versions, and the two laws that they obey.
library Books {
    error NotConserved(string law, uint256 found, uint256 expected);

    /// @notice Wei that a version's settled quanta left to its owners and its contributors.
    function pooled(RevenueVault vault, uint64 version) internal view returns (uint256) {
        return ownersPool(vault, version) + contributorsPool(vault, version);
    }

    function ownersPool(RevenueVault vault, uint64 version) internal view returns (uint256) {
        (, uint256 units,,, uint16 unit,) = vault.books(version);
        (, uint256 directUnits,,, uint16 directUnit,) = vault.directBooks(version);
        return units * unit + directUnits * directUnit;
    }

    function contributorsPool(RevenueVault vault, uint64 version) internal view returns (uint256) {
        (, uint256 units,, uint16 unit,,) = vault.books(version);
        (, uint256 directUnits,, uint16 directUnit,,) = vault.directBooks(version);
        return units * unit + directUnits * directUnit;
    }

    /// @notice Wei that left the vault for a version, to its owners and its contributors.
    function claimed(RevenueVault vault, uint64 version) internal view returns (uint256 sum) {
        sum = vault.contributorsClaimed(version);
        for (uint32 period = vault.period(vault.assetOf(version)); period > 0; --period) {
            sum += vault.ownerClaimed(version, period);
        }
    }

    /// @notice Paid in = fees + unsettled + pools; the vault's balance = paid in - fees withdrawn - claimed +
    /// `unsolicited`; and nobody has taken more than the pools hold.
    function conserves(RevenueVault vault, uint256 balance, uint64 versions, uint256 unsolicited)
        internal
        view
    {
        (uint256 paidIn, uint256 fees, uint256 withdrawn) = vault.totals();
        uint256 booked = fees;
        uint256 left = paidIn - withdrawn + unsolicited;
        for (uint64 id = 1; id <= versions; ++id) {
            (,,,,, uint256 unsettled) = vault.books(id);
            uint256 pool = pooled(vault, id);
            uint256 out = claimed(vault, id);
            if (out > pool) revert NotConserved("claimed is at most the pool", out, pool);
            booked += unsettled + pool;
            left -= out;
        }
        if (paidIn != booked) revert NotConserved("paid in = fees + unsettled + pools", booked, paidIn);
        if (withdrawn > fees) revert NotConserved("withdrawn is at most the fees", withdrawn, fees);
        if (balance != left) revert NotConserved("the vault's balance", balance, left);
    }
}
