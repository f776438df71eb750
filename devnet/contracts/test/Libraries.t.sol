// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CREATE3} from "solady/utils/CREATE3.sol";
import {Deployer} from "../src/Deployer.sol";
import {AssetHead, AssetHeads} from "../src/libraries/AssetHead.sol";
import {AssetNames} from "../src/libraries/AssetNames.sol";
import {Cid} from "../src/libraries/Cid.sol";
import {MerkleSum} from "../src/libraries/MerkleSum.sol";
import {Relations} from "../src/libraries/Relations.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {TermsList} from "../src/libraries/TermsList.sol";
import {VersionLists} from "../src/libraries/VersionLists.sol";
import {VersionRecord, VersionRecords} from "../src/libraries/VersionRecord.sol";
import {Test} from "./utils/Test.sol";
import {Tree} from "./utils/Tree.sol";

contract LibrariesTest is Test {
    using TermsList for uint256;
    using VersionLists for mapping(uint256 => uint256);

    // ---- content identifiers ----

    /// @dev The empty UnixFS directory (dag-pb bytes 0a020801), known all over IPFS under this name.
    function test_cid_of_the_empty_directory() public pure {
        bytes32 digest = sha256(hex"0a020801");
        eq(Cid.dagPb(digest), "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354", "cid");
    }

    function testFuzz_cid_can_be_read_back(bytes32 digest) public pure {
        bytes memory text = bytes(Cid.dagPb(digest));
        eq(text.length, 59, "length");
        uint256 high;
        uint256 low;
        for (uint256 i = 1; i < 59; ++i) {
            uint256 c = uint8(text[i]);
            uint256 value = c >= 0x61 ? c - 0x61 : c - 0x32 + 26;
            high = (high << 5) | (low >> 251);
            low = (low << 5) | value;
        }
        eq(bytes32((high << 254) | (low >> 2)), digest, "digest");
        eq(high >> 2, 0x01701220, "prefix");
        eq(low & 3, 0, "padding");
    }

    // ---- names ----

    function pack(string calldata name) external pure returns (uint216) {
        return AssetNames.pack(name);
    }

    function _isName(string memory name) private view returns (bool) {
        uint216 packed = this.pack(name);
        if (packed == 0) return false;
        eq(AssetNames.unpack(packed), name, "can be read back");
        return true;
    }

    function test_names_have_1_to_26_plain_characters() public view {
        isTrue(_isName("a"), "a");
        isTrue(_isName("palmer-penguins-2"), "palmer-penguins-2");
        isTrue(_isName("0123456789abcdefghijklmnop"), "26 bytes");
        isTrue(_isName("qrstuvwxyz-"), "all letters");
        isTrue(!_isName("0123456789abcdefghijklmnopq"), "27 bytes");
        isTrue(!_isName("0123456789abcdefghijklmnopqrstuv"), "32 bytes");
        isTrue(!_isName("0123456789abcdefghijklmnopqrstuvw"), "33 bytes");
        isTrue(!_isName(""), "empty");
        isTrue(!_isName("Penguins"), "upper case");
        isTrue(!_isName("a b"), "blank");
        isTrue(!_isName("a_b"), "underscore");
        isTrue(!_isName(unicode"ä"), "beyond ASCII");
        isTrue(!_isName("a`b"), "just below a");
        isTrue(!_isName("a{b"), "just above z");
        isTrue(!_isName("a/b"), "just below 0");
        isTrue(!_isName("a:b"), "just above 9");
        isTrue(!_isName("a,b"), "just below the dash");
        isTrue(!_isName("a.b"), "just above the dash");
        isTrue(!_isName("a\x00"), "zero");
        isTrue(!_isName(string(bytes(hex"ff"))), "the highest byte");
    }

    /// @dev Every text of up to 26 bytes is packed and read back, or is no name; what follows it in the calldata
    /// changes nothing.
    function testFuzz_a_packed_name_is_that_name(bytes32 text, uint256 length) public view {
        bytes memory alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-";
        bytes memory name = new bytes(within(length, 1, 26));
        for (uint256 i; i < name.length; ++i) {
            name[i] = alphabet[uint8(text[i]) % 37];
        }
        isTrue(_isName(string(name)), "a name");
        uint216 packed = this.pack(string(name));
        bytes memory dirty = abi.encodePacked(
            abi.encodeWithSelector(this.pack.selector, uint256(0x20)), name.length, name, text
        );
        (bool ok, bytes memory answer) = address(this).staticcall(dirty);
        isTrue(ok, "read");
        eq(abi.decode(answer, (uint216)), packed, "and nothing behind it");
    }

    // ---- what is packed of an asset and its versions ----

    function testFuzz_the_head_of_an_asset_keeps_its_fields_apart(
        uint40 version,
        uint8 kind,
        uint8 state,
        uint40 blockNumber,
        uint40 later
    ) public pure {
        (kind, state) = (uint8(within(kind, 1, 7)), uint8(within(state, 0, 3)));
        blockNumber = uint40(within(blockNumber, 0, 2 ** 35 - 1));
        AssetHead head = AssetHeads.first(version, kind, blockNumber);
        _checkHead(head, version, 1, 0, kind, blockNumber);
        head = head.withState(state);
        _checkHead(head, version, 1, state, kind, blockNumber);
        head = head.withNext(later);
        _checkHead(head, later, 2, state, kind, blockNumber);
        head = head.withState(0).withNext(version);
        _checkHead(head, version, 3, 0, kind, blockNumber);
    }

    function test_the_last_version_of_an_asset_changes_nothing_else() public pure {
        AssetHead head = AssetHeads.first(type(uint40).max, 7, 2 ** 35 - 1).withState(3);
        head = AssetHead.wrap(AssetHead.unwrap(head) | (uint96(65_533) << 40));
        eq(head.versions(), 65_533, "many");
        head = head.withNext(9).withNext(type(uint40).max);
        _checkHead(head, type(uint40).max, 65_535, 3, 7, 2 ** 35 - 1);
    }

    function _checkHead(
        AssetHead head,
        uint64 current,
        uint256 versions,
        uint8 state,
        uint8 kind,
        uint40 blockNumber
    ) private pure {
        eq(head.currentVersion(), current, "current version");
        eq(head.versions(), versions, "versions");
        eq(head.state(), state, "state");
        eq(head.kind(), kind, "kind");
        eq(head.createdBlock(), blockNumber, "block");
    }

    function testFuzz_the_record_of_a_version_keeps_its_fields_apart(
        uint40 asset,
        uint16 number,
        uint40 blockNumber
    ) public view {
        VersionRecord first = VersionRecords.first(asset, this.pack("0123456789abcdefghijklmno-"));
        eq(first.assetId(), asset, "asset");
        eq(first.number(), 1, "number");
        isTrue(first.isFirst(), "first");
        eq(first.name(), "0123456789abcdefghijklmno-", "name");
        VersionRecord later = VersionRecords.later(asset, number, blockNumber);
        eq(later.assetId(), asset, "asset");
        eq(later.number(), number, "number");
        isTrue(!later.isFirst(), "later");
        eq(later.publishedBlock(), blockNumber, "block");
    }

    mapping(uint256 slot => uint256) private _list;

    /// @dev Ids of all 40 bits, over several slots: none runs into the next.
    function testFuzz_a_list_of_versions_keeps_its_ids_apart(uint40[14] calldata ids) public {
        for (uint256 i; i < ids.length; ++i) {
            _list.set(i + 1, ids[i]);
        }
        for (uint256 i; i < ids.length; ++i) {
            eq(_list.get(i + 1), ids[i], "id");
        }
        eq(_list.get(ids.length + 1), 0, "none behind the last");
    }

    // ---- relations ----

    function test_each_relation_needs_its_right() public pure {
        eq(Relations.rightFor(0), 0, "none");
        eq(Relations.rightFor(1), Rights.TRAIN, "TRAINED_ON");
        eq(Relations.rightFor(2), Rights.FINETUNE, "FINETUNED_FROM");
        eq(Relations.rightFor(3), Rights.DERIVE, "DISTILLED_FROM");
        eq(Relations.rightFor(4), Rights.DERIVE, "DERIVED_FROM");
        eq(Relations.rightFor(5), Rights.ACCESS, "EVALUATED_ON");
        eq(Relations.rightFor(6), Rights.AGENT_USE, "USES");
        eq(Relations.rightFor(7), Rights.RUN, "GENERATED_BY");
        eq(Relations.rightFor(8), 0, "no such");
        eq(Rights.ALL, 1023, "ten rights");
    }

    // ---- lists of terms ----

    function testFuzz_a_list_keeps_the_order_of_what_stays(uint32[8] memory ids, uint256 removed)
        public
        pure
    {
        removed = within(removed, 0, 7);
        uint256 list;
        for (uint256 i; i < 8; ++i) {
            // Different and not zero, whatever the fuzzer says.
            ids[i] = uint32(within(ids[i], i * 1000 + 1, i * 1000 + 1000));
            eq(list.length(), i, "length");
            list |= uint256(ids[i]) << (32 * i);
        }
        eq(list.indexOf(ids[removed]), removed, "found");
        eq(list.indexOf(0), TermsList.MAX, "zero is never there");
        list = list.removeAt(removed);
        eq(list.length(), 7, "one less");
        eq(list.indexOf(ids[removed]), TermsList.MAX, "gone");
        for (uint256 i; i < 7; ++i) {
            eq(list.get(i), ids[i < removed ? i : i + 1], "order");
        }
    }

    // ---- Merkle-sum trees ----

    function climb(
        uint256 index,
        bytes32 hash,
        uint128 sum,
        bytes32[] calldata siblings,
        uint128[] calldata sums
    ) external pure returns (bytes32, uint128) {
        return MerkleSum.climb(index, hash, sum, siblings, sums);
    }

    function test_depth_is_the_rounded_up_logarithm() public pure {
        eq(MerkleSum.depth(1), 0, "1");
        eq(MerkleSum.depth(2), 1, "2");
        eq(MerkleSum.depth(3), 2, "3");
        eq(MerkleSum.depth(4), 2, "4");
        eq(MerkleSum.depth(5), 3, "5");
        eq(MerkleSum.depth(1_000_000), 20, "a million");
        eq(MerkleSum.depth(type(uint32).max), 32, "all");
    }

    function testFuzz_every_leaf_of_a_tree_proves_itself(uint256 seed, uint256 count) public view {
        Tree.Leaf[] memory leaves = new Tree.Leaf[](within(count, 1, 33));
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = Tree.Leaf(
                address(uint160(i + 1)), uint128(uint64(uint256(keccak256(abi.encode(seed, i))))) + 1
            );
        }
        (bytes32 root, uint128 total) = Tree.root(leaves);
        for (uint256 i; i < leaves.length; ++i) {
            Tree.Proof memory proof = Tree.prove(leaves, i);
            bytes32 leaf = MerkleSum.leafHash(uint32(i), leaves[i].account, leaves[i].weight);
            (bytes32 hash, uint128 sum) = this.climb(i, leaf, leaves[i].weight, proof.siblings, proof.sums);
            eq(hash, root, "root");
            eq(sum, total, "total");
        }
    }

    function test_sums_above_128_bits_lead_to_no_root() public view {
        bytes32[] memory siblings = new bytes32[](1);
        uint128[] memory sums = new uint128[](1);
        sums[0] = type(uint128).max;
        (bytes32 root, uint128 total) = this.climb(0, 0, 1, siblings, sums);
        eq(root, 0, "no root");
        eq(total, 0, "no total");
        (root,) = this.climb(0, 0, 0, siblings, sums);
        eq(root, MerkleSum.nodeHash(0, 0, 0, type(uint128).max), "the widest that fits");
    }

    // ---- the deployer ----

    function test_the_deployer_knows_an_address_before_there_is_code() public {
        Deployer deployer = new Deployer();
        bytes32 salt = keccak256("salt");
        address place = deployer.addressOf(salt);
        eq(place.code.length, 0, "no code yet");
        vm.expectEmit(address(deployer));
        emit Deployer.Deployed(salt, place);
        eq(deployer.deploy(salt, type(Deployer).creationCode), place, "where it said");
        isTrue(place.code.length > 0, "code");
    }

    function test_the_deployer_uses_a_salt_once_and_reports_failure() public {
        Deployer deployer = new Deployer();
        deployer.deploy(0, type(Deployer).creationCode);
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        deployer.deploy(0, type(Deployer).creationCode);
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        deployer.deploy(bytes32(uint256(1)), hex"fe");
    }
}
