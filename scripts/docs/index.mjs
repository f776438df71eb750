// `node scripts/docs/index.mjs [--check]`: the pages of docs/ that are made from the code. Each generator owns a folder:
// whatever else is in it is removed, so that a page does not outlive what it describes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Each: the folder that it owns, and a module whose `pages(root)` gives the files in it, name -> text. */
const GENERATORS = [
  { folder: 'docs/commands', module: './commands.ts' },
  { folder: 'docs/errors', module: './errors.ts' },
  { folder: 'docs/contracts', module: './contracts.ts' },
];

const check = process.argv.includes('--check');
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
let count = 0;
const stale = [];

try {
  for (const { folder, module } of GENERATORS) {
    const { pages } = await import(module);
    const made = Object.entries(await pages(root));
    if (made.length === 0) throw new Error(`scripts/docs/${module} made no page`);
    count += made.length;
    const changed = made.filter(([name, text]) => read(join(root, folder, name)) !== text);
    const names = new Set(made.map(([name]) => name));
    const there = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
    const outlived = there.filter((name) => !names.has(name));
    stale.push(...[...changed.map(([name]) => name), ...outlived].map((name) => `${folder}/${name}`));
    if (check) continue;
    mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of changed) writeFileSync(join(root, folder, name), text);
    for (const name of outlived) rmSync(join(root, folder, name), { recursive: true });
  }
  if (check && stale.length > 0) {
    process.stderr.write(`Stale: ${stale.join(', ')}. Run: npm run docs\n`);
    process.exitCode = 1;
  } else if (check) process.stdout.write(`${count} pages in docs/ are current.\n`);
  else process.stdout.write(`${count} pages in docs/, ${stale.length} changed.\n`);
} catch (error) {
  process.stderr.write(`${error.stack ?? error}\n`);
  process.exitCode = 1;
}
