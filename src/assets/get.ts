import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { readVersion, resolveAsset, type VersionRecord } from '../chain/index.ts';
import { accountLabel, stateFolder } from '../config/index.ts';
import { cidOfDigest } from '../content/index.ts';
import type { Context } from '../context/index.ts';
import { can } from '../licensing/index.ts';
import { versionLabel } from './naming.ts';

export type Got = { asset: string; cid: string; path: string; files: number; size: number };

/**
 * Fetches an asset's content to a folder, each block checked against its address: all of it or nothing.
 *
 * @param account who asks: needs the right ACCESS or RUN
 * @throws NOT_LICENSED, TARGET_EXISTS, ASSET_UNKNOWN, CONTENT_*
 */
export async function getAsset(context: Context, ref: string, account: Address, to?: string): Promise<Got> {
  const { chain, content, progress, signal } = context;
  const { asset, versionId } = await resolveAsset(chain, ref);
  const version = await readVersion(chain, versionId);
  const [access, run] = await Promise.all([
    can(chain, asset.id, account, 'ACCESS'),
    can(chain, asset.id, account, 'RUN'),
  ]);
  if (!access && !run)
    throw new SaharaError('NOT_LICENSED', { asset: asset.name, account: accountLabel(account) });
  const path = resolve(to ?? asset.name);
  if (existsSync(path) && readdirSync(path).length > 0) throw new SaharaError('TARGET_EXISTS', { path });
  const cid = cidOfDigest(version.contentRoot);
  const { files } = await content.fetchTo(cid, path, { progress, signal });
  return {
    asset: versionLabel(asset, version),
    cid,
    path,
    files: files.length,
    size: files.reduce((sum, f) => sum + f.size, 0),
  };
}

/** A version's content in the project's cache, fetched when it is not there yet. Named by its CID, so it never goes stale. */
export async function fetchContent(context: Context, version: VersionRecord): Promise<string> {
  const cid = cidOfDigest(version.contentRoot);
  const folder = stateFolder(context.project.stateDir, ['content-cache']);
  const path = join(folder, cid);
  if (existsSync(path)) return path;
  await context.content.fetchTo(cid, path, { progress: context.progress, signal: context.signal });
  return path;
}
