// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IPublisherKeys
/// @notice Binds P-256 document keys to the addresses that publish with them. A key belongs to one address for
/// ever; an address may have many keys. A revoked key stays revoked, and its history stays readable.
interface IPublisherKeys {
    event KeyBound(address indexed publisher, bytes32 indexed fingerprint, bytes32 qx, bytes32 qy);
    event KeyRevoked(address indexed publisher, bytes32 indexed fingerprint);

    /// @notice The signature over the caller's challenge does not verify under this key (or `s` is not low).
    error KeySignatureInvalid(address publisher);
    /// @notice The key belongs to another address.
    error KeyTaken(bytes32 fingerprint, address publisher);
    /// @notice The key was revoked; a revoked key is never bound again.
    error KeyAlreadyRevoked(bytes32 fingerprint);
    /// @notice The caller is not the address that the key belongs to.
    error NotKeyOwner(bytes32 fingerprint, address caller);

    /// @notice Binds the P-256 public key (`qx`, `qy`) to the caller. Binding an active key again changes nothing.
    /// @param r Signature over `challenge(msg.sender)`, used as the digest itself.
    /// @param s The low form, at most half the group's order.
    /// @return fingerprint sha2-256 of the key's DER SubjectPublicKeyInfo.
    function bind(bytes32 qx, bytes32 qy, bytes32 r, bytes32 s) external returns (bytes32 fingerprint);

    /// @notice Revokes the caller's key, finally. Revoking it again changes nothing.
    function revoke(bytes32 fingerprint) external;

    /// @notice sha256("sahara:publisher-key:v1" ‖ chain id (32 bytes) ‖ this contract ‖ publisher): the digest to sign.
    function challenge(address publisher) external view returns (bytes32);

    /// @notice sha2-256 of the 91-byte DER SubjectPublicKeyInfo of an uncompressed P-256 key.
    function fingerprintOf(bytes32 qx, bytes32 qy) external pure returns (bytes32);

    /// @return publisher The key's owner; zero for a key that was never bound.
    /// @return boundAt Unix seconds.
    /// @return revokedAt Unix seconds; 0 while the key is active.
    function key(bytes32 fingerprint)
        external
        view
        returns (address publisher, uint40 boundAt, uint40 revokedAt);

    /// @notice Whether the key is bound to `publisher` and not revoked.
    function isActive(bytes32 fingerprint, address publisher) external view returns (bool);

    /// @notice Every key that `publisher` ever bound, the oldest first, revoked ones included.
    function keysOf(address publisher) external view returns (bytes32[] memory);
}
