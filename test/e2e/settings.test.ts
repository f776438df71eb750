import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { createWorld, ROOT } from './support.ts';

const world = await createWorld('settings');

type Shown = {
  config: { account: string | null; chainId: number };
  origins: Record<string, string>;
  overridden: Record<string, { from: string; value: unknown }[]>;
};

let count = 0;
/** A project of its own with these files. */
function project(files: Record<string, string>): string {
  const root = join(world.dir, `p${++count}`);
  mkdirSync(join(root, '.sahara'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

const ESM = 'export default { account: "trainer" };\n';
const CJS = 'module.exports = { account: "trainer" };\n';
const TYPED =
  'const account: string = "trainer";\nexport default { account } satisfies { account: string };\n';
const HELPED = `import { defineConfig } from 'sahara-devkit/config';\n\nexport default defineConfig({ account: 'trainer' });\n`;

describe.concurrent('a settings file of any form', () => {
  test.for<[string, string, string]>([
    ['sahara.config.yaml', 'account: trainer\n', 'commonjs'],
    ['sahara.config.yml', 'account: trainer\n', 'module'],
    ['sahara.config.json', '{"$schema": "x.json", "account": "trainer"}', 'none'],
    ['sahara.config.cjs', CJS, 'module'],
    ['sahara.config.mjs', ESM, 'commonjs'],
    ['sahara.config.mjs', HELPED, 'none'],
    ...['none', 'module', 'commonjs', 'silent'].flatMap((kind): [string, string, string][] => [
      ['sahara.config.ts', TYPED, kind],
      ['sahara.config.ts', HELPED, kind],
      ['sahara.config.js', ESM, kind],
      ...(kind === 'module' ? [] : ([['sahara.config.js', CJS, kind]] as [string, string, string][])),
    ]),
  ])('%s: %j in a package of type %s', async ([file, text, kind]) => {
    const manifest = { name: 'x', ...(kind === 'silent' ? {} : { type: kind }) };
    const root = project({
      [file]: text,
      ...(kind === 'none' ? {} : { 'package.json': JSON.stringify(manifest) }),
    });
    const ran = await world.run(['config', 'show', '--json'], { cwd: root });
    const { data } = JSON.parse(ran.stdout) as { data: Shown };
    expect(data).toMatchObject({
      config: { account: 'trainer' },
      origins: { account: join(root, file) },
      overridden: {},
    });
    expect(ran.stderr).toBe('');
  });

  test('in package.json, from a folder below', async () => {
    const root = project({ 'package.json': '{"sahara": {"account": "trainer"}}' });
    mkdirSync(join(root, 'a/b'), { recursive: true });
    const shown = await world.json<Shown>(['config', 'show'], { cwd: join(root, 'a/b') });
    expect(shown.origins['account']).toBe(join(root, 'package.json'));
  });
});

describe('where a setting comes from', () => {
  const user = join(world.dir, 'xdg/sahara/sahara.config.yaml');
  mkdirSync(join(user, '..'), { recursive: true });

  test('flag over environment over project over user over default; the others are told', async () => {
    writeFileSync(user, 'account: dao\nchainId: 5\n');
    try {
      const root = project({ 'sahara.config.yaml': 'account: trainer\n' });
      const file = join(root, 'sahara.config.yaml');
      const at = { cwd: root, env: { SAHARA_ACCOUNT: 'buyer' } };
      const shown = await world.json<Shown>(['config', 'show', '--account', 'curator'], at);
      expect(shown).toMatchObject({
        config: { account: 'curator', chainId: 5 },
        origins: { account: '--account', chainId: user, rpcUrl: 'default' },
        overridden: {
          account: [
            { from: 'SAHARA_ACCOUNT', value: 'buyer' },
            { from: file, value: 'trainer' },
            { from: user, value: 'dao' },
          ],
        },
      });
      const table = await world.text(['config', 'show', '--origins', '-a', 'curator'], at);
      expect(table).toMatch(/^account +curator +--account +SAHARA_ACCOUNT$/m);
      expect(table).toMatch(/^ +instead of +buyer +SAHARA_ACCOUNT$/m);
      expect(table).toMatch(/^ +instead of +trainer +sahara\.config\.yaml$/m);
      expect(table).toMatch(/^ +instead of +dao +\/.*sahara\.config\.yaml$/m);
      expect(table).toMatch(/^rpcUrl +- +default +SAHARA_RPC_URL$/m);
      const plain = await world.text(['config', 'show'], at);
      expect(plain).toMatch(/^account +buyer +who acts/m);
      expect(plain).not.toContain('SAHARA_ACCOUNT');
    } finally {
      writeFileSync(user, '');
    }
  });

  test.for<[string, string, string, RegExp]>([
    [
      'sahara.config.yaml',
      'devnet: {rpcprt: 1}\n',
      'SAH-1003',
      /sahara\.config\.yaml.*"devnet\.rpcprt".*"devnet\.rpcPort"/,
    ],
    ['package.json', '{"sahara": {"acount": "x"}}', 'SAH-1003', /package\.json.*"acount".*"account"/],
    [
      'sahara.config.ts',
      'export default { chainId: "five" };',
      'SAH-1004',
      /"chainId" in .*sahara\.config\.ts/,
    ],
    [
      'sahara.config.ts',
      'export default {\n  account: ;\n};',
      'SAH-1002',
      /sahara\.config\.ts cannot be read/,
    ],
    ['sahara.config.ts', 'throw new Error("no coffee");', 'SAH-1002', /no coffee/],
    ['sahara.config.js', 'export default () => ({});', 'SAH-1004', /must be a mapping/],
  ])('%s with %j is refused by name', async ([file, text, code, says]) => {
    await world.refused(['config', 'show'], { code, exit: 2, says }, { cwd: project({ [file]: text }) });
  });
});

test('the schema of settings takes what the parser takes, and refuses an unknown key', () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(join(ROOT, 'schemas/config.schema.json'), 'utf8')),
  );
  for (const settings of [
    {},
    { account: null, devnet: { rpcPort: null } },
    { $schema: 'x', account: 'curator', chainId: 1, content: { node: 'kubo', api: 'http://127.0.0.1:5001' } },
  ])
    expect(validate(settings), JSON.stringify(settings)).toBe(true);
  for (const settings of [
    { acount: 'x' },
    { devnet: { rpcPort: 0 } },
    { devnet: { rpcPort: '8545' } },
    { content: { node: 'ipfs' } },
    { rpcUrl: 'ftp://x' },
    { chainId: 'five' },
  ])
    expect(validate(settings), JSON.stringify(settings)).toBe(false);
});
