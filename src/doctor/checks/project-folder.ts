import { closeSync, existsSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ok, problem, type Run } from '../check.ts';
import { nearestFolder, withProbe } from '../probe.ts';

/** Files can be made where the project keeps its state, brought safely to the disk, and renamed. */
export const run: Run = async ({ project }) => {
  const { stateDir } = project;
  if (existsSync(stateDir) && !statSync(stateDir).isDirectory())
    return problem(`${stateDir} is not a folder.`, {
      detail: ['Move it away; the toolkit makes a folder there.'],
    });
  const folder = nearestFolder(stateDir);
  try {
    await withProbe(folder, (probe) => {
      const path = join(probe, 'file');
      const file = openSync(path, 'wx', 0o600);
      try {
        writeSync(file, 'x');
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(path, `${path}.renamed`);
    });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    return problem(`${folder} cannot be written to (${code}${syscall ? ` at ${syscall}` : ''}).`, {
      detail: ['Change its permissions, make room, or work in a folder of your own.'],
    });
  }
  return ok(`${folder} can be written to.`);
};
