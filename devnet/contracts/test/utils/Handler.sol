// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAssetRegistry} from "../../src/interfaces/IAssetRegistry.sol";
import {RevenueVault} from "../../src/RevenueVault.sol";
import {WSAHARA} from "../../src/WSAHARA.sol";
import {MerkleSum} from "../../src/libraries/MerkleSum.sol";
import {Fixture} from "./Fixture.sol";
import {Payee} from "./Payee.sol";
import {Tree} from "./Tree.sol";

/// @dev Many users who publish, pay, settle, claim, trade and transfer, and one publisher, mallory, who forges. It
/// keeps its own account of what it paid and of what came out, measured on token balances and not taken from the
/// vault's word. No honest action may ever revert.
contract Handler is Fixture {
    address public mallory = account("mallory");
    Payee public payee;
    address[] public actors;
    /// @dev Wei that reached the vault without being a payment.
    uint256 public unsolicited;
    /// @dev Wei per version: paid directly, fees excluded; and what came out to owners and to contributors.
    mapping(uint64 version => uint256) public direct;
    mapping(uint64 version => uint256) public ownersPaid;
    mapping(uint64 version => uint256) public contributorsPaid;
    mapping(uint64 version => Tree.Leaf[]) internal _leaves;
    /// @dev The one weight that all leaves of a forged tree claim; 0 for honest versions.
    mapping(uint64 version => uint128) public forgedWeight;
    mapping(uint64 version => uint128) private _forgedRight;
    uint64[] private _forged;
    Tree.Leaf[] private _drafted;
    uint256 private _names;
    uint256 private _seed = 1;

    constructor() {
        deployProtocol();
        payee = new Payee(vault, token);
        actors = [alice, bob, carol, account("dave"), account("erin"), address(payee), mallory];
        _register(alice, _input());
        _register(bob, _input());
    }

    // ---- publishing ----

    function publish(uint256 seed) external {
        _seed = seed;
        if (_pick(2) == 0) _register(_actor(), _input());
        else _publishVersion(_asset());
    }

    function _publishVersion(uint64 asset) private {
        (address owner, uint8 state) = assets.ownerAndState(asset);
        if (state == 2) return;
        IAssetRegistry.VersionInput memory input = _input();
        _addRelations(owner, input);
        vm.prank(owner);
        _remember(assets.publishVersion(asset, input), input);
    }

    /// @dev Mallory: trees whose leaves all have the full weight, everything owed to versions of her own.
    function publishForgery(uint256 seed) external {
        _seed = seed;
        uint128 weight = uint128(within(_next(), 1, type(uint96).max));
        IAssetRegistry.VersionInput memory input = bare();
        (input.contributorsBps, input.contributorCount, input.contributorWeight) = (10_000, 2, weight);
        bytes32 left = MerkleSum.leafHash(0, mallory, weight);
        bytes32 right = MerkleSum.leafHash(1, mallory, weight);
        uint128 rightSum = _forgedSum(weight);
        input.contributorsRoot = MerkleSum.nodeHash(left, weight, right, rightSum);
        uint64 own = assets.assetOf(mallory, "mine");
        if (own != 0) {
            input.relations = new IAssetRegistry.RelationInput[](1);
            uint64 previous = vault.currentVersion(own);
            uint16 royalty = uint16(_pick(2) * 5_000 + _pick(2) * 5_000);
            input.relations[0] =
                IAssetRegistry.RelationInput(previous, 4, licenses.registerTerms(free(royalty)), 0);
        }
        if (own != 0) {
            (address owner, uint8 state) = assets.ownerAndState(own);
            if (owner != mallory || state != 0) return;
        }
        vm.prank(mallory);
        uint64 made = own == 0 ? _registerMine(input) : assets.publishVersion(own, input);
        (forgedWeight[made], _forgedRight[made]) = (weight, rightSum);
        _forged.push(made);
    }

    // ---- money in ----

    /// @dev Three payments at a time: without money nothing else matters.
    function pay(uint256 seed, uint256[3] calldata amounts) external {
        _seed = seed;
        for (uint256 i; i < amounts.length; ++i) {
            _pay(_amount(amounts[i]));
        }
    }

    function _pay(uint256 amount) private {
        address payer = _actor();
        uint64 asset = _asset();
        uint64 version = _pick(2) == 0 ? vault.currentVersion(asset) : _version();
        bool toCurrent = version == vault.currentVersion(vault.assetOf(version));
        if (toCurrent) asset = vault.assetOf(version);
        bool native = _pick(2) == 0;
        if (native) vm.deal(payer, amount);
        else fund(payer, amount);
        vm.prank(payer);
        if (native && toCurrent) vault.payNative{value: amount}(asset);
        else if (native) vault.payVersionNative{value: amount}(version);
        else if (toCurrent) vault.pay(asset, amount);
        else vault.payVersion(version, amount);
        direct[version] += amount - amount * vault.feeBps() / 10_000;
    }

    function buy(uint256 seed, uint88 price) external {
        _seed = seed;
        uint64 asset = _asset();
        (address owner, uint8 state) = assets.ownerAndState(asset);
        if (state != 0) return;
        uint32 terms = attach(owner, asset, priced(price, 100, 0));
        address buyer = _actor();
        fund(buyer, price);
        vm.prank(buyer);
        market.buy(asset, terms, buyer);
        direct[vault.currentVersion(asset)] += uint256(price) - uint256(price) * vault.feeBps() / 10_000;
        vm.prank(owner);
        licenses.detach(asset, terms);
    }

    // ---- settling and money out ----

    function settle(uint256 seed, uint8 count) external {
        _seed = seed;
        uint64[] memory list = new uint64[](count % 6);
        for (uint256 i; i < list.length; ++i) {
            list[i] = _version();
        }
        vm.prank(_actor());
        vault.settle(list);
    }

    /// @dev Settles everything, the youngest first.
    function settleAll() external {
        for (uint64 id = assets.versionCount(); id > 0; --id) {
            settleOne(id);
        }
    }

    function claimOwner(uint256 seed) external {
        _seed = seed;
        uint64 version = _version();
        uint32 period = uint32(1 + _pick(vault.period(vault.assetOf(version))));
        uint256 before = token.balanceOf(address(vault));
        if (_pick(2) == 0) payee.claimAndUnwrap(version, period);
        else vault.claimOwner(version, period);
        ownersPaid[version] += before - token.balanceOf(address(vault));
    }

    function claimContribution(uint256 seed) external {
        _seed = seed;
        uint64 version = _version();
        if (_leaves[version].length != 0) _claim(version, uint32(_pick(_leaves[version].length)));
    }

    /// @dev Mallory tries to prove the full weight at both indices of every tree she forged, with the sums that she
    /// committed to and with others, and to take a place in the trees of others.
    function claimForgery(uint256 seed) external {
        _seed = seed;
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
        (bool taken,) = address(vault)
            .call(
                abi.encodeWithSignature(
                    "claimContribution(uint64,uint32,address,uint128,bytes32[],uint128[])",
                    version,
                    index,
                    mallory,
                    weight,
                    proof.siblings,
                    proof.sums
                )
            );
        if (taken) contributorsPaid[version] += before - token.balanceOf(address(vault));
    }

    // ---- the rest of life ----

    function transferAsset(uint256 seed) external {
        _seed = seed;
        uint64 asset = _asset();
        (address owner,) = assets.ownerAndState(asset);
        vm.prank(owner);
        assets.transferFrom(owner, _actor(), asset);
    }

    function administer(uint256 seed) external {
        _seed = seed;
        uint256 what = _pick(4);
        if (what == 0) _sendStray(_pick(type(uint64).max));
        if (what == 1) _setState(_asset());
        vm.prank(admin);
        if (what == 2) vault.setFeeBps(uint16(_pick(1_001)));
        else vault.withdrawFees(admin);
    }

    function _sendStray(uint256 amount) private {
        address sender = _actor();
        fund(sender, amount);
        vm.prank(sender);
        token.transfer(address(vault), amount);
        unsolicited += amount;
    }

    function _setState(uint64 asset) private {
        (address owner, uint8 state) = assets.ownerAndState(asset);
        uint8 wanted = _pick(8) == 0 ? 2 : uint8(_pick(2));
        if (state == 2) return;
        vm.prank(owner);
        assets.setState(asset, wanted);
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
        return assets.versionCount();
    }

    function leafCount(uint64 version) external view returns (uint256) {
        return _leaves[version].length;
    }

    function claimLeaf(uint64 version, uint32 index) external {
        _claim(version, index);
    }

    function settleAlone(uint64 version) external {
        settleOne(version);
    }

    function checkBothLaws() external view {
        checkConservation(unsolicited);
    }

    // ---- internals ----

    function _input() private returns (IAssetRegistry.VersionInput memory input) {
        if (_pick(3) == 0) return bare();
        Tree.Leaf[] memory leaves = new Tree.Leaf[](1 + _pick(5));
        for (uint256 i; i < leaves.length; ++i) {
            uint256 size = _pick(3) == 0 ? type(uint64).max : 10;
            leaves[i] = Tree.Leaf(_actor(), uint128(1 + _pick(size)));
        }
        return withContributors(leaves, uint16(1 + _pick(10_000)));
    }

    function _register(address who, IAssetRegistry.VersionInput memory input) private {
        _addRelations(who, input);
        (uint64 asset, uint64 version) = publish(who, _name(), input);
        _remember(version, input);
        attach(who, asset, free(uint16(_pick(3) == 0 ? 10_000 : _pick(4_000))));
    }

    function _registerMine(IAssetRegistry.VersionInput memory input) private returns (uint64 version) {
        (, version) = assets.register(DATASET, "mine", input);
    }

    /// @dev Up to three parents: others' under their free terms, one's own under any.
    function _addRelations(address who, IAssetRegistry.VersionInput memory input) private {
        if (assets.versionCount() == 0) return;
        uint256 left = 10_000;
        uint256 count;
        IAssetRegistry.RelationInput[] memory found = new IAssetRegistry.RelationInput[](_pick(4));
        for (uint256 i; i < found.length; ++i) {
            uint64 parent = _version();
            uint64 asset = vault.assetOf(parent);
            (address owner, uint8 state) = assets.ownerAndState(asset);
            uint32[] memory offered = licenses.termsOf(asset);
            uint32 terms = owner == who ? licenses.registerTerms(free(uint16(_pick(left + 1)))) : 0;
            if (terms == 0 && offered.length != 0) terms = offered[0];
            if (state != 0 || terms == 0) continue;
            uint256 royalty = licenses.terms(terms).royaltyBps;
            if (royalty > left) continue;
            left -= royalty;
            found[count++] = IAssetRegistry.RelationInput(parent, uint8(i + 1), terms, 0);
        }
        assembly ("memory-safe") {
            mstore(found, count)
        }
        input.relations = found;
    }

    /// @dev Keeps the leaves of the tree that was just committed to, for the proofs to come.
    function _remember(uint64 version, IAssetRegistry.VersionInput memory input) private {
        if (input.contributorCount == 0) return;
        for (uint256 i; i < _drafted.length; ++i) {
            _leaves[version].push(_drafted[i]);
        }
    }

    function withContributors(Tree.Leaf[] memory leaves, uint16 bps)
        internal
        override
        returns (IAssetRegistry.VersionInput memory input)
    {
        delete _drafted;
        for (uint256 i; i < leaves.length; ++i) {
            _drafted.push(leaves[i]);
        }
        return super.withContributors(leaves, bps);
    }

    function _claim(uint64 version, uint32 index) private {
        Tree.Leaf[] memory leaves = _leaves[version];
        Tree.Proof memory proof = Tree.prove(leaves, index);
        uint256 before = token.balanceOf(address(vault));
        vault.claimContribution(
            version, index, leaves[index].account, leaves[index].weight, proof.siblings, proof.sums
        );
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

    function _name() private returns (string memory) {
        uint256 n = ++_names;
        return
            string(
                abi.encodePacked("asset-", bytes1(uint8(0x61 + n % 26)), bytes1(uint8(0x61 + (n / 26) % 26)))
            );
    }

    function _actor() private returns (address) {
        return actors[_pick(actors.length)];
    }

    function _asset() private returns (uint64) {
        return uint64(1 + _pick(assets.assetCount()));
    }

    function _version() private returns (uint64) {
        return uint64(1 + _pick(assets.versionCount()));
    }

    function _pick(uint256 size) private returns (uint256) {
        return _next() % size;
    }

    function _next() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed;
    }
}
