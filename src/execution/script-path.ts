import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import { SaharaError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';

const RUNNABLE = ['.ts', '.mts', '.js', '.mjs'];

/**
 * The real path of a script that a manifest names.
 *
 * @param script relative to `dir`, forward slashes
 * @throws SCRIPT_MISSING, or SCRIPT_UNUSABLE when it is no script or lies outside of `dir` (links followed)
 */
export async function resolveScript(dir: string, script: string): Promise<{ dir: string; path: string }> {
  const realDir = await realpath(dir).catch(() => null);
  const path = realDir && (await realpath(join(realDir, script)).catch(() => null));
  if (!realDir || !path) {
    throw new SaharaError('SCRIPT_MISSING', { script, dir, suggestion: await nearest(dir, script) });
  }
  const inside = relative(realDir, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new SaharaError('SCRIPT_UNUSABLE', { script, reason: 'it leads out of the folder it belongs to' });
  }
  if (!(await stat(path)).isFile()) {
    throw new SaharaError('SCRIPT_UNUSABLE', { script, reason: 'it is not a file' });
  }
  if (!RUNNABLE.includes(extname(path))) {
    throw new SaharaError('SCRIPT_UNUSABLE', { script, reason: `it is not one of ${RUNNABLE.join(', ')}` });
  }
  return { dir: realDir, path };
}

async function nearest(dir: string, script: string): Promise<string | null> {
  const folder = dirname(script);
  const entries = await readdir(join(dir, folder)).catch(() => []);
  const scripts = entries.filter((name) => RUNNABLE.includes(extname(name)));
  return suggest(
    script,
    scripts.map((name) => (folder === '.' ? name : `${folder}/${name}`)),
  );
}
