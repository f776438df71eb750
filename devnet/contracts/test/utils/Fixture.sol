// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {AssetRegistry} from "../../src/AssetRegistry.sol";
import {Deployer} from "../../src/Deployer.sol";
import {IAssetRegistry} from "../../src/interfaces/IAssetRegistry.sol";
import {ILicenseRegistry} from "../../src/interfaces/ILicenseRegistry.sol";
import {ContributionNFT} from "../../src/ContributionNFT.sol";
import {LicenseRegistry} from "../../src/LicenseRegistry.sol";
import {Marketplace} from "../../src/Marketplace.sol";
import {PublisherKeys} from "../../src/PublisherKeys.sol";
import {RevenueVault} from "../../src/RevenueVault.sol";
import {WSAHARA} from "../../src/WSAHARA.sol";
import {Rights} from "../../src/libraries/Rights.sol";
import {Books} from "./Books.sol";
import {Test} from "./Test.sol";
import {Tree} from "./Tree.sol";

/// @dev The whole protocol, deployed as on a devnet, and short ways to publish, license and pay. The code comes from
/// forge's artifacts: compiled into every test contract it would double the time that compiling takes.
abstract contract Fixture is Test {
    uint16 internal constant FEE_BPS = 250;
    uint8 internal constant DATASET = 1;
    uint8 internal constant MODEL = 2;

    Deployer internal deployer;
    WSAHARA internal token;
    AccessManager internal manager;
    PublisherKeys internal keys;
    LicenseRegistry internal licenses;
    AssetRegistry internal assets;
    RevenueVault internal vault;
    Marketplace internal market;
    ContributionNFT internal contributionNft;

    address internal admin = account("admin");
    address internal alice = account("alice");
    address internal bob = account("bob");
    address internal carol = account("carol");
    uint256 private _publications;

    function deployProtocol() internal {
        vm.warp(1_800_000_000);
        deployer = new Deployer();
        address assetsAt = deployer.addressOf("assets");
        address licensesAt = deployer.addressOf("licenses");
        address marketAt = deployer.addressOf("market");
        address vaultAt = deployer.addressOf("vault");
        address contributionsAt = deployer.addressOf("contributions");
        token = WSAHARA(payable(deployer.deploy("token", vm.getCode("WSAHARA.sol:WSAHARA"))));
        manager = AccessManager(
            _deploy("manager", vm.getCode("AccessManager.sol:AccessManager"), abi.encode(admin))
        );
        keys = PublisherKeys(deployer.deploy("keys", vm.getCode("PublisherKeys.sol:PublisherKeys")));
        licenses = LicenseRegistry(
            _deploy(
                "licenses", vm.getCode("LicenseRegistry.sol:LicenseRegistry"), abi.encode(assetsAt, marketAt)
            )
        );
        assets = AssetRegistry(
            _deploy(
                "assets", vm.getCode("AssetRegistry.sol:AssetRegistry"), abi.encode(licensesAt, keys, vaultAt)
            )
        );
        vault = RevenueVault(
            _deploy(
                "vault",
                vm.getCode("RevenueVault.sol:RevenueVault"),
                abi.encode(token, assetsAt, marketAt, manager, contributionsAt, FEE_BPS)
            )
        );
        contributionNft = ContributionNFT(
            _deploy("contributions", vm.getCode("ContributionNFT.sol:ContributionNFT"), abi.encode(vaultAt))
        );
        market = Marketplace(
            _deploy("market", vm.getCode("Marketplace.sol:Marketplace"), abi.encode(licensesAt, vaultAt))
        );
    }

    function _deploy(bytes32 salt, bytes memory code, bytes memory args) private returns (address) {
        return deployer.deploy(salt, bytes.concat(code, args));
    }

    // ---- publishing ----

    /// @dev A version of its own content, without relations, contributors or key.
    function bare() internal returns (IAssetRegistry.VersionInput memory input) {
        bytes32 unique = keccak256(abi.encode(++_publications));
        input.releaseRoot = keccak256(abi.encode(unique, "release"));
        input.contentRoot = keccak256(abi.encode(unique, "content"));
        input.publication = unique;
    }

    function withRelation(uint64 parent, uint8 relation, uint32 termsId, uint64 licenseId)
        internal
        returns (IAssetRegistry.VersionInput memory input)
    {
        input = bare();
        input.relations = new IAssetRegistry.RelationInput[](1);
        input.relations[0] = IAssetRegistry.RelationInput(parent, relation, termsId, licenseId);
    }

    function withContributors(Tree.Leaf[] memory leaves, uint16 bps)
        internal
        virtual
        returns (IAssetRegistry.VersionInput memory input)
    {
        input = bare();
        input.contributorsBps = bps;
        input.contributorCount = uint32(leaves.length);
        (input.contributorsRoot, input.contributorWeight) = Tree.root(leaves);
    }

    function publish(address who, string memory name, IAssetRegistry.VersionInput memory input)
        internal
        returns (uint64 assetId, uint64 versionId)
    {
        vm.prank(who);
        return assets.register(DATASET, name, input);
    }

    function publish(address who, string memory name) internal returns (uint64 assetId, uint64 versionId) {
        return publish(who, name, bare());
    }

    /// @dev A version of `who` that owes `royaltyBps` to `parent`, an asset of `who` as well.
    function publishChild(address who, string memory name, uint64 parent, uint16 royaltyBps)
        internal
        returns (uint64 assetId, uint64 versionId)
    {
        uint32 termsId = licenses.registerTerms(free(royaltyBps));
        return publish(who, name, withRelation(parent, 1, termsId, 0));
    }

    // ---- terms ----

    function free(uint16 royaltyBps) internal pure returns (ILicenseRegistry.Terms memory wanted) {
        return ILicenseRegistry.Terms(Rights.ALL, royaltyBps, 0, 0, false, true, true, "CC-BY-4.0");
    }

    function priced(uint96 price, uint16 royaltyBps, uint32 period)
        internal
        pure
        returns (ILicenseRegistry.Terms memory wanted)
    {
        return ILicenseRegistry.Terms(Rights.ALL, royaltyBps, price, period, false, false, true, "Commercial");
    }

    function attach(address owner, uint64 assetId, ILicenseRegistry.Terms memory wanted)
        internal
        returns (uint32 termsId)
    {
        vm.prank(owner);
        return licenses.attachNew(assetId, wanted);
    }

    // ---- money ----

    /// @dev `who` gets `amount` of WSAHARA and lets the vault take it.
    function fund(address who, uint256 amount) internal {
        vm.deal(who, who.balance + amount);
        vm.prank(who);
        token.deposit{value: amount}();
        vm.prank(who);
        token.approve(address(vault), type(uint256).max);
    }

    function payAs(address who, uint64 versionId, uint256 amount) internal {
        fund(who, amount);
        vm.prank(who);
        vault.payVersion(versionId, amount);
    }

    function settleOne(uint64 versionId) internal {
        uint64[] memory list = new uint64[](1);
        list[0] = versionId;
        vault.settle(list);
    }

    function inflowOf(uint64 versionId) internal view returns (uint256 inflow) {
        (inflow,,,,,) = vault.books(versionId);
    }

    function unsettledOf(uint64 versionId) internal view returns (uint256 unsettled) {
        (,,,,, unsettled) = vault.books(versionId);
    }

    /// @dev Both conservation laws over all versions. `unsolicited` is what was sent straight to the vault.
    function checkConservation(uint256 unsolicited) internal view {
        Books.conserves(vault, token.balanceOf(address(vault)), assets.versionCount(), unsolicited);
    }
}
