import { SaharaError } from '../base/errors.ts';
import type { Hex } from '../base/hex.ts';
import {
  ASSET_STATES,
  type AssetRecord,
  type AssetState,
  isRevert,
  type Signer,
  transact,
} from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';
import type { SigningContext } from '../context/index.ts';

export type StateChange = {
  asset: string;
  /** State that it was in: active, deprecated or revoked. */
  from: AssetState;
  /** State that it is in now. */
  to: AssetState;
  /** False where it was in that state already. */
  changed: boolean;
  tx: Hex | null;
};

/**
 * Brings an asset into a state. Deprecated, it takes no new licences, relations or orders; revoked, no new versions
 * either, for ever. Neither touches what was sold, what rests on it, or what it earns.
 *
 * @param reason stands in the data of the transaction, behind the call, where anybody can read it
 * @throws NOT_OWNER, ASSET_REVOKED where it is to leave that state
 */
export async function changeState(
  { chain, signer }: SigningContext,
  asset: AssetRecord,
  to: AssetState,
  reason?: string,
): Promise<StateChange> {
  const unchanged = { asset: asset.name, from: asset.state, to, changed: false, tx: null };
  if (asset.state === to) return unchanged;
  if (asset.state === 'revoked') throw new SaharaError('ASSET_REVOKED', { asset: asset.name });
  assertOwner(asset, signer);
  try {
    const { tx } = await transact(chain, signer, {
      contract: 'AssetRegistry',
      call: 'setState',
      args: [asset.id, ASSET_STATES.indexOf(to)],
      ...(reason === undefined ? {} : { note: reason }),
    });
    return { ...unchanged, changed: true, tx };
  } catch (error) {
    // Somebody was faster.
    if (isRevert(error, 'AssetIsRevoked')) throw new SaharaError('ASSET_REVOKED', { asset: asset.name });
    throw error;
  }
}

/** @throws NOT_OWNER */
export function assertOwner(asset: AssetRecord, signer: Signer): void {
  if (asset.owner === signer.account.address) return;
  const account = signer.name ?? signer.account.address;
  throw new SaharaError('NOT_OWNER', { asset: asset.name, account, owner: accountLabel(asset.owner) });
}
