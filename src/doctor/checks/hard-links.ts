import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, problem, type Run, skipped } from '../check.ts';
import { nearestFolder, withProbe } from '../probe.ts';

const UNSUPPORTED = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** The devnet's lock is a hard link, as that is made whole or not at all. */
export const run: Run = ({ project }) => examineLinks(nearestFolder(project.stateDir), linkSync);

/** @param link makes a hard link; another one where a file system without them is to be had for a test */
export async function examineLinks(folder: string, link: (from: string, to: string) => void) {
  try {
    return await withProbe(folder, (probe) => {
      const file = join(probe, 'file');
      writeFileSync(file, '');
      try {
        link(file, join(probe, 'link'));
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!UNSUPPORTED.includes(code)) throw error;
        return problem(`The file system of ${folder} has no hard links (${code}).`, {
          detail: ['The devnet’s lock needs them. Put the project on another disk.'],
        });
      }
      return ok('The file system has hard links.');
    });
  } catch (error) {
    return skipped(`It could not be tried out in ${folder} (${(error as NodeJS.ErrnoException).code}).`);
  }
}
