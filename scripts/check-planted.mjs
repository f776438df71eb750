// Proves that every check can fail: plants one violation per rule in a copy of the checkout, and requires that the
// check reports that violation, for that reason. `node scripts/check-planted.mjs`; also `npm test -- planted`, which CI runs.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantLint, plantTypes } from './lib/planted/code.mjs';
import { withCopy } from './lib/planted/copy.mjs';
import {
  plantBuild,
  plantCounts,
  plantGenerated,
  plantLockfile,
  plantProperties,
} from './lib/planted/files.mjs';
import { plantImports } from './lib/planted/imports.mjs';
import { plantForge, plantVitest } from './lib/planted/tests.mjs';

// The quick ones that change the copy come one after the other, before those that start programs of their own.
const PLANTS = [
  plantLockfile,
  plantCounts,
  plantBuild,
  plantProperties,
  plantImports,
  plantLint,
  plantTypes,
  plantGenerated,
  plantVitest,
  plantForge,
];

/** Plants everything: `{ count, unit, passed, failed, problems }`, a problem being a violation that went unnoticed. */
export async function plantAll(root) {
  return withCopy(root, async (copy) => {
    let passed = 0;
    const problems = [];
    const expect = (what, reported, isReported) => {
      if (reported.some(isReported)) passed += 1;
      else problems.push(`not caught: ${what}; reported: ${reported.slice(0, 3).join(' | ') || 'nothing'}`);
    };
    for (const plant of PLANTS) {
      try {
        await plant(copy, expect);
      } catch (error) {
        problems.push(`${plant.name}: ${error.stack ?? error}`);
      }
    }
    return { count: passed, unit: 'violations', passed, failed: problems.length, problems };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await plantAll(resolve(dirname(fileURLToPath(import.meta.url)), '..'));
  for (const problem of result.problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`${result.passed} planted violations caught, ${result.failed} not.\n`);
  process.exitCode = result.failed > 0 ? 1 : 0;
}
