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
    function claimed(RevenueVault vault, uint64 version) internal view returns (uint256) {
        (uint256 owners, uint256 contributors) = vault.claimedOf(version);
        return owners + contributors;
    }

    /// @notice Paid in = fees + unsettled + pools; the vault's balance = paid in - fees withdrawn - claimed +
    /// `unsolicited`; nobody has taken more than the pools hold; and the vault's own sums say the same.
    function conserves(RevenueVault vault, uint256 balance, uint64 versions, uint256 unsolicited)
        internal
        view
    {
        (uint256 paidIn, uint256 fees, uint256 withdrawn) = vault.totals();
        (uint256 waiting, uint256 pools, uint256 out) = _addUp(vault, versions);
        _same("paid in = fees + unsettled + pools", fees + waiting + pools, paidIn);
        _same("the vault's balance", balance, paidIn - withdrawn - out + unsolicited);
        if (withdrawn > fees) revert NotConserved("withdrawn is at most the fees", withdrawn, fees);
        (uint256 itsWaiting, uint256 itsPools, uint256 itsOut) = vault.sums(1, versions);
        _same("the vault's sum of what waits", itsWaiting, waiting);
        _same("the vault's sum of pools", itsPools, pools);
        _same("the vault's sum of claims", itsOut, out);
    }

    function _addUp(RevenueVault vault, uint64 versions)
        private
        view
        returns (uint256 waiting, uint256 pools, uint256 out)
    {
        for (uint64 id = 1; id <= versions; ++id) {
            (,,,,, uint256 unsettled) = vault.books(id);
            (uint256 pool, uint256 taken) = (pooled(vault, id), claimed(vault, id));
            if (taken > pool) revert NotConserved("claimed is at most the pool", taken, pool);
            (waiting, pools, out) = (waiting + unsettled, pools + pool, out + taken);
        }
    }

    function _same(string memory law, uint256 found, uint256 expected) private pure {
        if (found != expected) revert NotConserved(law, found, expected);
    }
}
