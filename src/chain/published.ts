import { getContractEvents } from 'viem/actions';
import type { Address, Hex } from '../base/hex.ts';
import type { Chain } from './client.ts';
import { CONTRACTS } from './contracts.ts';

/** What the chain said when a version was published. Its state keeps less: see `readStoredVersion`. */
export type PublishedEvent = {
  versionId: bigint;
  assetId: bigint;
  number: number;
  /** Holder of the asset at the time. */
  publisher: Address;
  releaseRoot: Hex;
  contentRoot: Hex;
  publication: Hex;
  keyFingerprint: Hex;
};

export type RelationRecord = {
  parentVersion: bigint;
  relation: number;
  royaltyBps: number;
  /** Of direct payments to any descendant, instead of all that the child earns. */
  isAbsolute: boolean;
  termsId: number;
  licenseId: bigint;
};

/** What to look for: versions by any of the indexed fields. */
type Wanted = Partial<Pick<PublishedEvent, 'versionId' | 'contentRoot' | 'publication'>>;

/**
 * The versions of this description that were published from one block to another, oldest first. One block is found at
 * once, however long the chain is; a range is searched.
 */
export async function publishedEvents(
  chain: Chain,
  wanted: Wanted,
  fromBlock: bigint,
  toBlock: bigint | 'latest',
): Promise<PublishedEvent[]> {
  const logs = await getContractEvents(chain.client, {
    ...CONTRACTS.AssetRegistry,
    eventName: 'VersionPublished',
    args: wanted,
    fromBlock,
    toBlock,
    strict: true,
  });
  return logs.map((log) => log.args);
}

/** What a version that was published in that block rests on, in the order in which it was said. */
export async function relationEvents(
  chain: Chain,
  versionId: bigint,
  block: bigint,
): Promise<RelationRecord[]> {
  const logs = await getContractEvents(chain.client, {
    ...CONTRACTS.AssetRegistry,
    eventName: 'RelationAdded',
    args: { child: versionId },
    fromBlock: block,
    toBlock: block,
    strict: true,
  });
  return logs.map(({ args: { parent, relation, royaltyBps, isAbsolute, termsId, licenseId } }) => ({
    parentVersion: parent,
    relation,
    royaltyBps,
    isAbsolute,
    termsId,
    licenseId,
  }));
}

/** Unix seconds of a block. What a dry run publishes is in a block that is not there yet: it has the latest one's. */
export async function readTime(chain: Chain, block: bigint): Promise<number> {
  const of = (which: string) =>
    chain.rpc({ method: 'eth_getBlockByNumber', params: [which, false] }) as Promise<{
      timestamp: Hex;
    } | null>;
  const found = (await of(`0x${block.toString(16)}`)) ?? (await of('latest'));
  return Number(found?.timestamp ?? 0);
}
