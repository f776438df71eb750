// Tells whether dist/ was built from the sources as they are now, by content and not by time:
// a checkout, a branch switch or a copied folder changes times without changing anything.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const INPUTS = [
  'src',
  'scripts/build.mjs',
  'scripts/lib/chunk-plan.mjs',
  'package.json',
  'package-lock.json',
];

function files(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && !/\.test\.tsx?$/.test(e.name))
      .map((e) => join(e.parentPath ?? e.path, e.name))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

/** One digest over the names and bytes of everything that the build reads. */
export function sourceDigest(root) {
  const hash = createHash('sha256');
  for (const input of INPUTS)
    for (const file of files(join(root, input))) {
      const bytes = readFileSync(file);
      hash.update(`${relative(root, file).split(sep).join('/')}\0${bytes.length}\0`).update(bytes);
    }
  return hash.digest('hex');
}

const stamp = (root) => join(root, 'dist', '.source-digest');

/** `digest` is the one from before the build: what changed meanwhile is not in it. */
export function recordBuild(root, digest) {
  writeFileSync(stamp(root), digest);
}

export function isBuilt(root) {
  return existsSync(stamp(root)) && readFileSync(stamp(root), 'utf8') === sourceDigest(root);
}
