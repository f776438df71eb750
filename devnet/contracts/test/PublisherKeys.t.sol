// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPublisherKeys} from "../src/interfaces/IPublisherKeys.sol";
import {PublisherKeys} from "../src/PublisherKeys.sol";
import {Test} from "./utils/Test.sol";

contract PublisherKeysTest is Test {
    uint256 private constant ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;
    uint256 private constant KEY = 0x5a4a8a;

    PublisherKeys private keys;
    address private alice = account("alice");
    address private bob = account("bob");
    bytes32 private qx;
    bytes32 private qy;

    function setUp() public {
        vm.warp(1_800_000_000);
        keys = new PublisherKeys();
        (uint256 x, uint256 y) = vm.publicKeyP256(KEY);
        (qx, qy) = (bytes32(x), bytes32(y));
    }

    function test_binds_a_key_that_signed_the_publishers_challenge() public {
        bytes32 fingerprint = keys.fingerprintOf(qx, qy);
        (bytes32 r, bytes32 s) = _sign(alice);
        vm.expectEmit(address(keys));
        emit IPublisherKeys.KeyBound(alice, fingerprint, qx, qy);
        vm.prank(alice);
        eq(keys.bind(qx, qy, r, s), fingerprint, "fingerprint");
        (address publisher, uint40 boundAt, uint40 revokedAt) = keys.key(fingerprint);
        eq(publisher, alice, "publisher");
        eq(boundAt, block.timestamp, "boundAt");
        eq(revokedAt, 0, "revokedAt");
        isTrue(keys.isActive(fingerprint, alice), "active");
        isTrue(!keys.isActive(fingerprint, bob), "not bob's");
        isTrue(!keys.isActive(keccak256("unknown"), address(0)), "an unknown key is nobody's");
        eq(keys.keysOf(alice).length, 1, "alice's keys");
    }

    /// @dev The fingerprint is the one that `openssl pkey -pubin -outform DER | sha256sum` gives for this key,
    /// spelled out here from its parts.
    function test_the_fingerprint_is_of_the_der_key() public view {
        bytes memory der =
            bytes.concat(hex"3059301306072a8648ce3d020106082a8648ce3d030107034200", hex"04", qx, qy);
        eq(der.length, 91, "length");
        eq(keys.fingerprintOf(qx, qy), sha256(der), "fingerprint");
    }

    function test_the_challenge_is_spelled_out() public view {
        bytes memory text = bytes.concat(
            "sahara:publisher-key:v1", bytes32(block.chainid), bytes20(address(keys)), bytes20(alice)
        );
        eq(keys.challenge(alice), sha256(text), "challenge");
    }

    function test_binding_again_changes_nothing() public {
        bytes32 fingerprint = _bind();
        vm.warp(block.timestamp + 1 days);
        vm.prank(alice);
        eq(keys.bind(qx, qy, 0, 0), fingerprint, "the same");
        (, uint40 boundAt,) = keys.key(fingerprint);
        eq(boundAt, block.timestamp - 1 days, "boundAt");
        eq(keys.keysOf(alice).length, 1, "once in the list");
    }

    function test_an_address_may_have_many_keys() public {
        _bind();
        (uint256 x, uint256 y) = vm.publicKeyP256(KEY + 1);
        (bytes32 r, bytes32 s) = vm.signP256(KEY + 1, keys.challenge(alice));
        vm.prank(alice);
        bytes32 second = keys.bind(bytes32(x), bytes32(y), r, _low(s));
        eq(keys.keysOf(alice).length, 2, "two");
        eq(keys.keysOf(alice)[1], second, "in order");
    }

    function test_a_signature_for_another_address_is_refused() public {
        (bytes32 r, bytes32 s) = _sign(alice);
        vm.expectRevert(abi.encodeWithSelector(IPublisherKeys.KeySignatureInvalid.selector, bob));
        vm.prank(bob);
        keys.bind(qx, qy, r, s);
    }

    function test_a_high_s_is_refused() public {
        (bytes32 r, bytes32 s) = _sign(alice);
        vm.expectRevert(abi.encodeWithSelector(IPublisherKeys.KeySignatureInvalid.selector, alice));
        vm.prank(alice);
        keys.bind(qx, qy, r, bytes32(ORDER - uint256(s)));
    }

    function test_a_point_off_the_curve_is_refused() public {
        (bytes32 r, bytes32 s) = _sign(alice);
        vm.expectRevert(abi.encodeWithSelector(IPublisherKeys.KeySignatureInvalid.selector, alice));
        vm.prank(alice);
        keys.bind(qx, bytes32(uint256(qy) ^ 1), r, s);
    }

    function test_a_key_belongs_to_one_address_for_ever() public {
        bytes32 fingerprint = _bind();
        (bytes32 r, bytes32 s) = _sign(bob);
        bytes memory refusal = abi.encodeWithSelector(IPublisherKeys.KeyTaken.selector, fingerprint, alice);
        vm.expectRevert(refusal);
        vm.prank(bob);
        keys.bind(qx, qy, r, s);
        vm.prank(alice);
        keys.revoke(fingerprint);
        vm.expectRevert(refusal);
        vm.prank(bob);
        keys.bind(qx, qy, r, s);
    }

    function test_a_revoked_key_stays_revoked_and_readable() public {
        bytes32 fingerprint = _bind();
        vm.warp(block.timestamp + 5);
        vm.expectEmit(address(keys));
        emit IPublisherKeys.KeyRevoked(alice, fingerprint);
        vm.prank(alice);
        keys.revoke(fingerprint);
        isTrue(!keys.isActive(fingerprint, alice), "inactive");
        // Not block.timestamp: with via_ir, which coverage needs, it may be read only when it is used.
        uint256 revoked = 1_800_000_005;
        vm.warp(revoked + 5);
        vm.prank(alice);
        keys.revoke(fingerprint);
        (, uint40 boundAt, uint40 revokedAt) = keys.key(fingerprint);
        eq(revokedAt, revoked, "revoking again keeps the first time");
        eq(boundAt, revoked - 5, "boundAt stays");
        vm.expectRevert(abi.encodeWithSelector(IPublisherKeys.KeyAlreadyRevoked.selector, fingerprint));
        vm.prank(alice);
        keys.bind(qx, qy, 0, 0);
    }

    function test_only_its_owner_revokes_a_key() public {
        bytes32 fingerprint = _bind();
        vm.expectRevert(abi.encodeWithSelector(IPublisherKeys.NotKeyOwner.selector, fingerprint, bob));
        vm.prank(bob);
        keys.revoke(fingerprint);
    }

    function _bind() private returns (bytes32) {
        (bytes32 r, bytes32 s) = _sign(alice);
        vm.prank(alice);
        return keys.bind(qx, qy, r, s);
    }

    function _sign(address publisher) private view returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(KEY, keys.challenge(publisher));
        s = _low(s);
    }

    function _low(bytes32 s) private pure returns (bytes32) {
        return uint256(s) > ORDER / 2 ? bytes32(ORDER - uint256(s)) : s;
    }
}
