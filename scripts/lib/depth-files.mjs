// Which tests do more at depth. All others did the same in `npm test`, and are not done again.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const DEPTH = /SAHARA_DEPTH|from 'fast-check'/;
/** What tests are made of, as opposed to what they test. */
const HELPER = /^test\/|\.test-helper\.|\/testing\/|\.test\./;

const PLACES = {
  unit: [
    'src/**/*.test.{ts,tsx}',
    'devnet/**/*.test.ts',
    'scripts/**/*.test.mjs',
    'test/templates/**/*.test.ts',
    'benchmarks/**/*.test.ts',
    'test/help/**/*.test.ts',
  ],
  e2e: ['test/{e2e,docs,errors,terminal}/**/*.test.ts'],
};

/** Files of a vitest project that ask for the depth, or have a helper that does; relative to `root`, sorted. */
export function depthFiles(root, project) {
  const files = globSync(PLACES[project], { cwd: root, exclude: (path) => path.includes('node_modules') });
  return files.filter((file) => asksForDepth(root, file, new Set())).sort();
}

function asksForDepth(root, file, seen) {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(join(root, file), 'utf8');
  if (DEPTH.test(text)) return true;
  return [...text.matchAll(/from '(\.{1,2}\/[^']+)'/g)].some(([, to]) => {
    const path = relative(root, resolve(root, dirname(file), to));
    return HELPER.test(path) && existsSync(join(root, path)) && asksForDepth(root, path, seen);
  });
}
