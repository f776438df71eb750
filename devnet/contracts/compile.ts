/**
 * Compiles the protocol with the npm `solc`, with the settings of foundry.toml, and without forge:
 * the bindings and the genesis state are made from this.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Abi, Hex } from 'viem';

export interface CompiledContract {
  readonly name: string;
  readonly abi: Abi;
  /** Creation code, without constructor arguments. */
  readonly bytecode: Hex;
  /** Code on chain; where the constructor sets immutables, these are still zero. */
  readonly code: Hex;
  /** Bytes of the code on chain. */
  readonly size: number;
}

interface SolcContract {
  readonly abi: Abi;
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: { readonly object: string };
  };
}

interface SolcOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, SolcContract>>>>;
}

interface Solc {
  compile(
    input: string,
    callbacks: { import: (path: string) => { contents: string } | { error: string } },
  ): string;
}

/** The source file of each contract that is deployed, in the order in which they are deployed. */
const SOURCES = {
  Deployer: 'src/Deployer.sol',
  WSAHARA: 'src/WSAHARA.sol',
  AccessManager: '@openzeppelin/contracts/access/manager/AccessManager.sol',
  PublisherKeys: 'src/PublisherKeys.sol',
  LicenseRegistry: 'src/LicenseRegistry.sol',
  AssetRegistry: 'src/AssetRegistry.sol',
  RevenueVault: 'src/RevenueVault.sol',
  ContributionNFT: 'src/ContributionNFT.sol',
  Marketplace: 'src/Marketplace.sol',
  BatchExecutor: 'src/BatchExecutor.sol',
} as const;

export type ContractName = keyof typeof SOURCES;

export const CONTRACT_NAMES = Object.keys(SOURCES) as readonly ContractName[];

const here = dirname(fileURLToPath(import.meta.url));
const nodeModules = join(here, '../../node_modules');

/** As in foundry.toml; no metadata, so that the code depends on the meaning of the sources alone. */
const SETTINGS = {
  evmVersion: 'osaka',
  optimizer: { enabled: true, runs: 200 },
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
};

function locate(path: string): string {
  if (path.startsWith('solady/')) return join(nodeModules, 'solady/src', path.slice('solady/'.length));
  return path.startsWith('@') ? join(nodeModules, path) : join(here, path);
}

function readSource(path: string): { contents: string } | { error: string } {
  const file = locate(path);
  return existsSync(file) ? { contents: readFileSync(file, 'utf8') } : { error: `File not found: ${path}` };
}

/** Compiles everything that is deployed. Takes a few seconds. Throws with the compiler's messages. */
export function compileProtocol(): Readonly<Record<ContractName, CompiledContract>> {
  return compileSources(SOURCES);
}

/** The same for other contracts, such as those of tests: each with its source file, relative to this folder. */
export function compileSources<Name extends string>(
  files: Readonly<Record<Name, string>>,
): Readonly<Record<Name, CompiledContract>> {
  const solc = createRequire(import.meta.url)('solc') as Solc;
  const sources = Object.fromEntries(
    Object.values<string>(files).map((path) => [path, { content: readFileSync(locate(path), 'utf8') }]),
  );
  const input = JSON.stringify({ language: 'Solidity', sources, settings: SETTINGS });
  const output = JSON.parse(solc.compile(input, { import: readSource })) as SolcOutput;
  const problems = (output.errors ?? []).filter((problem) => problem.severity === 'error');
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.formattedMessage).join('\n'));

  const compiled = (Object.keys(files) as Name[]).map((name) => {
    const found = output.contracts?.[files[name]]?.[name];
    if (found === undefined) throw new Error(`The compiler returned no contract ${name} in ${files[name]}.`);
    const contract: CompiledContract = {
      name,
      abi: found.abi,
      bytecode: `0x${found.evm.bytecode.object}`,
      code: `0x${found.evm.deployedBytecode.object}`,
      size: found.evm.deployedBytecode.object.length / 2,
    };
    return [name, contract] as const;
  });
  return Object.fromEntries(compiled) as Record<Name, CompiledContract>;
}
