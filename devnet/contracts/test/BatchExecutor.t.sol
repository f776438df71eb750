// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BatchExecutor} from "../src/BatchExecutor.sol";
import {IBatchExecutor} from "../src/interfaces/IBatchExecutor.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @dev Whatever is called on it calls back into the account that calls it.
contract Intruder {
    address private immutable _back;
    bool public got;

    constructor(address back) {
        _back = back;
    }

    fallback() external payable {
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](1);
        calls[0] = IBatchExecutor.Call(_back, 1 ether, "");
        (bool ok,) = msg.sender.call(abi.encodeCall(IBatchExecutor.all, (calls)));
        IBatchExecutor.Item[] memory items = new IBatchExecutor.Item[](1);
        items[0] = IBatchExecutor.Item(100_000, calls);
        (bool tried,) = msg.sender.call(abi.encodeCall(IBatchExecutor.tryAll, (items, false)));
        got = ok || tried;
    }
}

/// @dev Answers with a very long reason.
contract Bomb {
    fallback() external payable {
        assembly {
            revert(0, 200000)
        }
    }
}

/// @dev Uses up whatever gas it gets.
contract Glutton {
    uint256 private _spent;

    fallback() external payable {
        while (true) ++_spent;
    }
}

contract BatchExecutorTest is Fixture {
    uint256 private constant KEY = 0xA11CE5;
    uint256 private constant GAS = 300_000;
    address private me;
    uint64 private asset;
    uint64 private version;
    IBatchExecutor.Item[] private batch;

    function setUp() public {
        deployProtocol();
        (asset, version) = publish(alice, "data");
        me = vm.addr(KEY);
        // What a delegation to the executor comes to: its code in the account's own context.
        vm.etch(me, address(new BatchExecutor()).code);
        vm.deal(me, 100 ether);
    }

    function test_every_item_is_the_accounts_own_call() public {
        _add(address(vault), 2 ether, abi.encodeCall(vault.payVersionNative, (version)));
        _add(bob, 1 ether, "");
        uint256 before = bob.balance;
        vm.expectEmit(address(vault));
        emit IRevenueVault.Paid(version, me, 2 ether, 0.05 ether);
        vm.expectEmit(me);
        emit IBatchExecutor.ItemDone(0);
        vm.expectEmit(me);
        emit IBatchExecutor.ItemDone(1);
        IBatchExecutor.Result[] memory results = _run(false);
        isTrue(results[0].done && results[1].done, "done");
        eq(bob.balance - before, 1 ether, "sent");
        eq(me.balance, 97 ether, "left");
    }

    function test_one_that_fails_leaves_the_others_alone_and_says_why() public {
        _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (version)));
        _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (99)));
        _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (version)));
        bytes memory reason = abi.encodeWithSelector(IRevenueVault.VersionUnknown.selector, 99);
        vm.expectEmit(me);
        emit IBatchExecutor.ItemFailed(1, reason);
        IBatchExecutor.Result[] memory results = _run(false);
        isTrue(results[0].done && !results[1].done && results[2].done, "which");
        eq(keccak256(results[1].reason), keccak256(reason), "why");
        eq(inflowOf(version), 1.95 ether, "paid twice");
    }

    function test_an_item_is_done_as_a_whole_or_not_at_all() public {
        _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (version)));
        batch[0].calls
            .push(IBatchExecutor.Call(address(vault), 1, abi.encodeCall(vault.payVersionNative, (99))));
        isTrue(!_run(false)[0].done, "failed");
        eq(inflowOf(version), 0, "nothing paid");
        eq(me.balance, 100 ether, "nothing spent");
    }

    function test_it_stops_at_a_failure_where_that_is_asked_for() public {
        _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (99)));
        _add(bob, 1 ether, "");
        IBatchExecutor.Result[] memory results = _run(true);
        isTrue(!results[0].done && !results[1].done, "neither");
        eq(results[1].gasUsed, 0, "never begun");
        eq(me.balance, 100 ether, "nothing sent");
    }

    function test_more_than_the_account_has_fails_alone() public {
        _add(bob, 101 ether, "");
        _add(bob, 1 ether, "");
        IBatchExecutor.Result[] memory results = _run(false);
        isTrue(!results[0].done && results[1].done, "which");
    }

    function test_nobody_else_may(address stranger) public {
        vm.assume(stranger != me);
        _add(stranger, 1 ether, "");
        IBatchExecutor.Item[] memory items = batch;
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IBatchExecutor.OnlySelf.selector, stranger));
        IBatchExecutor(me).tryAll(items, false);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IBatchExecutor.OnlySelf.selector, stranger));
        IBatchExecutor(me).all(items[0].calls);
    }

    function test_whoever_is_called_cannot_call_back() public {
        Intruder intruder = new Intruder(bob);
        uint256 before = bob.balance;
        _add(address(intruder), 0, "x");
        isTrue(_run(false)[0].done, "called");
        isTrue(!intruder.got(), "got in");
        eq(bob.balance, before, "took nothing");
    }

    function test_an_item_that_eats_its_gas_or_answers_at_length_takes_nothing_from_the_next() public {
        _add(address(new Glutton()), 0, "x");
        _add(address(new Bomb()), 0, "x");
        _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (version)));
        IBatchExecutor.Result[] memory results = _run(false);
        isTrue(!results[0].done && !results[1].done && results[2].done, "which");
        atMost(results[0].gasUsed, GAS + 30_000, "its own gas");
        eq(results[1].reason.length, 1024, "cut");
    }

    function test_too_little_gas_reverts_all_and_never_fails_an_item(uint256 gas) public {
        _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (version)));
        _add(bob, 1 ether, "");
        IBatchExecutor.Item[] memory items = batch;
        bytes memory data = abi.encodeCall(IBatchExecutor.tryAll, (items, false));
        vm.prank(me);
        (bool ok, bytes memory answer) = me.call{gas: within(gas, 30_000, 900_000)}(data);
        if (!ok) return;
        IBatchExecutor.Result[] memory results = abi.decode(answer, (IBatchExecutor.Result[]));
        isTrue(results[0].done && results[1].done, "all, or the whole transaction reverts");
    }

    function test_the_account_goes_on_receiving_and_signing() public {
        vm.deal(bob, 1 ether);
        vm.prank(bob);
        (bool ok,) = me.call{value: 1 ether}("");
        isTrue(ok, "coins");
        vm.prank(alice);
        assets.safeTransferFrom(alice, me, asset);
        eq(assets.ownerOf(asset), me, "tokens");
        bytes32 hash = keccak256("anything");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, hash);
        eq(
            IBatchExecutor(me).isValidSignature(hash, bytes.concat(r, s, bytes1(v))),
            bytes4(0x1626ba7e),
            "own"
        );
        (v, r, s) = vm.sign(KEY + 1, hash);
        eq(
            IBatchExecutor(me).isValidSignature(hash, bytes.concat(r, s, bytes1(v))),
            bytes4(0xffffffff),
            "other"
        );
        eq(IBatchExecutor(me).isValidSignature(hash, "short"), bytes4(0xffffffff), "malformed");
    }

    function test_gas_of_twenty_payments_beside_single_ones() public {
        payAs(me, version, 1 ether);
        for (uint256 i; i < 20; ++i) {
            _add(address(vault), 1 ether, abi.encodeCall(vault.payVersionNative, (version)));
        }
        IBatchExecutor.Result[] memory results = _run(false);
        uint256 total;
        for (uint256 i; i < results.length; ++i) {
            total += results[i].gasUsed;
        }
        // A payment alone costs about 21,000 more for its transaction.
        atMost(total / 20, 40_000, "a payment");
    }

    function _add(address to, uint256 value, bytes memory data) private {
        IBatchExecutor.Item storage item = batch.push();
        item.gasLimit = GAS;
        item.calls.push(IBatchExecutor.Call(to, value, data));
    }

    function _run(bool stopAtFailure) private returns (IBatchExecutor.Result[] memory) {
        IBatchExecutor.Item[] memory items = batch;
        vm.prank(me);
        return IBatchExecutor(me).tryAll(items, stopAtFailure);
    }
}
