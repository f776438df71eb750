// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetRegistry} from "../../src/AssetRegistry.sol";
import {IAssetRegistry} from "../../src/interfaces/IAssetRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @dev Publishers who register, alone and many at once, publish versions, trade and retire assets. It notes what
/// they did by itself. Nothing that it does may revert.
contract RegistryHandler is Fixture {
    struct Noted {
        address publisher;
        address owner;
        uint8 kind;
        uint8 state;
        uint256 createdBlock;
        string name;
        uint64[] versions;
    }

    struct NotedVersion {
        bytes32 releaseRoot;
        uint256 publishedBlock;
    }

    address[] private _actors;
    Noted[] private _noted;
    NotedVersion[] private _versions;
    uint256 private _names;

    constructor() {
        deployProtocol();
        _actors = [alice, bob, carol];
        registerMany(0, 1);
    }

    function theAssets() external view returns (AssetRegistry) {
        return assets;
    }

    function noted(uint256 index) external view returns (Noted memory) {
        return _noted[index];
    }

    function notedVersion(uint256 index) external view returns (NotedVersion memory) {
        return _versions[index];
    }

    function counts() external view returns (uint256 assetsMade, uint256 versionsMade) {
        return (_noted.length, _versions.length);
    }

    function register(uint256 seed, uint256 length) external {
        _mine(seed);
        address who = _actors[seed % 3];
        uint8 kind = uint8(1 + seed % 6);
        string memory name = _name(within(length, 1, 26));
        IAssetRegistry.VersionInput memory input = bare();
        vm.prank(who);
        (, uint64 version) = assets.register(kind, name, input);
        _note(who, kind, name, version, input.releaseRoot);
    }

    function registerMany(uint256 seed, uint256 count) public {
        _mine(seed);
        address who = _actors[seed % 3];
        IAssetRegistry.RegisterInput[] memory inputs = new IAssetRegistry.RegisterInput[](within(count, 1, 9));
        for (uint256 i; i < inputs.length; ++i) {
            inputs[i] = IAssetRegistry.RegisterInput(uint8(1 + (seed / 7 + i) % 6), _name(26), bare());
        }
        vm.prank(who);
        (, uint64 first) = assets.registerMany(inputs);
        for (uint64 i; i < inputs.length; ++i) {
            _note(who, inputs[i].kind, inputs[i].name, first + i, inputs[i].version.releaseRoot);
        }
    }

    /// @dev Several at a time, so that some assets have more versions than a slot of their list holds.
    function publishVersions(uint256 seed, uint256 count) external {
        _mine(seed);
        uint256 index = seed % _noted.length;
        Noted storage asset = _noted[index];
        if (asset.state == 2) return;
        for (count = within(count, 1, 8); count != 0; --count) {
            IAssetRegistry.VersionInput memory input = bare();
            vm.prank(asset.owner);
            uint64 version =
                assets.publishVersion(uint64(index + 1), uint32(asset.versions.length + 1), input);
            asset.versions.push(version);
            _versions.push(NotedVersion(input.releaseRoot, block.number));
        }
    }

    function transfer(uint256 seed) external {
        uint256 index = seed % _noted.length;
        Noted storage asset = _noted[index];
        address to = _actors[(seed / 11) % 3];
        vm.prank(asset.owner);
        assets.transferFrom(asset.owner, to, index + 1);
        asset.owner = to;
    }

    function setState(uint256 seed) external {
        uint256 index = seed % _noted.length;
        Noted storage asset = _noted[index];
        uint8 state = uint8(within(seed / 13, 0, 5));
        // Revoking is final: not too many of them.
        state = state == 5 ? 2 : state % 2;
        if (asset.state == 2) return;
        vm.prank(asset.owner);
        assets.setState(uint64(index + 1), state);
        asset.state = state;
    }

    function _note(address who, uint8 kind, string memory name, uint64 version, bytes32 releaseRoot) private {
        Noted storage asset = _noted.push();
        (asset.publisher, asset.owner, asset.kind) = (who, who, kind);
        (asset.createdBlock, asset.name) = (block.number, name);
        asset.versions.push(version);
        _versions.push(NotedVersion(releaseRoot, block.number));
    }

    /// @dev A new name of at least that length, as far as there is one.
    function _name(uint256 length) private returns (string memory) {
        uint256 number = ++_names;
        bytes memory name = new bytes(length < 5 ? 5 : length);
        for (uint256 i; i < name.length; ++i) {
            name[i] = i < 5 ? bytes1(uint8(0x61 + number % 26)) : bytes1("-");
            number /= 26;
        }
        return string(name);
    }

    function _mine(uint256 seed) private {
        vm.roll(block.number + within(seed, 0, 1_000_000));
    }
}
