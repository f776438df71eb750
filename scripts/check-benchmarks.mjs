// Every benchmark runs, and answers in the form that others read. Its figures are not judged here: this machine is busy.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectations } from './lib/expectations.mjs';
import { capture } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { expect, conclude } = expectations();
const bench = (args) =>
  capture('npm', ['run', '--silent', 'bench', '--', ...args], {
    cwd: root,
    env: {
      ...process.env,
      SAHARA_BENCH_RUNS: '3',
      SAHARA_BENCH_FILE_MIB: '64',
      SAHARA_BENCH_FILES: '1000',
    },
    timeoutMs: 120_000,
  });

const list = await bench([]);
const names = list.stdout.split('\n').flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
expect('without a name it lists them', list.code === 0 && names.length >= 3, list.output);
const isResult = (r) =>
  ['metric', 'unit', 'referenceName'].every((k) => typeof r[k] === 'string') &&
  ['ours', 'reference', 'ratio'].every((k) => Number.isFinite(r[k]));
for (const name of names) {
  const result = await bench([name, '--json']);
  let report;
  try {
    report = JSON.parse(result.stdout);
  } catch {
    // Said below.
  }
  const good =
    result.code === 0 && report?.name === name && report.results.length > 0 && report.results.every(isResult);
  expect(`${name} answers with results`, good, result.output.slice(-1500));
  if (good)
    for (const r of report.results)
      process.stdout.write(`       ${r.metric}: ${r.ours} ${r.unit}, ${r.ratio}x ${r.referenceName}\n`);
}
conclude();
