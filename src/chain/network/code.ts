import { domainSeparator, keccak256, numberToHex, zeroHash } from 'viem';
import { SaharaError } from '../../base/errors.ts';
import type { Address, Hex } from '../../base/hex.ts';
import { codeOnChain } from '../generated/code-on-chain.ts';
import type { JsonRpc } from '../json-rpc.ts';

export type DeployedName = keyof typeof codeOnChain;

/** `same`: exactly the code of this toolkit's build. `other`: some code. `none`: no code. */
export type CodeState = 'same' | 'other' | 'none';

export type ContractCode = { contract: DeployedName; address: Address; state: CodeState };

/** The contracts, in the order in which they are deployed. */
export const DEPLOYED = Object.keys(codeOnChain) as DeployedName[];

/** What stands at each of the protocol's addresses, compared with the build. One round trip. */
export async function readCode(rpc: JsonRpc, chainId: number): Promise<ContractCode[]> {
  const codes = await Promise.all(
    DEPLOYED.map(
      (name) => rpc({ method: 'eth_getCode', params: [codeOnChain[name].address, 'latest'] }) as Promise<Hex>,
    ),
  );
  return DEPLOYED.map((contract, i) => ({
    contract,
    address: codeOnChain[contract].address,
    state: stateOf(contract, codes[i] ?? '0x', chainId),
  }));
}

/** Whether this is the code that the contract has on a chain with this id, its immutables included. */
export function stateOf(contract: DeployedName, code: Hex, chainId: number): CodeState {
  if (code === '0x') return 'none';
  const { address, bytes, hash, domain, chainIdAt, separatorAt } = codeOnChain[contract];
  if (code.length !== 2 + 2 * bytes) return 'other';
  const separator = domain && domainSeparator({ domain: { ...domain, chainId, verifyingContract: address } });
  // What differs from chain to chain is compared by itself, and taken for zero in the hash of the rest.
  let rest = code.toLowerCase().slice(2);
  for (const [places, word] of [
    [chainIdAt, numberToHex(chainId, { size: 32 })],
    [separatorAt, separator],
  ] as const)
    for (const at of places as readonly number[]) {
      if (`0x${rest.slice(at * 2, at * 2 + 64)}` !== word) return 'other';
      rest = rest.slice(0, at * 2) + zeroHash.slice(2) + rest.slice(at * 2 + 64);
    }
  return keccak256(`0x${rest}`) === hash ? 'same' : 'other';
}

/**
 * Anybody can have put other code at the protocol's addresses; nothing is signed for a network where somebody has.
 *
 * @throws PROTOCOL_OTHER, PROTOCOL_MISSING
 */
export async function assertProtocol(rpc: JsonRpc, url: string, chainId: number): Promise<void> {
  for (const { contract, address, state } of await readCode(rpc, chainId)) {
    if (state === 'other') throw new SaharaError('PROTOCOL_OTHER', { url, contract, address });
    if (state === 'none') throw new SaharaError('PROTOCOL_MISSING', { url, address });
  }
}
