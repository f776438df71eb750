// A copy of the checkout to plant violations in: sources copied, node_modules and dist linked.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { capture } from '../spawn.mjs';

const COPIED = [
  'src',
  'scripts',
  'templates',
  'devnet',
  'docs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  '.gitignore',
  '.dependency-cruiser.mjs',
  'vitest.config.ts',
  'oclif.manifest.json',
  'schemas',
  'test/fields.json',
];
const LINKED = ['node_modules', 'dist'];
const LEFT_OUT = new Set(['node_modules', 'out', 'cache', 'broadcast', '.sahara']);

/** Makes the copy, gives its folder to `work`, and removes it whatever happens. */
export async function withCopy(root, work) {
  const copy = mkdtempSync(join(tmpdir(), 'sahara-planted-'));
  try {
    for (const name of COPIED) {
      const from = join(root, name);
      const filter = (path) =>
        !LEFT_OUT.has(
          path
            .slice(root.length + 1)
            .split(/[\\/]/)
            .at(-1),
        );
      if (existsSync(from)) cpSync(from, join(copy, name), { recursive: true, filter });
    }
    for (const name of LINKED)
      if (existsSync(join(root, name))) symlinkSync(join(root, name), join(copy, name), 'junction');
    // Biome reads .gitignore only in a repository.
    await capture('git', ['init', '-q'], { cwd: copy });
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Writes files (path below the copy -> text), and returns a function that removes them. */
export function plant(copy, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  return () => {
    for (const path of Object.keys(files)) rmSync(join(copy, path), { force: true });
  };
}
