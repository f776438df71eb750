import { type AbiEvent, decodeEventLog, toEventSelector } from 'viem';
import type { Address, Hex } from '../base/hex.ts';
import type { Chain } from './client.ts';
import { CONTRACTS, type ContractName } from './contracts.ts';
import { readAsset, readStoredVersion } from './registry.ts';

/** Something that happened between people on the chain, with an asset. */
export type EconomicEvent = {
  what: 'published' | 'licensed' | 'bought' | 'paid' | 'settled' | 'claimed';
  block: number;
  tx: Hex;
  assetId: bigint;
  /** The asset's name, without its publisher. */
  asset: string;
  /** Number of the version, where it is about one; null for licences. */
  version: number | null;
  /** Who published, got the licence, bought, paid or claimed; null where the event does not tell. */
  who: Address | null;
  /** Wei; null of what moves no money. */
  amount: bigint | null;
};

/** What is looked for, by contract. */
const EVENTS = {
  AssetRegistry: ['VersionPublished'],
  LicenseRegistry: ['LicenseGranted'],
  Marketplace: ['Purchased'],
  RevenueVault: ['Paid', 'Settled', 'SettledDirect', 'OwnerClaimed', 'ContributionClaimed'],
} as const satisfies Partial<Record<ContractName, readonly string[]>>;

/** What one unit of the vault's settling is worth: docs/protocol.md. Wei. */
const QUANTUM = 10_000n;

type Log = { address: Address; topics: [Hex, ...Hex[]]; data: Hex; blockNumber: Hex; transactionHash: Hex };
type Told = { name: string; args: Readonly<Record<string, unknown>>; log: Log };
type Place = Pick<EconomicEvent, 'assetId' | 'asset' | 'version'>;

const KNOWN = new Map(
  Object.entries(EVENTS).flatMap(([contract, names]) => {
    const abi = CONTRACTS[contract as ContractName].abi as readonly { type: string; name?: string }[];
    return names.map((name) => {
      const event = abi.find((item) => item.type === 'event' && item.name === name) as AbiEvent;
      return [toEventSelector(event), event] as const;
    });
  }),
);
const ADDRESSES = Object.keys(EVENTS).map((contract) => CONTRACTS[contract as ContractName].address);

/**
 * Reads what happened on a chain, oldest first; names are asked for once.
 *
 * @param most of what moved no money in, only so many of the newest are told of each range
 */
export function createEconomyReader(
  chain: Chain,
  most: number,
): (from: number, to: number) => Promise<EconomicEvent[]> {
  const assets = new Map<bigint, Promise<string>>();
  const versions = new Map<bigint, Promise<Place>>();
  const once = <T>(known: Map<bigint, Promise<T>>, id: bigint, ask: () => Promise<T>): Promise<T> => {
    const answer = known.get(id) ?? ask();
    known.set(id, answer);
    // What did not come is asked for again.
    answer.catch(() => known.delete(id));
    return answer;
  };
  const nameOf = (id: bigint) => once(assets, id, async () => (await readAsset(chain, id)).name);
  const placeOf = async ({ assetId, versionId }: Told['args']): Promise<Place> => {
    if (typeof versionId !== 'bigint')
      return { assetId: assetId as bigint, asset: await nameOf(assetId as bigint), version: null };
    return once(versions, versionId, async () => {
      const { assetId: id, number } = await readStoredVersion(chain, versionId);
      return { assetId: id, asset: await nameOf(id), version: number };
    });
  };
  return async (from, to) => {
    const filter = {
      address: ADDRESSES,
      topics: [[...KNOWN.keys()]],
      fromBlock: hex(from),
      toBlock: hex(to),
    };
    const logs = (await chain.rpc({ method: 'eth_getLogs', params: [filter] })) as Log[];
    const told = withoutEchoes(logs.flatMap(decoded)).filter(
      ({ name }, i, all) => i >= all.length - most || name === 'Paid' || name === 'Purchased',
    );
    return Promise.all(
      told.map(async (one) => ({
        ...factsOf(one),
        ...(await placeOf(one.args)),
        block: Number(one.log.blockNumber),
        tx: one.log.transactionHash,
      })),
    );
  };
}

function decoded(log: Log): Told[] {
  const event = KNOWN.get(log.topics[0]);
  if (!event) return [];
  const { args } = decodeEventLog({ abi: [event], topics: log.topics, data: log.data });
  return [{ name: event.name, args: (args ?? {}) as unknown as Told['args'], log }];
}

/** A purchase is also a payment and a licence: what the buyer did is told once. */
function withoutEchoes(all: readonly Told[]): Told[] {
  const bought = all.filter((one) => one.name === 'Purchased');
  return all.filter(({ name, args, log }) => {
    const own = bought.filter((b) => b.log.transactionHash === log.transactionHash);
    if (name === 'LicenseGranted') return !own.some((b) => b.args['licenseId'] === args['licenseId']);
    if (name === 'Paid') return !own.some((b) => b.args['price'] === args['amount']);
    return true;
  });
}

function factsOf({ name, args }: Told): Pick<EconomicEvent, 'what' | 'who' | 'amount'> {
  const who = (key: string) => args[key] as Address;
  const wei = (key: string) => args[key] as bigint;
  switch (name) {
    case 'VersionPublished':
      return { what: 'published', who: who('publisher'), amount: null };
    case 'LicenseGranted':
      return { what: 'licensed', who: who('to'), amount: null };
    case 'Purchased':
      return { what: 'bought', who: who('buyer'), amount: wei('price') };
    case 'Paid':
      return { what: 'paid', who: who('payer'), amount: wei('amount') };
    case 'Settled':
    case 'SettledDirect':
      return { what: 'settled', who: null, amount: wei('units') * QUANTUM };
    case 'ContributionClaimed':
      // A token's id ends with the account: see ContributionNFT.
      return { what: 'claimed', who: accountIn(wei('tokenId')), amount: wei('amount') };
    default:
      return { what: 'claimed', who: null, amount: wei('amount') };
  }
}

const accountIn = (tokenId: bigint): Address =>
  `0x${(tokenId & ((1n << 160n) - 1n)).toString(16).padStart(40, '0')}`;
const hex = (n: number): Hex => `0x${n.toString(16)}`;
