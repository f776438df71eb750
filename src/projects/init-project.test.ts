import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { findProject, loadConfig } from '../config/index.ts';
import { configText } from './config-text.ts';
import { type InitOptions, initProject } from './init-project.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-init-'));
afterAll(() => rmSync(base, { recursive: true }));

let dir: string;
let count = 0;
beforeEach(() => {
  dir = join(base, `p${++count}`);
});

const init = (options: Partial<InitOptions> = {}) =>
  initProject({
    dir,
    account: null,
    contentNode: 'auto',
    first: null,
    tests: false,
    toolkit: resolve(import.meta.dirname, '../..'),
    nested: false,
    dryRun: false,
    ...options,
  });

/** Every file below the folder with its text and the time it was written. */
function contents(folder: string): Record<string, [string, number]> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  return Object.fromEntries(
    entries.map((e) => {
      const path = join(e.parentPath, e.name);
      return [path, [readFileSync(path, 'utf8'), statSync(path).mtimeMs]];
    }),
  );
}

test('a project is found, and its settings are those that were asked for', async () => {
  const data = await init({ account: 'trainer', contentNode: 'embedded' });
  expect(data).toMatchObject({ root: dir, changed: true });
  expect(findProject(join(dir, '.sahara')).root).toBe(dir);
  const { config, origins } = await loadConfig(findProject(dir), { XDG_CONFIG_HOME: join(base, 'none') });
  expect(config).toMatchObject({ account: 'trainer', content: { node: 'embedded' }, rpcUrl: null });
  expect(origins['content.node']).toBe(join(dir, 'sahara.config.yaml'));
});

test('an address stays text, which YAML would take for a number', async () => {
  const address = `0x${'1'.repeat(40)}`;
  await init({ account: address });
  const { config } = await loadConfig(findProject(dir), { XDG_CONFIG_HOME: join(base, 'none') });
  expect(config.account).toBe(address);
});

test('each commented setting is one that works when it is uncommented', async () => {
  mkdirSync(dir);
  const text = configText({ account: null, contentNode: 'auto' });
  const uncommented = text.replace(/^# ((?: {2})?\w+:(?: \S+)?)$/gm, '$1');
  expect(uncommented.match(/^ *\w+:/gm)?.length).toBeGreaterThanOrEqual(9);
  writeFileSync(join(dir, 'sahara.config.yaml'), uncommented);
  const { config } = await loadConfig(findProject(dir), { XDG_CONFIG_HOME: join(base, 'none') });
  expect(config).toMatchObject({
    account: 'curator',
    rpcUrl: 'http://127.0.0.1:8545',
    devnet: { rpcPort: 8545, apiPort: 5001, gatewayPort: 8080 },
  });
});

test('doing it again changes nothing, not even a date', async () => {
  await init({ first: { kind: 'dataset', name: 'birds' } });
  const before = contents(dir);
  expect(Object.keys(before).length).toBeGreaterThan(6);
  const again = await init({ first: { kind: 'dataset', name: 'birds' }, account: 'dao' });
  expect(again.changed).toBe(false);
  expect(new Set(again.files.map((f) => f.action))).toEqual(new Set(['kept']));
  expect(contents(dir)).toEqual(before);
});

test('example tests are copied where there are none of that name', async () => {
  const { files } = await init({ tests: true });
  expect(files.filter((f) => f.path.startsWith('tests/')).map((f) => f.action)).toEqual(['made', 'made']);
  expect((await init({ tests: true })).changed).toBe(false);
  rmSync(join(dir, 'tests/README.md'));
  writeFileSync(join(dir, 'tests/economy.test.mjs'), '// mine\n');
  const again = await init({ tests: true });
  expect(again.files.filter((f) => f.action === 'made').map((f) => f.path)).toEqual(['tests/README.md']);
  expect(readFileSync(join(dir, 'tests/economy.test.mjs'), 'utf8')).toBe('// mine\n');
});

test('a dry run names the same and makes nothing', async () => {
  const first = { kind: 'dataset', name: 'birds' };
  const planned = await init({ first, dryRun: true });
  expect(existsSync(dir)).toBe(false);
  expect(await init({ first })).toEqual(planned);
});

describe('what is there stays', () => {
  test.for([
    ['sahara.config.ts', 'export default {};\n'],
    ['package.json', '{"sahara": {"account": "dao"}}'],
  ] as const)('settings in %s', async ([file, text]) => {
    mkdirSync(dir);
    writeFileSync(join(dir, file), text);
    const { files } = await init();
    expect(files[0]).toEqual({ path: file, action: 'kept' });
    expect(existsSync(join(dir, 'sahara.config.yaml'))).toBe(false);
    expect(readFileSync(join(dir, file), 'utf8')).toBe(text);
  });

  test.for([
    ['', ['.sahara/', 'sahara-demo/', 'sahara-tutorial/']],
    ['node_modules', ['node_modules', '.sahara/', 'sahara-demo/', 'sahara-tutorial/']],
    ['/.sahara\nsahara-demo\n', ['/.sahara', 'sahara-demo', 'sahara-tutorial/']],
  ] as const)('lines of .gitignore: %j', async ([text, lines]) => {
    mkdirSync(dir);
    writeFileSync(join(dir, '.gitignore'), text);
    const { files } = await init();
    expect(files).toContainEqual({ path: '.gitignore', action: 'extended' });
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe(`${lines.join('\n')}\n`);
  });
});

test('the form of the settings comes along, and follows the toolkit', async () => {
  const toolkit = join(base, `toolkit${count}`);
  mkdirSync(join(toolkit, 'schemas'), { recursive: true });
  const put = (text: string) => writeFileSync(join(toolkit, 'schemas/config.schema.json'), text);
  const of = async () => (await init({ toolkit })).files.find((f) => f.path.endsWith('schema.json'))?.action;
  put('{"version": 1}');
  expect([await of(), await of()]).toEqual(['made', 'kept']);
  put('{"version": 2}');
  expect(await of()).toBe('renewed');
  expect(readFileSync(join(dir, '.sahara/config.schema.json'), 'utf8')).toBe('{"version": 2}');
  expect(readFileSync(join(dir, 'sahara.config.yaml'), 'utf8').split('\n')[0]).toBe(
    '# yaml-language-server: $schema=.sahara/config.schema.json',
  );
});

describe('what is refused, with nothing written', () => {
  test('a folder in a project, unless that is meant', async () => {
    await init();
    const inner = join(dir, 'a', 'b');
    await expect(init({ dir: inner })).rejects.toMatchObject({ id: 'PROJECT_ABOVE', kind: 'conflict' });
    expect(existsSync(inner)).toBe(false);
    expect((await init({ dir: inner, nested: true })).changed).toBe(true);
    expect((await init({ dir: inner })).changed).toBe(false);
  });

  test('a file, an account that is none, an asset that cannot be made', async () => {
    const outer = dir;
    mkdirSync(outer);
    writeFileSync(join(outer, 'file'), '');
    mkdirSync(join(outer, 'p', 'birds'), { recursive: true });
    writeFileSync(join(outer, 'p', 'birds', 'mine.txt'), '');
    dir = join(outer, 'file');
    await expect(init()).rejects.toMatchObject({ id: 'NOT_A_FOLDER' });
    dir = join(outer, 'p');
    await expect(init({ account: 'nobody-at-all' })).rejects.toMatchObject({ id: 'ACCOUNT_UNKNOWN' });
    const first = (kind: string, name: string) => init({ first: { kind, name } });
    await expect(first('dataset', 'Birds')).rejects.toMatchObject({ id: 'NAME_INVALID' });
    await expect(first('dataset', 'birds')).rejects.toMatchObject({ id: 'FOLDER_EXISTS' });
    await expect(first('compute', 'cpu')).rejects.toMatchObject({ id: 'KIND_HAS_NO_TEMPLATE' });
    expect(readdirSync(join(outer, 'p'))).toEqual(['birds']);
  });
});
