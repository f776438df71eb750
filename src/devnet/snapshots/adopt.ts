import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import type { Hex } from '../../base/hex.ts';
import { headOf } from '../durability/blocks.ts';
import type { DevnetPaths } from '../paths.ts';
import { launchAnvil } from '../supervisor/anvil.ts';
import { jsonRpc } from '../supervisor/json-rpc.ts';
import { isDraft, putSnapshot, readManifest, snapshotFolder, snapshotsFolder } from './folders.ts';
import { assertOurs, CHAIN_FILE } from './manifest.ts';
import { MARK_NAME } from './mark.ts';
import type { SnapshotManifest, SnapshotRequest } from './types.ts';
import { putManifest, type SnapshotSource } from './write-snapshot.ts';

/** The content of an exported snapshot, as one CAR, among what was unpacked. */
export const CONTENT_FILE = 'content.car';

/**
 * Takes over what an import has unpacked: its chain is loaded once to see that it is what the manifest says, its content
 * goes to the node, and only then it gets its name.
 *
 * @throws SNAPSHOT_EXISTS, SNAPSHOT_FOREIGN, SNAPSHOT_DAMAGED, CONTENT_CAR_INVALID
 */
export async function adopt(
  { paths, content }: SnapshotSource,
  { folder: given, name, force }: Extract<SnapshotRequest, { op: 'adopt' }>,
): Promise<SnapshotManifest> {
  if (!isDraft(given)) throw new Error('that is no folder of an import');
  const folder = join(snapshotsFolder(paths), given);
  if (!force && existsSync(snapshotFolder(paths, name))) throw new SaharaError('SNAPSHOT_EXISTS', { name });
  const manifest = { ...readManifest(folder, name), name };
  assertOurs(manifest);
  await assertLoads(paths, join(folder, CHAIN_FILE), manifest);
  const car = join(folder, CONTENT_FILE);
  if (manifest.content.mark !== null) {
    const { checkCar } = await import('../../content/manage/car-check.ts');
    const { parseCid } = await import('../../content/cid.ts');
    const checked = await checkCar(car);
    await content.store.put(checked.dag(parseCid(manifest.content.mark)), { name: `${MARK_NAME}${name}` });
  }
  rmSync(car, { force: true });
  putManifest(folder, manifest);
  putSnapshot(paths, folder, name);
  return manifest;
}

/** In an anvil of its own, that nobody else talks to. */
async function assertLoads(
  paths: DevnetPaths,
  file: string,
  { name, chain }: SnapshotManifest,
): Promise<void> {
  const damaged = (reason: string) => new SaharaError('SNAPSHOT_DAMAGED', { name, reason });
  const load = ['--load-state', file];
  const anvil = await launchAnvil(paths.logs.chain, 0, null, load, paths).catch((error: Error) => {
    throw damaged(`its chain cannot be loaded (${error.message})`);
  });
  try {
    const head = await headOf(anvil.rpcUrl);
    const first = await jsonRpc<{ hash: Hex } | null>(anvil.rpcUrl, 'eth_getBlockByNumber', ['0x1', false]);
    if (head.hash !== chain.head.hash || head.number !== chain.head.number)
      throw damaged(`its chain ends with block ${head.number}, and not with ${chain.head.number} as it says`);
    if (chain.firstBlock !== null && first?.hash !== chain.firstBlock)
      throw damaged('its chain begins with another block than it says');
  } finally {
    await anvil.service.stop();
  }
}
