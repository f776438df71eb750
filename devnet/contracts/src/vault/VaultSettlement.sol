// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../interfaces/IRevenueVault.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {VaultBooks} from "./VaultBooks.sol";

/// @dev Moves whole quanta one hop up. Books only: no tokens move.
abstract contract VaultSettlement is VaultBooks {
    using Ledger for uint256;

    /// @inheritdoc IRevenueVault
    function settle(uint64[] calldata versionIds) external {
        _settleAll(versionIds);
    }

    function _settleAll(uint64[] calldata versionIds) internal {
        uint256 count = versionIds.length;
        unchecked {
            for (uint256 i; i < count; ++i) {
                _settle(versionIds[i]);
            }
        }
    }

    /// @dev The sums cannot overflow: a wei that was paid in reaches a version at most once.
    function _settle(uint64 versionId) private {
        Version storage version = _versions[versionId];
        uint256 a = version.a;
        if (a.isSplit()) return _settleSplit(versionId, version, a);
        uint256 units = a.waiting();
        if (units == 0) {
            if (a == 0) REGISTRY.assetOfVersion(versionId);
            return;
        }
        uint256 head = _enterPeriod(versionId, version, a, 0);
        version.a = a.settle(units);
        emit Settled(versionId, units);
        _payParents(versionId, head, a, units);
    }

    function _settleSplit(uint64 versionId, Version storage version, uint256 a) private {
        uint256 b = version.b;
        (uint256 units, uint256 direct) = (a.waiting(), b.waiting());
        if (units | direct == 0) return;
        uint256 head = _enterPeriod(versionId, version, a, b);
        if (units != 0) {
            version.a = a.settle(units);
            emit Settled(versionId, units);
        }
        if (direct != 0) {
            version.b = b.settle(direct);
            emit SettledDirect(versionId, direct);
        }
        unchecked {
            _payParents(versionId, head, a, units + direct);
        }
        uint256 count = a.obligations();
        if (direct != 0 && count != 0) _payEdges(_obligations[versionId], count, direct);
    }

    function _payParents(uint64 versionId, uint256 head, uint256 a, uint256 units) private {
        unchecked {
            uint256 edge = head >> 64;
            // An edge is never zero, and nothing stands above the last one in the head.
            while (edge != 0) {
                _versions[edge.target()].a += units * edge.rate();
                edge >>= Ledger.EDGE_BITS;
            }
            uint256 count = a.edges();
            if (count > Ledger.EDGES_IN_HEAD) {
                _payEdges(_edges[versionId], count - Ledger.EDGES_IN_HEAD, units);
            }
        }
    }

    function _payEdges(mapping(uint256 => uint256) storage slots, uint256 count, uint256 units) private {
        unchecked {
            uint256 edge;
            for (uint256 i; i < count; ++i) {
                edge = i % Ledger.EDGES_PER_SLOT == 0
                    ? slots[i / Ledger.EDGES_PER_SLOT]
                    : edge >> Ledger.EDGE_BITS;
                _versions[edge.target()].a += units * edge.rate();
            }
        }
    }

    /// @dev Closes the version's last period if the asset has entered another one since.
    /// @return head With the asset's period now.
    function _enterPeriod(uint64 versionId, Version storage version, uint256 a, uint256 b)
        private
        returns (uint256 head)
    {
        head = version.head;
        if (head == 0) head = REGISTRY.assetOfVersion(versionId);
        uint32 inPeriod = _periodOf(_assets[uint40(head)]);
        if (inPeriod == 0) inPeriod = 1;
        uint32 last = _openPeriod(head);
        if (inPeriod == last) return head;
        unchecked {
            head += uint256(inPeriod - last) << 40;
        }
        version.head = head;
        (uint256 settled, uint256 settledDirect) = (a.settled(), b.settled());
        emit PeriodEntered(versionId, inPeriod, settled, settledDirect);
        Earned storage ended = _earnedIn(versionId, last);
        Earned storage begun = _earnedIn(versionId, inPeriod);
        if (settled != 0) {
            ended.a |= settled << 88;
            begun.a = settled;
        }
        if (settledDirect != 0) {
            ended.b |= settledDirect << 88;
            begun.b = settledDirect;
        }
    }
}
