// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {RevenueVault} from "../src/RevenueVault.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Payee} from "./utils/Payee.sol";
import {Tree} from "./utils/Tree.sol";
import {VaultFixture} from "./utils/VaultFixture.sol";

/// @dev A token that says no instead of reverting, as some do.
contract RefusingToken {
    function transferFrom(address, address, uint256) external pure returns (bool) {
        return false;
    }

    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }

    function balanceOf(address) external pure returns (uint256) {
        return 7;
    }

    function deposit() external payable {}
}

/// @dev Stands in for everything that the vault ever calls: token, registry, ContributionNFT, and an inbox's token. In
/// the middle of each call it asks for everything again, and records what a second claim would have got.
contract CallingEverything {
    RevenueVault public vault;
    uint256 public moved;
    uint256 public taken;
    uint256 public calls;
    bool private _inside;
    Tree.Leaf[] private _leaves;

    function start(RevenueVault vault_) external {
        vault = vault_;
        _leaves.push(Tree.Leaf(address(this), 1));
        IRevenueVault.Contributors memory c = contributors();
        vault.openVersion(1, 1, true, new IRevenueVault.Edge[](0), 0, c);
    }

    function contributors() public view returns (IRevenueVault.Contributors memory) {
        (bytes32 root, uint128 weight) = Tree.root(_leaves);
        return IRevenueVault.Contributors(4_000, 1, weight, root);
    }

    function again() public {
        if (_inside || address(vault) == address(0)) return;
        _inside = true;
        ++calls;
        uint64[] memory list = new uint64[](1);
        list[0] = 1;
        vault.settle(list);
        taken += vault.claimOwner(1, 1);
        try vault.claimContribution(1, 0, address(this)) returns (uint256 amount) {
            taken += amount;
        } catch {}
        taken += vault.withdrawFees(address(this));
        _inside = false;
    }

    function claimFirst() external returns (uint256) {
        return vault.claimContribution(1, 0, address(this), 1, new bytes32[](0), new uint128[](0));
    }

    // ---- as the token ----

    function deposit() external payable {
        again();
    }

    function transfer(address, uint256 amount) external returns (bool) {
        if (msg.sender == address(vault)) moved += amount;
        again();
        return true;
    }

    function transferFrom(address, address, uint256) external returns (bool) {
        again();
        return true;
    }

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        again();
    }

    function receiveWithAuthorization(
        address,
        address,
        uint256,
        uint256,
        uint256,
        bytes32,
        bytes calldata
    ) external {
        again();
    }

    function balanceOf(address) external pure returns (uint256) {
        return 20_000;
    }

    // ---- as the ContributionNFT ----

    function mint(uint256) external {
        again();
    }

    // ---- as the registry (its views are static calls: nothing can be changed from within them) ----

    function ownerAndCurrent(uint64) external view returns (address, uint64) {
        return (address(this), 1);
    }

    function assetOfVersion(uint64) external pure returns (uint64) {
        return 1;
    }
}

/// @dev Payees and tokens that misbehave.
contract VaultReentrancyTest is VaultFixture {
    function setUp() public {
        deployVault();
    }

    /// @dev REV-12: a payee that is a contract, reenters or reverts blocks nobody and gets nothing twice.
    function test_an_owner_that_calls_back_is_paid_once() public {
        Payee payee = new Payee(vault, token);
        (uint64 asset, uint64 version) = make(alice);
        registry.transfer(asset, address(payee));
        payAs(carol, version, 100_000);
        settleOne(version);
        eq(payee.claimAndUnwrap(version, 2), 90_000, "paid");
        eq(payee.reentered(), 1, "it tried");
        eq(address(payee).balance, 90_000, "once");
        checkConservation(0);
    }

    /// @dev The vault's own code refuses coin, but as a payee it is one like any other.
    function test_a_payee_that_takes_no_coin_is_paid_in_tokens() public {
        (, uint64 version) = make(address(registry));
        payAs(carol, version, 100_000);
        settleOne(version);
        eq(vault.claimOwner(version, 1), 90_000, "paid");
        eq(token.balanceOf(address(registry)), 90_000, "in tokens");
    }

    /// @dev WSAHARA always reverts; should a token ever answer "no" instead, nothing is booked all the same.
    function test_a_transfer_that_fails_undoes_everything() public {
        AccessManager open = new AccessManager(address(this));
        RevenueVault other = _vault(address(new RefusingToken()), address(registry), address(open));
        make(alice);
        vm.expectRevert(IRevenueVault.TransferFailed.selector);
        other.pay(1, 10_000);
        vm.expectRevert(IRevenueVault.TransferFailed.selector);
        other.sweep(1);
        vm.deal(address(this), 1 ether);
        other.payNative{value: 1 ether}(1);
        other.settle(listOf(1));
        vm.expectRevert(IRevenueVault.TransferFailed.selector);
        other.claimOwner(1, 1);
        vm.expectRevert(IRevenueVault.TransferFailed.selector);
        other.withdrawFees(alice);
        (uint256 paidIn,, uint256 withdrawn) = other.totals();
        eq(paidIn, 1 ether, "paid in");
        eq(withdrawn + other.ownerClaimed(1, 1), 0, "nothing left");
    }

    /// @dev Whatever the vault calls, the books are already closed when it does: reentered from every one of its
    /// calls, it pays out what was earned and never a wei twice.
    function test_the_books_change_before_the_money_moves() public {
        CallingEverything calling = new CallingEverything();
        AccessManager open = new AccessManager(address(calling));
        RevenueVault other = _vault(address(calling), address(calling), address(open));
        calling.start(other);
        vm.deal(address(this), 1 ether);
        other.payNative{value: 1 ether}(1);
        other.pay(1, 1 ether);
        other.payWithPermit(1, 1 ether, 0, 0, 0, 0);
        other.payWithAuthorization(1, address(this), 1 ether, 0, 0, 0, "");
        other.payVersion(1, 1 ether);
        other.sweep(1);
        uint256 claimed = calling.claimFirst();
        claimed += other.claimOwner(1, 1);
        other.settle(listOf(1));
        calling.again();
        isTrue(calling.calls() > 9, "every call was reentered");
        uint256 rest = 9_500;
        eq(calling.moved(), 5 ether + 20_000 - rest, "every payment came out once, to the wei");
        (uint256 paidIn,, uint256 withdrawn) = other.totals();
        eq(paidIn, 5 ether + 20_000, "paid in");
        eq(withdrawn + other.ownerClaimed(1, 1) + other.contributorsClaimed(1), paidIn - rest, "and is booked out");
    }

    function _vault(address asToken, address asRegistry, address asManager) private returns (RevenueVault) {
        bytes memory code = vm.getCode("RevenueVault.sol:RevenueVault");
        address asNft = asToken;
        code = bytes.concat(code, abi.encode(asToken, asRegistry, market, asManager, asNft, FEE_BPS));
        address made;
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
        }
        return RevenueVault(made);
    }
}
