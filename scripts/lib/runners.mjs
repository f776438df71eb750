// Runs the test runners and reads what they report.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readForgeReport, readVitestReport } from './reports.mjs';
import { capture, ownPath } from './spawn.mjs';

/** The environment without the developer's own settings: a test that met them would pass here and fail elsewhere. */
function cleanEnvironment() {
  const kept = ([name]) =>
    !name.startsWith('SAHARA_') || name.startsWith('SAHARA_TEST_') || name === 'SAHARA_DEPTH';
  return Object.fromEntries(Object.entries(process.env).filter(kept));
}

/**
 * One vitest project. `live` gets what vitest prints, as it prints it; `args` are passed on (files, -t pattern).
 */
export async function runVitest(root, project, { args = [], env = {}, live, timeoutMs } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sahara-vitest-'));
  const file = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const result = await capture(
      process.execPath,
      [vitest, 'run', '--project', project, ...options, ...args],
      {
        cwd: root,
        env: { ...cleanEnvironment(), ...env, PATH: ownPath(root), NO_COLOR: '1' },
        onOutput: live,
        timeoutMs,
      },
    );
    const report = readVitestReport(existsSync(file) ? readFileSync(file, 'utf8') : '', result.code);
    return { ...report, output: result.output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Solidity tests, in the folder of a foundry.toml. */
export async function runForge(
  root,
  { folder = join('devnet', 'contracts'), args = [], env = {}, timeoutMs } = {},
) {
  const { forgeBinary } = await import(pathToFileURL(join(root, 'devnet/contracts/forge-binary.ts')).href);
  const result = await capture(forgeBinary(), ['test', '--json', ...args], {
    cwd: join(root, folder),
    env: { ...process.env, ...env, PATH: ownPath(root), NO_COLOR: '1' },
    timeoutMs,
  });
  const report = readForgeReport(result.stdout, result.code);
  if (report.failed > 0 && result.stderr.trim() !== '')
    report.problems.push(result.stderr.trim().slice(-4000));
  return { ...report, output: result.output };
}

/** A script of the checkout whose last line is "N passed, N failed". */
export async function countedScript(root, script, { unit, timeoutMs }) {
  const result = await capture(process.execPath, [join(root, script)], { cwd: root, timeoutMs });
  const last = /(\d+) passed, (\d+) failed\s*$/.exec(result.stdout.trimEnd());
  const [passed, counted] = [Number(last?.[1] ?? 0), Number(last?.[2] ?? 0)];
  const failed = result.code === 0 && last ? counted : Math.max(1, counted);
  const problems = failed > 0 ? [result.output.trim().slice(-4000)] : [];
  return { count: passed + counted, unit, passed, failed, problems, note: result.stdout.trim() };
}
