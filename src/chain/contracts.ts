import {
  accessManagerAbi,
  assetRegistryAbi,
  batchExecutorAbi,
  contributionNftAbi,
  deployments,
  licenseRegistryAbi,
  marketplaceAbi,
  protocolErrorsAbi,
  publisherKeysAbi,
  revenueVaultAbi,
  wsaharaAbi,
} from './generated/index.ts';

/** The protocol's contracts: address and ABI by name. The addresses are the same on every devnet. */
export const CONTRACTS = {
  WSAHARA: { address: deployments.wsahara, abi: wsaharaAbi },
  AccessManager: { address: deployments.accessManager, abi: accessManagerAbi },
  PublisherKeys: { address: deployments.publisherKeys, abi: publisherKeysAbi },
  LicenseRegistry: { address: deployments.licenseRegistry, abi: licenseRegistryAbi },
  AssetRegistry: { address: deployments.assetRegistry, abi: assetRegistryAbi },
  RevenueVault: { address: deployments.revenueVault, abi: revenueVaultAbi },
  ContributionNFT: { address: deployments.contributionNft, abi: contributionNftAbi },
  Marketplace: { address: deployments.marketplace, abi: marketplaceAbi },
  BatchExecutor: { address: deployments.batchExecutor, abi: batchExecutorAbi },
} as const;

export type ContractName = keyof typeof CONTRACTS;

/** Errors of every contract: a call passes on the refusals of the contracts that it calls in turn. */
export const PROTOCOL_ERRORS = protocolErrorsAbi;
