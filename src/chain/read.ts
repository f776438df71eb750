import type { ContractFunctionArgs, ContractFunctionName, ReadContractReturnType } from 'viem';
import { getBlockNumber, readContract } from 'viem/actions';
import type { Chain } from './client.ts';
import { CONTRACTS, type ContractName } from './contracts.ts';

type AbiOf<C extends ContractName> = (typeof CONTRACTS)[C]['abi'];
type ReadName<C extends ContractName> = ContractFunctionName<AbiOf<C>, 'pure' | 'view'>;
type ReadArgs<C extends ContractName, F extends ReadName<C>> = ContractFunctionArgs<
  AbiOf<C>,
  'pure' | 'view',
  F
>;

/**
 * Reads from a contract. Reads begun in the same turn of the event loop travel in one batch.
 *
 * @param blockNumber as of this block instead of the latest: batches do not share a moment, blocks do
 */
export function read<C extends ContractName, F extends ReadName<C>, const A extends ReadArgs<C, F>>(
  chain: Chain,
  contract: C,
  call: F,
  args: A,
  blockNumber?: bigint,
): Promise<ReadContractReturnType<AbiOf<C>, F, A>> {
  const { address, abi } = CONTRACTS[contract];
  const at = blockNumber === undefined ? {} : { blockNumber };
  return readContract(chain.client, { address, abi, functionName: call, args, ...at } as never) as never;
}

/**
 * Makes reads that have to agree with each other, all as of one block, the latest there is at the beginning.
 *
 * @param reads is called with the block's number, and a second time where a further block came in between: for the
 *   number of the latest block, anvil (1.7.1) answers with whatever is the latest by the time it looks. Once it is
 *   no longer the latest, its state is fixed.
 */
export async function atOneBlock<T>(chain: Chain, reads: (at: bigint) => Promise<T>): Promise<T> {
  const latest = () => getBlockNumber(chain.client, { cacheTime: 0 });
  const at = await latest();
  const result = await reads(at);
  return (await latest()) === at ? result : reads(at);
}
