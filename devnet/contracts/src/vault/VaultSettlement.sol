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
        for (uint256 i; i < versionIds.length; ++i) {
            _settle(versionIds[i]);
        }
    }

    function _settle(uint64 versionId) private {
        Version storage version = _versions[versionId];
        uint256 a = version.a;
        if (a == 0) REGISTRY.assetOfVersion(versionId);
        uint256 units = a.waiting();
        uint256 b = a.isSplit() ? version.b : 0;
        uint256 direct = b.waiting();
        if (units | direct == 0) return;
        uint256 head = _enterPeriod(versionId, a, b);
        emit Settled(versionId, _openPeriod(head), units, direct);
        if (units != 0) version.a = a.settle(units);
        if (direct != 0) version.b = b.settle(direct);
        unchecked {
            _payParents(versionId, head, a.edges(), units + direct);
        }
        if (direct != 0) _payObligations(versionId, a.obligations(), direct);
    }

    /// @dev Sums cannot overflow: a wei that was paid in reaches a version at most once.
    function _payParents(uint64 versionId, uint256 head, uint256 count, uint256 units) private {
        unchecked {
            uint256 inHead = count < Ledger.EDGES_IN_HEAD ? count : Ledger.EDGES_IN_HEAD;
            uint256 edge = head >> 64;
            for (uint256 i; i < inHead; ++i) {
                _versions[edge.target()].a += units * edge.rate();
                edge >>= Ledger.EDGE_BITS;
            }
            if (count > inHead) _payEdges(_edges[versionId], count - inHead, units);
        }
    }

    function _payObligations(uint64 versionId, uint256 count, uint256 units) private {
        if (count != 0) _payEdges(_obligations[versionId], count, units);
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
    function _enterPeriod(uint64 versionId, uint256 a, uint256 b) private returns (uint256 head) {
        head = _versions[versionId].head;
        if (head == 0) head = REGISTRY.assetOfVersion(versionId);
        uint32 inPeriod = _assets[uint40(head)].period;
        if (inPeriod == 0) inPeriod = 1;
        uint32 last = _openPeriod(head);
        if (inPeriod == last) return head;
        if (a.settled() != 0) {
            _earned[versionId][last].a |= a.settled() << 88;
            _earned[versionId][inPeriod].a = a.settled();
        }
        if (b.settled() != 0) {
            _earned[versionId][last].b |= b.settled() << 88;
            _earned[versionId][inPeriod].b = b.settled();
        }
        unchecked {
            head += uint256(inPeriod - last) << 40;
        }
        _versions[versionId].head = head;
    }
}
