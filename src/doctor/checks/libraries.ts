import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ok, problem, type Run, warning } from '../check.ts';
import { INSTALL_AGAIN, manifestOf } from '../toolkit-manifest.ts';

/** What builds and agents import is found from the toolkit, in its version. Nothing of it is loaded. */
export const run: Run = ({ toolkit }) => {
  const wanted = Object.entries(manifestOf(toolkit)?.dependencies ?? {});
  if (wanted.length === 0)
    return problem('The toolkit does not say what it needs.', { detail: [INSTALL_AGAIN] });
  const require = createRequire(join(toolkit, 'package.json'));
  const missing: string[] = [];
  const others: string[] = [];
  for (const [name, version] of wanted) {
    const manifest = manifestNear(toolkit, name);
    if (!manifest) missing.push(name);
    // A package that holds a program only has no entry.
    else if (name !== '@foundry-rs/anvil' && !resolves(require, name)) missing.push(`${name} (incomplete)`);
    else if (manifest.version !== version) others.push(`${name} ${manifest.version} instead of ${version}`);
  }
  if (missing.length > 0)
    return problem(`Libraries are missing: ${missing.join(', ')}.`, { detail: [INSTALL_AGAIN] });
  if (others.length > 0)
    return warning(`Libraries have other versions: ${others.join(', ')}.`, { detail: [INSTALL_AGAIN] });
  return ok(`All ${wanted.length} libraries are there.`);
};

/** The package in the nearest node_modules: installed by npm it may lie beside the toolkit. */
function manifestNear(toolkit: string, name: string): { version: string } | undefined {
  for (let folder = toolkit; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    if (dirname(folder) === folder) return undefined;
  }
}

function resolves(require: NodeJS.Require, name: string): boolean {
  try {
    return existsSync(require.resolve(name));
  } catch {
    return false;
  }
}
