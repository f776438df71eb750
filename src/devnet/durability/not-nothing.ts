import { existsSync } from 'node:fs';
import { SaharaError } from '../../base/errors.ts';
import type { DevnetPaths } from '../paths.ts';
import { readVersions } from '../upgrade/versions.ts';
import { genesisDigest, type Plan } from './plan.ts';
import { previousCheckpoint } from './store.ts';

/**
 * That a chain which is about to begin anew is not one whose files are gone or damaged.
 *
 * @throws STATE_OTHER_GENESIS, CHAIN_FILES_MISSING
 */
export function assertNotNothing(paths: DevnetPaths, { base, damaged, found }: Plan): void {
  if (base.kind === 'file') return;
  const missing = (path: string, reason: string) => new SaharaError('CHAIN_FILES_MISSING', { path, reason });
  const versions = readVersions(paths);
  const foreign = found.find(
    ({ header }) => header.base.kind === 'genesis' && header.base.sha256 !== genesisDigest(),
  );
  if (foreign)
    throw new SaharaError('STATE_OTHER_GENESIS', {
      path: foreign.path,
      toolkit: versions?.toolkit ?? null,
    });
  if (damaged.includes(paths.chainState))
    throw missing(paths.chainState, 'it is not what was saved, and no generation before it is whole');
  const [unreadable] = damaged;
  if (unreadable !== undefined)
    throw missing(unreadable, 'not even its beginning can be read, and there is no saved chain');
  if (found.length > 0 || existsSync(previousCheckpoint(paths)))
    throw missing(paths.chainState, 'it is not there, and what is there does not lead to it');
  if (versions) throw missing(paths.dir, 'it had a chain, and all files of it are gone');
}
