export { ASSET_KINDS, type AssetKind } from '../base/asset-kinds.ts';
export { type AssetRef, parseAssetRef } from './asset-ref.ts';
export {
  type Chain,
  type ChainOptions,
  type Cost,
  DEVNET_CHAIN_ID,
  openChain,
  type Sending,
} from './client.ts';
export { CONTRACTS, type ContractName, PROTOCOL_ERRORS } from './contracts.ts';
export type { DryRun, PretendedTransaction } from './dry-run.ts';
export { eventArgs, eventsOf, pastEvents } from './events.ts';
export { assertNative, type Balance, balanceOf, fund, sendNative, sendWrapped, unwrap } from './funds.ts';
export { protocolVersion } from './generated/deployments.ts';
export {
  BLOCKS_PER_QUERY,
  type ChainEvent,
  type EventQuery,
  latestBlock,
  readBlockTimes,
  readEvents,
} from './logs.ts';
export { readNote } from './notes.ts';
export {
  type PublishedEvent,
  publishedEvents,
  type RelationRecord,
  readTime,
} from './published.ts';
export { atOneBlock, read } from './read.ts';
export {
  ASSET_STATES,
  type AssetRecord,
  type AssetState,
  firstWithContent,
  kindId,
  type ResolvedAsset,
  readAsset,
  readAssets,
  readRelations,
  readStoredVersion,
  readVersion,
  resolveAsset,
  type StoredVersion,
  uniqueRef,
  type VersionRecord,
} from './registry.ts';
export {
  assertMaySign,
  type Call,
  isRevert,
  type Receipt,
  type Signer,
  sendData,
  transact,
} from './transact.ts';
