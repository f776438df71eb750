// Adds the platform packages that npm could not resolve here to package-lock.json, so that `npm ci` accepts it on
// every platform. What is added carries no integrity: npm checks it against the registry's own metadata.
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingEntries, platformEntry, readProject } from './lib/lockfile.mjs';

const root = resolve(process.argv[2] ?? resolve(dirname(fileURLToPath(import.meta.url)), '..'));
const { manifest, lock } = readProject(root);
const before = JSON.stringify(lock);

const added = [];
for (const missing of missingEntries(lock)) {
  const entry = missing.optional ? platformEntry(missing, lock.packages) : undefined;
  if (!entry) {
    process.stderr.write(
      `${missing.name}@${missing.spec} is missing and is no platform package: run npm install.\n`,
    );
    process.exitCode = 1;
    continue;
  }
  const from = missing.from.lastIndexOf('node_modules/');
  const key = `${missing.from.slice(0, from)}node_modules/${missing.name}`;
  lock.packages[key] = entry;
  added.push(key);
}

// What npm copies from package.json and `npm ci` never looks at; kept in step so that the check can be plain.
for (const field of ['name', 'version', 'license', 'bin', 'engines'])
  if (manifest[field] !== undefined) lock.packages[''][field] = manifest[field];

// npm keeps the entries in this order; another one would make every later diff large.
const order = (a, b) => a.localeCompare(b, 'en');
const rest = Object.keys(lock.packages)
  .filter((k) => k !== '')
  .sort(order);
lock.packages = Object.fromEntries(['', ...rest].map((k) => [k, lock.packages[k]]));
if (JSON.stringify(lock) !== before)
  writeFileSync(join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} platform packages added${added.map((k) => `\n  ${k}`).join('')}\n`);
