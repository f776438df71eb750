import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { configText } from '../projects/config-text.ts';
import { type Edit, planEdits } from './edit-settings.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'sahara-edit-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

const network = (port: number) => ({ rpcUrl: `http://127.0.0.1:${port}`, chainId: port });
const add = (name: string, port: number): Edit => ({ path: ['networks', name], value: network(port) });
const remove = (name: string): Edit => ({ path: ['networks', name], value: undefined });
const use = (name: string | undefined): Edit => ({ path: ['network'], value: name });

/** What the file says afterwards, as it is read by every command. */
async function settingsAfter(root: string, edits: readonly Edit[]) {
  const edit = planEdits(root, edits);
  if (edit.changed) edit.write();
  const { config } = await loadConfig({ root, stateDir: join(root, '.sahara') }, { XDG_CONFIG_HOME: root });
  return { config, text: readFileSync(join(root, edit.file), 'utf8'), edit };
}

describe('YAML', () => {
  const TEXT = `# who we are
account: curator   # the one who publishes

# The store
content:
  # which one
  node: embedded
devnet: {name: second, rpcPort: 8545}   # ports
networks:
  # ours
  old:
    rpcUrl: "http://127.0.0.1:1"  # the address
    chainId: 1
# the end
`;
  const comments = TEXT.match(/#.*/g) ?? [];

  test('keeps every comment and every other setting', async () => {
    const root = project({ 'sahara.config.yaml': TEXT });
    const { config, text } = await settingsAfter(root, [add('new', 2), use('new')]);
    expect(text.match(/#.*/g)).toEqual(comments);
    expect(config).toMatchObject({
      account: 'curator',
      network: 'new',
      content: { node: 'embedded' },
      devnet: { name: 'second', rpcPort: 8545 },
      networks: { old: network(1), new: network(2) },
    });
    const back = await settingsAfter(root, [use(undefined), remove('new')]);
    expect(back.config).toMatchObject({ network: null, account: 'curator' });
    expect(Object.keys(back.config.networks)).toEqual(['old']);
    expect(back.text.match(/#.*/g)).toEqual(comments);
  });

  test('of comments alone, as a new project has it, gets the setting behind them', async () => {
    const before = configText({ account: null, contentNode: 'auto' });
    const root = project({ 'sahara.config.yaml': before });
    const { config, text } = await settingsAfter(root, [add('new', 2)]);
    for (const line of before.split('\n')) expect(text).toContain(line);
    expect(config.networks).toMatchObject({ new: network(2) });
    const bare = project({ 'sahara.config.yaml': '# nothing yet\n' });
    expect((await settingsAfter(bare, [add('new', 2)])).text).toMatch(/^# nothing yet\n/);
  });

  test('is made where a project has no settings, and the last network leaves no empty mapping', async () => {
    const root = project({});
    expect((await settingsAfter(root, [add('new', 2)])).edit.file).toBe('sahara.config.yaml');
    const { config, edit } = await settingsAfter(root, [add('other', 3), remove('new'), remove('other')]);
    expect(config.networks).toEqual({});
    expect(edit.changed).toBe(true);
    expect(planEdits(root, [remove('nothing')]).changed).toBe(false);
  });

  test.each([
    ['a mapping in braces', 'networks: {old: {rpcUrl: "http://127.0.0.1:1", chainId: 1}}\n'],
    ['a mapping that says nothing', 'networks:\n'],
    ['Windows line ends', 'account: curator\r\n# a comment\r\ncontent:\r\n  node: auto\r\n'],
    ['no last line end', 'account: curator'],
  ])('with %s', async (_, text) => {
    const { config } = await settingsAfter(project({ 'sahara.config.yml': text }), [add('new', 2)]);
    expect(config.networks).toMatchObject({ new: network(2) });
    expect(config.account).toBe(text.includes('curator') ? 'curator' : null);
  });

  test('with an anchor that another setting uses is refused rather than spoilt', () => {
    const text = 'networks:\n  a: &a {rpcUrl: "http://127.0.0.1:1", chainId: 1}\n  b: *a\n';
    const root = project({ 'sahara.config.yaml': text });
    expect(() => planEdits(root, [remove('a')])).toThrow(
      expect.objectContaining({ id: 'SETTINGS_NOT_EDITABLE' }),
    );
  });
});

describe('JSON', () => {
  test('keeps its order, indentation and mode', async () => {
    const root = project({ 'sahara.config.json': '{\n\t"$schema": "x.json",\n\t"account": "buyer"\n}\n' });
    chmodSync(join(root, 'sahara.config.json'), 0o600);
    const { config, text } = await settingsAfter(root, [add('new', 2)]);
    expect(text.startsWith('{\n\t"$schema": "x.json",\n\t"account": "buyer",\n\t"networks": {\n')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
    expect(config).toMatchObject({ account: 'buyer', networks: { new: network(2) } });
    expect(statSync(join(root, 'sahara.config.json')).mode & 0o777).toBe(0o600);
  });

  test('of a package is changed below its key, and the key stays', async () => {
    const before = { name: 'mine', sahara: { account: 'buyer' }, scripts: { test: 'true' } };
    const root = project({ 'package.json': JSON.stringify(before, undefined, 4) });
    const { config, text } = await settingsAfter(root, [add('new', 2)]);
    expect(JSON.parse(text)).toEqual({
      ...before,
      sahara: { ...before.sahara, networks: { new: network(2) } },
    });
    expect(Object.keys(JSON.parse(text))).toEqual(['name', 'sahara', 'scripts']);
    expect(config.account).toBe('buyer');
  });
});

describe('what cannot be changed with certainty is left alone, and the lines to write are told', () => {
  test.each([
    ['sahara.config.ts', 'export default {};\n'],
    ['sahara.config.cjs', 'module.exports = {};\n'],
    ['sahara.config.json', '{ "account": '],
    ['sahara.config.yaml', 'account: [\n'],
  ])('%s', (file, text) => {
    const root = project({ [file]: text });
    expect(() => planEdits(root, [add('new', 2)])).toThrow(
      expect.objectContaining({
        id: 'SETTINGS_NOT_EDITABLE',
        params: expect.objectContaining({
          path: file,
          lines: '"networks":{"new":{"rpcUrl":"http://127.0.0.1:2","chainId":2}}',
        }),
      }),
    );
    expect(readFileSync(join(root, file), 'utf8')).toBe(text);
    expect(readdirSync(root)).toEqual([file]);
  });
});
