import type { Address, Hex } from '../base/hex.ts';
import { printable } from '../base/printable.ts';
import {
  type AssetRecord,
  BLOCKS_PER_QUERY,
  type Chain,
  type ChainEvent,
  type EventQuery,
  latestBlock,
  readBlockTimes,
  readEvents,
  readNote,
  resolveAsset,
  uniqueRef,
} from '../chain/index.ts';
import type { Context } from '../context/index.ts';
import { versionIdsOf } from '../revenue/index.ts';
import { entryOf, type HistoryEntry } from './history-entries.ts';
import { blockSince, type Since } from './since.ts';

export type History = {
  asset: string;
  /** Names the asset and no other: "curator/penguins". */
  ref: string;
  /** Oldest first. */
  entries: HistoryEntry[];
  /** True when there is more before the first entry than --limit shows. */
  more: boolean;
};

/**
 * What happened to an asset, from the chain's events: versions, transfers, states, terms, licences, payments and
 * settlements. Read from the newest block backwards, and no further than it takes.
 *
 * @param options.limit the newest so many entries
 * @throws ASSET_REF_INVALID, ASSET_UNKNOWN, ASSET_AMBIGUOUS, VERSION_UNKNOWN
 */
export async function assetHistory(
  { chain }: Pick<Context, 'chain'>,
  ref: string,
  options: { limit: number; since?: Since; blocksPerQuery?: bigint },
): Promise<History> {
  const { asset } = await resolveAsset(chain, ref);
  const versions = await versionIdsOf(chain, asset);
  const first = options.since ? await blockSince(chain, options.since) : 0n;
  const step = options.blocksPerQuery ?? BLOCKS_PER_QUERY;
  const found = await newest(chain, queriesFor(asset, versions), { first, count: options.limit + 1, step });
  const shown = found.slice(-options.limit);
  const [times, notes] = await Promise.all([
    readBlockTimes(
      chain,
      shown.map((e) => e.block),
    ),
    readNotes(chain, shown),
  ]);
  const labels = new Map(versions.map((id, i) => [id, `${asset.name}@${i + 1}`]));
  return {
    asset: asset.name,
    ref: uniqueRef(asset),
    entries: shown.map((event) => ({
      block: event.block,
      time: new Date((times.get(event.block) ?? 0) * 1000).toISOString(),
      tx: event.tx,
      ...entryOf(event, labels, notes.get(event.tx)),
    })),
    more: found.length > shown.length,
  };
}

function queriesFor(asset: AssetRecord, versions: readonly bigint[]): EventQuery[] {
  const ofAsset = (contract: EventQuery['contract'], event: string, arg = 'assetId'): EventQuery => ({
    contract,
    event,
    arg,
    values: [asset.id],
  });
  const ofVersions = (contract: EventQuery['contract'], event: string): EventQuery => ({
    contract,
    event,
    arg: 'versionId',
    values: versions,
  });
  return [
    ofAsset('AssetRegistry', 'AssetRegistered'),
    ofVersions('AssetRegistry', 'VersionPublished'),
    ofAsset('AssetRegistry', 'Transfer', 'id'),
    ofAsset('AssetRegistry', 'StateChanged'),
    ofAsset('LicenseRegistry', 'TermsAttached'),
    ofAsset('LicenseRegistry', 'TermsDetached'),
    ofAsset('LicenseRegistry', 'LicenseGranted'),
    ofAsset('LicenseRegistry', 'LicenseRevoked'),
    ofVersions('RevenueVault', 'Paid'),
    ofVersions('RevenueVault', 'Settled'),
    ofVersions('RevenueVault', 'SettledDirect'),
  ];
}

/** At least the newest `count` events, or all of them since a block: nothing is older than the registration. */
async function newest(
  chain: Chain,
  queries: EventQuery[],
  { first, count, step }: { first: bigint; count: number; step: bigint },
): Promise<ChainEvent[]> {
  let found: ChainEvent[] = [];
  for (let to = await latestBlock(chain); to >= first; to -= step) {
    const from = to - step + 1n;
    const part = await readEvents(chain, queries, { from: from > first ? from : first, to }, step);
    found = [...part.filter(isTold), ...found];
    if (found.length >= count || part.some((e) => e.name === 'AssetRegistered')) break;
  }
  return found;
}

/** Making an asset mints its NFT, which its registration tells already. */
function isTold({ contract, name, args }: ChainEvent): boolean {
  const isMint =
    contract === 'AssetRegistry' && name === 'Transfer' && BigInt(args['from'] as Address) === 0n;
  return !isMint;
}

/** What stands behind the call in the transactions that changed a state: the reasons that people gave. */
async function readNotes(chain: Chain, events: readonly ChainEvent[]): Promise<Map<Hex, string>> {
  const changes = events.filter((e) => e.name === 'StateChanged');
  const notes = await Promise.all(
    changes.map(async ({ tx }) => [tx, await readNote(chain, tx, 'AssetRegistry', 'setState')] as const),
  );
  // Anybody's text: it must stay on its line.
  return new Map(notes.flatMap(([tx, note]) => (note === null ? [] : [[tx, printable(note)]])));
}
