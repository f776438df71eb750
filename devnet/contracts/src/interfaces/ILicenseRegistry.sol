// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title ILicenseRegistry
/// @notice Terms (immutable, content-addressed) and licenses (one holder's grant under one set of terms for one
/// asset, an ERC-721 token with ERC-2981: the LicenseNFT). `termsId` and `licenseId` count from 1; 0 means "none".
///
/// Terms bind what is built on them. The duties of an asset are what all terms that it rests on ask of the terms that
/// it offers; they grow with each relation and are never taken back. The clauses, by number:
/// COMMERCIAL 1: what does not grant COMMERCIAL is not to be granted COMMERCIAL or sold under terms with a price.
/// REDISTRIBUTE 2: what does not grant REDISTRIBUTE is not to be granted it by what is changed and passed on.
/// SUBLICENSE 3: nor SUBLICENSE, nor those of TRAIN, FINETUNE, DERIVE that the parent does not grant.
/// SHARE_ALIKE 4: terms of the same class: same rights, SHARE_ALIKE, ATTRIBUTION, restrictions and text.
/// ATTRIBUTION 5: terms with ATTRIBUTION. RESTRICTIONS 6: all of the parent's restrictions.
/// All bind FINETUNED_FROM and DERIVED_FROM; 1, 4, 5, 6 bind TRAINED_ON and DISTILLED_FROM; 1, 5, 6 bind USES and
/// GENERATED_BY; none binds EVALUATED_ON.
interface ILicenseRegistry {
    /// @param rights Bits: ACCESS 1, RUN 2, TRAIN 4, FINETUNE 8, DERIVE 16, REDISTRIBUTE 32, COMMERCIAL 64,
    /// AGENT_USE 128, SUBLICENSE 256, COMPUTE_ONLY 512. At least one.
    /// @param royaltyBps Share of a child's revenue owed to the parent, in basis points (at most 10,000).
    /// @param price Wei of WSAHARA for a license: once if `period` is 0, else for each period; 0 = anybody may use the
    /// asset under these terms.
    /// @param period Seconds that a license lasts before it has to be renewed; 0 = no need.
    /// @param ceiling The most that a child may be paid directly, in gwei (1e9 wei) of WSAHARA; 0 = no limit.
    /// @param callLimit How many calls one license allows; 0 = no limit. Counted by whoever serves the calls.
    /// @param flags SHARE_ALIKE 1: what is derived carries terms of the same class. ATTRIBUTION 2: what is built on it
    /// names it. TRANSFERABLE 4: the LicenseNFT may change hands. ABSOLUTE 8: the royalty is a share of the direct
    /// payments to every descendant instead of what the child earns.
    /// @param expiry Unix seconds from which these terms grant nothing more, and beyond which no license lasts;
    /// 0 = never.
    /// @param restrictions Uses that are ruled out, one bit each; which, `src/licensing/restrictions.ts` says.
    /// @param text SPDX id or another reference to the licence text, 1..64 bytes.
    struct Terms {
        uint16 rights;
        uint16 royaltyBps;
        uint88 price;
        uint32 period;
        uint64 ceiling;
        uint32 callLimit;
        uint8 flags;
        uint40 expiry;
        uint32 restrictions;
        string text;
    }

    /// @param grantedAt, expiresAt Unix seconds; expiresAt 0 = never.
    /// @param revokedAt Unix seconds at which a revocation takes effect, or would have; 0 = none.
    /// @param status NONE 0; REVOKED 1: at `revokedAt`, unless its holder appeals before; APPEALED 2: in force until
    /// the ruling; UPHELD 3: revoked for good.
    /// @param counts False for a license that `can` does not look at until its holder activates it.
    struct License {
        uint64 assetId;
        uint32 termsId;
        uint40 grantedAt;
        uint40 expiresAt;
        uint40 revokedAt;
        uint8 status;
        bool counts;
    }

    event TermsRegistered(uint32 indexed termsId, bytes32 indexed termsHash);
    event TermsAttached(uint64 indexed assetId, uint32 indexed termsId);
    event TermsDetached(uint64 indexed assetId, uint32 indexed termsId);
    /// @notice The asset's duties have grown.
    /// @param duties As a word: see libraries/Compatibility.sol.
    event DutiesJoined(uint64 indexed assetId, uint64 indexed parentAsset, uint32 termsId, uint256 duties);
    /// @param expiresAt Unix seconds; 0 = never.
    event LicenseGranted(
        uint64 indexed licenseId, uint64 indexed assetId, address indexed to, uint32 termsId, uint40 expiresAt
    );
    /// @param expiresAt Unix seconds.
    event LicenseRenewed(uint64 indexed licenseId, uint40 expiresAt);
    /// @param replaced The license that does not count any more; 0 for none.
    event LicenseActivated(uint64 indexed licenseId, uint64 replaced);
    /// @param revokedAt Unix seconds at which it takes effect, unless the holder appeals.
    event LicenseRevoked(uint64 indexed licenseId, uint64 indexed assetId, uint40 revokedAt, string reason);
    event LicenseAppealed(uint64 indexed licenseId, address indexed holder, string reason);
    /// @param upheld Whether the revocation was right.
    event AppealRuled(uint64 indexed licenseId, bool upheld);

    /// @notice The rights are empty or have bits that mean nothing.
    error RightsInvalid(uint16 rights);
    /// @notice The flags have bits that mean nothing.
    error FlagsInvalid(uint8 flags);
    /// @notice A royalty is at most 10,000 basis points.
    error RoyaltyTooHigh(uint16 royaltyBps);
    /// @notice The text reference has 1..64 bytes.
    error TermsTextInvalid(uint256 length);
    error TermsUnknown(uint32 termsId);
    /// @notice These terms grant nothing any more.
    error TermsExpired(uint32 termsId, uint40 expiry);
    error TermsNotAttached(uint64 assetId, uint32 termsId);
    /// @notice The asset carries its maximum of attached terms.
    error TooManyTerms(uint64 assetId, uint256 maximum);
    /// @notice What the parent's terms ask cannot be had together with the child's terms, or (`childTerms` 0) with
    /// what its other parents ask. For terms that are attached later, parent and terms are 0: the duties are joined.
    /// @param clause See above.
    error TermsIncompatible(uint64 parentAsset, uint32 parentTerms, uint8 clause, uint32 childTerms);
    /// @notice Only the holder of the asset's OwnershipNFT may do this.
    error NotAssetOwner(uint64 assetId, address caller);
    error NotMarketplace(address caller);
    error NotRegistry(address caller);
    /// @notice Only the license's holder may do this.
    error NotLicenseHolder(uint64 licenseId, address caller);
    /// @notice New licenses need an ACTIVE asset.
    error AssetNotActive(uint64 assetId, uint8 state);
    error LicenseUnknown(uint64 licenseId);
    /// @notice The terms of this license forbid that it changes hands.
    error LicenseNotTransferable(uint64 licenseId);
    /// @notice This license does not run in periods.
    error LicenseNotRenewable(uint64 licenseId);
    /// @notice This license was revoked, or is about to be.
    error LicenseIsRevoked(uint64 licenseId, uint40 revokedAt);
    /// @notice A revocation of this license is under way.
    error RevocationUnderWay(uint64 licenseId, uint8 status);
    /// @notice There is no revocation of this license that could be appealed against.
    error NothingToAppeal(uint64 licenseId, uint8 status);
    /// @notice The revocation has taken effect.
    error AppealTooLate(uint64 licenseId, uint40 revokedAt);
    /// @notice There is no appeal to rule on.
    error NothingToRule(uint64 licenseId, uint8 status);
    /// @notice A reason has 1..280 bytes.
    error ReasonInvalid(uint256 length);
    /// @notice No periods, or more than there is time.
    error PeriodsInvalid(uint32 periods);
    /// @notice The license would outlast its terms.
    error BeyondTermsExpiry(uint32 termsId, uint40 expiry, uint256 until);
    /// @notice A relation to somebody else's asset names the terms that it rests on.
    error TermsRequired(uint64 parentAsset);
    /// @notice The terms do not grant the right that the relation needs.
    error TermsDoNotAllow(uint64 parentAsset, uint32 termsId, uint16 right);
    /// @notice The terms have a price: the relation must name a license.
    error LicenseRequired(uint64 parentAsset, uint32 termsId);
    /// @notice The license does not exist, is expired or revoked, is not the publisher's, or is for another asset or
    /// other terms.
    error LicenseNotValid(uint64 licenseId);
    /// @notice Tokens are moved without native coin.
    error ValueNotAccepted();

    // ---- terms -----------------------------------------------------------------------------------------

    /// @notice Registers terms. The same terms always have the same id.
    function registerTerms(Terms calldata wanted) external returns (uint32 termsId);

    /// @notice Offers the caller's asset under `termsId`, which must do what the asset's duties ask. Attaching twice
    /// changes nothing. At most 8 per asset.
    function attach(uint64 assetId, uint32 termsId) external;

    /// @notice `registerTerms` and `attach` in one.
    function attachNew(uint64 assetId, Terms calldata wanted) external returns (uint32 termsId);

    /// @notice Stops offering the asset under `termsId`. Licenses that were granted stay.
    function detach(uint64 assetId, uint32 termsId) external;

    // ---- licenses --------------------------------------------------------------------------------------

    /// @notice Grants a license without payment. For the asset's owner.
    function grant(uint64 assetId, uint32 termsId, address to) external returns (uint64 licenseId);

    /// @notice Grants a license. Marketplace only, which takes the price.
    /// @return licenseId Its number.
    /// @return price Wei of WSAHARA.
    function sell(uint64 assetId, uint32 termsId, address to)
        external
        returns (uint64 licenseId, uint256 price);

    /// @notice Extends a license by whole periods, from its end or from now, whichever is later. Marketplace only,
    /// which takes the price. The terms must still be on offer and the asset ACTIVE.
    /// @return assetId What it is for.
    /// @return price Wei of WSAHARA for all `periods`.
    function renew(uint64 licenseId, uint32 periods) external returns (uint64 assetId, uint256 price);

    /// @notice Lets a license of the caller's count in `can`. An account's first 32 for an asset count by
    /// themselves; beyond that one takes the place of one that is not valid, or else of the last.
    function activate(uint64 licenseId) external;

    /// @notice Revokes a license for breach. Takes effect after APPEAL_WINDOW unless its holder appeals. Relations
    /// that rest on it stay. For the asset's owner.
    function revoke(uint64 licenseId, string calldata reason) external;

    /// @notice Appeals against a revocation, which then waits for a ruling. For the license's holder.
    function appeal(uint64 licenseId, string calldata reason) external;

    /// @notice Rules on an appeal. Restricted by the AccessManager.
    /// @param upheld True: the license is revoked now. False: it is as if nothing had happened.
    function rule(uint64 licenseId, bool upheld) external;

    // ---- for the registry ------------------------------------------------------------------------------

    /// @notice Checks what a relation from a new version of `childAsset` to `parentAsset` rests on, and makes what the
    /// parent's terms ask a duty of the child. Registry only.
    /// @param relation Number of the relation; see IAssetRegistry.
    /// @param termsId 0 only for an asset of the publisher's own, which passes on its own duties.
    /// @param licenseId 0 for terms without a price.
    /// @return royaltyBps What the relation owes to the parent, in basis points.
    /// @return isAbsolute Whether of the direct payments to every descendant.
    /// @return ceiling The most that the child may be paid directly, in gwei; 0 = no limit.
    function relate(
        uint64 childAsset,
        address publisher,
        uint64 parentAsset,
        uint8 relation,
        uint32 termsId,
        uint64 licenseId
    ) external returns (uint16 royaltyBps, bool isAbsolute, uint64 ceiling);

    // ---- views -----------------------------------------------------------------------------------------

    /// @notice The same, looking only, and without regard to what other parents ask.
    function checkRelation(
        address publisher,
        uint64 parentAsset,
        uint8 relation,
        uint32 termsId,
        uint64 licenseId
    ) external view returns (uint16 royaltyBps, bool isAbsolute, uint64 ceiling);

    /// @notice Whether `account` may use the asset so: as its owner, under attached terms without a price, or with a
    /// valid license of its own that counts. Looks at no more than 8 terms and 32 licenses.
    /// @param right Bits; all of them must be granted together.
    function can(uint64 assetId, address account, uint16 right) external view returns (bool);

    function terms(uint32 termsId) external view returns (Terms memory);

    /// @return price In wei of WSAHARA.
    function priceOf(uint32 termsId) external view returns (uint88 price);

    /// @return keccak256(abi.encode(terms)).
    function termsHashOf(uint32 termsId) external view returns (bytes32);

    /// @return termsId 0 if no such terms are registered.
    function termsIdOf(bytes32 termsHash) external view returns (uint32 termsId);

    function termsCount() external view returns (uint32);

    function licenseCount() external view returns (uint64);

    /// @notice The terms attached to the asset, in the order of attaching.
    function termsOf(uint64 assetId) external view returns (uint32[] memory);

    /// @notice What all that the asset rests on asks of the terms that it offers.
    /// @return duties As a word: see libraries/Compatibility.sol; 0 = nothing.
    function dutiesOf(uint64 assetId) external view returns (uint256 duties);

    /// @return clauses Bit n for each clause n in which these terms do not do what the asset's duties ask; 0 = they
    /// may be attached.
    function breachesOf(uint64 assetId, uint32 termsId) external view returns (uint256 clauses);

    function license(uint64 licenseId) external view returns (License memory);

    /// @notice Whether the license exists, has not expired and is not revoked.
    function isValid(uint64 licenseId) external view returns (bool);

    /// @notice The licenses for the asset that `account` holds and that count, invalid ones included, in no particular
    /// order; at most 32.
    function licensesOf(address account, uint64 assetId) external view returns (uint64[] memory);

    /// @notice ERC-2981: a resale of the license owes its asset 5 %, paid to the asset's inbox.
    function royaltyInfo(uint256 licenseId, uint256 salePrice)
        external
        view
        returns (address receiver, uint256 amount);
}
