// What users get: the packed tarball holds what it must and nothing else, and installs into a `sahara` that runs,
// or says which Node it needs.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectations } from './lib/expectations.mjs';
import { bundledNode, isCurrentNode } from './lib/install.mjs';
import { capture, ownPath, systemPath } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { expect, conclude } = expectations();
const folder = mkdtempSync(join(tmpdir(), 'sahara-package-'));
const env = { ...process.env, PATH: systemPath().join(delimiter) };
const npm = (args, options) => capture('npm', args, { cwd: root, env, timeoutMs: 180_000, ...options });

const NEEDED = [
  'bin/run.js',
  'dist/cli/main.js',
  'oclif.manifest.json',
  'devnet/genesis/genesis.json',
  'schemas/asset.show.schema.json',
  'schemas/config.schema.json',
  'templates/dataset/sahara.yaml',
  'templates/testing/economy.test.mjs',
  'completions/sahara.bash',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
];
const UNWANTED = [
  // Those of templates are what users are given.
  /^(?!templates\/).*\.test\./,
  /^src\//,
  /^test\//,
  /^scripts\//,
  /\.map$/,
  /^dist\/meta\.json$/,
  /(^|\/)\.sahara\//,
  /\.log$/,
  /^node_modules\//,
];

try {
  const packed = await npm(['pack', '--json', '--pack-destination', folder]);
  // Before its JSON, npm passes on what the prepack script prints.
  const answer = packed.stdout.slice(packed.stdout.search(/^[[{]/m));
  const [{ filename, files, size, unpackedSize }] = Object.values(JSON.parse(answer));
  const paths = files.map((f) => f.path);
  for (const path of NEEDED) expect(`the tarball holds ${path}`, paths.includes(path));
  const exported = Object.values(pkg.exports).flatMap((e) =>
    typeof e === 'string' ? [e] : Object.values(e),
  );
  const lacking = exported.filter((e) => !paths.includes(e.slice(2)));
  expect('it holds everything that exports names', lacking.length === 0, lacking.join(', '));
  const unwanted = paths.filter((p) => UNWANTED.some((u) => u.test(p)));
  expect(
    'it holds no sources, tests, maps or logs',
    unwanted.length === 0,
    `${unwanted.length}: ${unwanted.slice(0, 5).join(', ')}`,
  );

  const prefix = join(folder, 'prefix');
  const install = [
    'install',
    '--global',
    '--prefix',
    prefix,
    '--no-audit',
    '--no-fund',
    // A registry may fall silent in the middle of a download, for which npm would wait five minutes; and what the
    // checkout was installed from need not be asked for again.
    '--prefer-offline',
    '--fetch-timeout=20000',
    '--fetch-retry-mintimeout=1000',
    join(folder, filename),
  ];
  let installed = await npm(install, { timeoutMs: 90_000 });
  if (installed.code !== 0) installed = await npm(install, { timeoutMs: 120_000 });
  expect('it installs', installed.code === 0, installed.output.slice(-2000));
  const sahara = join(prefix, 'bin', 'sahara');
  expect('sahara is on PATH then', existsSync(sahara));

  const current = await capture(bundledNode(root), [sahara, '--version'], { env, cwd: folder });
  expect(
    'sahara --version answers',
    current.code === 0 && current.stdout.startsWith(`${pkg.name}/${pkg.version} `),
    current.output,
  );
  const help = await capture(bundledNode(root), [sahara, '--help'], { env, cwd: folder });
  expect('sahara --help lists the commands', help.code === 0 && /devnet/.test(help.stdout), help.output);
  for (const room of Object.keys(pkg.exports).filter((name) => name !== './package.json')) {
    const specifier = `${pkg.name}${room.slice(1)}`;
    const script = `const room = await import('${specifier}'); if (Object.keys(room).length === 0) throw new Error('empty');`;
    const imported = await capture(bundledNode(root), ['--input-type=module', '-e', script], {
      env,
      cwd: join(prefix, 'lib', 'node_modules', pkg.name),
    });
    expect(`${specifier} can be imported`, imported.code === 0, imported.output.slice(0, 600));
  }
  // A consumer's own compiler sees the declarations, and they say something: a type that is any would pass everything.
  const consumer = join(prefix, 'lib', 'consumer');
  mkdirSync(join(consumer, 'node_modules'), { recursive: true });
  symlinkSync(
    join(prefix, 'lib', 'node_modules', pkg.name),
    join(consumer, 'node_modules', pkg.name),
    'junction',
  );
  const use =
    "import { SaharaError } from 'sahara-devkit/errors';\nimport { publish } from 'sahara-devkit/assets';\n";
  writeFileSync(
    join(consumer, 'right.ts'),
    `${use}export const code: string = new SaharaError('INTERNAL', { message: '' }).code;\nexport { publish };\n`,
  );
  writeFileSync(
    join(consumer, 'wrong.ts'),
    `${use}export const code: number = new SaharaError('INTERNAL', { message: '' }).code;\nexport const p: number = publish;\n`,
  );
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--types',
    '',
  ];
  const tsc = (file) =>
    capture(join(root, 'node_modules', '.bin', 'tsc'), [...options, file], {
      cwd: consumer,
      env: { ...env, PATH: ownPath(root) },
    });
  const right = await tsc('right.ts');
  expect("a consumer's types compile", right.code === 0, right.output.slice(0, 1000));
  const wrong = await tsc('wrong.ts');
  expect(
    'and a wrong use of them does not',
    (wrong.output.match(/error TS2322/g) ?? []).length === 2,
    wrong.output.slice(0, 1000),
  );
  const machine = (await capture('node', ['--version'], { env })).stdout.trim();
  if (machine !== '' && !isCurrentNode(machine)) {
    const old = await capture('node', [sahara, '--version'], { env, cwd: folder });
    expect(
      `on Node ${machine} it says what it needs`,
      old.code === 1 && /needs Node\.js 22\.18/.test(old.stderr),
      old.output,
    );
  }
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  process.stdout.write(
    `${paths.length} files, ${megabytes(size)} packed, ${megabytes(unpackedSize)} unpacked\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
conclude();
