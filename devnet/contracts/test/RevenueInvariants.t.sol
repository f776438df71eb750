// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RevenueVault} from "../src/RevenueVault.sol";
import {WSAHARA} from "../src/WSAHARA.sol";
import {ContributionNFT} from "../src/ContributionNFT.sol";
import {Books} from "./utils/Books.sol";
import {Handler} from "./utils/Handler.sol";
import {Test} from "./utils/Test.sol";
import {Tree} from "./utils/Tree.sol";

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
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = Handler.pay.selector;
        selectors[1] = Handler.settle.selector;
        selectors[2] = Handler.settleAll.selector;
        selectors[3] = Handler.publish.selector;
        selectors[4] = Handler.publishForgery.selector;
        selectors[5] = Handler.claimOwner.selector;
        selectors[6] = Handler.claimContribution.selector;
        selectors[7] = Handler.claimForgery.selector;
        selectors[8] = Handler.transferAsset.selector;
        selectors[9] = Handler.administer.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// @dev One campaign for all properties: each on its own would cost the same again. The first after every action,
    /// all of them after every eighth and at the end. What they look at grows with the campaign, so a deep one is as
    /// long as a test run has time for.
    /// forge-config: deep.invariant.runs = 120
    /// forge-config: deep.invariant.depth = 150
    function invariant_the_vault_keeps_its_promises() external view {
        notAWeiIsMadeOrLost();
        if (handler.steps() % 8 == 0) everyPromise();
    }

    function everyPromise() private view {
        noVersionPaysOutMoreThanItsOwnPool();
        inflowIsPaymentsAndRoyalties();
        periodsShareWhatWasSettled();
        noVersionPromisesMoreThanEverything();
        noCeilingIsPassed();
        everyProvenContributionIsOneLockedToken();
    }

    /// @notice REV-1: everything ever paid in is fees, unsettled inflow or pools. REV-2: the vault holds exactly what
    /// was paid in, less the fees withdrawn and the claims paid, plus what was sent to it unasked.
    function notAWeiIsMadeOrLost() private view {
        handler.checkBothLaws();
    }

    /// @notice REV-4: no asset ever touches another's money. What came out of the vault for a version, to its owners
    /// and to its contributors, is at most that version's own pool, counted by the tokens that left. CON-1: forged
    /// trees included.
    function noVersionPaysOutMoreThanItsOwnPool() private view {
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            uint256 contributors = handler.contributorsPaid(id);
            uint256 owners = handler.ownersPaid(id);
            atMost(contributors, Books.contributorsPool(vault, id), "the contributors' pool");
            atMost(owners, Books.ownersPool(vault, id), "the owners' pool");
            eq(contributors, vault.contributorsClaimed(id), "the books know it");
            eq(contributors + owners, Books.claimed(vault, id), "of the owners too");
        }
    }

    /// @notice REV-5: what a version has received is what was paid to it, less fees, and the royalties of its
    /// descendants' settled quanta: nothing else ever moves money between versions. Direct payments of split versions
    /// stand in their direct ledger and nowhere else.
    function inflowIsPaymentsAndRoyalties() private view {
        uint256[] memory expected = _royalties();
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            (uint256 inflow,,,,,) = vault.books(id);
            eq(inflow, expected[id] + handler.direct(id), "inflow");
            (uint256 direct,,,,,) = vault.directBooks(id);
            if (_isSplit(id)) eq(direct, handler.direct(id), "the direct ledger");
            else eq(direct, 0, "no direct ledger");
        }
    }

    /// @notice REV-6: every settled quantum belongs to exactly one period of the asset, and so does every claim.
    function periodsShareWhatWasSettled() private view {
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            uint256 sum;
            uint256 directSum;
            uint256 owners;
            for (uint32 period = vault.period(vault.assetOf(id)); period > 0; --period) {
                (uint256 units, uint256 directUnits) = vault.unitsOf(id, period);
                sum += units;
                directSum += directUnits;
                owners += vault.ownerOwed(id, period) + vault.ownerClaimed(id, period);
            }
            (, uint256 settled,,,,) = vault.books(id);
            (, uint256 settledDirect,,,,) = vault.directBooks(id);
            eq(sum, settled, "units");
            eq(directSum, settledDirect, "direct units");
            eq(owners, Books.ownersPool(vault, id), "owed and claimed are the owners' pool");
        }
    }

    /// @notice REV-7: of every quantum of either ledger the parts are exactly a quantum. REV-8: nobody owes more than
    /// 16 absolute royalties, no ancestor is owed twice, and what a parent is obliged to its child is obliged to, at
    /// the same rate or a higher one.
    function noVersionPromisesMoreThanEverything() private view {
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            (,, uint16 up, uint16 toContributors, uint16 toOwner,) = vault.books(id);
            eq(uint256(up) + toContributors + toOwner, 10_000, "a quantum");
            (uint64[] memory ancestors, uint16[] memory bps) = vault.obligationsOf(id);
            atMost(ancestors.length, 16, "obligations");
            uint256 sum;
            for (uint256 i; i < ancestors.length; ++i) {
                sum += bps[i];
                for (uint256 j; j < i; ++j) {
                    isTrue(ancestors[i] != ancestors[j], "one per ancestor");
                }
            }
            uint16 fixedBps;
            (,, fixedBps, toContributors, toOwner,) = vault.directBooks(id);
            eq(sum, fixedBps, "absolute basis points");
            if (_isSplit(id)) eq(uint256(up) + sum + toContributors + toOwner, 10_000, "a direct quantum");
            _checkInheritance(id, ancestors, bps);
        }
    }

    function _checkInheritance(uint64 id, uint64[] memory ancestors, uint16[] memory bps) private view {
        (uint64[] memory parents,) = vault.parentsOf(id);
        for (uint256 i; i < parents.length; ++i) {
            (uint64[] memory above, uint16[] memory least) = vault.obligationsOf(parents[i]);
            for (uint256 j; j < above.length; ++j) {
                bool found;
                for (uint256 k; k < ancestors.length; ++k) {
                    if (ancestors[k] == above[j] && bps[k] >= least[j]) found = true;
                }
                isTrue(found, "inherited");
            }
        }
    }

    /// @notice REV-10: direct payments, fees excluded, never exceed a version's ceiling; royalties do not count.
    function noCeilingIsPassed() private view {
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            (uint256 direct,,,,, uint256 ceiling) = vault.directBooks(id);
            eq(ceiling, handler.ceilingOf(id) * 1e9, "the ceiling");
            if (ceiling != 0) atMost(direct, ceiling, "direct payments");
        }
    }

    /// @notice CON-3: a contribution is proven for one account at most, has the weight that the tree gives it, was
    /// never paid more than its share, and exists as a token exactly when it is proven.
    function everyProvenContributionIsOneLockedToken() private view {
        ContributionNFT nft = ContributionNFT(address(vault.CONTRIBUTIONS()));
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            (,, uint128 total,) = vault.contributors(id);
            uint256 sum;
            for (uint32 i; i < handler.leafCount(id); ++i) {
                Tree.Leaf memory leaf = handler.leaf(id, i);
                (uint128 weight, uint256 claimed) = vault.contribution(id, i, leaf.account);
                if (weight == 0) continue;
                eq(weight, leaf.weight, "weight");
                sum += claimed;
                uint256 pool = Books.contributorsPool(vault, id);
                eq(
                    claimed + vault.contributionOwed(id, i, leaf.account, weight),
                    pool * weight / total,
                    "share"
                );
                isTrue(nft.locked(nft.tokenIdOf(id, i, leaf.account)), "a token");
            }
            if (handler.forgedWeight(id) == 0) eq(sum, vault.contributorsClaimed(id), "all claims together");
        }
    }

    /// @notice Runs at the end of every sequence. REV-3: fully settled, the books are a function of the payments
    /// alone, however they were settled on the way and in whichever order they are settled now. REV-11: and then
    /// everybody can take everything that is theirs, so that nothing stays but rests below a quantum (per ledger) and,
    /// CON-2, at most N - 1 wei in a pool of N contributors.
    function afterInvariant() external {
        everyPromise();
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
            (uint256 direct, uint256 directUnits,,,,) = vault.directBooks(id);
            uint256 owed = vault.ownerOwed(id, vault.period(vault.assetOf(id)));
            hash = keccak256(abi.encode(hash, inflow, units, unsettled, direct, directUnits, owed));
        }
    }

    /// @dev The reference: one pass from the youngest to the oldest over the payments, in plain arithmetic.
    function _checkAgainstPayments() private view {
        uint64 count = handler.versionCount();
        uint256[] memory royalties = new uint256[](count + 1);
        for (uint64 id = count; id > 0; --id) {
            bool split = _isSplit(id);
            uint256 direct = handler.direct(id);
            uint256 units = (royalties[id] + (split ? 0 : direct)) / 10_000;
            uint256 directUnits = split ? direct / 10_000 : 0;
            (, uint256 found,,,,) = vault.books(id);
            eq(found, units, "fully settled units");
            (, found,,,,) = vault.directBooks(id);
            eq(found, directUnits, "fully settled direct units");
            (uint64[] memory to, uint16[] memory bps) = vault.parentsOf(id);
            _add(royalties, to, bps, units + directUnits);
            (to, bps) = vault.obligationsOf(id);
            _add(royalties, to, bps, directUnits);
        }
    }

    function _royalties() private view returns (uint256[] memory royalties) {
        uint64 count = handler.versionCount();
        royalties = new uint256[](count + 1);
        for (uint64 id = 1; id <= count; ++id) {
            (, uint256 units,,,,) = vault.books(id);
            (, uint256 directUnits,,,,) = vault.directBooks(id);
            (uint64[] memory to, uint16[] memory bps) = vault.parentsOf(id);
            _add(royalties, to, bps, units + directUnits);
            (to, bps) = vault.obligationsOf(id);
            _add(royalties, to, bps, directUnits);
        }
    }

    function _add(uint256[] memory sums, uint64[] memory to, uint16[] memory bps, uint256 units)
        private
        pure
    {
        for (uint256 i; i < to.length; ++i) {
            sums[to[i]] += units * bps[i];
        }
    }

    function _isSplit(uint64 id) private view returns (bool) {
        (,,, uint16 toContributors, uint16 toOwner,) = vault.directBooks(id);
        (uint64[] memory owed,) = vault.obligationsOf(id);
        return owed.length != 0 || uint256(toContributors) + toOwner != 0 || handler.ceilingOf(id) != 0;
    }

    function _takeEverything() private {
        uint256 left;
        for (uint64 id = 1; id <= handler.versionCount(); ++id) {
            for (uint32 period = vault.period(vault.assetOf(id)); period > 0; --period) {
                handler.claimPeriod(id, period);
            }
            uint256 leaves = handler.leafCount(id);
            for (uint32 index; index < leaves; ++index) {
                handler.claimLeaf(id, index);
            }
            (,,,,, uint256 unsettled) = vault.books(id);
            uint256 rest = Books.contributorsPool(vault, id) - vault.contributorsClaimed(id);
            if (leaves != 0) atMost(rest, leaves - 1, "at most N - 1 wei in a pool of N");
            atMost(unsettled, _isSplit(id) ? 19_998 : 9_999, "below a quantum in each ledger");
            left += unsettled + rest;
        }
        handler.withdrawFees();
        eq(token.balanceOf(address(vault)), left + handler.unsolicited(), "what stays");
        handler.checkBothLaws();
        everyPromise();
    }
}
