/**
 * Where each contract of the protocol lives, and with which constructor arguments it is made.
 * The addresses depend on the Deployer's code, the contracts' names and the protocol version alone, so they are
 * the same on every devnet, and contracts can hold each other's addresses as immutables.
 */
import {
  type Address,
  concatHex,
  encodeDeployData,
  getContractAddress,
  type Hex,
  keccak256,
  stringToBytes,
  zeroHash,
} from 'viem';
import type { CompiledContract, ContractName } from './compile.ts';

export const PROTOCOL_VERSION = '0.1.0';
/** Basis points of every payment, at the start. */
export const INITIAL_FEE_BPS = 250;
/** The deterministic deployment proxy that anvil, and most networks, already have. */
export const CREATE2_DEPLOYER: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
/** Where tools expect Multicall3 (https://www.multicall3.com). */
export const MULTICALL3: Address = '0xcA11bde05977b3631167028862bE2a173976CA11';

/** Hash of the init code of the CREATE3 proxy (Solady's CREATE3.sol, `PROXY_INITCODE_HASH`). */
const CREATE3_PROXY_HASH: Hex = '0x21c35dbe1b344a2488cf3321d6ce542f8e9f305544ff09e4993a62319a497c1f';

export type Compiled = Readonly<Record<ContractName, CompiledContract>>;
export type Addresses = Readonly<Record<ContractName, Address>>;

export interface Step {
  readonly name: ContractName;
  readonly address: Address;
  readonly salt: Hex;
  readonly initCode: Hex;
}

export function saltOf(name: ContractName): Hex {
  return keccak256(stringToBytes(`sahara/${name}/${PROTOCOL_VERSION}`));
}

export function addressesOf(compiled: Compiled): Addresses {
  const deployer = getContractAddress({
    opcode: 'CREATE2',
    from: CREATE2_DEPLOYER,
    salt: zeroHash,
    bytecode: compiled.Deployer.bytecode,
  });
  const entries = Object.keys(compiled).map((key) => {
    const name = key as ContractName;
    if (name === 'Deployer') return [name, deployer] as const;
    const proxy = getContractAddress({
      opcode: 'CREATE2',
      from: deployer,
      salt: saltOf(name),
      bytecodeHash: CREATE3_PROXY_HASH,
    });
    return [name, getContractAddress({ from: proxy, nonce: 1n })] as const;
  });
  return Object.fromEntries(entries) as Record<ContractName, Address>;
}

/** The transaction data for the CREATE2 deployer that makes our Deployer. */
export function deployerData(compiled: Compiled): Hex {
  return concatHex([zeroHash, compiled.Deployer.bytecode]);
}

/** What the Deployer is to deploy, in order. `admin` may change parameters and withdraw fees. */
export function deploymentSteps(compiled: Compiled, admin: Address): readonly Step[] {
  const at = addressesOf(compiled);
  const args: Readonly<Record<Exclude<ContractName, 'Deployer'>, readonly unknown[]>> = {
    WSAHARA: [],
    AccessManager: [admin],
    PublisherKeys: [],
    LicenseRegistry: [at.AssetRegistry, at.Marketplace],
    AssetRegistry: [at.LicenseRegistry, at.PublisherKeys, at.RevenueVault],
    RevenueVault: [
      at.WSAHARA,
      at.AssetRegistry,
      at.Marketplace,
      at.AccessManager,
      at.ContributionNFT,
      INITIAL_FEE_BPS,
    ],
    ContributionNFT: [at.RevenueVault],
    Marketplace: [at.LicenseRegistry, at.RevenueVault],
    BatchExecutor: [],
  };
  return Object.entries(args).map(([key, constructorArgs]) => {
    const name = key as Exclude<ContractName, 'Deployer'>;
    const { abi, bytecode } = compiled[name];
    const initCode = encodeDeployData({ abi, bytecode, args: constructorArgs });
    return { name, address: at[name], salt: saltOf(name), initCode };
  });
}
