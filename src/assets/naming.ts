import type { Address } from '../base/hex.ts';
import {
  type AssetRecord,
  type Chain,
  readAsset,
  readStoredVersion,
  type StoredVersion,
} from '../chain/index.ts';
import { accountLabel } from '../config/index.ts';

/** How people refer to a version: "penguins@2". */
export function versionLabel(
  asset: Pick<AssetRecord, 'name'>,
  version: Pick<StoredVersion, 'number'>,
): string {
  return `${asset.name}@${version.number}`;
}

export async function readLabelled(
  chain: Chain,
  versionId: bigint,
): Promise<{ asset: AssetRecord; version: StoredVersion; label: string }> {
  const version = await readStoredVersion(chain, versionId);
  const asset = await readAsset(chain, version.assetId);
  return { asset, version, label: versionLabel(asset, version) };
}

/** "curator (0x7099…79C8)" for a named account, else the address. */
export function accountText(address: Address): string {
  const name = accountLabel(address);
  return name === address ? address : `${name} (${address.slice(0, 6)}…${address.slice(-4)})`;
}
