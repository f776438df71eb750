// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ContributionNFT} from "../../src/ContributionNFT.sol";
import {Deployer} from "../../src/Deployer.sol";
import {RevenueVault} from "../../src/RevenueVault.sol";
import {WSAHARA} from "../../src/WSAHARA.sol";
import {IRevenueVault} from "../../src/interfaces/IRevenueVault.sol";
import {Books} from "./Books.sol";
import {PlainRegistry} from "./PlainRegistry.sol";
import {Test} from "./Test.sol";
import {Tree} from "./Tree.sol";

/// @dev The vault with its token, its ContributionNFT and a plain registry, and short ways to make lineages, pay, settle
/// and claim. That the protocol's own registry feeds the vault so is tested in VaultAndRegistry.t.sol.
abstract contract VaultFixture is Test {
    uint16 internal constant FEE_BPS = 250;

    WSAHARA internal token;
    AccessManager internal manager;
    PlainRegistry internal registry;
    RevenueVault internal vault;
    ContributionNFT internal nft;

    address internal admin = account("admin");
    address internal market = account("market");
    address internal alice = account("alice");
    address internal bob = account("bob");
    address internal carol = account("carol");

    function deployVault() internal {
        vm.warp(1_800_000_000);
        Deployer deployer = new Deployer();
        address vaultAt = deployer.addressOf("vault");
        address nftAt = deployer.addressOf("contributions");
        token = WSAHARA(payable(deployer.deploy("token", vm.getCode("WSAHARA.sol:WSAHARA"))));
        bytes memory code = vm.getCode("AccessManager.sol:AccessManager");
        manager = AccessManager(deployer.deploy("manager", bytes.concat(code, abi.encode(admin))));
        registry = new PlainRegistry(IRevenueVault(vaultAt));
        code = vm.getCode("RevenueVault.sol:RevenueVault");
        bytes memory args = abi.encode(token, registry, market, manager, nftAt, FEE_BPS);
        vault = RevenueVault(deployer.deploy("vault", bytes.concat(code, args)));
        code = vm.getCode("ContributionNFT.sol:ContributionNFT");
        nft = ContributionNFT(deployer.deploy("contributions", bytes.concat(code, abi.encode(vaultAt))));
    }

    // ---- lineages ----

    function noEdges() internal pure returns (IRevenueVault.Edge[] memory) {
        return new IRevenueVault.Edge[](0);
    }

    function nobody() internal pure returns (IRevenueVault.Contributors memory none) {}

    function relative(uint64 parent, uint16 bps) internal pure returns (IRevenueVault.Edge[] memory edges) {
        edges = new IRevenueVault.Edge[](1);
        edges[0] = IRevenueVault.Edge(parent, bps, false);
    }

    function absolute(uint64 ancestor, uint16 bps) internal pure returns (IRevenueVault.Edge[] memory edges) {
        edges = new IRevenueVault.Edge[](1);
        edges[0] = IRevenueVault.Edge(ancestor, bps, true);
    }

    function two(IRevenueVault.Edge[] memory first, IRevenueVault.Edge[] memory second)
        internal
        pure
        returns (IRevenueVault.Edge[] memory edges)
    {
        edges = new IRevenueVault.Edge[](2);
        (edges[0], edges[1]) = (first[0], second[0]);
    }

    function share(Tree.Leaf[] memory leaves, uint16 bps)
        internal
        pure
        returns (IRevenueVault.Contributors memory made)
    {
        (bytes32 root, uint128 weight) = Tree.root(leaves);
        return IRevenueVault.Contributors(bps, uint32(leaves.length), weight, root);
    }

    function make(
        address owner,
        IRevenueVault.Edge[] memory edges,
        uint64 ceiling,
        IRevenueVault.Contributors memory c
    ) internal returns (uint64 asset, uint64 version) {
        return registry.publish(0, owner, edges, ceiling, c);
    }

    function make(address owner, IRevenueVault.Edge[] memory edges)
        internal
        returns (uint64 asset, uint64 version)
    {
        return make(owner, edges, 0, nobody());
    }

    function make(address owner) internal returns (uint64 asset, uint64 version) {
        return make(owner, noEdges());
    }

    function next(uint64 asset, IRevenueVault.Edge[] memory edges) internal returns (uint64 version) {
        (, version) = registry.publish(asset, address(0), edges, 0, nobody());
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

    function feeless() internal {
        vm.prank(admin);
        vault.setFeeBps(0);
    }

    function settleOne(uint64 versionId) internal {
        vault.settle(listOf(versionId));
    }

    function listOf(uint64 versionId) internal pure returns (uint64[] memory list) {
        list = new uint64[](1);
        list[0] = versionId;
    }

    function claimLeaf(uint64 version, Tree.Leaf[] memory leaves, uint32 index) internal returns (uint256) {
        Tree.Proof memory p = Tree.prove(leaves, index);
        Tree.Leaf memory leaf = leaves[index];
        return vault.claimContribution(version, index, leaf.account, leaf.weight, p.siblings, p.sums);
    }

    function inflowOf(uint64 versionId) internal view returns (uint256 inflow) {
        (inflow,,,,,) = vault.books(versionId);
    }

    function directOf(uint64 versionId) internal view returns (uint256 inflow) {
        (inflow,,,,,) = vault.directBooks(versionId);
    }

    function unitsOf(uint64 versionId) internal view returns (uint256 units) {
        (, units,,,,) = vault.books(versionId);
    }

    function unsettledOf(uint64 versionId) internal view returns (uint256 unsettled) {
        (,,,,, unsettled) = vault.books(versionId);
    }

    function checkConservation(uint256 unsolicited) internal view {
        Books.conserves(vault, token.balanceOf(address(vault)), registry.versionCount(), unsolicited);
    }

    // ---- signatures ----

    function keyOf(string memory name) internal pure returns (uint256) {
        return uint256(keccak256(bytes(name)));
    }

    /// @dev An EIP-3009 authorization by `name` that pays `asset` through the vault, for a year.
    function authorize(string memory name, uint64 asset, uint256 value, bytes32 salt)
        internal
        returns (bytes memory)
    {
        bytes32 typehash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 nonce = vault.authorizationNonce(asset, salt);
        bytes32 content = keccak256(
            abi.encode(typehash, account(name), vault, value, 0, block.timestamp + 365 days, nonce)
        );
        return sign(keyOf(name), content);
    }

    function sign(uint256 key, bytes32 content) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), content)));
        return abi.encodePacked(r, s, v);
    }
}
