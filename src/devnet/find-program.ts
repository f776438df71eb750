import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';
import { SaharaError } from '../base/errors.ts';

/**
 * The file of a program, found as a shell finds it: a path as it stands, a name in the folders of PATH.
 *
 * @throws COMMAND_NOT_STARTED saying whether it is missing, a folder, or may not be run
 */
export function findProgram(program: string, env: NodeJS.ProcessEnv): string {
  // Windows looks for more endings and places than we would.
  if (process.platform === 'win32') return program;
  if (program === '') throw refusal(program, 'it is empty');
  if (isAbsolute(program) || program.includes(sep)) {
    const reason = unfit(resolve(program));
    if (reason) throw refusal(program, reason);
    return resolve(program);
  }
  const places = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder || '.', program));
  const reasons = places.map(unfit);
  const found = places[reasons.indexOf(undefined)];
  if (found !== undefined) return resolve(found);
  throw refusal(program, reasons.find((r) => r !== MISSING) ?? 'there is no such program on PATH');
}

const MISSING = 'there is no such file';

function unfit(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return MISSING;
    if (!stat.isFile()) return `${path} is no file`;
  } catch (error) {
    // A folder of somebody else's, say: PATH may have such, and leads on.
    return `${path} cannot be looked at (${(error as NodeJS.ErrnoException).code})`;
  }
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return `${path} may not be run; it lacks the permission`;
  }
}

function refusal(command: string, reason: string): SaharaError<'COMMAND_NOT_STARTED'> {
  return new SaharaError('COMMAND_NOT_STARTED', { command, reason });
}
