// The checks of the code, each as a function of the checkout's folder: `{ count, unit, problems }`.
// A check that looked at nothing is a problem too: a tool that silently sees no file passes everything.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspectLockfile, readProject } from './lockfile.mjs';
import { checkProperties } from './properties.mjs';
import { capture, ownPath } from './spawn.mjs';

const environment = (root) => ({ ...process.env, PATH: ownPath(root), NO_COLOR: '1' });
const run = (root, file, args, options) =>
  capture(file, args, { cwd: root, env: environment(root), ...options });
const tool = (root, name) => join(root, 'node_modules', '.bin', name);

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.tsx?$/.test(entry.name)) yield join(entry.parentPath, entry.name);
}

const slashes = (path) => path.split(sep).join('/');

/** Biome: formatting, import order and lint. Every severity counts, information included only when it is an error. */
export async function checkLint(root) {
  const args = [
    'ci',
    '--reporter=json',
    '--colors=off',
    '--max-diagnostics=none',
    '--error-on-warnings',
    '.',
  ];
  const result = await run(root, tool(root, 'biome'), args);
  const json = result.stdout.slice(result.stdout.indexOf('{'), result.stdout.lastIndexOf('}') + 1);
  let report;
  try {
    report = JSON.parse(json);
  } catch {
    return {
      count: 0,
      unit: 'files',
      problems: [`biome did not answer with a report:\n${result.output.trim()}`],
    };
  }
  const problems = report.diagnostics
    .filter((d) => d.severity !== 'info' && d.severity !== 'hint')
    .map((d) => `${d.location.path}:${d.location.start?.line ?? 0} ${d.category}: ${d.message}`);
  if (result.code !== 0 && problems.length === 0) problems.push(`biome failed:\n${result.output.trim()}`);
  return { count: report.summary.unchanged + report.summary.changed, unit: 'files', problems };
}

/** tsc over everything that tsconfig.json includes. */
export async function checkTypes(root, project = '.') {
  const result = await run(root, tool(root, 'tsc'), [
    '--noEmit',
    '--pretty',
    'false',
    '--listFiles',
    '-p',
    project,
  ]);
  const lines = result.stdout.split('\n').filter((l) => l.trim() !== '');
  const isListed = (l) => /^(\/|[A-Za-z]:[\\/])/.test(l) && !/\(\d+,\d+\): error/.test(l);
  const own = lines.filter((l) => isListed(l) && !l.includes('node_modules'));
  const problems = lines.filter((l) => !isListed(l) && /error TS\d+/.test(l));
  if (result.code !== 0 && problems.length === 0) problems.push(`tsc failed:\n${result.output.trim()}`);
  if (own.length === 0) problems.push('tsc looked at no file of ours');
  return { count: own.length, unit: 'files', problems };
}

/** dependency-cruiser over src/. The count is held against the disk: with the wrong parser it sees nothing and passes. */
export async function checkImports(root) {
  const args = ['src', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
  const result = await run(root, tool(root, 'depcruise'), args);
  let report;
  try {
    report = JSON.parse(result.stdout);
  } catch {
    return { count: 0, unit: 'modules', problems: [`dependency-cruiser failed:\n${result.output.trim()}`] };
  }
  const seen = new Set(report.modules.map((m) => m.source));
  const edges = report.modules.reduce((n, m) => n + m.dependencies.length, 0);
  const onDisk = [...sourceFiles(join(root, 'src'))].map((f) => slashes(relative(root, f)));
  const unseen = onDisk.filter((f) => !seen.has(f));
  const problems = report.summary.violations.map(
    (v) => `${v.from} -> ${v.to}: ${v.rule.name} (${v.comment ?? 'not allowed'})`,
  );
  if (unseen.length > 0)
    problems.push(`${unseen.length} files of src/ were not cruised: ${unseen.slice(0, 3).join(', ')} ...`);
  if (onDisk.length < 50) problems.push(`only ${onDisk.length} files in src/; at least 50 were expected`);
  if (edges < onDisk.length) problems.push(`only ${edges} imports seen in ${onDisk.length} files`);
  return { count: onDisk.length - unseen.length, unit: 'modules', problems };
}

export async function checkLockfile(root) {
  const { problems, packages } = inspectLockfile(readProject(root));
  if (packages === 0) problems.push('package-lock.json holds no packages');
  return { count: packages, unit: 'packages', problems };
}

/** A script of the checkout that regenerates committed files, asked with --check whether they are current. */
async function checkGenerated(root, script, unit) {
  if (!existsSync(join(root, script))) return { count: 0, unit, problems: [`${script} is not there`] };
  const result = await run(root, process.execPath, [script, '--check'], { timeoutMs: 300_000 });
  const count = Number(/(\d+)/.exec(result.stdout)?.[1] ?? 0);
  const problems =
    result.code === 0 ? [] : [result.output.trim() || `${script} --check exited ${result.code}`];
  if (result.code === 0 && count === 0) problems.push(`${script} --check looked at nothing`);
  return { count, unit, problems };
}

export const checkManifest = (root) => checkGenerated(root, 'scripts/manifest.mjs', 'commands');
export const checkSchemas = (root) => checkGenerated(root, 'scripts/schemas.mjs', 'schemas');
export const checkBindings = (root) => checkGenerated(root, 'devnet/contracts/generate-bindings.ts', 'files');
export const checkDocs = (root) => checkGenerated(root, 'scripts/docs/index.mjs', 'pages');
export const checkGas = (root) => checkGenerated(root, 'devnet/contracts/gas.ts', 'files');
export const checkGenesis = (root) => checkGenerated(root, 'devnet/genesis/generate.ts', 'files');

/** The planted violations; loaded late, since that file uses the checks above. */
async function checkPlanted(root) {
  const { plantAll } = await import(pathToFileURL(join(root, 'scripts', 'check-planted.mjs')).href);
  return plantAll(root);
}

/** In the order in which they run: the quick ones first. */
export const CHECKS = {
  lockfile: { title: 'lockfile complete', run: checkLockfile },
  lint: { title: 'format and lint', run: checkLint },
  types: { title: 'types', run: (root) => checkTypes(root) },
  imports: { title: 'import direction', run: checkImports },
  manifest: { title: 'command manifest current', run: checkManifest },
  docs: { title: 'generated documents current', run: checkDocs },
  schemas: { title: 'schemas of outputs current, promised fields kept', run: checkSchemas },
  properties: { title: 'properties of the protocol held by tests', run: checkProperties },
  bindings: { title: 'contract bindings current', run: checkBindings },
  genesis: { title: 'genesis current', run: checkGenesis },
  gas: { title: 'gas figures current', run: checkGas },
  planted: { title: 'planted violations caught', run: checkPlanted },
};
