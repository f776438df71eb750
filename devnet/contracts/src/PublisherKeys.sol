// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {IPublisherKeys} from "./interfaces/IPublisherKeys.sol";

/// @title PublisherKeys
/// @notice See {IPublisherKeys}.
contract PublisherKeys is IPublisherKeys {
    struct Key {
        address publisher;
        uint40 boundAt;
        uint40 revokedAt;
    }

    /// @dev DER SubjectPublicKeyInfo of a P-256 key up to the point: RFC 5480, uncompressed (0x04).
    bytes private constant SPKI_PREFIX = hex"3059301306072a8648ce3d020106082a8648ce3d03010703420004";

    mapping(bytes32 fingerprint => Key) private _keys;
    mapping(address publisher => bytes32[]) private _keysOf;

    /// @inheritdoc IPublisherKeys
    function bind(bytes32 qx, bytes32 qy, bytes32 r, bytes32 s) external returns (bytes32 fingerprint) {
        fingerprint = fingerprintOf(qx, qy);
        Key storage bound = _keys[fingerprint];
        if (bound.publisher != address(0)) {
            if (bound.publisher != msg.sender) revert KeyTaken(fingerprint, bound.publisher);
            if (bound.revokedAt != 0) revert KeyAlreadyRevoked(fingerprint);
            return fingerprint;
        }
        if (!P256.verify(challenge(msg.sender), r, s, qx, qy)) revert KeySignatureInvalid(msg.sender);
        _keys[fingerprint] = Key(msg.sender, uint40(block.timestamp), 0);
        _keysOf[msg.sender].push(fingerprint);
        emit KeyBound(msg.sender, fingerprint, qx, qy);
    }

    /// @inheritdoc IPublisherKeys
    function revoke(bytes32 fingerprint) external {
        Key storage bound = _keys[fingerprint];
        if (bound.publisher != msg.sender) revert NotKeyOwner(fingerprint, msg.sender);
        if (bound.revokedAt != 0) return;
        bound.revokedAt = uint40(block.timestamp);
        emit KeyRevoked(msg.sender, fingerprint);
    }

    /// @inheritdoc IPublisherKeys
    function challenge(address publisher) public view returns (bytes32) {
        return sha256(abi.encodePacked("sahara:publisher-key:v1", block.chainid, address(this), publisher));
    }

    /// @inheritdoc IPublisherKeys
    function fingerprintOf(bytes32 qx, bytes32 qy) public pure returns (bytes32) {
        return sha256(abi.encodePacked(SPKI_PREFIX, qx, qy));
    }

    /// @inheritdoc IPublisherKeys
    function key(bytes32 fingerprint)
        external
        view
        returns (address publisher, uint40 boundAt, uint40 revokedAt)
    {
        Key storage bound = _keys[fingerprint];
        return (bound.publisher, bound.boundAt, bound.revokedAt);
    }

    /// @inheritdoc IPublisherKeys
    function isActive(bytes32 fingerprint, address publisher) external view returns (bool) {
        Key storage bound = _keys[fingerprint];
        return publisher != address(0) && bound.publisher == publisher && bound.revokedAt == 0;
    }

    /// @inheritdoc IPublisherKeys
    function keysOf(address publisher) external view returns (bytes32[] memory) {
        return _keysOf[publisher];
    }
}
