import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, ok, type Run, skipped, warning } from '../check.ts';
import { nearestFolder, withProbe } from '../probe.ts';

/** A file can be kept from other users: some mounts give every file the same permissions. */
export const run: Run = ({ project }) =>
  examineModes(nearestFolder(project.stateDir), (path) => statSync(path).mode);

/** @param modeOf permissions of a file; another one where such a mount is to be had for a test */
export async function examineModes(folder: string, modeOf: (path: string) => number): Promise<Finding> {
  if (process.platform === 'win32') return skipped('Windows has no such permissions.');
  try {
    return await withProbe(folder, (probe) => {
      const file = join(probe, 'file');
      writeFileSync(file, '', { mode: 0o600 });
      if ((modeOf(file) & 0o077) === 0) return ok('Files can be kept private.');
      return warning(`Other users can read every file below ${folder}.`, {
        detail: ['The file system ignores permissions; document keys would not be private there.'],
      });
    });
  } catch (error) {
    return skipped(`It could not be tried out in ${folder} (${(error as NodeJS.ErrnoException).code}).`);
  }
}
