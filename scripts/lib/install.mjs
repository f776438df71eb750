// Is node_modules what package-lock.json says, with its binaries, and what to do when not.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, systemPath } from './spawn.mjs';

const windows = process.platform === 'win32';
const bin = (root, name) => join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name);
const stampFile = (root) => join(root, 'node_modules', '.sahara-installed.json');

/** The Node that the checkout brings along, as an npm package. */
export const bundledNode = (root) =>
  windows ? join(root, 'node_modules', 'node', 'bin', 'node.exe') : bin(root, 'node');

/** Whether a Node of this version can run the toolkit; the same rule as in bin/run.js and package.json. */
export function isCurrentNode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

const wanted = (root) => ({
  lock: createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex'),
  platform: `${process.platform}-${process.arch}`,
});

/**
 * Why `npm ci` has to run, as a phrase; undefined when it need not. `adopted` tells that somebody else installed
 * exactly what the lockfile says, so that only the stamp is missing.
 */
export function installState(root) {
  if (!existsSync(join(root, 'node_modules'))) return { reason: 'node_modules is not there yet' };
  const stamp = readJson(stampFile(root));
  const now = wanted(root);
  if (stamp?.lock === now.lock && stamp.platform === now.platform) return { node: stamp.node };
  if (stamp && stamp.platform !== now.platform)
    return { reason: `node_modules was installed for ${stamp.platform}` };
  // npm writes this file last, so it is there only after an installation that went through.
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!installed) return { reason: 'an earlier installation did not finish' };
  const locked = readJson(join(root, 'package-lock.json')).packages;
  for (const [key, entry] of Object.entries(locked)) {
    if (key === '' || (entry.optional && !installed[key])) continue;
    if (installed[key]?.version !== entry.version)
      return { reason: 'package-lock.json has changed since the installation' };
  }
  return { adopted: true };
}

const probe = async (file, args) => {
  const result = await capture(file, args, { timeoutMs: 30_000, cwd: process.cwd() });
  return result.code === 0 ? result.stdout.trim() : undefined;
};

/** A Node that can run the toolkit: the checkout's own, else the machine's when it is current. */
async function usableNode(root) {
  const own = bundledNode(root);
  const version = existsSync(own) ? await probe(own, ['--version']) : undefined;
  if (version && isCurrentNode(version)) return own;
  return isCurrentNode(process.versions.node) ? process.execPath : undefined;
}

/** What is missing after an installation, each with its remedy. Empty when everything runs. */
async function missingBinaries(root, node) {
  const missing = [];
  if (!node)
    missing.push({
      what: `a Node that is current (this one is ${process.versions.node}; the package "node" brings one along, by an install script)`,
      packages: ['node'],
      otherwise: 'or install Node 24 on this machine: https://nodejs.org/en/download',
    });
  const programs = [
    { packages: ['@foundry-rs/anvil'], what: 'anvil, the chain of the devnet', script: 'anvil' },
    { packages: ['rolldown'], what: 'rolldown, which builds dist/', script: 'rolldown' },
  ];
  for (const program of programs) {
    const file = bin(root, program.script);
    const env = {
      ...process.env,
      PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    };
    const answer = existsSync(file)
      ? await capture(file, ['--version'], { env, timeoutMs: 30_000 })
      : { code: 127 };
    if (answer.code !== 0) missing.push(program);
  }
  return missing;
}

function remedy(missing) {
  const packages = missing.flatMap((m) => m.packages).join(' ');
  return [
    'The packages are installed, but these are missing:',
    ...missing.map((m) => `  - ${m.what}`),
    'npm skipped an install script or a platform package. Check that `npm config get ignore-scripts` and',
    '`npm config get omit` do not turn them off, then:',
    `  npm rebuild ${packages} --ignore-scripts=false`,
    'and if that does not help:',
    '  rm -rf node_modules && npm ci --include=dev --include=optional --ignore-scripts=false',
    ...missing.flatMap((m) => (m.otherwise ? [m.otherwise] : [])),
  ].join('\n');
}

function npmFailure(result) {
  const text = result.output;
  const lines = ['npm ci failed:', text.trimEnd().split('\n').slice(-40).join('\n'), ''];
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(text))
    lines.push(
      'The npm registry could not be reached. Check the connection and `npm config get registry`, then try again.',
    );
  else if (/ENOSPC/.test(text)) lines.push('The disk is full; about 1 GB is needed.');
  else if (/EACCES|EPERM/.test(text))
    lines.push('A folder may not be written. Is node_modules owned by another user?');
  else if (/in sync|Missing: .* from lock file/.test(text))
    lines.push(
      'package.json and package-lock.json disagree. Run: npm install && node scripts/complete-lockfile.mjs',
    );
  else if (result.code === 127)
    lines.push('npm was not found on PATH. It comes with Node: https://nodejs.org/en/download');
  else lines.push('Try again; if it stays: rm -rf node_modules && npm ci --include=dev');
  return lines.join('\n');
}

/**
 * Installs when `reason` says so, then proves that the binaries run. Returns the Node to use.
 * Throws an Error whose message is the remedy.
 */
export async function install(root, reason, say) {
  if (reason) {
    say(`Installing the npm packages (${reason}); this takes about half a minute.`);
    rmSync(stampFile(root), { force: true });
    // The machine's npm and node: the Node in node_modules is about to be replaced.
    const env = { ...process.env, PATH: systemPath().join(delimiter), SAHARA_BOOTSTRAP: '1' };
    for (const name of Object.keys(env))
      if (
        /^npm_(lifecycle|package)_|^npm_command$|^npm_config_(omit|include|only|production|dry_run|global)$/i.test(
          name,
        )
      )
        delete env[name];
    delete env.NODE_ENV;
    const result = await capture(windows ? 'npm.cmd' : 'npm', ['ci', '--include=dev', '--include=optional'], {
      cwd: root,
      env,
    });
    if (result.code !== 0) throw new Error(npmFailure(result));
  }
  const node = await usableNode(root);
  const missing = await missingBinaries(root, node);
  if (missing.length > 0) throw new Error(remedy(missing));
  writeFileSync(
    stampFile(root),
    JSON.stringify({ ...wanted(root), node: node === process.execPath ? 'system' : 'bundled' }),
  );
  return node;
}
