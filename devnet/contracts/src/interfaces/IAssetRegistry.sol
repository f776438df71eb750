// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IAssetRegistry
/// @notice Assets (each an ERC-721 token: the OwnershipNFT), their versions and the relations between versions.
/// Versions are the nodes of the lineage. What a version rests on is fixed when it is made, and every parent's
/// id is smaller than its own, so the lineage has no cycles. `assetId` and `versionId` count from 1.
/// Kinds: DATASET 1, MODEL 2, AGENT 3, COMPUTE 4, WORKFLOW 5, OUTPUT 6.
/// States: ACTIVE 0, DEPRECATED 1 (no new licenses or relations), REVOKED 2 (final: no new versions either).
/// Relations and the right each needs from the parent: TRAINED_ON 1 TRAIN, FINETUNED_FROM 2 FINETUNE,
/// DISTILLED_FROM 3 DERIVE, DERIVED_FROM 4 DERIVE, EVALUATED_ON 5 ACCESS, USES 6 AGENT_USE, GENERATED_BY 7 RUN.
interface IAssetRegistry {
    /// @param termsId The parent's terms that this relation rests on; 0 only towards an asset of one's own.
    /// @param licenseId The publisher's license under these terms; 0 where the terms have no price.
    struct RelationInput {
        uint64 parentVersion;
        uint8 relation;
        uint32 termsId;
        uint64 licenseId;
    }

    /// @param releaseRoot sha2-256 digest in the CIDv1 (dag-pb) of the release.
    /// @param contentRoot The same for its `content/` folder.
    /// @param publication Sameness key of the publication, chosen by the publisher's tool.
    /// @param keyFingerprint The caller's active document key (see PublisherKeys); 0 = unsigned.
    /// @param relations At most 64, no two with the same parent and relation; royalties at most 10,000 together.
    /// @param contributorsBps Basis points of what stays with the version that go to its contributors.
    /// @param contributorCount Leaves in the contributors' Merkle-sum tree.
    /// @param contributorWeight Sum of their weights, below 2^96.
    /// @param contributorsRoot The tree's root. These four are either all zero or all set.
    struct VersionInput {
        bytes32 releaseRoot;
        bytes32 contentRoot;
        bytes32 publication;
        bytes32 keyFingerprint;
        RelationInput[] relations;
        uint16 contributorsBps;
        uint32 contributorCount;
        uint128 contributorWeight;
        bytes32 contributorsRoot;
    }

    /// @param royaltyBps Basis points of the child's revenue owed to the parent.
    struct Relation {
        uint64 parentVersion;
        uint8 relation;
        uint16 royaltyBps;
        uint32 termsId;
        uint64 licenseId;
    }

    event AssetRegistered(uint64 indexed assetId, address indexed publisher, uint8 indexed kind, string name);
    event VersionPublished(
        uint64 indexed versionId,
        uint64 indexed assetId,
        uint32 number,
        bytes32 releaseRoot,
        bytes32 contentRoot,
        bytes32 publication
    );
    event RelationAdded(
        uint64 indexed child, uint64 indexed parent, uint8 relation, uint16 royaltyBps, uint32 termsId
    );
    event StateChanged(uint64 indexed assetId, uint8 state);

    error AssetUnknown(uint64 assetId);
    error VersionUnknown(uint64 versionId);
    error KindUnknown(uint8 kind);
    error StateUnknown(uint8 state);
    error RelationUnknown(uint8 relation);
    /// @notice A name has 1..31 bytes of a-z, 0-9 and "-".
    error NameInvalid(string name);
    /// @notice The caller already registered an asset of this name.
    error NameTaken(uint64 assetId);
    /// @notice Only the holder of the OwnershipNFT may do this.
    error NotAssetHolder(uint64 assetId, address caller);
    /// @notice A revoked asset has no new versions and no other state.
    error AssetIsRevoked(uint64 assetId);
    /// @notice The release root, the content root and the publication key must be set.
    error DigestMissing();
    /// @notice The caller already published exactly this.
    error AlreadyPublished(uint64 versionId);
    /// @notice The document key is not an active key of the caller.
    error KeyNotActive(bytes32 fingerprint, address publisher);
    error TooManyRelations(uint256 count, uint256 maximum);
    /// @notice There is no such version, or it is not older than the new one.
    error ParentUnknown(uint64 parentVersion);
    /// @notice New relations need an ACTIVE parent asset.
    error ParentNotActive(uint64 parentVersion, uint8 state);
    error RelationRepeated(uint64 parentVersion, uint8 relation);
    /// @notice Tokens are moved without native coin.
    error ValueNotAccepted();

    /// @notice Registers an asset of the caller's with its first version and mints its OwnershipNFT to the caller.
    function register(uint8 kind, string calldata name, VersionInput calldata input)
        external
        returns (uint64 assetId, uint64 versionId);

    /// @notice Adds a version to an asset whose OwnershipNFT the caller holds; it becomes the current one.
    function publishVersion(uint64 assetId, VersionInput calldata input) external returns (uint64 versionId);

    /// @notice ACTIVE and DEPRECATED may follow each other; REVOKED is final.
    function setState(uint64 assetId, uint8 state) external;

    /// @return kind See above.
    /// @return state See above.
    /// @return owner Holder of the OwnershipNFT.
    /// @return publisher Who registered the asset.
    /// @return versionCount Versions so far.
    /// @return currentVersion Id of the newest version.
    /// @return createdAt Unix seconds.
    /// @return name Unique among the publisher's assets.
    function asset(uint64 assetId)
        external
        view
        returns (
            uint8 kind,
            uint8 state,
            address owner,
            address publisher,
            uint32 versionCount,
            uint64 currentVersion,
            uint40 createdAt,
            string memory name
        );

    /// @notice The part of `asset` that other contracts ask for, in one storage read.
    function ownerAndState(uint64 assetId) external view returns (address owner, uint8 state);

    /// @notice What the vault asks for.
    function ownerAndCurrent(uint64 assetId) external view returns (address owner, uint64 currentVersion);

    function assetOfVersion(uint64 versionId) external view returns (uint64 assetId);

    /// @return assetId The asset it belongs to.
    /// @return number 1..n within the asset.
    /// @return createdAt Unix seconds.
    /// @return publisher Who published this version.
    function version(uint64 versionId)
        external
        view
        returns (
            uint64 assetId,
            uint32 number,
            uint40 createdAt,
            address publisher,
            bytes32 releaseRoot,
            bytes32 contentRoot,
            bytes32 publication,
            bytes32 keyFingerprint
        );

    function relations(uint64 versionId) external view returns (Relation[] memory);

    /// @param number 1..n within the asset.
    function versionAt(uint64 assetId, uint32 number) external view returns (uint64 versionId);

    /// @return assetId 0 if `publisher` registered no asset of this name.
    function assetOf(address publisher, string calldata name) external view returns (uint64 assetId);

    /// @return versionId 0 if `publisher` published no such thing.
    function publicationOf(address publisher, bytes32 publication) external view returns (uint64 versionId);

    /// @notice Content roots are not exclusive: this is merely the first version that had this one; 0 if none.
    function firstWithContent(bytes32 contentRoot) external view returns (uint64 versionId);

    function assetCount() external view returns (uint64);

    function versionCount() external view returns (uint64);
}
