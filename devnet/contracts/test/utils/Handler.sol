// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {RevenueVault} from "../../src/RevenueVault.sol";
import {WSAHARA} from "../../src/WSAHARA.sol";
import {IRevenueVault} from "../../src/interfaces/IRevenueVault.sol";
import {MerkleSum} from "../../src/libraries/MerkleSum.sol";
import {Payee} from "./Payee.sol";
import {Tree} from "./Tree.sol";
import {VaultFixture} from "./VaultFixture.sol";

/// @dev Many users who publish, pay in every way, settle, claim, sweep and transfer, and one publisher, mallory, who
/// forges trees, promises all she can and claims what is not hers. It keeps its own account of what it paid and of what
/// came out, measured on token balances and not taken from the vault's word. No honest action may ever revert.
contract Handler is VaultFixture {
    address public mallory = account("mallory");
    Payee public payee;
    string[] private _names;
    /// @dev Wei that reached the vault without being a payment.
    uint256 public unsolicited;
    /// @dev Wei per version: paid directly, fees excluded; and what came out to owners and to contributors.
    mapping(uint64 version => uint256) public direct;
    mapping(uint64 version => uint256) public ownersPaid;
    mapping(uint64 version => uint256) public contributorsPaid;
    /// @dev What a version's publisher asked for, to check against what the vault made of it.
    mapping(uint64 version => uint256 gwei_) public ceilingOf;
    mapping(uint64 version => Tree.Leaf[]) internal _leaves;
    /// @dev The one weight that all leaves of a forged tree claim; 0 for honest versions.
    mapping(uint64 version => uint128) public forgedWeight;
    mapping(uint64 version => uint128) private _forgedRight;
    uint64[] private _forged;
    uint256 public steps;
    uint256 private _salts;
    uint256 private _seed = 1;

    constructor() {
        deployVault();
        payee = new Payee(vault, token);
        _names = ["alice", "bob", "carol", "dave", "erin", "mallory"];
        _publish(0, alice);
        _publish(0, bob);
    }

    // ---- publishing ----

    function publish(uint256 seed) external {
        _begin(seed);
        _publish(_pick(2) == 0 ? 0 : _asset(), _actor());
    }

    function _publish(uint64 asset, address owner) private {
        IRevenueVault.Edge[] memory edges = _someEdges();
        uint64 ceiling = _pick(5) == 0 ? uint64(1 + _pick(1e12)) : 0;
        Tree.Leaf[] memory leaves = _someLeaves();
        IRevenueVault.Contributors memory c =
            leaves.length == 0 ? nobody() : share(leaves, uint16(1 + _pick(10_000)));
        (, uint64 version) = registry.publish(asset, owner, edges, ceiling, c);
        ceilingOf[version] = ceiling;
        for (uint256 i; i < leaves.length; ++i) {
            _leaves[version].push(leaves[i]);
        }
    }

    /// @dev Mallory: trees whose leaves all have the full weight, everything owed to versions of her own.
    function publishForgery(uint256 seed) external {
        _begin(seed);
        uint128 weight = uint128(within(_next(), 1, type(uint96).max));
        bytes32 left = MerkleSum.leafHash(0, mallory, weight);
        bytes32 right = MerkleSum.leafHash(1, mallory, weight);
        uint128 rightSum = _forgedSum(weight);
        bytes32 root = MerkleSum.nodeHash(left, weight, right, rightSum);
        IRevenueVault.Edge[] memory edges = noEdges();
        if (_forged.length != 0) {
            uint64 previous = _forged[_forged.length - 1];
            edges = two(relative(previous, uint16(_pick(2) * 5_000)), relative(_version(), 0));
            (, uint16[] memory owed) = vault.obligationsOf(edges[1].parent);
            if (owed.length != 0) edges[1] = IRevenueVault.Edge(previous, uint16(_pick(5_001)), true);
            (, owed) = vault.obligationsOf(previous);
            if (owed.length != 0) edges = noEdges();
        }
        (, uint64 made) =
            registry.publish(0, mallory, edges, 0, IRevenueVault.Contributors(10_000, 2, weight, root));
        (forgedWeight[made], _forgedRight[made]) = (weight, rightSum);
        _forged.push(made);
    }

    // ---- money in ----

    /// @dev Three payments at a time: without money nothing else matters.
    function pay(uint256 seed, uint256[3] calldata amounts) external {
        _begin(seed);
        for (uint256 i; i < amounts.length; ++i) {
            _pay(_amount(amounts[i]));
        }
    }

    function _pay(uint256 amount) private {
        uint64 version = _version();
        uint64 asset = vault.assetOf(version);
        uint256 way = _pick(8);
        if (way > 1) version = vault.currentVersion(asset);
        uint256 net = amount - amount * vault.feeBps() / 10_000;
        uint256 room = _room(version);
        if (net > room) {
            _refusedByCeiling(version, amount);
            return;
        }
        _payBy(way, _pick(5), asset, version, amount);
        direct[version] += net;
    }

    function _payBy(uint256 way, uint256 who, uint64 asset, uint64 version, uint256 amount) private {
        address payer = account(_names[who]);
        if (way % 2 == 0) vm.deal(payer, amount);
        else fund(payer, amount);
        if (way == 4) _sendToInbox(payer, asset, amount);
        if (way == 5) return _authorized(_names[who], asset, amount);
        if (way == 6) return _forMarket(payer, asset, amount);
        vm.prank(payer);
        if (way == 0) vault.payVersionNative{value: amount}(version);
        if (way == 1) vault.payVersion(version, amount);
        if (way == 2) vault.payNative{value: amount}(asset);
        if (way == 3) vault.pay(asset, amount);
        if (way == 4) vault.sweep(asset);
        if (way == 7) vault.payWithPermit(asset, amount, 0, 0, 0, 0);
    }

    function _sendToInbox(address payer, uint64 asset, uint256 amount) private {
        address inbox = vault.inboxOf(asset);
        vm.prank(payer);
        (bool sent,) = inbox.call{value: amount}("");
        isTrue(sent, "sent to the inbox");
    }

    function _authorized(string memory name, uint64 asset, uint256 amount) private {
        bytes32 salt = bytes32(++_salts);
        bytes memory signature = authorize(name, asset, amount, salt);
        vault.payWithAuthorization(
            asset, account(name), amount, 0, block.timestamp + 365 days, salt, signature
        );
    }

    function _forMarket(address payer, uint64 asset, uint256 amount) private {
        vm.deal(market, amount);
        vm.prank(market);
        vault.payNativeFor{value: amount}(payer, asset);
    }

    function _refusedByCeiling(uint64 version, uint256 amount) private {
        vm.deal(alice, amount);
        vm.prank(alice);
        try vault.payVersionNative{value: amount}(version) {
            revert NotTrue("a payment above the ceiling is refused");
        } catch {}
    }

    function _room(uint64 version) private view returns (uint256) {
        uint256 limit = ceilingOf[version] * 1e9;
        return limit == 0 ? type(uint256).max : limit - direct[version];
    }

    // ---- settling and money out ----

    function settle(uint256 seed, uint8 count) external {
        _begin(seed);
        uint64[] memory list = new uint64[](count % 6);
        for (uint256 i; i < list.length; ++i) {
            list[i] = _version();
        }
        vm.prank(_actor());
        vault.settle(list);
    }

    /// @dev Settles everything, the youngest first.
    function settleAll() external {
        for (uint64 id = registry.versionCount(); id > 0; --id) {
            settleOne(id);
        }
    }

    function claimOwner(uint256 seed) external {
        _begin(seed);
        uint64 version = _version();
        uint32 period = uint32(1 + _pick(vault.period(vault.assetOf(version))));
        uint256 before = token.balanceOf(address(vault));
        if (_pick(2) == 0) payee.claimAndUnwrap(version, period);
        else vault.claimOwner(version, period);
        ownersPaid[version] += before - token.balanceOf(address(vault));
    }

    function claimContribution(uint256 seed) external {
        _begin(seed);
        uint64 version = _version();
        if (_leaves[version].length != 0) _claim(version, uint32(_pick(_leaves[version].length)));
    }

    /// @dev Mallory tries to prove the full weight at both indices of every tree she forged, with the sums that she
    /// committed to and with others, and to take a place in the trees of others.
    function claimForgery(uint256 seed) external {
        _begin(seed);
        for (uint256 i; i < _forged.length; ++i) {
            uint64 version = _forged[i];
            uint128 weight = forgedWeight[version];
            _forge(version, 0, weight, _forgedRight[version]);
            _forge(version, 1, weight, weight);
            _forge(version, uint32(_pick(2)), weight, _forgedSum(weight));
        }
        uint64 other = _version();
        (,, uint128 total,) = vault.contributors(other);
        _forge(other, uint32(_pick(2)), total, _forgedSum(total));
    }

    function _forge(uint64 version, uint32 index, uint128 weight, uint128 siblingSum) private {
        Tree.Proof memory proof = Tree.Proof(new bytes32[](1), new uint128[](1));
        proof.siblings[0] = MerkleSum.leafHash(1 - index, mallory, weight);
        proof.sums[0] = siblingSum;
        uint256 before = token.balanceOf(address(vault));
        vm.prank(mallory);
        try vault.claimContribution(version, index, mallory, weight, proof.siblings, proof.sums) {
            contributorsPaid[version] += before - token.balanceOf(address(vault));
        } catch {}
    }

    // ---- the rest of life ----

    function transferAsset(uint256 seed) external {
        _begin(seed);
        registry.transfer(_asset(), _actor());
    }

    function administer(uint256 seed) external {
        _begin(seed);
        uint256 what = _pick(4);
        if (what == 0) _sendStray(_pick(type(uint64).max));
        vm.prank(admin);
        if (what == 2) vault.setFeeBps(uint16(_pick(1_001)));
        else vault.withdrawFees(admin);
    }

    function _sendStray(uint256 amount) private {
        address sender = _actor();
        vm.deal(sender, amount);
        vm.prank(sender);
        token.depositFor{value: amount}(address(vault));
        unsolicited += amount;
    }

    function withdrawFees() external {
        vm.prank(admin);
        vault.withdrawFees(admin);
    }

    // ---- for the properties ----

    function theVault() external view returns (RevenueVault) {
        return vault;
    }

    function theToken() external view returns (WSAHARA) {
        return token;
    }

    function versionCount() external view returns (uint64) {
        return registry.versionCount();
    }

    function leafCount(uint64 version) external view returns (uint256) {
        return _leaves[version].length;
    }

    function leaf(uint64 version, uint256 index) external view returns (Tree.Leaf memory) {
        return _leaves[version][index];
    }

    function claimLeaf(uint64 version, uint32 index) external {
        _claim(version, index);
    }

    function claimPeriod(uint64 version, uint32 period) external {
        uint256 before = token.balanceOf(address(vault));
        vault.claimOwner(version, period);
        ownersPaid[version] += before - token.balanceOf(address(vault));
    }

    function settleAlone(uint64 version) external {
        settleOne(version);
    }

    function checkBothLaws() external view {
        checkConservation(unsolicited);
    }

    // ---- internals ----

    function _begin(uint256 seed) private {
        _seed = seed;
        ++steps;
    }

    /// @dev Up to four parents, paid relatively, absolutely or not at all, never more than everything in sum.
    function _someEdges() private returns (IRevenueVault.Edge[] memory edges) {
        uint64 count = registry.versionCount();
        if (count == 0) return noEdges();
        edges = new IRevenueVault.Edge[](_pick(5));
        uint256 left = 10_000;
        uint256 obligations;
        uint256 used;
        for (uint256 i; i < edges.length; ++i) {
            IRevenueVault.Edge memory edge = IRevenueVault.Edge(_version(), 0, _pick(3) == 0);
            (, uint16[] memory inherited) = vault.obligationsOf(edge.parent);
            obligations += inherited.length + 1;
            uint256 least;
            for (uint256 j; j < inherited.length; ++j) {
                least += inherited[j];
            }
            if (obligations > 16 || least > left) continue;
            edge.royaltyBps = uint16(_pick(_pick(3) == 0 ? left - least + 1 : (left - least) / 3 + 1));
            left -= least + edge.royaltyBps;
            edges[used++] = edge;
        }
        assembly ("memory-safe") {
            mstore(edges, used)
        }
    }

    function _someLeaves() private returns (Tree.Leaf[] memory leaves) {
        if (_pick(3) == 0) return leaves;
        leaves = new Tree.Leaf[](1 + _pick(5));
        for (uint256 i; i < leaves.length; ++i) {
            uint256 size = _pick(3) == 0 ? type(uint64).max : 10;
            leaves[i] = Tree.Leaf(_actor(), uint128(1 + _pick(size)));
        }
    }

    function _claim(uint64 version, uint32 index) private {
        Tree.Leaf[] memory leaves = _leaves[version];
        uint256 before = token.balanceOf(address(vault));
        (uint128 proven,) = vault.contribution(version, index, leaves[index].account);
        if (proven != 0 && _pick(2) == 0) {
            vault.claimContribution(version, index, leaves[index].account);
        } else {
            claimLeaf(version, leaves, index);
        }
        contributorsPaid[version] += before - token.balanceOf(address(vault));
    }

    function _forgedSum(uint128 weight) private returns (uint128) {
        uint256 way = _pick(4);
        if (way == 0) return 0;
        if (way == 1) return weight;
        unchecked {
            return way == 2 ? 0 - weight : uint128(_next());
        }
    }

    /// @dev Dust, ordinary and large amounts alike.
    function _amount(uint256 amount) private returns (uint256) {
        uint256 way = _pick(4);
        if (way == 0) return within(amount, 1, 9_999);
        if (way == 1) return within(amount, 1, 100_000_000);
        return within(amount, 1, way == 2 ? 1_000 ether : 1e27);
    }

    function _actor() private returns (address) {
        uint256 who = _pick(_names.length + 1);
        return who == _names.length ? address(payee) : account(_names[who]);
    }

    function _asset() private returns (uint64) {
        return uint64(1 + _pick(registry.assetCount()));
    }

    function _version() private returns (uint64) {
        return uint64(1 + _pick(registry.versionCount()));
    }

    function _pick(uint256 size) private returns (uint256) {
        return _next() % size;
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
