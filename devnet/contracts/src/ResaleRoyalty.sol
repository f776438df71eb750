// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IReferableRoyalty} from "./interfaces/IReferableRoyalty.sol";

/// @dev What a resale of a token owes, told in both standards: ERC-2981 and ERC-8034. There is one recipient, the
/// asset's inbox: what arrives there is a payment to the asset, and the vault passes on what its lineage is owed. A
/// marketplace that paid the ancestors as well would pay them twice, hence the depth 0.
abstract contract ResaleRoyalty is IReferableRoyalty {
    /// @notice The share of a resale, in basis points.
    uint16 public constant RESALE_BPS = 500;

    uint256 private constant BPS = 10_000;
    /// @dev ERC-165 identifier of `royaltyInfo(uint256,uint256)`.
    bytes4 private constant ERC_2981 = 0x2a55205a;

    /// @notice Nobody sets a royalty by hand.
    error RoyaltiesAreFixed();

    /// @notice ERC-2981. Reverts for a token that does not exist.
    function royaltyInfo(uint256 tokenId, uint256 salePrice)
        external
        view
        returns (address receiver, uint256 royaltyAmount)
    {
        return (_resaleRecipient(tokenId), _share(salePrice));
    }

    /// @inheritdoc IReferableRoyalty
    function getReferenceRoyaltyInfo(address rNFTContract, uint256 tokenId, uint256 salePrice)
        external
        view
        returns (ReferenceRoyalty memory)
    {
        return _royalties(rNFTContract, tokenId, _share(salePrice));
    }

    /// @inheritdoc IReferableRoyalty
    function getReferenceRoyaltyInfo(address rNFTContract, uint256 tokenId)
        external
        view
        returns (ReferenceRoyalty memory)
    {
        return _royalties(rNFTContract, tokenId, RESALE_BPS);
    }

    /// @inheritdoc IReferableRoyalty
    function setReferenceRoyalty(address, uint256, address[] memory, uint256[] memory, uint256)
        external
        pure
    {
        revert RoyaltiesAreFixed();
    }

    /// @inheritdoc IReferableRoyalty
    function setReferenceRoyalty(
        address,
        uint256,
        address[] memory,
        uint256[] memory,
        uint256,
        address,
        uint256,
        bytes calldata
    ) external pure {
        revert RoyaltiesAreFixed();
    }

    /// @inheritdoc IReferableRoyalty
    function supportsReferenceRoyalties() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IReferableRoyalty
    function royaltyNonce(address, address, uint256) external pure returns (uint256) {
        return 0;
    }

    function _resaleRecipient(uint256 tokenId) internal view virtual returns (address);

    /// @dev The standard asks for zero amounts, not for a refusal, where there are no royalties.
    function _isRoyal(uint256 tokenId) internal view virtual returns (bool);

    function _supportsRoyalties(bytes4 interfaceId) internal pure returns (bool) {
        return interfaceId == ERC_2981 || interfaceId == type(IReferableRoyalty).interfaceId;
    }

    function _royalties(address token, uint256 tokenId, uint256 amount)
        private
        view
        returns (ReferenceRoyalty memory royalties)
    {
        if (token != address(this) || !_isRoyal(tokenId)) return royalties;
        royalties.royaltyInfos = new RoyaltyInfo[](1);
        royalties.royaltyInfos[0] = RoyaltyInfo(_resaleRecipient(tokenId), amount);
    }

    /// @dev salePrice * RESALE_BPS / BPS, rounded down, for any price.
    function _share(uint256 salePrice) private pure returns (uint256) {
        return salePrice / BPS * RESALE_BPS + salePrice % BPS * RESALE_BPS / BPS;
    }
}
