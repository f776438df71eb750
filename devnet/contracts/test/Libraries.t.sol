// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CREATE3} from "solady/utils/CREATE3.sol";
import {Deployer} from "../src/Deployer.sol";
import {AssetNames} from "../src/libraries/AssetNames.sol";
import {Cid} from "../src/libraries/Cid.sol";
import {MerkleSum} from "../src/libraries/MerkleSum.sol";
import {Relations} from "../src/libraries/Relations.sol";
import {Rights} from "../src/libraries/Rights.sol";
import {TermsList} from "../src/libraries/TermsList.sol";
import {Test} from "./utils/Test.sol";
import {Tree} from "./utils/Tree.sol";

contract LibrariesTest is Test {
    using TermsList for uint256;

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

    function isValid(string calldata name) external pure returns (bool) {
        return AssetNames.isValid(name);
    }

    function test_names_have_1_to_31_plain_characters() public view {
        isTrue(this.isValid("a"), "a");
        isTrue(this.isValid("palmer-penguins-2"), "palmer-penguins-2");
        isTrue(this.isValid("0123456789abcdefghijklmnopqrstu"), "31 bytes");
        isTrue(!this.isValid("0123456789abcdefghijklmnopqrstuv"), "32 bytes");
        isTrue(!this.isValid(""), "empty");
        isTrue(!this.isValid("Penguins"), "upper case");
        isTrue(!this.isValid("a b"), "blank");
        isTrue(!this.isValid("a_b"), "underscore");
        isTrue(!this.isValid(unicode"ä"), "beyond ASCII");
        isTrue(!this.isValid("a`b"), "just below a");
        isTrue(!this.isValid("a{b"), "just above z");
        isTrue(!this.isValid("a/b"), "just below 0");
        isTrue(!this.isValid("a:b"), "just above 9");
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
