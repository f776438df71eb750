// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../interfaces/IRevenueVault.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {VaultBooks} from "./VaultBooks.sol";

/// @dev What the registry writes: new versions and new owners.
abstract contract VaultOpening is VaultBooks {
    using Ledger for uint256;

    modifier onlyRegistry() {
        if (msg.sender != address(REGISTRY)) revert NotRegistry(msg.sender);
        _;
    }

    /// @inheritdoc IRevenueVault
    function openVersion(
        uint64 versionId,
        uint64 assetId,
        bool isFirst,
        Edge[] calldata edges,
        uint64 ceiling,
        Contributors calldata contributors_
    ) external onlyRegistry {
        if (versionId == 0 || versionId > type(uint40).max || _versions[versionId].a != 0) {
            revert VersionAlreadyOpen(versionId);
        }
        uint256 a = _addParents(versionId, assetId, isFirst, edges);
        a |= _addObligations(versionId, edges, a.parentsBps());
        if (ceiling != 0) {
            _versions[versionId].b = uint256(ceiling) << 192;
            a |= Ledger.SPLIT;
        }
        a |= _addContributors(versionId, contributors_, a.parentsBps());
        if (a != 0) _versions[versionId].a = a;
        if (isFirst) return;
        uint256 book = _assets[assetId];
        if (book == 0) return;
        _assets[assetId] = _packBook(_ownerOf(book), _periodOf(book), versionId, a.isSplit());
    }

    /// @inheritdoc IRevenueVault
    function setOwner(uint64 assetId, address from, address to) external onlyRegistry {
        uint256 book = _assets[assetId];
        address last = book == 0 ? from : _ownerOf(book);
        if (book == 0) book = _fetch(assetId);
        uint32 inPeriod = _periodOf(book);
        _pastOwners[assetId][inPeriod] = last;
        _assets[assetId] = ((book >> 160 << 160) | uint160(to)) + (1 << 160);
        emit OwnerSet(assetId, inPeriod + 1, to);
    }

    /// @dev Ids count from 1 without gaps: an older one is a version that exists.
    /// @return a The slot's part: number and total of the edges that are paid.
    function _addParents(uint64 versionId, uint64 assetId, bool isFirst, Edge[] calldata edges)
        private
        returns (uint256 a)
    {
        if (edges.length > MAX_PARENTS) revert TooManyParents(edges.length, MAX_PARENTS);
        uint256 head;
        uint256 total;
        uint256 count;
        for (uint256 i; i < edges.length; ++i) {
            (uint64 parent, uint256 bps) = (edges[i].parent, edges[i].royaltyBps);
            if (parent == 0 || parent >= versionId) revert ParentNotOlder(parent, versionId);
            total += bps;
            if (bps > BPS || (total > BPS && !edges[i].isAbsolute)) revert RoyaltiesTooHigh(total, parent);
            if (edges[i].isAbsolute) total -= bps;
            if (bps == 0 || edges[i].isAbsolute) continue;
            uint256 edge = Ledger.edge(parent, bps);
            if (count < Ledger.EDGES_IN_HEAD) head |= edge << (64 + Ledger.EDGE_BITS * count);
            else _put(_edges[versionId], count - Ledger.EDGES_IN_HEAD, edge);
            ++count;
        }
        if (count == 0) return 0;
        uint256 inPeriod = isFirst ? 1 : _periodOf(_assets[assetId]);
        if (inPeriod == 0) inPeriod = 1;
        _versions[versionId].head = head | assetId | (inPeriod << 40);
        return (total << 192) | (count << 224);
    }

    /// @dev The union of what the edges oblige to and what the parents are obliged to: one per ancestor, the highest
    /// rate wins.
    /// @return a The slot's part: number and total of the obligations.
    function _addObligations(uint64 versionId, Edge[] calldata edges, uint256 total)
        private
        returns (uint256 a)
    {
        uint256[] memory found = new uint256[](MAX_OBLIGATIONS);
        uint256 count;
        for (uint256 i; i < edges.length; ++i) {
            uint64 parent = edges[i].parent;
            if (edges[i].isAbsolute && edges[i].royaltyBps != 0) {
                count = _oblige(found, count, parent, edges[i].royaltyBps);
            }
            uint256 inherited = _versions[parent].a.obligations();
            for (uint256 j; j < inherited; ++j) {
                uint256 edge = _obligationAt(parent, j);
                count = _oblige(found, count, edge.target(), edge.rate());
            }
        }
        if (count == 0) return 0;
        uint256 absolute;
        for (uint256 i; i < count; ++i) {
            absolute += found[i].rate();
            if (total + absolute > BPS) revert RoyaltiesTooHigh(total + absolute, found[i].target());
            _put(_obligations[versionId], i, found[i]);
        }
        return Ledger.SPLIT | (count << 233) | (absolute << 240);
    }

    function _oblige(uint256[] memory found, uint256 count, uint64 ancestor, uint256 bps)
        private
        pure
        returns (uint256)
    {
        for (uint256 i; i < count; ++i) {
            if (found[i].target() != ancestor) continue;
            if (bps > found[i].rate()) found[i] = Ledger.edge(ancestor, bps);
            return count;
        }
        if (count == MAX_OBLIGATIONS) revert TooManyObligations(count + 1, MAX_OBLIGATIONS);
        found[count] = Ledger.edge(ancestor, bps);
        return count + 1;
    }

    function _put(mapping(uint256 => uint256) storage slots, uint256 index, uint256 edge) private {
        slots[index / Ledger.EDGES_PER_SLOT] |= edge << (Ledger.EDGE_BITS * (index % Ledger.EDGES_PER_SLOT));
    }

    function _addContributors(uint64 versionId, Contributors calldata c, uint256 parentsBps)
        private
        returns (uint256 a)
    {
        if (c.bps == 0 && c.count == 0 && c.weight == 0 && c.root == 0) return 0;
        bool all = c.bps != 0 && c.count != 0 && c.weight != 0 && c.root != 0;
        if (!all || c.bps > BPS || c.weight > type(uint96).max) revert ContributorsInvalid();
        Version storage made = _versions[versionId];
        made.pool = (uint256(c.bps) << 112) | (uint256(c.weight) << 128) | (uint256(c.count) << 224);
        made.root = c.root;
        return ((QUANTUM - parentsBps) * c.bps / BPS) << 208;
    }
}
