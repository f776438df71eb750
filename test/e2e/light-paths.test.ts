import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallDataset } from './scripted.ts';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('light');

/** The modules that each file of the build holds. */
const modules = JSON.parse(readFileSync(join(ROOT, 'dist/meta.json'), 'utf8')) as Record<string, string[]>;

/** Packages of the bundle: what a loaded chunk brings with it. */
const packagesOf = (output: string): string[] =>
  (modules[output] ?? []).flatMap((input) => {
    const at = /.*node_modules\/((?:@[^/]+\/)?[^/]+)(\/.*)/.exec(input);
    return at ? [`${at[1]}${at[2]}`] : [];
  });

const HEAVY: Record<string, RegExp> = {
  ink: /^(ink|react|react-reconciler|yoga-layout)\//,
  'viem/chains': /^viem\/.*\/chains\/definitions\//,
  'kubo-rpc-client': /^kubo-rpc-client\//,
  'UnixFS and its importer': /^(ipfs-unixfs(-importer)?|@ipld\/dag-pb)\//,
  onnxruntime: /^onnxruntime/,
  'the YAML parser': /^(js-yaml|yaml)\//,
  cosmiconfig: /^cosmiconfig\//,
  'prompts, which nobody is shown': /^@inquirer\//,
};

const recorder = join(world.dir, 'recorder.mjs');
const record = join(world.dir, 'loaded.txt');

beforeAll(async () => {
  // Every module that is loaded, by whatever way, passes through here, in the process of the command alone.
  writeFileSync(
    recorder,
    `import { registerHooks } from 'node:module';
     import { appendFileSync } from 'node:fs';
     registerHooks({ load(url, context, next) { if (url.startsWith('file:')) appendFileSync(${JSON.stringify(record)}, url + '\\n'); return next(url, context); } });`,
  );
  await world.startDevnet();
  smallDataset(world, 'letters');
  await world.json(['publish', 'letters']);
});

/** The packages' files that a command loads, from the bundle or from node_modules. */
async function loadedBy(args: string[]): Promise<string[]> {
  writeFileSync(record, '');
  const ran = await world.run(args, { env: { NODE_OPTIONS: `--import ${pathToFileURL(recorder)}` } });
  expect({ args, code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
  const root = `${pathToFileURL(ROOT)}/`;
  const files = readFileSync(record, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((url) => decodeURIComponent(url));
  return files.flatMap((url) => {
    if (url.startsWith(`${root}dist/`)) return packagesOf(url.slice(root.length));
    const at = /node_modules\/((?:@[^/]+\/)?[^/]+\/.*)/.exec(url);
    return at?.[1] ? [at[1]] : [];
  });
}

test('the record is a true one: a publication loads UnixFS, but not the importer, which only the node needs', async () => {
  writeFileSync(join(world.project, 'letters/content/more.csv'), 'a\n');
  const loaded = await loadedBy(['publish', 'letters', '--json']);
  expect(loaded.some((f) => HEAVY['UnixFS and its importer']?.test(f))).toBe(true);
  expect(loaded.some((f) => f.startsWith('ipfs-unixfs-importer/'))).toBe(false);
  expect(loaded.some((f) => /^viem\//.test(f))).toBe(true);
  expect(loaded.some((f) => HEAVY['the YAML parser']?.test(f))).toBe(true);
});

describe('what is light loads nothing heavy', () => {
  test.for([
    [['--version']],
    [['--help']],
    [['config', 'show']],
    [['devnet', 'status']],
    [['account', 'list']],
    [['asset', 'list', '--json']],
    [['asset', 'show', 'letters']],
  ])('%j', async ([args]) => {
    const loaded = await loadedBy(args ?? []);
    for (const [name, pattern] of Object.entries(HEAVY))
      expect(
        loaded.filter((f) => pattern.test(f)),
        `${name} in ${args?.join(' ')}`,
      ).toEqual([]);
  });

  test.for([
    [['--version']],
    [['--help']],
    [[]],
    [['config', 'show']],
    [['devnet', 'status']],
    [['content', 'ls']],
    [['content', 'hash', 'letters']],
    [['account', 'list']],
    [['complete', '--', 'asset', 'show', 'let']],
  ])('%j does without viem altogether', async ([args]) => {
    expect((await loadedBy(args ?? [])).filter((f) => /^(viem|ox|@noble)\//.test(f))).toEqual([]);
  });

  test.for([
    [['--version']],
    [['--help']],
    [['asset', 'show', '--help']],
    [['asset']],
    [[]],
    [['--json']],
    [['complete', '--', 'asset', 'show', 'let']],
  ])('%j does without oclif', async ([args]) => {
    expect((await loadedBy(args ?? [])).filter((f) => /^@oclif\//.test(f))).toEqual([]);
  });

  test('a command has the part of oclif that it is made of, and neither its version check nor its runner', async () => {
    const loaded = (await loadedBy(['devnet', 'status'])).filter((f) => /^(@oclif|semver)\//.test(f));
    expect(loaded).toContain('@oclif/core/lib/command.js');
    expect(loaded.filter((f) => /^semver\/|^@oclif\/core\/lib\/main\.js/.test(f))).toEqual([]);
  });
});
