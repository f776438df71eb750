import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { toolkitRoot } from '../devnet/toolkit.ts';

/**
 * Where an editor finds a schema without a network, as a path that is written into a file of the project: for
 * `# yaml-language-server: $schema=PATH` and `"$schema": "PATH"`. That of the toolkit in node_modules where the project
 * has it, which is the same for everybody who works on it; else a copy in `.sahara/schemas/`, which this makes or renews.
 *
 * @param folder of the file that names the schema; the path is relative to it, with /
 */
export function schemaPathFor(
  projectRoot: string,
  name: 'config' | 'manifest',
  folder: string = projectRoot,
): string {
  const file = `${name}.schema.json`;
  const path = installedBelow(projectRoot, file) ?? copied(projectRoot, file);
  const written = relative(folder, path).split(sep).join('/');
  return written.startsWith('../') ? written : `./${written}`;
}

function installedBelow(projectRoot: string, file: string): string | undefined {
  for (let folder = projectRoot; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', 'sahara-devkit', 'schemas', file);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

function copied(projectRoot: string, file: string): string {
  const path = join(projectRoot, '.sahara', 'schemas', file);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(join(toolkitRoot(), 'schemas', file), path);
  return path;
}
