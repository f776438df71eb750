import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { findProject } from './project.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-remotes-'));
afterAll(() => rmSync(base, { recursive: true }));
const root = join(base, 'project');
const file = join(root, 'sahara.config.yaml');
const user = join(base, 'user/sahara/sahara.config.yaml');
mkdirSync(join(root, '.sahara'), { recursive: true });
mkdirSync(join(base, 'user/sahara'), { recursive: true });

function load(project: string, env: NodeJS.ProcessEnv = {}, own = '') {
  writeFileSync(file, project);
  writeFileSync(user, own);
  return loadConfig(findProject(root), { XDG_CONFIG_HOME: join(base, 'user'), ...env });
}

test('a remote has its defaults, and each stands for itself whatever source it is in', async () => {
  const { config, origins, overridden } = await load(
    'remotes:\n  pinner: {api: "https://pin.example/x", auth: {env: PINNER_TOKEN}}\n  gone: null\n',
    {
      SAHARA_REMOTES: JSON.stringify({ ci: { api: 'http://127.0.0.1:1' }, pinner: { kind: './pin.ts' } }),
    },
    'remotes: {mine: {api: "http://127.0.0.1:2", gateway: "http://127.0.0.1:3"}}\n',
  );
  const plain = { kind: 'kubo', gateway: null, auth: null, options: {} };
  expect(config.remotes).toEqual({
    mine: { ...plain, api: 'http://127.0.0.1:2', gateway: 'http://127.0.0.1:3' },
    ci: { ...plain, api: 'http://127.0.0.1:1' },
    pinner: { ...plain, kind: './pin.ts', api: null },
  });
  expect(origins).toMatchObject({
    'remotes.mine': user,
    'remotes.ci': 'SAHARA_REMOTES',
    'remotes.pinner': 'SAHARA_REMOTES',
  });
  const instead = 'https://pin.example/x, Bearer from PINNER_TOKEN';
  expect(overridden['remotes.pinner']).toEqual([{ from: file, value: instead }]);
});

test('without remotes there are none', async () => {
  expect((await load('')).config.remotes).toEqual({});
  expect((await load('remotes: null')).config.remotes).toEqual({});
});

test.for([
  ['remotes: [x]', /"remotes".*must be a mapping of remotes/],
  ['remotes: {a b: {api: "http://x"}}', /must be named by letters/],
  ['remotes: {x: "http://x"}', /"remotes\.x".*must be a mapping/],
  ['remotes: {x: {}}', /"remotes\.x\.api".*must say where the Kubo RPC answers/],
  ['remotes: {x: {api: "ftp://x"}}', /"remotes\.x\.api".*http:\/\/ or https:\/\//],
  ['remotes: {x: {api: "http://me:hunter2@x"}}', /without credentials/],
  ['remotes: {x: {api: "http://x", gatway: "http://x"}}', /"remotes\.x\.gatway".*"gateway"/],
  ['remotes: {x: {api: "http://x", auth: {token: hunter2}}}', /"remotes\.x\.auth\.token"/],
  ['remotes: {x: {api: "http://x", auth: hunter2}}', /"remotes\.x\.auth".*mapping/],
  ['remotes: {x: {api: "http://x", auth: {env: "hunter2 is it"}}}', /must be the name of an environment/],
  ['remotes: {x: {api: "http://x", auth: {env: V, scheme: Digest}}}', /must be Bearer or Basic/],
  ['remotes: {x: {kind: "/etc/x.ts"}}', /"remotes\.x\.kind"/],
  ['remotes: {x: {kind: ./x.ts, options: {deep: {er: 1}}}}', /"remotes\.x\.options\.deep"/],
] as const)('%s is refused, and no value of it repeated', async ([text, says]) => {
  const error = await load(text).catch((e: Error) => e);
  expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(says) });
  expect(String(error)).not.toContain('hunter2');
});

test('a variable that is no JSON is refused without repeating it', async () => {
  const error = await load('', { SAHARA_REMOTES: 'hunter2' }).catch((e: Error) => e);
  expect(error).toMatchObject({ id: 'CONFIG_INVALID', message: expect.stringMatching(/must be JSON/) });
  expect(String(error)).not.toContain('hunter2');
});
