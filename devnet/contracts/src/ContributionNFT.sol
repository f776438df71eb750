// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionNFT} from "./interfaces/IContributionNFT.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";

/// @title ContributionNFT
/// @notice See {IContributionNFT}.
/// @dev Stores nothing but how many tokens an account has: which exist is read from the vault.
contract ContributionNFT is IContributionNFT {
    IRevenueVault public immutable VAULT;

    mapping(address account => uint256) private _balances;

    constructor(IRevenueVault vault) {
        VAULT = vault;
    }

    /// @inheritdoc IContributionNFT
    function mint(uint256 tokenId) external {
        if (msg.sender != address(VAULT)) revert NotVault(msg.sender);
        address account = address(uint160(tokenId));
        unchecked {
            ++_balances[account];
        }
        emit Transfer(address(0), account, tokenId);
        emit Locked(tokenId);
    }

    /// @inheritdoc IContributionNFT
    function tokenIdOf(uint64 versionId, uint32 index, address account) public pure returns (uint256) {
        return (uint256(versionId) << 192) | (uint256(index) << 160) | uint160(account);
    }

    /// @inheritdoc IContributionNFT
    function contributionOf(uint256 tokenId)
        public
        view
        returns (uint64 versionId, uint32 index, address account, uint128 weight, uint256 claimed)
    {
        versionId = uint64(tokenId >> 192);
        index = uint32(tokenId >> 160);
        account = address(uint160(tokenId));
        (weight, claimed) = VAULT.contribution(versionId, index, account);
        if (weight == 0) revert TokenUnknown(tokenId);
    }

    /// @inheritdoc IContributionNFT
    function locked(uint256 tokenId) external view returns (bool) {
        contributionOf(tokenId);
        return true;
    }

    // ---- ERC-721 -----------------------------------------------------------------------------------------

    function name() external pure returns (string memory) {
        return "Sahara Contribution";
    }

    function symbol() external pure returns (string memory) {
        return "SCONTRIB";
    }

    function tokenURI(uint256 tokenId) external view returns (string memory) {
        contributionOf(tokenId);
        return "";
    }

    function balanceOf(address account) external view returns (uint256) {
        if (account == address(0)) revert AccountMissing();
        return _balances[account];
    }

    function ownerOf(uint256 tokenId) external view returns (address account) {
        (,, account,,) = contributionOf(tokenId);
    }

    function getApproved(uint256 tokenId) external view returns (address) {
        contributionOf(tokenId);
        return address(0);
    }

    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    function approve(address, uint256) external pure {
        revert NotTransferable();
    }

    function setApprovalForAll(address, bool) external pure {
        revert NotTransferable();
    }

    function transferFrom(address, address, uint256) external pure {
        revert NotTransferable();
    }

    function safeTransferFrom(address, address, uint256) external pure {
        revert NotTransferable();
    }

    function safeTransferFrom(address, address, uint256, bytes calldata) external pure {
        revert NotTransferable();
    }

    /// @notice ERC-165, ERC-721 with metadata, ERC-5192.
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd || id == 0x5b5e139f || id == 0xb45a3c0e;
    }
}
