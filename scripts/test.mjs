// `npm test`: every check and every test, hermetic, at modest depth.
//
//   npm test                          everything but "planted", the test of the checks themselves
//   npm test -- unit lint             these parts
//   npm test -- unit -- src/revenue   vitest's own arguments after the second --; counts are then not compared
//   npm test -- --update-counts       raise the minimum counts in test/counts.json to what was done
//   npm test -- --list                the parts
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKS } from './lib/checks.mjs';
import { conclude, runStages } from './lib/parts.mjs';
import { runForge, runVitest } from './lib/runners.mjs';
import { endChildren } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    endChildren();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });

const args = process.argv.slice(2);
const separator = args.indexOf('--');
const runnerArgs = separator < 0 ? [] : args.slice(separator + 1);
const own = separator < 0 ? args : args.slice(0, separator);
const options = own.filter((a) => a.startsWith('-'));
const chosen = own.filter((a) => !a.startsWith('-'));

const asTests = (report) => ({ ...report, count: report.ran, unit: 'tests' });
const live = (chunk) => process.stdout.write(chunk);
const checks = Object.entries(CHECKS).map(([name, { title, run }]) => ({
  name,
  title,
  run: async () => {
    const result = await run(root);
    const failed = result.failed ?? (result.problems.length > 0 ? 1 : 0);
    return { passed: failed > 0 ? 0 : 1, ...result, failed };
  },
}));
const contracts = {
  name: 'contracts',
  title: 'contract tests (forge)',
  run: async () => asTests(await runForge(root, { timeoutMs: 300_000 })),
};
const vitest = (name, title) => ({
  name,
  title,
  run: async () => asTests(await runVitest(root, name, { args: runnerArgs, live, timeoutMs: 900_000 })),
});
const unit = vitest('unit', 'unit tests');
const e2e = vitest('e2e', 'end-to-end tests');

const parts = [...checks, contracts, unit, e2e];
const names = parts.map((p) => p.name);
const wanted = new Set(chosen.flatMap((name) => (name === 'checks' ? checks.map((c) => c.name) : [name])));
const unknown = [...wanted].filter((name) => !names.includes(name));
const known = ['--update-counts', '--list'];
const unknownOptions = options.filter((o) => !known.includes(o));

if (options.includes('--list')) {
  process.stdout.write(`checks (all of ${checks.map((c) => c.name).join(', ')})\n${names.join('\n')}\n`);
} else if (unknown.length + unknownOptions.length > 0) {
  process.stderr.write(
    `Unknown: ${[...unknown, ...unknownOptions].join(', ')}. Parts: checks, ${names.join(', ')}. Options: ${known.join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  const pick = (lane) => lane.filter((p) => (wanted.size === 0 ? p.name !== 'planted' : wanted.has(p.name)));
  // Two lanes for two cores, about as long as each other; tests with deadlines share the machine with nothing.
  const beside = ['bindings', 'genesis', 'gas', 'planted'];
  const [second, first] = [true, false].map((is) => checks.filter((c) => beside.includes(c.name) === is));
  const results = await runStages([[pick([...first, unit]), pick([contracts, ...second])], [pick([e2e])]]);
  process.exitCode = conclude(root, results, {
    compareCounts: runnerArgs.length === 0,
    updateCounts: options.includes('--update-counts'),
  });
}
