import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { kuboFolder, PROGRAM } from './distribution.ts';

export type FoundKubo = {
  binary: string;
  from: '$KUBO_BINARY' | 'PATH' | 'sahara ipfs install' | 'npm package';
};

/** What {@link findKubo} looks at, for whom it found nothing. */
export const LOOKED = '$KUBO_BINARY, ipfs on PATH, what sahara ipfs install installs, the npm package kubo';

/**
 * The Kubo program of this machine. A KUBO_BINARY that names no program hides all others: it was meant.
 *
 * @param project folder whose packages are looked at, besides those beside the toolkit
 */
export async function findKubo(
  env: NodeJS.ProcessEnv = process.env,
  project?: string,
): Promise<FoundKubo | undefined> {
  const named = env['KUBO_BINARY'];
  if (named) return isProgram(named) ? { binary: named, from: '$KUBO_BINARY' } : undefined;
  const onPath = (env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, PROGRAM))
    .find(isProgram);
  if (onPath !== undefined) return { binary: onPath, from: 'PATH' };
  const installed = join(kuboFolder(env), PROGRAM);
  if (isProgram(installed)) return { binary: installed, from: 'sahara ipfs install' };
  const packaged = await fromPackage(project);
  return packaged === undefined ? undefined : { binary: packaged, from: 'npm package' };
}

/**
 * What the npm package `kubo` has downloaded, if anybody installed it and it did. Never a dependency of ours: its
 * download can fail or hang. Whatever goes wrong in it is its own affair.
 */
async function fromPackage(project: string | undefined): Promise<string | undefined> {
  const places = [import.meta.url, ...(project === undefined ? [] : [join(project, 'package.json')])];
  for (const place of places) {
    try {
      const file = createRequire(place).resolve('kubo');
      const { path } = (await import(pathToFileURL(file).href)) as { path?: unknown };
      if (typeof path !== 'function') continue;
      const binary: unknown = await path({ autoDownload: false });
      if (typeof binary === 'string' && isProgram(binary)) return binary;
    } catch {
      // Not there, not downloaded, or broken.
    }
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or in a folder of somebody else's, as PATH may have.
    return false;
  }
}
