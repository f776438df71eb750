// What has to hold for package-lock.json so that `npm ci` works on every platform and behind every mirror.
//
// npm writes only the platform packages that it could resolve. When one could not be (some mirrors lack the
// ones for other systems), the lockfile misses it, and `npm ci` then refuses the lockfile on every platform.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SYSTEMS = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  android: 'android',
  freebsd: 'freebsd',
};
const PROCESSORS = {
  x64: 'x64',
  amd64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: 'ia32',
  ppc64: 'ppc64',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
};
const C_LIBRARIES = { gnu: 'glibc', musl: 'musl' };
const ROOT_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'bin',
  'engines',
];

export function readProject(root) {
  return {
    manifest: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
    lock: JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')),
  };
}

/** Where node would find `name` from the package at `from`, as a key of the lockfile; undefined when it is not locked. */
function locate(packages, from, name) {
  for (let base = from; ; ) {
    const key = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (packages[key]) return key;
    if (base === '') return undefined;
    const outer = base.lastIndexOf('/node_modules/');
    base = outer < 0 ? '' : base.slice(0, outer);
  }
}

/** Dependencies that some locked package names and the lockfile does not hold. */
export function missingEntries(lock) {
  const missing = [];
  for (const [from, entry] of Object.entries(lock.packages)) {
    const optionalPeers = entry.peerDependenciesMeta ?? {};
    const needs = [
      ...Object.entries(entry.dependencies ?? {}).map((d) => [...d, false]),
      ...Object.entries(from === '' ? (entry.devDependencies ?? {}) : {}).map((d) => [...d, false]),
      ...Object.entries(entry.optionalDependencies ?? {}).map((d) => [...d, true]),
      ...Object.entries(entry.peerDependencies ?? {})
        .filter(([name]) => !optionalPeers[name]?.optional)
        .map((d) => [...d, false]),
    ];
    for (const [name, spec, optional] of needs)
      if (!locate(lock.packages, from, name)) missing.push({ from, name, spec, optional });
  }
  return missing;
}

/** The lockfile entry of a platform package, read from its name; undefined when the name does not tell the platform. */
export function platformEntry({ from, name, spec }, packages) {
  if (!/^\d+\.\d+\.\d+/.test(spec)) return undefined;
  const tokens = name.split('/').at(-1).split('-');
  const find = (table) => tokens.map((t) => table[t]).find(Boolean);
  const os = find(SYSTEMS);
  const cpu = find(PROCESSORS);
  const libc = find(C_LIBRARIES);
  if (!os || !cpu) return undefined;
  const parent = packages[from];
  return {
    version: spec,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    ...(parent.license ? { license: parent.license } : {}),
    optional: true,
    os: [os],
  };
}

/** Every reason why this lockfile would not do, as sentences, and how many packages were looked at. */
export function inspectLockfile({ manifest, lock }) {
  const problems = [];
  const entries = Object.entries(lock.packages ?? {}).filter(([key]) => key !== '');
  if (lock.lockfileVersion !== 3) problems.push(`lockfileVersion is ${lock.lockfileVersion}, expected 3`);
  const rootEntry = lock.packages?.[''] ?? {};
  for (const field of ['name', 'version'])
    if (rootEntry[field] !== manifest[field])
      problems.push(`package.json has ${field} ${manifest[field]}, the lockfile ${rootEntry[field]}`);
  for (const field of ROOT_FIELDS) {
    const wanted = manifest[field] ?? {};
    const locked = rootEntry[field] ?? {};
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(locked)]))
      if (wanted[name] !== locked[name])
        problems.push(`${field}.${name}: package.json has ${wanted[name]}, the lockfile ${locked[name]}`);
  }
  for (const { from, name, spec } of missingEntries(lock))
    problems.push(`${name}@${spec}, needed by ${from || 'the project'}, is not locked`);
  const mayRun = manifest.allowScripts ?? {};
  for (const [key, entry] of entries) {
    const name = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (entry.resolved)
      problems.push(`${key} holds a download address (resolved); it would bind every user to one mirror`);
    if (!entry.version && !entry.link) problems.push(`${key} has no version`);
    if (!entry.integrity && !entry.link && !(entry.optional && entry.os))
      problems.push(`${key} has no integrity, and is not a platform package`);
    if (entry.hasInstallScript && mayRun[name] === undefined)
      problems.push(
        `${name} has an install script that allowScripts in package.json neither allows nor refuses`,
      );
  }
  const unverified = entries.filter(([, e]) => !e.integrity && !e.link).length;
  return { problems, packages: entries.length, unverified };
}
