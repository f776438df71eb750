// `node scripts/manifest.mjs [--check]`: oclif.manifest.json, made by oclif's own command from dist/.
// Without a current manifest every start would load every command. It is made in a staging folder, because
// `oclif manifest` removes and rewrites the file in place, and a check must not touch the checkout.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, ownPath } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const FILE = 'oclif.manifest.json';

/**
 * The same object with its keys sorted, so that the text depends on the commands alone. Arrays keep their order, and so
 * do the arguments of a command: theirs is the order in which they are typed.
 */
function sorted(value, name) {
  if (Array.isArray(value)) return value.map((v) => sorted(v));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    (name === 'args' ? Object.keys(value) : Object.keys(value).sort()).map((key) => [
      key,
      sorted(value[key], key),
    ]),
  );
}

async function generate() {
  if (!existsSync(join(root, 'dist', 'commands'))) throw new Error('dist/ is missing. Run: npm run build');
  const staging = mkdtempSync(join(tmpdir(), 'sahara-manifest-'));
  try {
    writeFileSync(join(staging, 'package.json'), readFileSync(join(root, 'package.json')));
    // Copied, not linked: oclif writes the real paths of what it loads.
    const dist = join(staging, 'dist');
    cpSync(join(root, 'dist'), dist, { recursive: true, filter: (path) => !path.endsWith('.map') });
    for (const folder of ['node_modules', 'templates', 'devnet'])
      symlinkSync(join(root, folder), join(staging, folder), 'junction');
    const oclif = join(root, 'node_modules', 'oclif', 'bin', 'run.js');
    const result = await capture(process.execPath, [oclif, 'manifest', staging], {
      cwd: staging,
      env: { ...process.env, PATH: ownPath(root), NODE_ENV: 'production', NO_COLOR: '1' },
      timeoutMs: 120_000,
    });
    const made = join(staging, FILE);
    if (result.code !== 0 || !existsSync(made))
      throw new Error(`oclif manifest failed:\n${result.output.trim()}`);
    const manifest = JSON.parse(readFileSync(made, 'utf8'));
    return {
      text: `${JSON.stringify(sorted(manifest), null, 2)}\n`,
      commands: Object.keys(manifest.commands).length,
    };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

try {
  const { text, commands } = await generate();
  const path = join(root, FILE);
  const current = existsSync(path) && readFileSync(path, 'utf8') === text;
  if (!process.argv.includes('--check')) {
    if (!current) writeFileSync(path, text);
    process.stdout.write(`${commands} commands in ${FILE}${current ? ', unchanged' : ', written'}.\n`);
  } else if (current) {
    process.stdout.write(`${commands} commands, ${FILE} is current.\n`);
  } else {
    process.stderr.write(`Stale: ${FILE}. Run: npm run manifest\n`);
    process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
