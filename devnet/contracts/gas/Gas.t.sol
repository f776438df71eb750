// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BatchExecutor} from "../src/BatchExecutor.sol";
import {IAssetRegistry} from "../src/interfaces/IAssetRegistry.sol";
import {IBatchExecutor} from "../src/interfaces/IBatchExecutor.sol";
import {ILicenseRegistry} from "../src/interfaces/ILicenseRegistry.sol";
import {Fixture} from "../test/utils/Fixture.sol";
import {Tree} from "../test/utils/Tree.sol";

/// @dev What the main operations cost: gas of one call as a transaction of its own, less the 21,000 and the calldata
/// that every transaction pays (EIP-2028: 16 per non-zero byte, 4 per zero byte), refunds deducted.
contract GasTest is Fixture {
    address private payer = account("payer");
    uint64[65] private data;

    function setUp() public {
        deployProtocol();
        // Accounts and pots that have seen money before: the steady state.
        for (uint256 i; i < 65; ++i) {
            (, data[i]) = publish(alice, string(abi.encodePacked("data-", bytes1(uint8(0x61 + i / 8)), bytes1(uint8(0x61 + i % 8)))));
        }
        fund(payer, 1_000 ether);
        vm.deal(payer, 1_000 ether);
        payAs(payer, data[0], 1 ether);
        fund(alice, 1 ether);
        fund(bob, 1 ether);
    }

    // ---- publishing ----

    function test_register() public {
        _registers("register: bare", bare());
        _registers("register: 2 parents under free terms", _related(2));
        Tree.Leaf[] memory leaves = new Tree.Leaf[](3);
        for (uint256 i; i < 3; ++i) {
            leaves[i] = Tree.Leaf(carol, 1);
        }
        IAssetRegistry.VersionInput memory input = withContributors(leaves, 5_000);
        input.relations = _related(2).relations;
        _registers("register: 2 parents and contributors", input);
        bytes memory next = abi.encodeCall(assets.publishVersion, (1, bare()));
        _call(alice, address(assets), 0, next, "version: next, bare");
    }

    function test_transfer() public {
        bytes memory move = abi.encodeCall(assets.transferFrom, (alice, bob, 3));
        _call(alice, address(assets), 0, move, "asset: transfer");
    }

    // ---- licensing ----

    function test_license() public {
        ILicenseRegistry.Terms memory wanted = priced(1 ether, 500, 30 days);
        bytes memory newTerms = abi.encodeCall(licenses.attachNew, (1, wanted));
        _call(alice, address(licenses), 0, newTerms, "license: register and attach terms");
        _call(payer, address(market), 0, abi.encodeCall(market.buy, (1, 1, payer)), "license: buy, first");
        _call(payer, address(market), 0, abi.encodeCall(market.buy, (1, 1, payer)), "license: buy, another");
        bytes memory native = abi.encodeCall(market.buyNative, (1, 1, payer));
        _call(payer, address(market), 1 ether, native, "license: buy with coin");
    }

    // ---- batches ----

    function test_batch() public {
        vm.etch(payer, address(new BatchExecutor()).code);
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](1);
        calls[0] = IBatchExecutor.Call(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (1)));
        IBatchExecutor.Item[] memory items = new IBatchExecutor.Item[](50);
        for (uint256 i; i < items.length; ++i) {
            items[i] = IBatchExecutor.Item(100_000, calls);
        }
        bytes memory data_ = abi.encodeCall(IBatchExecutor.tryAll, (items, false));
        _call(payer, payer, 0, data_, "batch: 50 payments, native");
    }

    // ---- internals ----

    function _registers(string memory name, IAssetRegistry.VersionInput memory input) private {
        string memory unique = string(abi.encodePacked("gas-", _digits(assets.assetCount())));
        _call(bob, address(assets), 0, abi.encodeCall(assets.register, (MODEL, unique, input)), name);
    }

    function _related(uint256 count) private returns (IAssetRegistry.VersionInput memory input) {
        input = bare();
        input.relations = new IAssetRegistry.RelationInput[](count);
        for (uint64 i; i < count; ++i) {
            uint32 terms = attach(alice, i + 1, free(100));
            input.relations[i] = IAssetRegistry.RelationInput(data[i], 1, terms, 0);
        }
    }

    function _digits(uint256 n) private pure returns (bytes memory) {
        return abi.encodePacked(bytes1(uint8(0x30 + n / 100)), bytes1(uint8(0x30 + n / 10 % 10)), bytes1(uint8(0x30 + n % 10)));
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
