import { existsSync } from 'node:fs';
import { note, ok, problem, type Run, skipped } from '../check.ts';
import { pathsOf } from '../shared.ts';

/** This version of the toolkit reads what the devnet keeps. */
export const run: Run = async (env) => {
  const paths = await pathsOf(env);
  if (!existsSync(paths.dir)) return skipped('There is no devnet yet.');
  const [{ findNewer }, { anvilVersion, readVersions }] = await Promise.all([
    import('../../devnet/upgrade/known.ts'),
    import('../../devnet/upgrade/versions.ts'),
  ]);
  const newer = findNewer(paths);
  if (newer)
    return problem(
      `${newer.path} was written by a newer version of the toolkit${newer.toolkit ? ` (${newer.toolkit})` : ''}.`,
      {
        detail: [
          'Install that version or a newer one: all that is there is kept. This one cannot start the devnet, and leaves it as it is.',
        ],
        remedy: [
          {
            command: 'sahara devnet reset --yes',
            when: 'to begin again, losing the chain, the content and the logs of this devnet',
          },
        ],
      },
    );
  const versions = readVersions(paths);
  if (!versions) return ok('It is of this version, or of an earlier one that did not say so.');
  if (versions.anvil !== anvilVersion())
    return note(
      `The chain was made by anvil ${versions.anvil}, and anvil ${anvilVersion()} will go on with it.`,
      {
        detail: [
          'It was saved as a whole where it was stopped; blocks that are in its journal alone may come out differently, and then the start is refused.',
        ],
      },
    );
  return ok(`It was written by version ${versions.toolkit}.`);
};
