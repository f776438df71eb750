// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IEIP3009} from "../src/interfaces/IEIP3009.sol";
import {IWSAHARA} from "../src/interfaces/IWSAHARA.sol";
import {WSAHARA} from "../src/WSAHARA.sol";
import {Test} from "./utils/Test.sol";

/// @dev A smart account that accepts what its one signer signed (ERC-1271), and native coin only if told so.
contract SmartAccount {
    address private immutable SIGNER;
    bool public takesCoin;

    constructor(address signer) {
        SIGNER = signer;
    }

    receive() external payable {
        require(takesCoin, "no coin");
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        address signer =
            ecrecover(digest, uint8(signature[64]), bytes32(signature[0:32]), bytes32(signature[32:64]));
        return signer == SIGNER ? this.isValidSignature.selector : bytes4(0);
    }
}

contract WSAHARATest is Test {
    bytes32 private constant TRANSFER = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant CANCEL = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
    bytes32 private constant PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    uint256 private constant KEY = 0xa11ce;
    uint256 private constant LATER = 2_000_000_000;
    bytes32 private constant NONCE = keccak256("some random nonce");

    WSAHARA private token;
    address private alice = vm.addr(KEY);
    address private bob = account("bob");

    function setUp() public {
        vm.warp(1_800_000_000);
        token = new WSAHARA();
        vm.deal(alice, 100 ether);
        vm.prank(alice);
        token.deposit{value: 10 ether}();
    }

    function test_names_itself() public view {
        eq(token.name(), "Wrapped SAHARA", "name");
        eq(token.symbol(), "WSAHARA", "symbol");
        eq(token.decimals(), 18, "decimals");
        eq(token.version(), "1", "version");
        (, string memory name, string memory version, uint256 chainId, address place,,) = token.eip712Domain();
        eq(name, "Wrapped SAHARA", "domain name");
        eq(version, "1", "domain version");
        eq(chainId, block.chainid, "domain chain");
        eq(place, address(token), "domain contract");
    }

    function test_wraps_one_to_one_by_every_way_in() public {
        vm.prank(alice);
        token.depositFor{value: 1 ether}(bob);
        vm.prank(alice);
        (bool sent,) = address(token).call{value: 2 ether}("");
        isTrue(sent, "receive");
        eq(token.balanceOf(bob), 1 ether, "depositFor");
        eq(token.balanceOf(alice), 12 ether, "deposit and receive");
        eq(token.totalSupply(), 13 ether, "supply");
        eq(address(token).balance, 13 ether, "coin held");
    }

    function test_unwraps_to_the_caller_or_to_another() public {
        vm.prank(alice);
        token.withdraw(3 ether);
        vm.prank(alice);
        token.withdrawTo(bob, 1 ether);
        eq(alice.balance, 93 ether, "alice's coin");
        eq(bob.balance, 1 ether, "bob's coin");
        eq(token.totalSupply(), 6 ether, "supply");
    }

    function test_unwraps_no_more_than_is_held() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice, 10 ether, 11 ether)
        );
        vm.prank(alice);
        token.withdraw(11 ether);
    }

    function test_unwraps_only_where_the_coin_is_taken() public {
        SmartAccount refuses = new SmartAccount(alice);
        vm.expectRevert(abi.encodeWithSelector(IWSAHARA.NativeTransferFailed.selector, address(refuses)));
        vm.prank(alice);
        token.withdrawTo(address(refuses), 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(alice);
        token.withdrawTo(address(0), 1);
        eq(token.balanceOf(alice), 10 ether, "nothing was burnt");
    }

    function test_a_transfer_to_nobody_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(alice);
        token.transfer(address(0), 1);
        vm.prank(alice);
        token.approve(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(bob);
        token.transferFrom(alice, address(0), 1);
        eq(token.balanceOf(alice), 10 ether, "nothing was moved");
    }

    function test_depositing_for_nobody_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(alice);
        token.depositFor{value: 1}(address(0));
    }

    function testFuzz_transfers_conserve_the_supply(uint256 value, bool toSelf) public {
        value = within(value, 0, 10 ether);
        vm.prank(alice);
        token.transfer(toSelf ? alice : bob, value);
        eq(token.balanceOf(alice) + token.balanceOf(bob), 10 ether, "sum");
        eq(token.balanceOf(bob), toSelf ? 0 : value, "bob");
    }

    function test_transfers_beyond_balance_or_allowance_revert() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, alice, 10 ether, 10 ether + 1
            )
        );
        vm.prank(alice);
        token.transfer(bob, 10 ether + 1);
        vm.prank(alice);
        token.approve(bob, 5);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 5, 6));
        vm.prank(bob);
        token.transferFrom(alice, bob, 6);
    }

    function test_a_permit_gives_an_allowance() public {
        bytes32 digest = _digest(keccak256(abi.encode(PERMIT, alice, bob, 7, 0, LATER)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        token.permit(alice, bob, 7, LATER, v, r, s);
        eq(token.allowance(alice, bob), 7, "allowance");
        eq(token.nonces(alice), 1, "nonce");
        vm.expectRevert();
        token.permit(alice, bob, 7, LATER, v, r, s);
    }

    // ---- EIP-3009 ----

    function test_an_authorization_in_parts_moves_money_once() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _transferDigest(TRANSFER, 4));
        vm.expectEmit(address(token));
        emit IEIP3009.AuthorizationUsed(alice, NONCE);
        token.transferWithAuthorization(alice, bob, 4, 0, LATER, NONCE, v, r, s);
        eq(token.balanceOf(bob), 4, "moved");
        isTrue(token.authorizationState(alice, NONCE), "used");
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.AuthorizationUsedOrCanceled.selector, alice, NONCE));
        token.transferWithAuthorization(alice, bob, 4, 0, LATER, NONCE, v, r, s);
    }

    function test_an_authorization_in_bytes_moves_money() public {
        token.transferWithAuthorization(
            alice, bob, 4, 0, LATER, NONCE, _signature(_transferDigest(TRANSFER, 4))
        );
        eq(token.balanceOf(bob), 4, "moved");
    }

    function test_neighbouring_nonces_are_independent() public {
        bytes32 next = bytes32(uint256(NONCE) ^ 1);
        token.transferWithAuthorization(
            alice, bob, 4, 0, LATER, NONCE, _signature(_transferDigest(TRANSFER, 4))
        );
        isTrue(!token.authorizationState(alice, next), "the next one is free");
        isTrue(!token.authorizationState(bob, NONCE), "another account's too");
    }

    function test_a_smart_account_authorizes_with_its_own_signature_check() public {
        SmartAccount smart = new SmartAccount(alice);
        vm.prank(alice);
        token.transfer(address(smart), 5);
        bytes32 digest = _digest(keccak256(abi.encode(TRANSFER, address(smart), bob, 5, 0, LATER, NONCE)));
        token.transferWithAuthorization(address(smart), bob, 5, 0, LATER, NONCE, _signature(digest));
        eq(token.balanceOf(bob), 5, "moved");
    }

    function test_a_changed_authorization_is_refused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _transferDigest(TRANSFER, 4));
        bytes memory refusal = abi.encodeWithSelector(IEIP3009.AuthorizationBadSignature.selector, alice);
        vm.expectRevert(refusal);
        token.transferWithAuthorization(alice, bob, 5, 0, LATER, NONCE, v, r, s);
        vm.expectRevert(refusal);
        token.transferWithAuthorization(alice, bob, 5, 0, LATER, NONCE, abi.encodePacked(r, s, v));
        vm.expectRevert(refusal);
        token.transferWithAuthorization(alice, bob, 4, 0, LATER, NONCE, abi.encodePacked(r, s));
        vm.expectRevert(refusal);
        vm.prank(bob);
        token.receiveWithAuthorization(alice, bob, 4, 0, LATER, NONCE, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.AuthorizationBadSignature.selector, address(0)));
        token.transferWithAuthorization(address(0), bob, 0, 0, LATER, NONCE, 99, r, s);
    }

    function test_an_authorization_counts_within_its_time_only() public {
        bytes memory early = _signature(_timedDigest(block.timestamp, LATER));
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.AuthorizationNotYetValid.selector, block.timestamp));
        token.transferWithAuthorization(alice, bob, 4, block.timestamp, LATER, NONCE, early);
        bytes memory late = _signature(_timedDigest(0, block.timestamp));
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.AuthorizationExpired.selector, block.timestamp));
        token.transferWithAuthorization(alice, bob, 4, 0, block.timestamp, NONCE, late);
        bytes memory open = _signature(_timedDigest(block.timestamp - 1, block.timestamp + 1));
        token.transferWithAuthorization(alice, bob, 4, block.timestamp - 1, block.timestamp + 1, NONCE, open);
    }

    function test_only_the_payee_receives_with_authorization() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _transferDigest(RECEIVE, 4));
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.CallerIsNotPayee.selector, address(this), bob));
        token.receiveWithAuthorization(alice, bob, 4, 0, LATER, NONCE, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.CallerIsNotPayee.selector, address(this), bob));
        token.receiveWithAuthorization(alice, bob, 4, 0, LATER, NONCE, abi.encodePacked(r, s, v));
        uint256 before = vm.snapshotState();
        vm.prank(bob);
        token.receiveWithAuthorization(alice, bob, 4, 0, LATER, NONCE, v, r, s);
        eq(token.balanceOf(bob), 4, "in parts");
        vm.revertToState(before);
        vm.prank(bob);
        token.receiveWithAuthorization(alice, bob, 4, 0, LATER, NONCE, abi.encodePacked(r, s, v));
        eq(token.balanceOf(bob), 4, "in bytes");
    }

    function test_a_cancelled_authorization_is_worthless() public {
        bytes32 digest = _digest(keccak256(abi.encode(CANCEL, alice, NONCE)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.AuthorizationBadSignature.selector, bob));
        token.cancelAuthorization(bob, NONCE, v, r, s);
        uint256 before = vm.snapshotState();
        token.cancelAuthorization(alice, NONCE, abi.encodePacked(r, s, v));
        isTrue(token.authorizationState(alice, NONCE), "cancelled in bytes");
        vm.revertToState(before);
        vm.expectEmit(address(token));
        emit IEIP3009.AuthorizationCanceled(alice, NONCE);
        token.cancelAuthorization(alice, NONCE, v, r, s);
        bytes memory signature = _signature(_transferDigest(TRANSFER, 4));
        vm.expectRevert(abi.encodeWithSelector(IEIP3009.AuthorizationUsedOrCanceled.selector, alice, NONCE));
        token.transferWithAuthorization(alice, bob, 4, 0, LATER, NONCE, signature);
    }

    function _transferDigest(bytes32 typehash, uint256 value) private view returns (bytes32) {
        return _digest(keccak256(abi.encode(typehash, alice, bob, value, 0, LATER, NONCE)));
    }

    function _timedDigest(uint256 validAfter, uint256 validBefore) private view returns (bytes32) {
        return _digest(keccak256(abi.encode(TRANSFER, alice, bob, 4, validAfter, validBefore, NONCE)));
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
    }

    function _signature(bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        return abi.encodePacked(r, s, v);
    }
}
