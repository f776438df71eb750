import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { SaharaError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { stateFolder } from '../../config/state-folder.ts';
import type { DevnetPaths } from '../paths.ts';
import { logInto } from './log.ts';
import type { SupervisorOptions } from './options.ts';

/**
 * Makes the folder of a temporary devnet, with its log. Whoever started us does not: had that been killed in between, the
 * folder would be nobody's to remove.
 *
 * @throws DEVNET_START_FAILED
 */
export function makeTemporaryFolder(
  folder: string,
  { stateDir, name }: SupervisorOptions,
  paths: DevnetPaths,
): void {
  const { supervisor } = paths.logs;
  try {
    mkdirSync(folder, { mode: 0o700 });
    stateFolder(stateDir, ['devnet', name]);
    makeFolder(dirname(supervisor));
    logInto(supervisor);
  } catch (cause) {
    throw new SaharaError(
      'DEVNET_START_FAILED',
      { reason: (cause as Error).message, log: supervisor },
      { cause },
    );
  }
}
