import { type AbiEvent, decodeEventLog, encodeAbiParameters, toEventSelector } from 'viem';
import { getBlockNumber } from 'viem/actions';
import type { Hex } from '../base/hex.ts';
import type { Chain } from './client.ts';
import { CONTRACTS, type ContractName } from './contracts.ts';

/** Something that happened on the chain: an event of one of the protocol's contracts. */
export type ChainEvent = {
  contract: ContractName;
  name: string;
  args: Readonly<Record<string, unknown>>;
  block: bigint;
  /** Its place among the events of its block. */
  index: number;
  tx: Hex;
};

/** An event by its name, where one of its indexed arguments is one of these values. */
export type EventQuery = {
  contract: ContractName;
  event: string;
  /** Name of the indexed argument in the ABI. */
  arg: string;
  values: readonly bigint[];
};

/** Values in one topic filter: nodes refuse filters much longer than this. */
const VALUES_PER_FILTER = 500;

/** Blocks that one question covers: what public nodes usually allow. */
export const BLOCKS_PER_QUERY = 10_000n;

/**
 * The events that fit any of the queries in a range of blocks (both ends belong to it), in the order in which they
 * happened. Longer ranges are asked for piece by piece, `step` blocks at a time.
 */
export async function readEvents(
  chain: Chain,
  queries: readonly EventQuery[],
  range: { from: bigint; to: bigint },
  step: bigint = BLOCKS_PER_QUERY,
): Promise<ChainEvent[]> {
  const found: ChainEvent[] = [];
  for (let from = range.from; from <= range.to; from += step) {
    const last = from + step - 1n;
    const to = last < range.to ? last : range.to;
    const parts = await Promise.all(queries.flatMap((q) => ask(chain, q, from, to)));
    // Not one push of all: a long list of arguments overflows the stack.
    for (const part of parts) for (const event of part) found.push(event);
  }
  return found.sort(inTime);
}

export function latestBlock(chain: Chain): Promise<bigint> {
  return getBlockNumber(chain.client, { cacheTime: 0 });
}

/** When blocks were made, unix seconds, each asked for once. */
export async function readBlockTimes(chain: Chain, blocks: Iterable<bigint>): Promise<Map<bigint, number>> {
  const distinct = [...new Set(blocks)];
  const answers = (await Promise.all(
    distinct.map((b) => chain.rpc({ method: 'eth_getBlockByNumber', params: [hex(b), false] })),
  )) as ({ timestamp: Hex } | null)[];
  return new Map(distinct.map((b, i) => [b, Number(answers[i]?.timestamp ?? 0)]));
}

function inTime(a: ChainEvent, b: ChainEvent): number {
  return a.block === b.block ? a.index - b.index : a.block < b.block ? -1 : 1;
}

type RawLog = { topics: [Hex, ...Hex[]]; data: Hex; blockNumber: Hex; logIndex: Hex; transactionHash: Hex };

function ask(chain: Chain, query: EventQuery, from: bigint, to: bigint): Promise<ChainEvent[]>[] {
  const { contract, event, arg } = query;
  const { address } = CONTRACTS[contract];
  const abi = eventAbi(contract, event);
  const place = abi.inputs.filter((input) => input.indexed).findIndex((input) => input.name === arg);
  if (place < 0) throw new Error(`${contract}.${event} has no indexed ${arg}`);
  const asked: Promise<ChainEvent[]>[] = [];
  for (let i = 0; i < query.values.length; i += VALUES_PER_FILTER) {
    const values = query.values.slice(i, i + VALUES_PER_FILTER).map(topic);
    const topics = [toEventSelector(abi), ...Array<null>(place).fill(null), values];
    const filter = { address, topics, fromBlock: hex(from), toBlock: hex(to) };
    asked.push(
      (chain.rpc({ method: 'eth_getLogs', params: [filter] }) as Promise<RawLog[]>).then((logs) =>
        logs.map((log) => decoded(contract, abi, log)),
      ),
    );
  }
  return asked;
}

function eventAbi(contract: ContractName, event: string): AbiEvent {
  const found = findEvent(contract, event);
  if (!found) throw new Error(`${contract} has no event ${event}`);
  return found;
}

function findEvent(contract: ContractName, event: string): AbiEvent | undefined {
  const items: readonly { type: string; name?: string }[] = CONTRACTS[contract].abi;
  return items.find((item) => item.type === 'event' && item.name === event) as AbiEvent | undefined;
}

function decoded(contract: ContractName, abi: AbiEvent, log: RawLog): ChainEvent {
  const { args } = decodeEventLog({ abi: [abi], topics: log.topics, data: log.data });
  return {
    contract,
    name: abi.name,
    args: (args ?? {}) as unknown as Readonly<Record<string, unknown>>,
    block: BigInt(log.blockNumber),
    index: Number(log.logIndex),
    tx: log.transactionHash,
  };
}

const hex = (n: bigint): Hex => `0x${n.toString(16)}`;
const topic = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value]);
