// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title ILicenseRegistry
/// @notice Terms (immutable, content-addressed) and licenses (one holder's grant under one set of terms for one
/// asset, an ERC-721 token: the LicenseNFT). `termsId` and `licenseId` count from 1; 0 means "none".
interface ILicenseRegistry {
    /// @param rights Bits: ACCESS 1, RUN 2, TRAIN 4, FINETUNE 8, DERIVE 16, REDISTRIBUTE 32, COMMERCIAL 64,
    /// AGENT_USE 128, SUBLICENSE 256, COMPUTE_ONLY 512. At least one.
    /// @param royaltyBps Share of a child's revenue owed to the parent, in basis points (at most 10,000).
    /// @param price One-off price of a license, in wei of WSAHARA; 0 = anybody may use the asset under these terms.
    /// @param period Seconds that a license lasts; 0 = for ever.
    /// @param shareAlike Whether what is derived must carry the same terms.
    /// @param attribution Whether the asset must be named by what is derived from it.
    /// @param transferable Whether the LicenseNFT may change hands.
    /// @param text SPDX id or another reference to the licence text, 1..64 bytes.
    struct Terms {
        uint16 rights;
        uint16 royaltyBps;
        uint96 price;
        uint32 period;
        bool shareAlike;
        bool attribution;
        bool transferable;
        string text;
    }

    event TermsRegistered(uint32 indexed termsId, bytes32 indexed termsHash);
    event TermsAttached(uint64 indexed assetId, uint32 indexed termsId);
    event TermsDetached(uint64 indexed assetId, uint32 indexed termsId);
    /// @param expiresAt Unix seconds; 0 = never.
    event LicenseGranted(
        uint64 indexed licenseId, uint64 indexed assetId, address indexed to, uint32 termsId, uint40 expiresAt
    );

    /// @notice The rights are empty or have bits that mean nothing.
    error RightsInvalid(uint16 rights);
    /// @notice A royalty is at most 10,000 basis points.
    error RoyaltyTooHigh(uint16 royaltyBps);
    /// @notice The text reference has 1..64 bytes.
    error TermsTextInvalid(uint256 length);
    error TermsUnknown(uint32 termsId);
    error TermsNotAttached(uint64 assetId, uint32 termsId);
    /// @notice The asset carries its maximum of attached terms.
    error TooManyTerms(uint64 assetId, uint256 maximum);
    /// @notice Only the holder of the asset's OwnershipNFT may do this.
    error NotAssetOwner(uint64 assetId, address caller);
    /// @notice Only the Marketplace or the asset's owner may grant licenses.
    error NotGranter(uint64 assetId, address caller);
    /// @notice New licenses need an ACTIVE asset.
    error AssetNotActive(uint64 assetId, uint8 state);
    error LicenseUnknown(uint64 licenseId);
    /// @notice The terms of this license forbid that it changes hands.
    error LicenseNotTransferable(uint64 licenseId);
    /// @notice A relation to somebody else's asset names the terms that it rests on.
    error TermsRequired(uint64 parentAsset);
    /// @notice The terms do not grant the right that the relation needs.
    error TermsDoNotAllow(uint64 parentAsset, uint32 termsId, uint16 right);
    /// @notice The terms have a price: the relation must name a license.
    error LicenseRequired(uint64 parentAsset, uint32 termsId);
    /// @notice The license does not exist, is expired, is not the publisher's, or is for another asset or terms.
    error LicenseNotValid(uint64 licenseId);
    error NotRegistry(address caller);
    /// @notice Tokens are moved without native coin.
    error ValueNotAccepted();

    /// @notice Registers terms. The same terms always have the same id.
    function registerTerms(Terms calldata wanted) external returns (uint32 termsId);

    /// @notice Offers the caller's asset under `termsId`. Attaching twice changes nothing. At most 8 per asset.
    function attach(uint64 assetId, uint32 termsId) external;

    /// @notice `registerTerms` and `attach` in one.
    function attachNew(uint64 assetId, Terms calldata wanted) external returns (uint32 termsId);

    /// @notice Stops offering the asset under `termsId`. Licenses that were granted stay.
    function detach(uint64 assetId, uint32 termsId) external;

    /// @notice Grants a license without payment. For the asset's owner and the Marketplace.
    function grant(uint64 assetId, uint32 termsId, address to) external returns (uint64 licenseId);

    /// @notice Whether `account` may use the asset so: as its owner, under attached terms without a price, or with a
    /// valid license of its own.
    /// @param right Bits; all of them must be granted together.
    function can(uint64 assetId, address account, uint16 right) external view returns (bool);

    /// @notice Checks what a relation from a new version of `publisher` to `parentAsset` rests on.
    /// @param termsId 0 only for an asset of the publisher's own.
    /// @param licenseId 0 for terms without a price.
    /// @param right Bits that the relation needs.
    /// @return royaltyBps What the relation owes to the parent, in basis points.
    function checkRelation(
        address publisher,
        uint64 parentAsset,
        uint32 termsId,
        uint64 licenseId,
        uint16 right
    ) external view returns (uint16 royaltyBps);

    /// @notice The same for a relation that is being made. Registry only.
    /// @return royaltyBps What the relation owes to the parent, in basis points.
    /// @return isAbsolute Whether what is built on the child owes the same again.
    /// @return ceiling Most that the child may earn, in gwei; 0 for no limit.
    function relate(
        uint64 childAsset,
        address publisher,
        uint64 parentAsset,
        uint8 relation,
        uint32 termsId,
        uint64 licenseId
    ) external returns (uint16 royaltyBps, bool isAbsolute, uint64 ceiling);

    function terms(uint32 termsId) external view returns (Terms memory);

    /// @return price In wei of WSAHARA.
    function priceOf(uint32 termsId) external view returns (uint96 price);

    /// @return keccak256(abi.encode(terms)).
    function termsHashOf(uint32 termsId) external view returns (bytes32);

    /// @return termsId 0 if no such terms are registered.
    function termsIdOf(bytes32 termsHash) external view returns (uint32 termsId);

    function termsCount() external view returns (uint32);

    function licenseCount() external view returns (uint64);

    /// @notice The terms attached to the asset, in the order of attaching.
    function termsOf(uint64 assetId) external view returns (uint32[] memory);

    /// @return assetId What it is for.
    /// @return termsId Under which terms.
    /// @return grantedAt Unix seconds.
    /// @return expiresAt Unix seconds; 0 = never.
    function license(uint64 licenseId)
        external
        view
        returns (uint64 assetId, uint32 termsId, uint40 grantedAt, uint40 expiresAt);

    /// @notice Whether the license exists and has not expired.
    function isValid(uint64 licenseId) external view returns (bool);

    /// @notice The licenses for the asset that `account` holds, expired ones included, in no particular order.
    function licensesOf(address account, uint64 assetId) external view returns (uint64[] memory);
}
