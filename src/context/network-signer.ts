import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { assertMaySign, type Chain, type Signer } from '../chain/index.ts';
import { assertProtocol } from '../chain/network/code.ts';
import { assertOurs, findDevAccount, resolveAccount } from '../config/index.ts';
import { openSigner } from './open.ts';

/**
 * An account that may sign on this chain, not opened yet: nobody is asked for a password before it is needed.
 *
 * @throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_OURS, DEV_KEYS_REFUSED
 */
export function openNetworkAccount(
  chain: Chain,
  ref: string,
): { address: Address; signer: () => Promise<Signer> } {
  const account = resolveAccount(ref);
  const { name, address } = account;
  assertOurs(account);
  if (!chain.isDevnet && findDevAccount(address))
    throw new SaharaError('DEV_KEYS_REFUSED', { account: name ?? address, url: chain.rpcUrl });
  return {
    address,
    signer: async () => {
      const signer = await openSigner(ref);
      assertMaySign(chain, signer);
      return signer;
    },
  };
}

/**
 * An account, ready to sign on a network that is no devnet: none whose key is public, and for no other code than that
 * of this toolkit's protocol.
 *
 * @throws DEV_KEYS_REFUSED, PROTOCOL_OTHER, PROTOCOL_MISSING, and as `signingKey`
 */
export async function openNetworkSigner(chain: Chain, ref: string): Promise<Signer> {
  const account = openNetworkAccount(chain, ref);
  await assertProtocol(chain.rpc, chain.rpcUrl, chain.chainId);
  return await account.signer();
}
