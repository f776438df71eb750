import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { Hex } from '../../base/hex.ts';
import type { DevnetPaths } from '../paths.ts';
import { listJournals } from './store.ts';

/**
 * Whether a block is in what a devnet that has ended will come back from: in one of its journals, or as the one that its
 * checkpoint was made at. False also where that cannot be told.
 */
export function isBlockOnDisk(paths: DevnetPaths, hash: Hex): boolean {
  try {
    const found = listJournals(paths).journals.find(
      ({ header, records }) =>
        header.head.hash === hash || records.some((record) => record.t === 'block' && record.hash === hash),
    );
    if (!found) return false;
    // Who wrote it may have been killed before this.
    const file = openSync(found.path, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return true;
  } catch {
    return false;
  }
}
