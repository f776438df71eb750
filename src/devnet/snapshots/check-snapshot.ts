import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import { digestOf } from '../durability/store.ts';
import type { DevnetPaths } from '../paths.ts';
import { snapshotFolder } from './folders.ts';
import type { SnapshotManifest } from './types.ts';

/** Reads all of its files. @throws SNAPSHOT_DAMAGED when one of them is not what was saved */
export function assertSnapshotWhole(paths: DevnetPaths, { name, files }: SnapshotManifest): void {
  const folder = snapshotFolder(paths, name);
  for (const { path, bytes, sha256 } of files) {
    const file = join(folder, path);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size !== bytes || digestOf(file) !== sha256)
      throw new SaharaError('SNAPSHOT_DAMAGED', { name, reason: `${path} is not what was saved` });
  }
}
