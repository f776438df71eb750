import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DevnetPaths } from '../paths.ts';

/** What a restore that was decided on and is not done yet is carried out from. See `pending.ts`. */
export const pendingFolder = ({ dir }: DevnetPaths): string => join(dir, 'restore');

/** Whether there is one: every start looks. */
export const isPending = (paths: DevnetPaths): boolean =>
  existsSync(join(pendingFolder(paths), 'manifest.json'));
