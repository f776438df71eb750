// `node scripts/schemas.mjs [--check]`: schemas/, made from the types of what commands return, and test/fields.json, the
// fields that scripts rely on. A field is added to it as soon as there is one, and never changed or removed by a run.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaDocuments } from './lib/schemas/documents.mjs';
import { fieldsAfter } from './lib/schemas/stable-fields.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDER = 'schemas';
const FIELDS = 'test/fields.json';
const textOf = (value) => `${JSON.stringify(value, null, 2)}\n`;
const onDisk = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);

try {
  const documents = await schemaDocuments(root);
  const { fields, broken } = fieldsAfter(documents, JSON.parse(onDisk(FIELDS) ?? '{}'));
  const files = new Map([...documents].map(([name, document]) => [`${FOLDER}/${name}`, textOf(document)]));
  files.set(FIELDS, textOf(fields));
  const stale = [...files].filter(([path, text]) => onDisk(path) !== text).map(([path]) => path);
  const gone = readdirSync(existsSync(join(root, FOLDER)) ? join(root, FOLDER) : root)
    .map((name) => `${FOLDER}/${name}`)
    .filter((path) => path.endsWith('.schema.json') && !files.has(path));
  for (const problem of broken) process.stderr.write(`${problem}\n`);
  if (broken.length > 0) {
    process.stderr.write(
      `\nThis breaks scripts that read these fields. Keep them, or, where the change is meant: correct ${FIELDS} by hand and say so in CHANGELOG.md.\n`,
    );
    process.exitCode = 1;
  }
  if (!process.argv.includes('--check')) {
    mkdirSync(join(root, FOLDER), { recursive: true });
    for (const path of stale) writeFileSync(join(root, path), files.get(path));
    for (const path of gone) rmSync(join(root, path));
    process.stdout.write(`${documents.size} schemas, ${stale.length + gone.length} files changed.\n`);
  } else if (stale.length + gone.length > 0) {
    process.stderr.write(`Stale: ${[...stale, ...gone].join(', ')}. Run: npm run schemas\n`);
    process.exitCode = 1;
  } else process.stdout.write(`${documents.size} schemas are current.\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
