import { type Abi, parseEventLogs, type TransactionReceipt } from 'viem';
import { getContractEvents } from 'viem/actions';
import type { Chain } from './client.ts';
import { CONTRACTS, type ContractName } from './contracts.ts';

type EventArgs = Record<string, unknown>;

/** The arguments of each event of that name which a contract emitted in a transaction, in their order. */
export function eventsOf(
  receipt: Pick<TransactionReceipt, 'logs'>,
  contract: ContractName,
  eventName: string,
): EventArgs[] {
  const { address, abi } = CONTRACTS[contract];
  const logs = receipt.logs.filter((l) => l.address.toLowerCase() === address.toLowerCase());
  const events = parseEventLogs({ abi: abi as Abi, eventName, logs }) as unknown as { args: EventArgs }[];
  return events.map((e) => e.args);
}

/** The arguments of the first event of that name which a contract emitted in a transaction. */
export function eventArgs(
  receipt: Pick<TransactionReceipt, 'logs'>,
  contract: ContractName,
  eventName: string,
): EventArgs {
  const [first] = eventsOf(receipt, contract, eventName);
  if (!first) throw new Error(`${contract} emitted no ${eventName}`);
  return first;
}

/**
 * The arguments of all events of that name that a contract ever emitted, oldest first. Asks for indexed arguments only:
 * the node finds those without looking at every block.
 */
export async function pastEvents(
  chain: Chain,
  contract: ContractName,
  eventName: string,
  args: EventArgs,
): Promise<EventArgs[]> {
  const { address, abi } = CONTRACTS[contract];
  const found = await getContractEvents(chain.client, {
    address,
    abi: abi as Abi,
    eventName,
    args,
    fromBlock: 0n,
    toBlock: 'latest',
  } as never);
  return (found as unknown as { args: EventArgs }[]).map((e) => e.args);
}
