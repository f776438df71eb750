// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "solady/tokens/ERC721.sol";
import {IAssetRegistry} from "./interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IRevenueVault} from "./interfaces/IRevenueVault.sol";
import {LicenseTerms} from "./LicenseTerms.sol";
import {HeldList} from "./libraries/HeldList.sol";
import {PackedTerms} from "./libraries/PackedTerms.sol";
import {Relations} from "./libraries/Relations.sol";
import {Rights} from "./libraries/Rights.sol";
import {TermsFlags} from "./libraries/TermsFlags.sol";

/// @title LicenseRegistry
/// @notice See {ILicenseRegistry}.
contract LicenseRegistry is ERC721, LicenseTerms, AccessManaged {
    using HeldList for uint256[6];
    using PackedTerms for uint256;

    /// @param place Where the license stands in its holder's list for the asset; 0 = not in it, so it does not count.
    struct Stored {
        uint40 assetId;
        uint32 termsId;
        uint40 grantedAt;
        uint40 expiresAt;
        uint40 revokedAt;
        uint8 status;
        uint8 place;
    }

    /// @notice Seconds that a license's holder has to appeal against its revocation.
    uint40 public constant APPEAL_WINDOW = 7 days;
    /// @notice What a resale of a license owes its asset, in basis points.
    uint256 public constant RESALE_BPS = 500;

    uint8 private constant ACTIVE = 0;
    uint8 private constant NONE = 0;
    uint8 private constant REVOKED = 1;
    uint8 private constant APPEALED = 2;
    uint8 private constant UPHELD = 3;
    uint256 private constant MAX_REASON = 280;

    address public immutable MARKETPLACE;
    IRevenueVault public immutable VAULT;

    uint64 public licenseCount;
    mapping(uint64 licenseId => Stored) private _licenses;
    mapping(address holder => mapping(uint64 assetId => uint256[6])) private _held;

    modifier onlyMarketplace() {
        if (msg.sender != MARKETPLACE) revert NotMarketplace(msg.sender);
        _;
    }

    constructor(IAssetRegistry assets, address marketplace, IRevenueVault vault, address manager)
        LicenseTerms(assets)
        AccessManaged(manager)
    {
        MARKETPLACE = marketplace;
        VAULT = vault;
    }

    // ---- granting ----------------------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function grant(uint64 assetId, uint32 termsId, address to) external returns (uint64 licenseId) {
        _onlyOwner(assetId);
        (licenseId,) = _grant(assetId, termsId, to);
    }

    /// @inheritdoc ILicenseRegistry
    function sell(uint64 assetId, uint32 termsId, address to)
        external
        onlyMarketplace
        returns (uint64 licenseId, uint256 price)
    {
        return _grant(assetId, termsId, to);
    }

    /// @inheritdoc ILicenseRegistry
    function renew(uint64 licenseId, uint32 periods)
        external
        onlyMarketplace
        returns (uint64 assetId, uint256 price)
    {
        Stored storage held = _licenses[licenseId];
        uint32 termsId = held.termsId;
        if (termsId == 0) revert LicenseUnknown(licenseId);
        uint8 status = held.status;
        if (status == REVOKED || status == UPHELD) revert LicenseIsRevoked(licenseId, held.revokedAt);
        (uint256 main, uint256 more) = _read(termsId);
        uint32 period = main.period();
        if (period == 0) revert LicenseNotRenewable(licenseId);
        assetId = held.assetId;
        _requireOnOffer(assetId, termsId);
        uint256 until = held.expiresAt;
        if (until < block.timestamp) until = block.timestamp;
        until += uint256(period) * periods;
        if (periods == 0 || until > type(uint40).max) revert PeriodsInvalid(periods);
        uint40 expiry = more.expiry();
        if (expiry != 0 && until > expiry) revert BeyondTermsExpiry(termsId, expiry, until);
        held.expiresAt = uint40(until);
        price = uint256(main.price()) * periods;
        emit LicenseRenewed(licenseId, uint40(until));
    }

    /// @inheritdoc ILicenseRegistry
    function activate(uint64 licenseId) external {
        _onlyHolder(licenseId);
        Stored storage waiting = _licenses[licenseId];
        if (waiting.place != 0) return;
        uint256[6] storage list = _held[msg.sender][waiting.assetId];
        uint64 replaced;
        uint8 place = list.push(licenseId);
        if (place == 0) {
            place = _leastUseful(list);
            replaced = list.get(place);
            list.set(place, licenseId);
            _licenses[replaced].place = 0;
        }
        waiting.place = place;
        emit LicenseActivated(licenseId, replaced);
    }

    // ---- revoking ----------------------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function revoke(uint64 licenseId, string calldata reason) external {
        Stored storage held = _licenses[licenseId];
        _requireLicense(licenseId);
        _onlyOwner(held.assetId);
        _requireReason(reason);
        if (!isValid(licenseId)) revert LicenseNotValid(licenseId);
        if (held.status != NONE) revert RevocationUnderWay(licenseId, held.status);
        uint40 revokedAt = uint40(block.timestamp) + APPEAL_WINDOW;
        held.status = REVOKED;
        held.revokedAt = revokedAt;
        emit LicenseRevoked(licenseId, held.assetId, revokedAt, reason);
    }

    /// @inheritdoc ILicenseRegistry
    function appeal(uint64 licenseId, string calldata reason) external {
        _onlyHolder(licenseId);
        _requireReason(reason);
        Stored storage held = _licenses[licenseId];
        if (held.status != REVOKED) revert NothingToAppeal(licenseId, held.status);
        if (block.timestamp >= held.revokedAt) revert AppealTooLate(licenseId, held.revokedAt);
        held.status = APPEALED;
        emit LicenseAppealed(licenseId, msg.sender, reason);
    }

    /// @inheritdoc ILicenseRegistry
    function rule(uint64 licenseId, bool upheld) external restricted {
        _requireLicense(licenseId);
        Stored storage held = _licenses[licenseId];
        if (held.status != APPEALED) revert NothingToRule(licenseId, held.status);
        held.status = upheld ? UPHELD : NONE;
        held.revokedAt = upheld ? uint40(block.timestamp) : 0;
        emit AppealRuled(licenseId, upheld);
    }

    // ---- what is allowed ---------------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function relate(
        uint64 childAsset,
        address publisher,
        uint64 parentAsset,
        uint8 relation,
        uint32 termsId,
        uint64 licenseId
    ) external returns (uint16 royaltyBps, bool isAbsolute, uint64 ceiling) {
        if (msg.sender != address(ASSETS)) revert NotRegistry(msg.sender);
        bool attached;
        (attached, royaltyBps, isAbsolute, ceiling) =
            _ground(publisher, parentAsset, relation, termsId, licenseId);
        _oblige(childAsset, parentAsset, relation, termsId, attached);
    }

    /// @inheritdoc ILicenseRegistry
    function checkRelation(
        address publisher,
        uint64 parentAsset,
        uint8 relation,
        uint32 termsId,
        uint64 licenseId
    ) external view returns (uint16 royaltyBps, bool isAbsolute, uint64 ceiling) {
        (, royaltyBps, isAbsolute, ceiling) = _ground(publisher, parentAsset, relation, termsId, licenseId);
    }

    /// @inheritdoc ILicenseRegistry
    function can(uint64 assetId, address account, uint16 right) external view returns (bool) {
        if (right == 0 || right & ~Rights.ALL != 0) revert RightsInvalid(right);
        (address owner,) = ASSETS.ownerAndState(assetId);
        return account == owner || _freeFor(assetId, right) || _licensedFor(assetId, account, right);
    }

    // ---- views -------------------------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function license(uint64 licenseId) external view returns (License memory) {
        Stored memory held = _requireLicense(licenseId);
        return License(
            held.assetId,
            held.termsId,
            held.grantedAt,
            held.expiresAt,
            held.revokedAt,
            held.status,
            held.place != 0
        );
    }

    /// @inheritdoc ILicenseRegistry
    function isValid(uint64 licenseId) public view returns (bool) {
        Stored memory held = _licenses[licenseId];
        if (held.termsId == 0 || _isPast(held.expiresAt)) return false;
        return held.status == APPEALED || !_isPast(held.revokedAt);
    }

    /// @inheritdoc ILicenseRegistry
    function licensesOf(address account, uint64 assetId) external view returns (uint64[] memory ids) {
        uint256[6] storage list = _held[account][assetId];
        ids = new uint64[](list.count());
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = list.get(i + 1);
        }
    }

    // ---- ERC-721 and ERC-2981 ----------------------------------------------------------------------------

    /// @inheritdoc ILicenseRegistry
    function royaltyInfo(uint256 licenseId, uint256 salePrice) external view returns (address, uint256) {
        ownerOf(licenseId);
        uint256 amount = salePrice / 10_000 * RESALE_BPS + salePrice % 10_000 * RESALE_BPS / 10_000;
        return (VAULT.inboxOf(_licenses[uint64(licenseId)].assetId), amount);
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == 0x2a55205a || super.supportsInterface(interfaceId);
    }

    function name() public pure override returns (string memory) {
        return "Sahara License";
    }

    function symbol() public pure override returns (string memory) {
        return "SLICENSE";
    }

    function tokenURI(uint256 id) public view override returns (string memory) {
        ownerOf(id);
        return "";
    }

    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert ValueNotAccepted();
        super.approve(account, id);
    }

    function _beforeTokenTransfer(address from, address, uint256 id) internal view override {
        if (msg.value != 0) revert ValueNotAccepted();
        if (from == address(0)) return;
        (uint256 main,) = _read(_licenses[uint64(id)].termsId);
        if (main.flags() & TermsFlags.TRANSFERABLE == 0) revert LicenseNotTransferable(uint64(id));
    }

    function _afterTokenTransfer(address from, address to, uint256 id) internal override {
        if (from == address(0)) return;
        uint64 licenseId = uint64(id);
        Stored storage moved = _licenses[licenseId];
        uint64 assetId = moved.assetId;
        uint8 place = moved.place;
        if (place != 0) {
            uint64 displaced = _held[from][assetId].removeAt(place);
            if (displaced != 0) _licenses[displaced].place = place;
        }
        moved.place = _held[to][assetId].push(licenseId);
    }

    // ---- internals ---------------------------------------------------------------------------------------

    function _grant(uint64 assetId, uint32 termsId, address to) private returns (uint64 licenseId, uint256 price) {
        _requireOnOffer(assetId, termsId);
        (uint256 main, uint256 more) = _read(termsId);
        _requireUnexpired(termsId, more);
        uint40 expiresAt = _end(main.period(), more.expiry());
        licenseId = ++licenseCount;
        uint8 place = _held[to][assetId].push(licenseId);
        _licenses[licenseId] =
            Stored(uint40(assetId), termsId, uint40(block.timestamp), expiresAt, 0, NONE, place);
        _mint(to, licenseId);
        emit LicenseGranted(licenseId, assetId, to, termsId, expiresAt);
        return (licenseId, main.price());
    }

    /// @dev When a license that begins now ends.
    function _end(uint32 period, uint40 expiry) private view returns (uint40) {
        if (period == 0) return expiry;
        uint40 end = uint40(block.timestamp) + period;
        return expiry != 0 && expiry < end ? expiry : end;
    }

    /// @return attached Whether the terms are those that anybody is offered now.
    function _ground(address publisher, uint64 parent, uint8 relation, uint32 termsId, uint64 licenseId)
        private
        view
        returns (bool attached, uint16 royaltyBps, bool isAbsolute, uint64 ceiling)
    {
        if (licenseId != 0) {
            _requireLicensed(publisher, parent, termsId, licenseId);
        } else {
            (address owner,) = ASSETS.ownerAndState(parent);
            if (owner == publisher) {
                if (termsId == 0) return (false, 0, false, 0);
            } else {
                _requireFree(parent, termsId);
                attached = true;
            }
        }
        uint256 main = _requireMain(termsId);
        uint16 right = Relations.rightFor(relation);
        if ((attached || licenseId != 0) && main.rights() & right != right) {
            revert TermsDoNotAllow(parent, termsId, right);
        }
        if (attached && main.price() != 0) revert LicenseRequired(parent, termsId);
        return (attached, main.royaltyBps(), main.flags() & TermsFlags.ABSOLUTE != 0, main.ceiling());
    }

    function _requireLicensed(address publisher, uint64 parent, uint32 termsId, uint64 licenseId) private view {
        Stored memory held = _licenses[licenseId];
        bool fits = held.assetId == parent && held.termsId == termsId;
        if (!fits || !isValid(licenseId) || ownerOf(licenseId) != publisher) revert LicenseNotValid(licenseId);
    }

    function _requireFree(uint64 parent, uint32 termsId) private view {
        if (termsId == 0) revert TermsRequired(parent);
        _requireAttached(parent, termsId);
        (, uint256 more) = _read(termsId);
        _requireUnexpired(termsId, more);
    }

    function _licensedFor(uint64 assetId, address account, uint16 right) private view returns (bool) {
        uint256[6] storage list = _held[account][assetId];
        uint256 count = list.count();
        for (uint256 place = 1; place <= count; ++place) {
            uint64 id = list.get(place);
            if (isValid(id) && _grants(_licenses[id].termsId, right)) return true;
        }
        return false;
    }

    /// @dev In a full list: the first place whose license is not valid, or else the last.
    function _leastUseful(uint256[6] storage list) private view returns (uint8 place) {
        for (place = 1; place < HeldList.MAX; ++place) {
            if (!isValid(list.get(place))) return place;
        }
    }

    function _requireOnOffer(uint64 assetId, uint32 termsId) private view {
        (, uint8 state) = ASSETS.ownerAndState(assetId);
        if (state != ACTIVE) revert AssetNotActive(assetId, state);
        _requireAttached(assetId, termsId);
    }

    function _requireLicense(uint64 licenseId) private view returns (Stored memory held) {
        held = _licenses[licenseId];
        if (held.termsId == 0) revert LicenseUnknown(licenseId);
    }

    function _onlyHolder(uint64 licenseId) private view {
        if (_requireLicense(licenseId).termsId == 0 || ownerOf(licenseId) != msg.sender) {
            revert NotLicenseHolder(licenseId, msg.sender);
        }
    }

    function _requireReason(string calldata reason) private pure {
        uint256 length = bytes(reason).length;
        if (length == 0 || length > MAX_REASON) revert ReasonInvalid(length);
    }
}
