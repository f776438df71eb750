import { getBalance } from 'viem/actions';
import { formatSahara } from '../base/amount.ts';
import { SaharaError } from '../base/errors.ts';
import type { Address, Hex } from '../base/hex.ts';
import type { Chain } from './client.ts';
import { read } from './read.ts';
import { assertMaySign, type Signer, transact, transfer } from './transact.ts';

/** What an account holds, in wei. */
export type Balance = { native: bigint; wrapped: bigint };

export async function balanceOf(chain: Chain, address: Address): Promise<Balance> {
  const [native, wrapped] = await Promise.all([
    getBalance(chain.client, { address }),
    read(chain, 'WSAHARA', 'balanceOf', [address]),
  ]);
  return { native, wrapped };
}

/**
 * Sends native SAHARA.
 *
 * @returns the transaction; null in a dry run
 * @throws DEV_KEYS_REFUSED, FUNDS_MISSING, CHAIN_UNREACHABLE, NONCE_CONTENTION
 */
export async function sendNative(
  chain: Chain,
  signer: Signer,
  to: Address,
  wei: bigint,
): Promise<Hex | null> {
  await assertNative(chain, signer, wei);
  return (await transfer(chain, signer, to, wei)).tx;
}

/** Sends WSAHARA. @throws DEV_KEYS_REFUSED, FUNDS_MISSING */
export async function sendWrapped(
  chain: Chain,
  signer: Signer,
  to: Address,
  wei: bigint,
): Promise<Hex | null> {
  await assertWrapped(chain, signer, wei);
  return (await transact(chain, signer, { contract: 'WSAHARA', call: 'transfer', args: [to, wei] })).tx;
}

/** WSAHARA into native SAHARA, one to one. @throws DEV_KEYS_REFUSED, FUNDS_MISSING */
export async function unwrap(chain: Chain, signer: Signer, wei: bigint): Promise<Hex | null> {
  await assertWrapped(chain, signer, wei);
  return (await transact(chain, signer, { contract: 'WSAHARA', call: 'withdraw', args: [wei] })).tx;
}

/** Adds native SAHARA out of nothing, on a devnet. @throws FUNDING_REFUSED */
export async function fund(chain: Chain, to: Address, wei: bigint): Promise<Balance> {
  if (!chain.isDevnet) throw new SaharaError('FUNDING_REFUSED', { url: chain.rpcUrl });
  const { native } = await balanceOf(chain, to);
  await chain.rpc({ method: 'anvil_setBalance', params: [to, `0x${(native + wei).toString(16)}`] });
  return balanceOf(chain, to);
}

/** Asks before anything is sent, so that nothing is half done. @throws DEV_KEYS_REFUSED, FUNDS_MISSING */
export async function assertNative(chain: Chain, signer: Signer, wei: bigint): Promise<void> {
  assertMaySign(chain, signer);
  const { native } = await balanceOf(chain, signer.account.address);
  if (native < wei) throw missing(chain, signer, wei, native, 'SAHARA');
}

async function assertWrapped(chain: Chain, signer: Signer, wei: bigint): Promise<void> {
  assertMaySign(chain, signer);
  const { wrapped } = await balanceOf(chain, signer.account.address);
  if (wrapped < wei) throw missing(chain, signer, wei, wrapped, 'WSAHARA');
}

function missing(
  { isDevnet }: Chain,
  signer: Signer,
  needed: bigint,
  has: bigint,
  token: string,
): SaharaError<'FUNDS_MISSING'> {
  return new SaharaError('FUNDS_MISSING', {
    account: signer.name ?? signer.account.address,
    needed: formatSahara(needed),
    has: formatSahara(has),
    token,
    isDevnet,
  });
}
