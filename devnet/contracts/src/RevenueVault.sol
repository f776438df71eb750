// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";
import {IWSAHARA} from "./interfaces/IWSAHARA.sol";
import {MerkleSum} from "./libraries/MerkleSum.sol";
import {VaultBooks} from "./VaultBooks.sol";

/// @title RevenueVault
/// @notice See {IRevenueVault}.
/// @dev Every function changes the books before it moves tokens, and the token is WSAHARA alone, which calls
/// nobody on transfer.
contract RevenueVault is VaultBooks, AccessManaged {
    IWSAHARA public immutable TOKEN;
    address public immutable MARKETPLACE;

    modifier onlyRegistry() {
        if (msg.sender != address(REGISTRY)) revert NotRegistry(msg.sender);
        _;
    }

    modifier onlyMarketplace() {
        if (msg.sender != MARKETPLACE) revert NotMarketplace(msg.sender);
        _;
    }

    constructor(IWSAHARA token, address registry, address marketplace, address manager, uint16 initialFeeBps)
        AccessManaged(manager)
        VaultBooks(registry)
    {
        TOKEN = token;
        MARKETPLACE = marketplace;
        _setFeeBps(initialFeeBps);
    }

    // ---- for the registry --------------------------------------------------------------------------------

    /// @inheritdoc IRevenueVault
    function openVersion(
        uint64 versionId,
        uint64 assetId,
        bool isFirst,
        Edge[] calldata edges,
        uint64,
        Contributors calldata who
    ) external onlyRegistry {
        AssetBook memory book = _book(assetId);
        if (versionId == 0 || _flows[versionId].open) revert VersionAlreadyOpen(versionId);
        _checkContributors(who.bps, who.count, who.weight, who.root);
        _nodes[versionId] = Node(assetId, who.bps, who.count, uint96(who.weight), book.period);
        if (who.root != 0) _roots[versionId] = who.root;
        _openFlow(versionId, assetId, _addEdges(versionId, edges), who.bps);
        if (isFirst) return;
        book.currentVersion = versionId;
        _assets[assetId] = book;
    }

    /// @inheritdoc IRevenueVault
    function setOwner(uint64 assetId, address from, address to) external onlyRegistry {
        AssetBook memory book = _book(assetId);
        _pastOwners[assetId][book.period] = from;
        (book.owner, book.period) = (to, book.period + 1);
        _assets[assetId] = book;
        emit OwnerSet(assetId, book.period, to);
    }

    // ---- paying ------------------------------------------------------------------------------------------

    /// @inheritdoc IRevenueVault
    function pay(uint64 assetId, uint256 amount) external {
        _pull(_currentVersion(assetId), msg.sender, amount);
    }

    /// @inheritdoc IRevenueVault
    function payVersion(uint64 versionId, uint256 amount) external {
        _pull(versionId, msg.sender, amount);
    }

    /// @inheritdoc IRevenueVault
    function payNative(uint64 assetId) external payable {
        _wrap(_currentVersion(assetId), msg.sender);
    }

    /// @inheritdoc IRevenueVault
    function payVersionNative(uint64 versionId) external payable {
        _wrap(versionId, msg.sender);
    }

    /// @inheritdoc IRevenueVault
    function payFor(address payer, uint64 assetId, uint256 amount) external onlyMarketplace {
        _pull(_currentVersion(assetId), payer, amount);
    }

    /// @inheritdoc IRevenueVault
    function payNativeFor(address payer, uint64 assetId) external payable onlyMarketplace {
        _wrap(_currentVersion(assetId), payer);
    }

    // ---- settling ----------------------------------------------------------------------------------------

    /// @inheritdoc IRevenueVault
    function settle(uint64[] calldata versionIds) external {
        uint256 pooled;
        for (uint256 i; i < versionIds.length; ++i) {
            pooled += _settle(versionIds[i]);
        }
        if (pooled != 0) _pools.pooled += uint128(pooled);
    }

    function _settle(uint64 versionId) private returns (uint256 stays) {
        Flow memory flow = _flow(versionId);
        uint256 units = flow.inflow / QUANTUM - flow.settledUnits;
        if (units == 0) return 0;
        uint32 inPeriod = _enterPeriod(versionId, flow.settledUnits);
        _flows[versionId].settledUnits = uint96(flow.settledUnits + units);
        emit Settled(versionId, inPeriod, units);
        for (uint256 i; i < flow.edges; ++i) {
            (uint64 parent, uint16 royaltyBps) = _edge(versionId, i);
            uint256 amount = units * royaltyBps;
            _flows[parent].inflow += uint112(amount);
            emit RoyaltyMoved(versionId, parent, amount);
        }
        return units * (QUANTUM - flow.parentsBps);
    }

    /// @dev Closes the version's last period if the asset has entered another one since.
    /// @return inPeriod The asset's period now.
    function _enterPeriod(uint64 versionId, uint256 settledUnits) private returns (uint32 inPeriod) {
        Node storage node = _nodes[versionId];
        if (node.assetId == 0) _nodes[versionId] = _node(versionId);
        inPeriod = _book(node.assetId).period;
        uint32 last = node.openPeriod;
        if (inPeriod == last) return inPeriod;
        uint256 earned = settledUnits - _openedAt[versionId];
        if (earned != 0) _earned[versionId][last].units = uint96(earned);
        if (settledUnits != 0) _openedAt[versionId] = settledUnits;
        node.openPeriod = inPeriod;
    }

    // ---- claiming ----------------------------------------------------------------------------------------

    /// @inheritdoc IRevenueVault
    function claimOwner(uint64 versionId, uint32 period) external returns (uint256 amount) {
        return _claimOwner(versionId, period);
    }

    /// @inheritdoc IRevenueVault
    function claimOwner(uint64[] calldata versionIds, uint32[] calldata periods)
        external
        returns (uint256 amount)
    {
        if (versionIds.length != periods.length) {
            revert LengthMismatch(versionIds.length, periods.length);
        }
        for (uint256 i; i < versionIds.length; ++i) {
            amount += _claimOwner(versionIds[i], periods[i]);
        }
    }

    /// @inheritdoc IRevenueVault
    function claimContribution(
        uint64 versionId,
        uint32 index,
        address account,
        uint128 weight,
        bytes32[] calldata siblings,
        uint128[] calldata siblingSums
    ) external returns (uint256 amount) {
        Contribution storage known = _contributions[versionId][index];
        if (known.account == address(0)) {
            _prove(versionId, index, account, weight, siblings, siblingSums);
            known.account = account;
            known.weight = uint96(weight);
            emit ContributionProven(versionId, index, account, weight);
        } else if (known.account != account || known.weight != weight) {
            revert ProofInvalid(versionId, index);
        }
        return _claimContribution(versionId, index);
    }

    /// @inheritdoc IRevenueVault
    function claimContribution(uint64 versionId, uint32 index) external returns (uint256 amount) {
        return _claimContribution(versionId, index);
    }

    function _claimOwner(uint64 versionId, uint32 inPeriod) private returns (uint256 amount) {
        Flow memory flow = _flow(versionId);
        address owner = ownerOf(_node(versionId).assetId, inPeriod);
        Earned storage earned = _earned[versionId][inPeriod];
        uint256 units = _unitsOf(versionId, inPeriod, flow);
        amount = _ownerUnit(flow) * (units - earned.claimedUnits);
        if (amount == 0) return 0;
        earned.claimedUnits = uint96(units);
        emit OwnerClaimed(versionId, inPeriod, owner, amount);
        _payOut(owner, amount);
    }

    function _claimContribution(uint64 versionId, uint32 index) private returns (uint256 amount) {
        Contribution storage known = _contributions[versionId][index];
        address account = known.account;
        if (account == address(0)) revert ContributionNotProven(versionId, index);
        Flow memory flow = _flow(versionId);
        uint256 before = known.claimed;
        uint256 earned = _share(flow, known.weight, _nodes[versionId].weight);
        amount = earned - before;
        if (amount == 0) return 0;
        known.claimed = uint128(earned);
        // The tree already rules this out. It is checked against the money itself all the same, because no error
        // anywhere else may let one version's contributors take what belongs to another.
        uint256 pool = uint256(flow.contributorUnit) * flow.settledUnits;
        uint256 claimed = _contributorsClaimed[versionId] + amount;
        if (claimed > pool) revert PoolExceeded(versionId, claimed, pool);
        _contributorsClaimed[versionId] = claimed;
        emit ContributionClaimed(versionId, index, account, amount);
        _payOut(account, amount);
    }

    function _prove(
        uint64 versionId,
        uint32 index,
        address account,
        uint128 weight,
        bytes32[] calldata siblings,
        uint128[] calldata siblingSums
    ) private view {
        _flow(versionId);
        Node memory node = _nodes[versionId];
        if (index >= node.count) revert ContributorUnknown(versionId, index, node.count);
        uint256 levels = MerkleSum.depth(node.count);
        bool shaped = siblings.length == levels && siblingSums.length == levels;
        if (!shaped || weight == 0 || account == address(0)) revert ProofInvalid(versionId, index);
        bytes32 leaf = MerkleSum.leafHash(index, account, weight);
        (bytes32 root, uint128 total) = MerkleSum.climb(index, leaf, weight, siblings, siblingSums);
        if (root != _roots[versionId] || total != node.weight) revert ProofInvalid(versionId, index);
    }

    // ---- fees --------------------------------------------------------------------------------------------

    /// @inheritdoc IRevenueVault
    function setFeeBps(uint16 newFeeBps) external restricted {
        _setFeeBps(newFeeBps);
    }

    /// @inheritdoc IRevenueVault
    function withdrawFees(address to) external restricted returns (uint256 amount) {
        amount = _pot.fees - _feesWithdrawn;
        if (amount == 0) return 0;
        _feesWithdrawn += amount;
        emit FeesWithdrawn(to, amount);
        if (!TOKEN.transfer(to, amount)) revert TransferFailed();
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _pull(uint64 versionId, address payer, uint256 amount) private {
        _credit(versionId, payer, amount);
        if (!TOKEN.transferFrom(payer, address(this), amount)) revert TransferFailed();
    }

    function _wrap(uint64 versionId, address payer) private {
        _credit(versionId, payer, msg.value);
        TOKEN.deposit{value: msg.value}();
    }

    function _credit(uint64 versionId, address payer, uint256 amount) private {
        if (amount == 0) revert ZeroAmount();
        Pot memory pot = _pot;
        if (amount > MAX_PAID_IN - pot.paidIn) revert PaidInLimit(MAX_PAID_IN);
        uint256 fee = amount * pot.feeBps / BPS;
        _flow(versionId);
        _flows[versionId].inflow += uint112(amount - fee);
        _pot = Pot(pot.paidIn + uint112(amount), pot.fees + uint112(fee), pot.feeBps);
        emit Paid(versionId, payer, amount, fee);
    }

    function _payOut(address to, uint256 amount) private {
        _pools.claimed += uint128(amount);
        if (!TOKEN.transfer(to, amount)) revert TransferFailed();
    }

    function _setFeeBps(uint16 newFeeBps) private {
        if (newFeeBps > MAX_FEE_BPS) revert FeeTooHigh(newFeeBps, MAX_FEE_BPS);
        _pot.feeBps = newFeeBps;
        emit FeeSet(newFeeBps);
    }

    function _checkContributors(uint16 bps, uint32 count, uint128 weight, bytes32 root) private pure {
        bool none = bps == 0 && count == 0 && weight == 0 && root == 0;
        bool all = bps != 0 && count != 0 && weight != 0 && root != 0;
        if (!none && !all) revert ContributorsInvalid();
        if (bps > BPS || weight > type(uint96).max) revert ContributorsInvalid();
    }

    /// @return flow With the number of edges stored and their total.
    function _addEdges(uint64 versionId, Edge[] calldata edges) private returns (Flow memory flow) {
        if (edges.length > MAX_PARENTS) revert TooManyParents(edges.length, MAX_PARENTS);
        uint256 total;
        for (uint256 i; i < edges.length; ++i) {
            uint64 parent = edges[i].parent;
            if (parent >= versionId) revert ParentNotOlder(parent, versionId);
            if (edges[i].royaltyBps == 0) continue;
            total += edges[i].royaltyBps;
            _setEdge(versionId, flow.edges, parent, edges[i].royaltyBps);
            ++flow.edges;
        }
        if (total > BPS) revert RoyaltiesTooHigh(total);
        flow.parentsBps = uint16(total);
    }

    function _openFlow(uint64 versionId, uint64 assetId, Flow memory flow, uint16 contributorsBps) private {
        flow.contributorUnit = uint16((QUANTUM - flow.parentsBps) * contributorsBps / BPS);
        flow.open = true;
        _flows[versionId] = flow;
        emit VersionOpened(versionId, assetId, flow.parentsBps, flow.contributorUnit);
    }
}
