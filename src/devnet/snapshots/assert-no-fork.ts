import { SaharaError } from '../../base/errors.ts';
import { readFork } from '../fork/record.ts';
import type { DevnetPaths } from '../paths.ts';

/**
 * For what loads the chain of a snapshot without the network that a fork's chain rests on.
 *
 * @throws SNAPSHOT_OF_FORK
 */
export function assertNoFork(paths: DevnetPaths, name: string): void {
  if (readFork(paths)) throw new SaharaError('SNAPSHOT_OF_FORK', { name });
}
