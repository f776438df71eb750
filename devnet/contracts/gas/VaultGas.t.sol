// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Tree} from "../test/utils/Tree.sol";
import {VaultFixture} from "../test/utils/VaultFixture.sol";

/// @dev What paying, settling and claiming cost, measured as in Gas.t.sol.
contract VaultGasTest is VaultFixture {
    address private payer = account("payer");

    function setUp() public {
        deployVault();
        // Accounts and pots that have seen money before: the steady state.
        for (uint256 i; i < 65; ++i) {
            make(alice);
        }
        fund(payer, 2_000 ether);
        for (uint64 asset = 1; asset <= 65; ++asset) {
            vm.prank(payer);
            vault.pay(asset, 1 ether);
        }
        vm.deal(payer, 1_000 ether);
        fund(alice, 1 ether);
        fund(bob, 1 ether);
    }

    // ---- paying ----

    function test_pay() public {
        (uint64 fresh,) = make(alice);
        _record("pay: first to an asset", 0, abi.encodeCall(vault.pay, (fresh, 1 ether)));
        _steadyPay("pay: steady, no parents", 1);
        (uint64 asset,) = _childOf(1, false);
        _steadyPay("pay: steady, 1 parent", asset);
        (asset,) = _childOf(64, false);
        _steadyPay("pay: steady, 64 parents", asset);
        (asset,) = _childOf(16, true);
        _steadyPay("pay: steady, 16 absolute royalties", asset);
        (asset,) = make(alice, relative(1, 500), 1e18, nobody());
        _steadyPay("pay: steady, under a ceiling", asset);
        _record("pay: native", 1 ether, abi.encodeCall(vault.payNative, (1)));
        _record("pay: to a version", 0, abi.encodeCall(vault.payVersion, (1, 1 ether)));
        _record("pay: to a version under a ceiling", 0, abi.encodeCall(vault.payVersion, (69, 1 ether)));
    }

    function test_pay_by_signature() public {
        vault.payNative{value: 1 ether}(1);
        _record("pay: by EIP-3009, fresh nonce", 0, _authorized(1));
        (uint64 asset,) = make(alice, relative(1, 500), 1e18, nobody());
        vault.payNative{value: 1 ether}(asset);
        _record("pay: by EIP-3009, under a ceiling", 0, _authorized(asset));
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        uint256 deadline = block.timestamp;
        vm.prank(payer);
        token.approve(address(vault), 0);
        bytes memory signature =
            sign(keyOf("payer"), keccak256(abi.encode(typehash, payer, vault, 1 ether, 0, deadline)));
        (bytes32 r, bytes32 s) = (_word(signature, 32), _word(signature, 64));
        bytes memory data = abi.encodeCall(
            vault.payWithPermit, (1, 1 ether, deadline, uint8(signature[64]), r, s)
        );
        _record("pay: by permit, first", 0, data);
    }

    function test_sweep() public {
        address inbox = vault.inboxOf(1);
        vault.payNative{value: 1 ether}(1);
        fund(payer, 2);
        vm.prank(payer);
        token.transfer(inbox, 2);
        _record("sweep: first", 0, abi.encodeCall(vault.sweep, (1)));
        vm.deal(inbox, 1);
        _record("sweep: repeated, native", 0, abi.encodeCall(vault.sweep, (1)));
    }

    // ---- settling ----

    function test_settle() public {
        _settles("settle: 1 parent, first", 1, false, false);
        _settles("settle: no parents, steady", 0, false, true);
        _settles("settle: 1 parent, steady", 1, false, true);
        _settles("settle: 2 parents, steady", 2, false, true);
        _settles("settle: 3 parents, steady", 3, false, true);
        _settles("settle: 10 parents, steady", 10, false, true);
        _settles("settle: 64 parents, steady", 64, false, true);
        _settles("settle: 16 absolute royalties, steady", 16, true, true);
    }

    function test_settle_a_chain() public {
        uint64[] memory chain = new uint64[](10);
        uint64 last = 1;
        for (uint256 i; i < 10; ++i) {
            (, last) = make(alice, relative(last, 9_000));
            chain[9 - i] = last;
        }
        payAs(payer, chain[0], 1 ether);
        vault.settle(chain);
        payAs(payer, chain[0], 1 ether);
        _record("settle: chain of 10, steady", 0, abi.encodeCall(vault.settle, (chain)));
    }

    // ---- claiming ----

    function test_claim() public {
        settleOne(1);
        _record("claim: owner, first", 0, _claimOwnerCall());
        payAs(payer, 1, 1 ether);
        settleOne(1);
        _record("claim: owner, repeated", 0, _claimOwnerCall());
    }

    /// @dev A tree of 2^20 leaves of which all but one path is a single hash per level: what a proof costs depends on
    /// its length alone.
    function test_claim_a_contribution() public {
        bytes32[] memory siblings = new bytes32[](20);
        uint128[] memory sums = new uint128[](20);
        (bytes32 root, uint128 total) = _path(siblings, sums);
        (, uint64 version) = make(alice, noEdges(), 0, IRevenueVault.Contributors(5_000, 1 << 20, total, root));
        payAs(payer, version, 1 ether);
        settleOne(version);
        bytes memory first = abi.encodeWithSignature(
            "claimContribution(uint64,uint32,address,uint128,bytes32[],uint128[])",
            version,
            0,
            bob,
            8,
            siblings,
            sums
        );
        _record("claim: contribution, first, 20 hashes", 0, first);
        payAs(payer, version, 1 ether);
        settleOne(version);
        bytes memory again =
            abi.encodeWithSignature("claimContribution(uint64,uint32,address)", version, 0, bob);
        _record("claim: contribution, repeated", 0, again);
    }

    // ---- internals ----

    function _path(bytes32[] memory siblings, uint128[] memory sums)
        private
        view
        returns (bytes32 hash, uint128 sum)
    {
        sum = 8;
        hash = keccak256(abi.encodePacked(uint8(0), uint32(0), bob, sum));
        for (uint256 i; i < 20; ++i) {
            (siblings[i], sums[i]) = (keccak256(abi.encode(i)), uint128(10 + i));
            hash = keccak256(abi.encodePacked(uint8(1), hash, sum, siblings[i], sums[i]));
            sum += sums[i];
        }
    }

    function _authorized(uint64 asset) private returns (bytes memory) {
        return abi.encodeCall(
            vault.payWithAuthorization,
            (
                asset,
                payer,
                1 ether,
                0,
                block.timestamp + 365 days,
                "salt",
                authorize("payer", asset, 1 ether, "salt")
            )
        );
    }

    function _word(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(data, at))
        }
    }

    function _steadyPay(string memory name, uint64 asset) private {
        _call(payer, address(vault), 0, abi.encodeCall(vault.pay, (asset, 1 ether)), "");
        _record(name, 0, abi.encodeCall(vault.pay, (asset, 1 ether)));
    }

    function _settles(string memory name, uint256 parents, bool isAbsolute, bool steady) private {
        (, uint64 child) = _childOf(parents, isAbsolute);
        payAs(payer, child, 1 ether);
        if (steady) {
            settleOne(child);
            payAs(payer, child, 1 ether);
        }
        _record(name, 0, abi.encodeCall(vault.settle, (listOf(child))));
    }

    function _childOf(uint256 parents, bool isAbsolute) private returns (uint64 asset, uint64 child) {
        IRevenueVault.Edge[] memory edges = new IRevenueVault.Edge[](parents);
        for (uint64 i; i < parents; ++i) {
            edges[i] = IRevenueVault.Edge(i + 1, 100, isAbsolute);
        }
        return make(alice, edges);
    }

    function _claimOwnerCall() private pure returns (bytes memory) {
        return abi.encodeWithSignature("claimOwner(uint64,uint32)", 1, 1);
    }

    function _record(string memory name, uint256 value, bytes memory data_) private {
        _call(payer, address(vault), value, data_, name);
    }

    function _call(address from, address to, uint256 value, bytes memory data_, string memory name) private {
        vm.prank(from);
        (bool ok,) = to.call{value: value}(data_);
        isTrue(ok, name);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        if (bytes(name).length != 0) vm.snapshotValue("gas", name, used - 21_000 - _calldataGas(data_));
    }

    function _calldataGas(bytes memory data_) private pure returns (uint256 gas) {
        for (uint256 i; i < data_.length; ++i) {
            gas += data_[i] == 0 ? 4 : 16;
        }
    }
}
