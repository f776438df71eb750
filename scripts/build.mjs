// Bundles src/ into dist/: one entry per command, per room and per process, shared code in chunks.
// What is left outside the bundle is what carries a binary, WebAssembly or code that projects import.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { recordBuild, sourceDigest } from './freshness.mjs';
import { planChunks } from './lib/chunk-plan.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
const dist = join(root, 'dist');

const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Every file of a folder. */
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
const entries = [...walk(join(src, 'commands')), ...rooms, ...processes];
const isLeftOutside = new RegExp(`^(${Object.keys(pkg.dependencies).join('|')})(/|$)`);

const digest = sourceDigest(root);
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((file) => [relative(src, file).replace(/\.tsx?$/, ''), file])),
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  external: [isLeftOutside],
  resolve: {
    alias: {
      // Ink's optional devtools; never wanted in a release.
      'react-devtools-core': join(root, 'scripts', 'empty-module.mjs'),
    },
  },
  transform: {
    target: 'node22',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  },
  plugins: [
    {
      name: 'oclif-core',
      resolveId: (id) => (id === '@oclif/core' ? join(root, 'scripts', 'oclif-core.mjs') : null),
    },
  ],
  checks: { ineffectiveDynamicImport: false },
  onLog: (level, log, defaultHandler) => (level === 'warn' ? fail(log.message) : defaultHandler(level, log)),
});

/** A warning of the bundler is about code that may not do what it says. */
function fail(message) {
  throw new Error(message);
}

const format = {
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // Names stay, as stack traces show them.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
};

// First as the bundler would have it, which tells what is used by whom; then with chunks joined.
const groupOf = new Map();
for (const [i, files] of planOf((await bundle.generate(format)).output).entries())
  for (const file of files) groupOf.set(file, `shared-${i}`);
const { output } = await bundle.generate({
  ...format,
  sourcemap: true,
  sourcemapExcludeSources: true,
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ debugName: 'shared', name: (file) => groupOf.get(file) ?? null }],
  },
});
await bundle.close();

/** Groups of modules that go into one chunk each. */
function planOf(output) {
  const chunks = output.filter((o) => o.type === 'chunk');
  const modules = new Map(chunks.map((c) => [c.fileName, c.moduleIds]));
  const isLibrary = (c) => c.moduleIds.some((id) => id.includes('node_modules'));
  const groups = planChunks(
    chunks.map((c) => ({
      id: c.fileName,
      // What libraries do when they are loaded takes longer than what we do, which is to define functions.
      bytes: c.code.length * (isLibrary(c) ? 8 : 1),
      isLibrary: isLibrary(c),
      imports: c.imports.filter((file) => modules.has(file)),
      isEntry: c.isEntry || c.isDynamicEntry,
      isRoot: c.isEntry,
    })),
  );
  return groups.map((files) => files.flatMap((file) => modules.get(file)));
}

// Only a build that succeeded replaces the last one, and dist/ is gone for a moment instead of the whole build.
rmSync(dist, { recursive: true, force: true });
for (const item of output) {
  const path = join(dist, item.fileName);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, item.type === 'chunk' ? item.code : item.source);
}
// Which modules each file holds: what is loaded by which command is tested.
const inputs = output.flatMap((o) =>
  o.type === 'chunk' ? [[`dist/${o.fileName}`, o.moduleIds.map((id) => relative(root, id))]] : [],
);
writeFileSync(join(dist, 'meta.json'), JSON.stringify(Object.fromEntries(inputs)));
recordBuild(root, digest);
