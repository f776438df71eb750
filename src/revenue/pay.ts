import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { assertNative, eventArgs, readVersion, resolveAsset, transact } from '../chain/index.ts';
import type { SigningContext } from '../context/index.ts';

export type Paid = {
  asset: string;
  version: number;
  amount: bigint;
  fee: bigint;
  credited: bigint /** Null in a dry run. */;
  tx: Hex | null;
};

/**
 * Pays an asset in native SAHARA: its current version, or the version that the reference names.
 *
 * @param amount wei
 * @throws AMOUNT_INVALID, FUNDS_MISSING, ASSET_UNKNOWN
 */
export async function pay({ chain, signer }: SigningContext, ref: string, amount: bigint): Promise<Paid> {
  if (amount <= 0n) throw new SaharaError('AMOUNT_INVALID', { text: amount.toString() });
  const { asset, versionId } = await resolveAsset(chain, ref);
  await assertNative(chain, signer, amount);
  const version = await readVersion(chain, versionId);
  const receipt = await transact(chain, signer, {
    contract: 'RevenueVault',
    call: 'payVersionNative',
    args: [versionId],
    value: amount,
  });
  // The fee is that of the moment of the payment, which only the payment itself can tell.
  const paid = eventArgs(receipt, 'RevenueVault', 'Paid') as { amount: bigint; fee: bigint };
  return {
    asset: asset.name,
    version: version.number,
    amount: paid.amount,
    fee: paid.fee,
    credited: paid.amount - paid.fee,
    tx: receipt.tx,
  };
}
