// The numbered properties of docs/protocol.md: each names the tests that hold it, and each of those is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = 'docs/protocol.md';
const ID = /\b[A-Z]{3}-\d+\b/g;
/** Where a property may be named besides: the contracts, and the code and tests that know them. */
const FOLDERS = ['devnet/contracts/src', 'devnet/contracts/test', 'src', 'test'];

/**
 * A property is a line `- **REV-1** ...`. The next line that begins with "Held by" names files in backticks, each
 * followed by the names of its tests in backticks: functions of a `.sol` file, titles of a `.ts` file.
 */
export async function checkProperties(root) {
  const file = join(root, DOCUMENT);
  if (!existsSync(file)) return { count: 0, unit: 'properties', problems: [`${DOCUMENT} is not there`] };
  const properties = read(readFileSync(file, 'utf8'));
  const problems = [];
  const seen = new Set();
  const prefixes = new Set();
  for (const { id, holders } of properties) {
    if (seen.has(id)) problems.push(`${id} is there twice`);
    seen.add(id);
    prefixes.add(id.split('-')[0]);
    if (holders.length === 0) problems.push(`${id} names no test that holds it`);
    for (const { path, tests } of holders)
      problems.push(...missing(root, path, tests).map((m) => `${id}: ${m}`));
  }
  for (const { path, id } of mentions(root))
    if (prefixes.has(id.split('-')[0]) && !seen.has(id))
      problems.push(`${path} speaks of ${id}, which ${DOCUMENT} does not have`);
  return { count: properties.length, unit: 'properties', problems };
}

function read(text) {
  const found = [];
  for (const item of text.split(/^- \*\*/m).slice(1)) {
    const id = /^([A-Z]{3}-\d+)\*\*/.exec(item)?.[1];
    if (!id) continue;
    const held = /Held by([\s\S]*?)(\n\n|\n#|$)/.exec(item)?.[1] ?? '';
    const holders = [];
    for (const [, quoted] of held.matchAll(/`([^`]+)`/g))
      if (/\.(sol|ts)$/.test(quoted)) holders.push({ path: quoted, tests: [] });
      else holders.at(-1)?.tests.push(quoted.replace(/\s+/g, ' '));
    found.push({ id, holders });
  }
  return found;
}

function missing(root, path, tests) {
  if (!existsSync(join(root, path))) return [`there is no ${path}`];
  if (tests.length === 0) return [`no test of ${path} is named`];
  const text = readFileSync(join(root, path), 'utf8');
  const isThere = (name) =>
    path.endsWith('.sol')
      ? new RegExp(`function ${name}\\b`).test(text)
      : [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(quoted));
  return tests.filter((name) => !isThere(name)).map((name) => `${path} has no test "${name}"`);
}

function* mentions(root) {
  for (const folder of FOLDERS)
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(sol|ts)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      for (const [id] of readFileSync(path, 'utf8').matchAll(ID))
        if (!id.startsWith('SAH-')) yield { path: path.slice(root.length + 1), id };
    }
}
