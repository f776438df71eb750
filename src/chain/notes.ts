import { type Abi, decodeFunctionData, encodeFunctionData, hexToString } from 'viem';
import type { Hex } from '../base/hex.ts';
import type { Chain } from './client.ts';
import { CONTRACTS, type ContractName } from './contracts.ts';

/** A longer text is nobody's reason; the chain would take megabytes. */
const MAX_BYTES = 2_000;

/** The text that stands behind a call in a transaction's data; null where it is no such call, or nothing is there. */
export async function readNote(
  chain: Chain,
  tx: Hex,
  contract: ContractName,
  call: string,
): Promise<string | null> {
  const found = (await chain.rpc({ method: 'eth_getTransactionByHash', params: [tx] })) as {
    to: string | null;
    input: Hex;
  } | null;
  const { address, abi } = CONTRACTS[contract];
  if (found?.to?.toLowerCase() !== address.toLowerCase()) return null;
  try {
    const { functionName, args } = decodeFunctionData({ abi: abi as Abi, data: found.input });
    const plain = encodeFunctionData({ abi: abi as Abi, functionName, args: args ?? [] });
    const rest = found.input.slice(plain.length, plain.length + 2 * MAX_BYTES);
    return functionName === call && rest !== '' ? hexToString(`0x${rest}`) : null;
  } catch {
    // Not a call of this contract's, whatever it did.
    return null;
  }
}
