import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SaharaError } from '../base/errors.ts';

export const CONFIG_FILES = ['ts', 'js', 'mjs', 'cjs', 'json', 'yaml', 'yml'].map(
  (e) => `sahara.config.${e}`,
);

export type Project = {
  /** The folder that everything is relative to. */
  root: string;
  /** Where the toolkit keeps what it makes: devnet, keys, fetched content. Not for version control. */
  stateDir: string;
};

/** Names another folder than the project's `.sahara` for all that the toolkit keeps: `devnet run` sets it. */
export const STATE_VARIABLE = 'SAHARA_STATE_DIR';

/**
 * The named folder, or the nearest one at or above `cwd` that is a project, or `cwd` itself.
 *
 * @param env where SAHARA_STATE_DIR may move what the toolkit keeps; by default nothing does
 */
export function findProject(cwd: string, explicit?: string, env: NodeJS.ProcessEnv = {}): Project {
  const found = projectOf(cwd, explicit);
  const moved = env[STATE_VARIABLE];
  return moved ? { ...found, stateDir: resolve(cwd, moved) } : found;
}

function projectOf(cwd: string, explicit?: string): Project {
  if (explicit !== undefined) {
    const root = resolve(cwd, explicit);
    if (!existsSync(root) || !statSync(root).isDirectory())
      throw new SaharaError('PROJECT_MISSING', { path: root });
    return project(root);
  }
  return project(projectAt(resolve(cwd)) ?? resolve(cwd));
}

/** The nearest folder at or above this absolute path that is a project, if there is one. */
export function projectAt(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (isProject(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function project(root: string): Project {
  return { root, stateDir: join(root, '.sahara') };
}

/** True for a folder that the toolkit has been in, or that has settings. */
export function isProject(folder: string): boolean {
  if (existsSync(join(folder, '.sahara')) || CONFIG_FILES.some((f) => existsSync(join(folder, f))))
    return true;
  return packageConfig(folder);
}

/** True when the folder's package.json has a `sahara` key. */
export function packageConfig(folder: string): boolean {
  try {
    return 'sahara' in JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return false;
  }
}
