import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isError, SaharaError } from '../base/errors.ts';
import { isFreeForFolder } from '../base/free-folder.ts';
import type { Address } from '../base/hex.ts';
import { readVersion, resolveAsset, type VersionRecord } from '../chain/index.ts';
import { accountLabel, stateFolder } from '../config/index.ts';
import { buildDag, cidOfDigest, scanFolder } from '../content/index.ts';
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
  if (!isFreeForFolder(path)) throw new SaharaError('TARGET_EXISTS', { path });
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

/**
 * A version's content in the project's cache, fetched when it is not there yet. It is checked on each use: what is
 * built from it is recorded as built from the published version.
 */
export async function fetchContent(context: Context, version: VersionRecord): Promise<string> {
  const { content, project, progress, signal, dryRun } = context;
  const cid = cidOfDigest(version.contentRoot);
  const path = join(
    dryRun ? join(project.stateDir, 'content-cache') : stateFolder(project.stateDir, ['content-cache']),
    cid,
  );
  if (existsSync(path)) {
    if (await isContent(context, path, cid)) return path;
    if (!dryRun) rmSync(path, { recursive: true, force: true });
  }
  try {
    await content.fetchTo(cid, path, { progress, signal });
  } catch (error) {
    // Another relation, or another process, wanted the same content and was faster.
    if (!isError(error, 'CONTENT_DESTINATION_EXISTS') || !(await isContent(context, path, cid))) throw error;
  }
  return path;
}

async function isContent({ progress, signal }: Context, path: string, cid: string): Promise<boolean> {
  try {
    const { files, emptyFolders, size } = await scanFolder(path);
    const entries = [
      ...files.map((f) => ({ path: f.path, file: f.absolute })),
      ...emptyFolders.map((folder) => ({ path: folder, emptyFolder: true as const })),
    ];
    const dag = await buildDag(entries, { progress, signal, totalBytes: size });
    return dag.root === cid;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
