import { type Abi, parseEventLogs, type TransactionReceipt } from 'viem';
import { CONTRACTS, type ContractName } from './contracts.ts';

/** The arguments of the first event of that name which a contract emitted in a transaction. */
export function eventArgs(
  receipt: TransactionReceipt,
  contract: ContractName,
  eventName: string,
): Record<string, unknown> {
  const { address, abi } = CONTRACTS[contract];
  const logs = receipt.logs.filter((l) => l.address.toLowerCase() === address.toLowerCase());
  const [event] = parseEventLogs({ abi: abi as Abi, eventName, logs }) as unknown as {
    args: Record<string, unknown>;
  }[];
  if (!event) throw new Error(`${contract} emitted no ${eventName}`);
  return event.args;
}
