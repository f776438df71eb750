// Fails when package-lock.json does not match package.json, misses a platform, or holds download addresses.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectLockfile, readProject } from './lib/lockfile.mjs';

const root = resolve(process.argv[2] ?? resolve(dirname(fileURLToPath(import.meta.url)), '..'));
const { problems, packages, unverified } = inspectLockfile(readProject(root));
for (const problem of problems) process.stderr.write(`package-lock.json: ${problem}\n`);
if (problems.length > 0) {
  process.stderr.write('Run: npm install, then node scripts/complete-lockfile.mjs\n');
  process.exitCode = 1;
} else {
  process.stdout.write(
    `Lockfile complete: ${packages} packages, ${unverified} of other platforms without integrity.\n`,
  );
}
