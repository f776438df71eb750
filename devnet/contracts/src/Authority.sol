// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Compiled with the protocol because it is deployed with it: who may change parameters is OpenZeppelin's business.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
