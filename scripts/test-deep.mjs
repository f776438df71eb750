// `npm run test:deep`: the tests that can go deeper do: more fuzz runs, longer invariant runs, more fault rounds. Those
// that cannot were all there is in `npm test`. Counts are those of test/counts.json that begin with "deep-".
//
//   npm run test:deep -- e2e                one part
//   npm run test:deep -- --update-counts    raise the minimum counts to what was done
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { depthFiles } from './lib/depth-files.mjs';
import { conclude, runStages } from './lib/parts.mjs';
import { countedScript, runForge, runVitest } from './lib/runners.mjs';
import { endChildren } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    endChildren();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });

const env = { SAHARA_DEPTH: 'deep', FC_NUM_RUNS: process.env.FC_NUM_RUNS ?? '2000' };
const asTests = (report) => ({ ...report, count: report.ran, unit: 'tests' });
const live = (chunk) => process.stdout.write(chunk);
const vitest = (name, title, minutes) => ({
  name,
  title,
  run: async () =>
    asTests(
      await runVitest(root, name, {
        args: depthFiles(root, name),
        env,
        live,
        timeoutMs: minutes * 60_000,
      }),
    ),
});
const parts = [
  {
    name: 'contracts',
    title: 'contract tests, deep (forge)',
    run: async () =>
      asTests(await runForge(root, { env: { FOUNDRY_PROFILE: 'deep' }, timeoutMs: 20 * 60_000 })),
  },
  {
    name: 'coverage',
    title: 'branches of the contracts that the tests reach',
    run: async () =>
      countedScript(root, 'devnet/contracts/coverage.ts', { unit: 'files', timeoutMs: 10 * 60_000 }),
  },
  vitest('unit', 'unit tests, deep', 13),
  vitest('e2e', 'end-to-end tests, deep', 20),
];

const options = process.argv.slice(2).filter((word) => word === '--update-counts');
const chosen = process.argv.slice(2).filter((word) => !options.includes(word));
const unknown = chosen.filter((name) => !parts.some((p) => p.name === name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown: ${unknown.join(', ')}. Parts: ${parts.map((p) => p.name).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const results = await runStages(
    parts.filter((p) => chosen.length === 0 || chosen.includes(p.name)).map((p) => [[p]]),
  );
  const counted = results.map((result) => ({ ...result, name: `deep-${result.name}` }));
  process.exitCode = conclude(root, counted, { updateCounts: options.length > 0 });
}
