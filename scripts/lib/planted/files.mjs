// Violations of what is committed: the lockfile, generated files, counts, and a build that is out of date.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt } from '../../freshness.mjs';
import { checkBindings, checkDocs, checkGas, checkGenesis, checkManifest, checkSchemas } from '../checks.mjs';
import { raised, shortfall } from '../counts.mjs';
import { inspectLockfile, readProject } from '../lockfile.mjs';
import { checkProperties } from '../properties.mjs';

const entryOf = (lock, wanted) =>
  Object.keys(lock.packages).find((key) => key !== '' && wanted(lock.packages[key], key));

const LOCKFILE = {
  'a platform is missing': [
    ({ lock }) => delete lock.packages[entryOf(lock, (e) => e.optional && e.os?.includes('darwin'))],
    /is not locked/,
  ],
  'a dependency is missing': [
    ({ lock }) => delete lock.packages['node_modules/@oclif/core'],
    /@oclif\/core@.* is not locked/,
  ],
  'a download address': [
    ({ lock }) => {
      lock.packages['node_modules/viem'].resolved = 'https://mirror.example/viem.tgz';
    },
    /viem holds a download address/,
  ],
  'no integrity': [
    ({ lock }) => delete lock.packages['node_modules/viem'].integrity,
    /viem has no integrity/,
  ],
  'another version than package.json': [
    ({ manifest }) => {
      manifest.devDependencies.viem = '1.0.0';
    },
    /devDependencies\.viem: package\.json has 1\.0\.0/,
  ],
  'a dependency that is not locked': [
    ({ manifest }) => {
      manifest.dependencies['left-pad'] = '1.3.0';
    },
    /dependencies\.left-pad/,
  ],
  'an install script that nobody decided on': [
    ({ manifest }) => delete manifest.allowScripts.node,
    /node has an install script/,
  ],
};

export function plantLockfile(copy, expect) {
  for (const [name, [change, reason]] of Object.entries(LOCKFILE)) {
    const project = readProject(copy);
    change(project);
    expect(`lockfile: ${name}`, inspectLockfile(project).problems, (p) => reason.test(p));
  }
}

async function whileChanged(file, change, work) {
  const before = readFileSync(file);
  change(file);
  try {
    return await work();
  } finally {
    writeFileSync(file, before);
  }
}

const promise = (file) =>
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"asset list": {', '"asset list": {\n    "planted": "string",'),
  );
const touch = (file) => appendFileSync(file, '\n');

export async function plantGenerated(copy, expect) {
  const bindings = join(copy, 'src', 'chain', 'generated');
  const binding = readdirSync(bindings).find((f) => f.endsWith('.ts') && f !== 'index.ts');
  const stale = (name) => (p) => p.includes('Stale') && p.includes(name);
  // Each compiles the protocol or starts an anvil, so they share the waiting.
  const [manifest, bound, genesis, documents, gas] = await Promise.all([
    existsSync(join(copy, 'oclif.manifest.json'))
      ? whileChanged(join(copy, 'oclif.manifest.json'), touch, () => checkManifest(copy))
      : { problems: ['oclif.manifest.json is not there'] },
    whileChanged(join(bindings, binding), touch, () => checkBindings(copy)),
    whileChanged(join(copy, 'devnet', 'genesis', 'genesis.json'), touch, () => checkGenesis(copy)),
    whileChanged(join(copy, 'docs', 'errors', 'SAH-0001.md'), touch, () => checkDocs(copy)),
    whileChanged(join(copy, 'devnet', 'contracts', 'gas.json'), touch, () => checkGas(copy)),
  ]);
  const schema = join(copy, 'schemas', 'asset.show.schema.json');
  const schemas = await whileChanged(schema, touch, () => checkSchemas(copy));
  const fields = await whileChanged(join(copy, 'test', 'fields.json'), promise, () => checkSchemas(copy));
  expect('schemas: stale', schemas.problems, stale('asset.show.schema.json'));
  expect('schemas: a field that scripts read is gone', fields.problems, (p) =>
    p.includes('sahara asset list: the field planted is gone'),
  );
  expect('manifest: stale', manifest.problems, stale('oclif.manifest.json'));
  expect('bindings: stale', bound.problems, stale(binding));
  expect('genesis: stale', genesis.problems, stale('genesis.json'));
  expect('gas: stale', gas.problems, stale('gas.json'));
  expect('docs: stale', documents.problems, stale('docs/errors/SAH-0001.md'));
  writeFileSync(join(copy, 'docs', 'errors', 'SAH-9999.md'), '# Of an error that is no more\n');
  expect('docs: outlived', (await checkDocs(copy)).problems, stale('docs/errors/SAH-9999.md'));
}

export async function plantProperties(copy, expect) {
  const file = join(copy, 'docs', 'protocol.md');
  const planted = async (from, to) => {
    const change = (path) => writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
    return (await whileChanged(file, change, () => checkProperties(copy))).problems;
  };
  const missing = await planted('`invariant_the_vault_keeps_its_promises`', '`invariant_planted`');
  const gone = await planted('- **REV-1** ', '- **REV-99** ');
  const unheld = await planted(/Held by [^\n]*/, '');
  expect('properties: a test that is not there', missing, (p) => p.includes('no test "invariant_planted"'));
  expect('properties: one that the tests know is not there', gone, (p) => p.includes('speaks of REV-1,'));
  expect('properties: held by nothing', unheld, (p) => p.includes('names no test'));
}

export async function plantBuild(copy, expect) {
  const file = join(copy, 'src', 'base', 'errors.ts');
  const answer = () => (isBuilt(copy) ? 'fresh' : 'stale');
  const before = answer();
  const after = await whileChanged(file, touch, answer);
  expect('build: a source changed after it', [`${before}, ${after}`], (p) => p === 'fresh, stale');
}

export function plantCounts(_copy, expect) {
  const part = { name: 'unit', count: 210, unit: 'tests' };
  expect('counts: fewer than committed', [shortfall(214, part)], (p) =>
    p?.includes('ran 210 tests, committed minimum 214'),
  );
  expect('counts: nothing', [shortfall(0, { ...part, count: 0 })], (p) => p?.includes('did nothing'));
  expect('counts: none committed', [shortfall(undefined, part)], (p) => p?.includes('no committed minimum'));
  expect('counts: never lowered by a run', [raised({ unit: 214 }, [part]).unit], (p) => p === 214);
}
