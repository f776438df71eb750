// Writes dist/types/: the declarations of the rooms that package.json exports. Runs before packing; a checkout reads
// the sources themselves.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, ownPath } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(exports)
  .filter((e) => typeof e === 'object')
  .map((e) => e.types.replace(/^\.\/dist\/types\//, '../src/').replace(/\.d\.ts$/, '.ts'));

const project = join(root, '.cache', 'tsconfig.types.json');
mkdirSync(dirname(project), { recursive: true });
writeFileSync(
  project,
  JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: '../src',
      outDir: '../dist/types',
    },
    include: [],
    files: entries,
  }),
);
rmSync(join(root, 'dist', 'types'), { recursive: true, force: true });
const tsc = join(root, 'node_modules', '.bin', 'tsc');
const result = await capture(tsc, ['-p', project], {
  cwd: root,
  env: { ...process.env, PATH: ownPath(root) },
});
process.stderr.write(result.output);
process.exitCode = result.code;
