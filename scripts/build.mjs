// Bundles src/ into dist/: one entry per command, per room and per process, shared code in chunks.
// What is left outside the bundle is what carries a binary, WebAssembly or code that projects import.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { recordBuild, sourceDigest } from './freshness.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
const dist = join(root, 'dist');

const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Every file of a folder, as paths below src/. */
function walk(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !/\.test\.tsx?$/.test(e.name))
    .map((e) => join(e.parentPath, e.name));
}

const rooms = Object.values(pkg.exports)
  .filter((e) => typeof e === 'object')
  .map((e) => join(src, relative('dist', e.default).replace(/\.js$/, '.ts')));
const processes = ['cli/main.ts', 'devnet/supervisor/main.ts', 'content/node/main.ts'].map((f) =>
  join(src, f),
);

const digest = sourceDigest(root);
const result = await build({
  absWorkingDir: root,
  entryPoints: [...walk(join(src, 'commands')), ...rooms, ...processes],
  outbase: src,
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  write: false,
  legalComments: 'linked',
  chunkNames: 'chunks/[name]-[hash]',
  external: Object.keys(pkg.dependencies),
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // Ink's optional devtools; never wanted in a release.
  alias: { 'react-devtools-core': join(root, 'scripts', 'empty-module.mjs') },
  banner: {
    // CommonJS packages inside an ES module still call require() for node built-ins.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [
    {
      name: 'oclif-core',
      setup(build) {
        build.onResolve({ filter: /^@oclif\/core$/ }, () => ({
          path: join(root, 'scripts', 'oclif-core.mjs'),
        }));
      },
    },
  ],
  logLevel: 'warning',
});

// Only a build that succeeded replaces the last one, and dist/ is gone for a moment instead of the whole build.
rmSync(dist, { recursive: true, force: true });
for (const { path, contents } of result.outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
writeFileSync(join(dist, 'meta.json'), JSON.stringify(result.metafile));
recordBuild(root, digest);
