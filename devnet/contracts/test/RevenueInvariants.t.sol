// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RevenueVault} from "../src/RevenueVault.sol";
import {WSAHARA} from "../src/WSAHARA.sol";
import {Handler} from "./utils/Handler.sol";
import {Test} from "./utils/Test.sol";

/// @dev What holds after any sequence of actions of many users and a malicious publisher (see Handler).
contract RevenueInvariantsTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;
    RevenueVault private vault;
    WSAHARA private token;

    function setUp() public {
        handler = new Handler();
        vault = handler.theVault();
        token = handler.theToken();
    }

    /// @dev forge asks which contract to call, and which of its functions.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](11);
        selectors[0] = Handler.pay.selector;
        selectors[1] = Handler.settle.selector;
        selectors[2] = Handler.settleAll.selector;
        selectors[3] = bytes4(keccak256("publish(uint256)"));
        selectors[4] = Handler.publishForgery.selector;
        selectors[5] = Handler.claimOwner.selector;
        selectors[6] = Handler.claimContribution.selector;
        selectors[7] = Handler.claimForgery.selector;
        selectors[8] = Handler.buy.selector;
        selectors[9] = Handler.transferAsset.selector;
        selectors[10] = Handler.administer.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// @dev One campaign for all properties: each on its own would cost the same again.
    function invariant_the_vault_keeps_its_promises() external view {
        notAWeiIsMadeOrLost();
        noVersionPaysOutMoreThanItsOwnPool();
        inflowIsPaymentsAndRoyalties();
        periodsShareWhatWasSettled();
    }

    /// @notice Conservation: everything ever paid in is fees, unsettled inflow or pools, and the vault holds exactly
    /// what was paid in, less the fees withdrawn and the claims paid, plus what was sent to it unasked.
    function notAWeiIsMadeOrLost() private view {
        handler.checkBothLaws();
    }

    /// @notice No asset ever touches another's money: what came out of the vault for a version, to its owners and to
    /// its contributors, is at most that version's own pool, counted by the tokens that left. Forged trees included.
    function noVersionPaysOutMoreThanItsOwnPool() private view {
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            (, uint256 units,, uint16 contributorUnit, uint16 ownerUnit,) = vault.books(id);
            atMost(handler.contributorsPaid(id), units * contributorUnit, "the contributors' pool");
            atMost(handler.ownersPaid(id), units * ownerUnit, "the owners' pool");
            eq(handler.contributorsPaid(id), vault.contributorsClaimed(id), "the books know it");
        }
    }

    /// @notice What a version has received is what was paid to it, less fees, and the royalties of its children's
    /// settled quanta: nothing else ever moves money between versions.
    function inflowIsPaymentsAndRoyalties() private view {
        uint64 count = handler.versionCount();
        uint256[] memory expected = new uint256[](count + 1);
        for (uint64 id = 1; id <= count; ++id) {
            expected[id] += handler.direct(id);
            (, uint256 units,,,,) = vault.books(id);
            (uint64[] memory parents, uint16[] memory royalties) = vault.parentsOf(id);
            for (uint256 i; i < parents.length; ++i) {
                expected[parents[i]] += units * royalties[i];
            }
        }
        for (uint64 id = 1; id <= count; ++id) {
            (uint256 inflow,,,,,) = vault.books(id);
            eq(inflow, expected[id], "inflow");
        }
    }

    /// @notice Every settled quantum belongs to exactly one period of the asset.
    function periodsShareWhatWasSettled() private view {
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            uint256 sum;
            for (uint32 period = vault.period(vault.assetOf(id)); period > 0; --period) {
                sum += vault.unitsOf(id, period);
            }
            (, uint256 units,,,,) = vault.books(id);
            eq(sum, units, "units");
        }
    }

    /// @notice Runs at the end of every sequence: fully settled, the books are a function of the payments alone,
    /// however they were settled on the way and in whichever order they are settled now; and then everybody can take
    /// everything that is theirs, so that nothing stays but rests below a quantum and what rounding leaves to pools.
    function afterInvariant() external {
        uint256 start = vm.snapshotState();
        _settleUpwards();
        bytes32 upwards = _books();
        vm.revertToState(start);
        _settleInAnyOrder();
        eq(_books(), upwards, "two orders of settling, one result");
        _checkAgainstPayments();
        _takeEverything();
    }

    function _settleUpwards() private {
        for (uint64 id = handler.versionCount(); id > 0; --id) {
            handler.settleAlone(id);
        }
    }

    /// @dev Oldest first, which moves money one hop at a time, again and again until nothing moves.
    function _settleInAnyOrder() private {
        uint64 count = handler.versionCount();
        for (uint64 round; round < count; ++round) {
            for (uint64 id = 1; id <= count; ++id) {
                handler.settleAlone((id * 7 + round) % count + 1);
            }
        }
        _settleUpwards();
    }

    function _books() private view returns (bytes32 hash) {
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            (uint256 inflow, uint256 units,,,, uint256 unsettled) = vault.books(id);
            uint256 owed = vault.ownerOwed(id, vault.period(vault.assetOf(id)));
            hash = keccak256(abi.encode(hash, inflow, units, unsettled, owed));
        }
    }

    /// @dev The reference: one pass from the youngest to the oldest over the payments, in plain arithmetic.
    function _checkAgainstPayments() private view {
        uint64 count = handler.versionCount();
        uint256[] memory inflow = new uint256[](count + 1);
        for (uint64 id = count; id > 0; --id) {
            inflow[id] += handler.direct(id);
            (uint256 found, uint256 units,,,,) = vault.books(id);
            eq(found, inflow[id], "fully settled inflow");
            eq(units, inflow[id] / 10_000, "fully settled units");
            (uint64[] memory parents, uint16[] memory royalties) = vault.parentsOf(id);
            for (uint256 i; i < parents.length; ++i) {
                inflow[parents[i]] += units * royalties[i];
            }
        }
    }

    function _takeEverything() private {
        uint256 left;
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            for (uint32 period = vault.period(vault.assetOf(id)); period > 0; --period) {
                vault.claimOwner(id, period);
            }
            uint256 leaves = handler.leafCount(id);
            for (uint32 index; index < leaves; ++index) {
                handler.claimLeaf(id, index);
            }
            (, uint256 units,, uint16 contributorUnit,, uint256 unsettled) = vault.books(id);
            uint256 rest = units * contributorUnit - vault.contributorsClaimed(id);
            if (leaves != 0) atMost(rest, leaves - 1, "at most N - 1 wei in a pool of N");
            left += unsettled + rest;
        }
        handler.withdrawFees();
        eq(token.balanceOf(address(vault)), left + handler.unsolicited(), "what stays");
        handler.checkBothLaws();
    }
}
