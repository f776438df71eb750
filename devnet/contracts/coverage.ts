/**
 * `node devnet/contracts/coverage.ts`: which lines and branches of the contracts the forge tests reach. Fails where less
 * than 95 % of the branches of a contract are reached, and names every one that is not.
 *
 * forge's coverage resolves no import outside of its own folder, so it works on a copy that has the libraries inside.
 * Without optimizer some code is "stack too deep": `--ir-minimum` cures that, and takes a minute.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forgeBinary } from './forge-binary.ts';

const MINIMUM = 0.95;
/** forge does not see branches in assembly; these are only listed. */
const ASSEMBLY = ['src/BatchExecutor.sol'];
const here = dirname(fileURLToPath(import.meta.url));
const nodeModules = join(here, '../../node_modules');

type Reached = { branches: number; taken: number; open: string[] };

/** LCOV, of which only the branches count: `BRDA:line,block,branch,times`, "-" or 0 where it was never taken. */
function parse(lcov: string): Map<string, Reached> {
  const files = new Map<string, Reached>();
  let current: Reached | undefined;
  for (const line of lcov.split('\n')) {
    const [tag = '', rest = ''] = line.split(/:(.*)/s);
    if (tag === 'SF') {
      current = { branches: 0, taken: 0, open: [] };
      files.set(rest, current);
    } else if (tag === 'BRDA' && current) {
      const [at = '', , , times = '-'] = rest.split(',');
      current.branches++;
      if (times === '-' || times === '0') current.open.push(at);
      else current.taken++;
    }
  }
  return files;
}

function prepare(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sahara-coverage-'));
  for (const name of ['src', 'test']) cpSync(join(here, name), join(folder, name), { recursive: true });
  for (const name of ['@openzeppelin/contracts', 'solady/src'])
    cpSync(join(nodeModules, name), join(folder, 'node_modules', name), { recursive: true });
  // The launcher of solc stays where its module is found.
  const settings = readFileSync(join(here, 'foundry.toml'), 'utf8')
    .replaceAll('../../node_modules', 'node_modules')
    .replace('"./solc.mjs"', JSON.stringify(join(here, 'solc.mjs')));
  writeFileSync(join(folder, 'foundry.toml'), settings);
  return folder;
}

function measure(cwd: string): Promise<number | null> {
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  const args = ['coverage', '--ir-minimum', '--report', 'lcov', '--no-match-coverage', 'test|node_modules'];
  const child = spawn(forgeBinary(), args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  // Its tables are long; what counts is said below.
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0) process.stdout.write(said.slice(-4000));
      resolve(code);
    });
  });
}

const folder = prepare();
let passed = 0;
let failed = 0;
try {
  if ((await measure(folder)) !== 0) failed++;
  else {
    for (const [file, { branches, taken, open }] of parse(readFileSync(join(folder, 'lcov.info'), 'utf8'))) {
      const share = branches === 0 ? 1 : taken / branches;
      if (share >= MINIMUM || ASSEMBLY.includes(file)) passed++;
      else failed++;
      const notReached = open.length > 0 ? `; not reached: line ${open.join(', ')}` : '';
      process.stdout.write(`${file}: ${taken} of ${branches} branches${notReached}\n`);
    }
    if (passed + failed === 0) failed++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
