// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetRegistry} from "../src/AssetRegistry.sol";
import {RegistryHandler} from "./utils/RegistryHandler.sol";
import {Test} from "./utils/Test.sol";

/// @dev What holds after any sequence of registrations, versions, transfers and changes of state.
contract RegistryInvariantsTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    RegistryHandler private handler;
    AssetRegistry private assets;

    function setUp() public {
        handler = new RegistryHandler();
        assets = handler.theAssets();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = RegistryHandler.register.selector;
        selectors[1] = RegistryHandler.registerMany.selector;
        selectors[2] = RegistryHandler.publishVersions.selector;
        selectors[3] = RegistryHandler.transfer.selector;
        selectors[4] = RegistryHandler.setState.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// @notice Ids are given one after the other, each once.
    function invariant_nothing_is_made_twice_or_lost() external view {
        (uint256 assetCount, uint256 versionCount) = handler.counts();
        eq(assets.assetCount(), assetCount, "assets");
        eq(assets.versionCount(), versionCount, "versions");
    }

    /// @dev forge calls this at the end of each sequence. The registry forgets nothing, so that what went wrong on
    /// the way is still wrong then, and checking everything after each step would take minutes.
    function afterInvariant() external view {
        (uint256 assetCount, uint256 versionCount) = handler.counts();
        uint256 listed;
        for (uint64 id = 1; id <= assetCount; ++id) {
            RegistryHandler.Noted memory noted = handler.noted(id - 1);
            anAssetIsWhatItWasMade(id, noted);
            itsHolderAndStateAreTheLatest(id, noted);
            everyNumberLeadsToItsVersionAndBack(id, noted);
            listed += noted.versions.length;
        }
        eq(listed, versionCount, "every version belongs to one asset");
    }

    /// @notice Kind, name, publisher and block of registration never change, and the publisher and the name lead to
    /// the asset, whoever holds it.
    function anAssetIsWhatItWasMade(uint64 id, RegistryHandler.Noted memory noted) private view {
        (uint8 kind,,, address publisher,,, uint40 createdBlock, string memory name) = assets.asset(id);
        eq(kind, noted.kind, "kind");
        eq(publisher, noted.publisher, "publisher");
        eq(assets.publisherOf(id), noted.publisher, "publisherOf");
        eq(createdBlock, noted.createdBlock, "createdBlock");
        eq(name, noted.name, "name");
        eq(assets.assetOf(noted.publisher, noted.name), id, "by name");
    }

    /// @notice The holder of the OwnershipNFT, the state and the current version are those of the latest action.
    function itsHolderAndStateAreTheLatest(uint64 id, RegistryHandler.Noted memory noted) private view {
        (address owner, uint8 state) = assets.ownerAndState(id);
        eq(owner, noted.owner, "owner");
        eq(state, noted.state, "state");
        (, uint64 current) = assets.ownerAndCurrent(id);
        eq(current, noted.versions[noted.versions.length - 1], "current version");
    }

    /// @notice Versions are numbered from 1 without gaps; each number leads to one version, which says the same of
    /// itself, with the release and the block it was published with.
    function everyNumberLeadsToItsVersionAndBack(uint64 id, RegistryHandler.Noted memory noted) private view {
        uint256 count = noted.versions.length;
        (,,,, uint32 versions,,,) = assets.asset(id);
        eq(versions, count, "versions");
        eq(assets.versionAt(id, uint32(count + 1)), 0, "none behind the last");
        for (uint32 number = 1; number <= count; ++number) {
            uint64 versionId = noted.versions[number - 1];
            eq(assets.versionAt(id, number), versionId, "by number");
            (uint64 ofAsset, uint32 itsNumber, uint40 publishedBlock, bytes32 releaseRoot) =
                assets.version(versionId);
            RegistryHandler.NotedVersion memory made = handler.notedVersion(versionId - 1);
            eq(ofAsset, id, "its asset");
            eq(itsNumber, number, "its number");
            eq(publishedBlock, made.publishedBlock, "its block");
            eq(releaseRoot, made.releaseRoot, "its release");
        }
    }
}
