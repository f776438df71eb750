import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { findProject } from './project.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-config-'));
afterAll(() => rmSync(base, { recursive: true }));

let root: string;
let xdg: string;
let count = 0;
// A folder for each test: modules that were imported once are not read again.
beforeEach(() => {
  root = join(base, `p${++count}`);
  xdg = join(base, `x${count}`);
  mkdirSync(join(root, '.sahara'), { recursive: true });
  mkdirSync(join(xdg, 'sahara'), { recursive: true });
});

const load = (env: NodeJS.ProcessEnv = {}) => loadConfig(findProject(root), { XDG_CONFIG_HOME: xdg, ...env });
const put = (file: string, text: string) => writeFileSync(join(root, file), text);

describe('where settings come from', () => {
  test('defaults, when there is nothing', async () => {
    const { config, origins } = await load();
    expect(config).toMatchObject({ account: null, rpcUrl: null, chainId: 31337, content: { node: 'auto' } });
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
  });

  test.for([
    ['sahara.config.yaml', 'account: trainer\n'],
    ['sahara.config.yml', 'account: trainer\n'],
    ['sahara.config.json', '{"account": "trainer"}'],
    ['sahara.config.js', 'module.exports = { account: "trainer" };'],
    ['sahara.config.cjs', 'module.exports = { account: "trainer" };'],
    ['sahara.config.mjs', 'export default { account: "trainer" };'],
    ['sahara.config.ts', 'type C = { account: string };\nexport default { account: "trainer" } satisfies C;'],
    ['package.json', '{"name": "x", "sahara": {"account": "trainer"}}'],
  ])('%s', async ([file = '', text = '']) => {
    put(file, text);
    expect(await load()).toMatchObject({
      config: { account: 'trainer' },
      origins: { account: join(root, file) },
    });
  });

  test('environment over project over user over default, setting by setting', async () => {
    writeFileSync(
      join(xdg, 'sahara/sahara.config.yaml'),
      'account: dao\nchainId: 5\ndevnet: {rpcPort: 1111}\n',
    );
    put('sahara.config.yaml', 'account: trainer\nchainId: 6\n');
    const { config, origins } = await load({ SAHARA_ACCOUNT: 'buyer' });
    expect(config).toMatchObject({ account: 'buyer', chainId: 6, devnet: { rpcPort: 1111 } });
    expect(origins).toMatchObject({
      account: 'SAHARA_ACCOUNT',
      chainId: join(root, 'sahara.config.yaml'),
      'devnet.rpcPort': join(xdg, 'sahara/sahara.config.yaml'),
      rpcUrl: 'default',
    });
  });

  test('a client’s content endpoint is not the devnet’s', async () => {
    const env = { SAHARA_IPFS_API: 'http://127.0.0.1:1', SAHARA_IPFS_GATEWAY: 'http://127.0.0.1:2' };
    expect((await load(env)).config.devnet).toMatchObject({ externalContent: null, externalGateway: null });
    const own = { SAHARA_DEVNET_IPFS_API: 'http://x:1', SAHARA_DEVNET_IPFS_GATEWAY: 'http://x:2' };
    expect((await load(own)).config).toMatchObject({
      content: { api: null, gateway: null },
      devnet: { externalContent: 'http://x:1', externalGateway: 'http://x:2' },
    });
  });

  test('an empty variable sets nothing', async () => {
    expect((await load({ SAHARA_ACCOUNT: '', SAHARA_RPC_PORT: '' })).config).toMatchObject({
      account: null,
      devnet: { rpcPort: null },
    });
  });
});

describe('what is refused', () => {
  test.for([
    ['acount: x\n', /"acount".*"account"/],
    ['content: {apis: "http://x"}\n', /"content\.apis".*"content\.api"/],
    ['content: http://x\n', /content/],
    ['chainId: many\n', /chainId/],
    ['devnet: {rpcPort: 0}\n', /devnet\.rpcPort.*1 to 65535/],
    ['rpcUrl: ftp://x\n', /rpcUrl/],
    ['rpcUrl: http://me:secret@x\n', /without credentials/],
    ['- a\n- b\n', /mapping/],
    ['colour: red\n', /"colour", which does not exist; there are account, .*devnet\.rpcPort/],
    ['account: [unclosed\n', /sahara\.config\.yaml cannot be read: line \d+: \w+/],
    ['account: x\n  chainId: 5\n', /cannot be read: line 2: bad indentation/],
  ] as const)('%s', async ([text, says]) => {
    put('sahara.config.yaml', text);
    await expect(load()).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(says) });
  });

  test('a variable of the wrong form is named', async () => {
    await expect(load({ SAHARA_RPC_PORT: '70000' })).rejects.toThrow(/SAHARA_RPC_PORT/);
    await expect(load({ SAHARA_CONTENT_NODE: 'ipfs' })).rejects.toThrow(/auto, embedded or kubo/);
  });

  test('a secret in an URL is not repeated', async () => {
    const error = await load({ SAHARA_RPC_URL: 'http://me:hunter2@host' }).catch((e: Error) => e);
    expect(String(error)).not.toContain('hunter2');
  });

  test('a syntax error in JSON, with its line', async () => {
    put('sahara.config.json', '{\n  "account" "x"\n}');
    await expect(load()).rejects.toThrow(/sahara\.config\.json cannot be read: Expected .*line 2/);
  });

  test('a file that throws', async () => {
    put('sahara.config.mjs', 'throw new Error("no coffee");');
    await expect(load()).rejects.toThrow(/no coffee/);
  });
});

describe('which project', () => {
  test('the nearest folder above that is one, else the folder itself', () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    expect(findProject(join(root, 'a/b')).root).toBe(root);
    expect(findProject(join(root, 'a/b'), 'c/..').root).toBe(join(root, 'a/b'));
    const alone = mkdtempSync(join(base, 'alone-'));
    expect(findProject(alone)).toEqual({ root: alone, stateDir: join(alone, '.sahara') });
    expect(() => findProject(root, 'nowhere')).toThrow(/nowhere/);
  });
});
