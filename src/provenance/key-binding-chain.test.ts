import { fileURLToPath } from 'node:url';
import { type Abi, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAnvil, type ThrowawayAnvil } from '../../devnet/genesis/throwaway-anvil.ts';
import { deployments, publisherKeysAbi } from '../chain/generated/index.ts';
import { createDocumentKey, publicPoint } from './document-key.ts';
import { bindingChallenge, signBindingChallenge } from './key-binding.ts';

/** Two of anvil's accounts. */
const PUBLISHER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const OTHER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const GENESIS = fileURLToPath(new URL('../../devnet/genesis/genesis.json', import.meta.url));
const abi: Abi = publisherKeysAbi;
const contract = deployments.publisherKeys;

let anvil: ThrowawayAnvil;
beforeAll(async () => {
  anvil = await startAnvil(['--init', GENESIS, '--hardfork', 'osaka']);
});
afterAll(() => anvil[Symbol.asyncDispose]());

describe('the contract and the binding', () => {
  it('agree on the challenge, the signature and the fingerprint', async () => {
    const subject = { chainId: 31337, contract, publisher: PUBLISHER } as const;
    expect(await call(PUBLISHER, 'challenge', [PUBLISHER])).toBe(bindingChallenge(subject));
    for (let i = 0; i < 8; i++) {
      const key = createDocumentKey();
      const { qx, qy } = publicPoint(key.publicPem);
      const { r, s } = signBindingChallenge(key.privatePem, subject);
      await expect(call(OTHER, 'bind', [qx, qy, r, s])).rejects.toThrow();
      expect(await call(PUBLISHER, 'isActive', [key.fingerprint, PUBLISHER])).toBe(false);
      const data = encodeFunctionData({ abi, functionName: 'bind', args: [qx, qy, r, s] });
      await anvil.rpc('eth_sendTransaction', [{ from: PUBLISHER, to: contract, data }]);
      await expect.poll(() => call(PUBLISHER, 'isActive', [key.fingerprint, PUBLISHER])).toBe(true);
    }
  });
});

async function call(from: Hex, functionName: string, args: readonly unknown[]): Promise<unknown> {
  const data = encodeFunctionData({ abi, functionName, args });
  const answer = await anvil.rpc('eth_call', [{ from, to: contract, data }, 'latest']);
  return decodeFunctionResult({ abi, functionName, data: answer as Hex });
}
