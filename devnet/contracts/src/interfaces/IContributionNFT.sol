// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IContributionNFT
/// @notice One token for every proven contribution (ERC-721). It never moves (ERC-5192), so its holder is part of its
/// id: 64 bits version, 32 bits index in the contributors' tree, 160 bits account. Its facts are the vault's.
interface IContributionNFT {
    /// @dev ERC-721.
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    /// @dev ERC-5192.
    event Locked(uint256 tokenId);

    error NotVault(address caller);
    error TokenUnknown(uint256 tokenId);
    /// @notice Contributions cannot change hands.
    error NotTransferable();
    error AccountMissing();

    /// @notice Vault only, once for every contribution.
    function mint(uint256 tokenId) external;

    /// @notice Whether or not it was proven yet.
    function tokenIdOf(uint64 versionId, uint32 index, address account) external pure returns (uint256);

    /// @notice The facts of a token: its weight in the version's tree, and the wei that it was ever paid.
    function contributionOf(uint256 tokenId)
        external
        view
        returns (uint64 versionId, uint32 index, address account, uint128 weight, uint256 claimed);

    /// @notice Always true for a token that exists (ERC-5192).
    function locked(uint256 tokenId) external view returns (bool);
}
