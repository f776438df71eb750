// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IReferableRoyalty
/// @notice ERC-8034, "Referable NFT Royalties" (https://eips.ethereum.org/EIPS/eip-8034), where it is named
/// IRNFTRoyalty: what a sale of a token owes to whom. Here nobody sets these royalties: they follow from the lineage.
interface IReferableRoyalty {
    /// @param recipient Who is to be paid.
    /// @param royaltyAmount Wei of a sale, basis points where no price was given.
    struct RoyaltyInfo {
        address recipient;
        uint256 royaltyAmount;
    }

    /// @param referenceDepth How far into the lineage the list of recipients reaches.
    struct ReferenceRoyalty {
        RoyaltyInfo[] royaltyInfos;
        uint256 referenceDepth;
    }

    event ReferenceRoyaltiesPaid(
        address indexed rNFTContract,
        uint256 indexed tokenId,
        address indexed buyer,
        address marketplace,
        ReferenceRoyalty royalties
    );

    /// @notice What a sale of the token for `salePrice` wei owes, in wei.
    function getReferenceRoyaltyInfo(address rNFTContract, uint256 tokenId, uint256 salePrice)
        external
        view
        returns (ReferenceRoyalty memory royalties);

    /// @notice The same in basis points.
    function getReferenceRoyaltyInfo(address rNFTContract, uint256 tokenId)
        external
        view
        returns (ReferenceRoyalty memory royalties);

    /// @notice Always reverts.
    function setReferenceRoyalty(
        address rNFTContract,
        uint256 tokenId,
        address[] memory recipients,
        uint256[] memory royaltyFractions,
        uint256 referenceDepth
    ) external;

    /// @notice Always reverts.
    function setReferenceRoyalty(
        address rNFTContract,
        uint256 tokenId,
        address[] memory recipients,
        uint256[] memory royaltyFractions,
        uint256 referenceDepth,
        address signer,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @return True.
    function supportsReferenceRoyalties() external view returns (bool);

    /// @return 0: no signature is ever accepted.
    function royaltyNonce(address signer, address rNFTContract, uint256 tokenId)
        external
        view
        returns (uint256);
}
