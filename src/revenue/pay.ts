import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import { assertNative, read, readVersion, resolveAsset, transact } from '../chain/index.ts';
import type { SigningContext } from '../context/index.ts';

export type Paid = { asset: string; version: number; amount: bigint; fee: bigint; credited: bigint; tx: Hex };

/**
 * Pays an asset in native SAHARA: its current version, or the version that the reference names.
 *
 * @param amount wei
 * @throws AMOUNT_INVALID, FUNDS_MISSING, ASSET_UNKNOWN
 */
export async function pay({ chain, signer }: SigningContext, ref: string, amount: bigint): Promise<Paid> {
  if (amount <= 0n) throw new SaharaError('AMOUNT_INVALID', { text: amount.toString() });
  const { asset, versionId } = await resolveAsset(chain, ref, signer.account.address);
  await assertNative(chain, signer, amount);
  const [version, before] = await Promise.all([
    readVersion(chain, versionId),
    read(chain, 'RevenueVault', 'feeBps', []),
  ]);
  const { transactionHash } = await transact(chain, signer, {
    contract: 'RevenueVault',
    call: 'payVersionNative',
    args: [versionId],
    value: amount,
  });
  const fee = (amount * BigInt(before)) / 10_000n;
  return {
    asset: asset.name,
    version: version.number,
    amount,
    fee,
    credited: amount - fee,
    tx: transactionHash,
  };
}
