import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contentStore } from '../../src/content/index.ts';
import { type Fault, type FaultyDoor, openFaultyDoor } from '../../src/content/testing/faulty-door.ts';
import { type RunningNode, startNode } from '../../src/content/testing/node.ts';
import { smallDataset } from './scripted.ts';
import { createWorld } from './support.ts';

const SECRET = 'a-secret-that-nobody-may-read';
const world = await createWorld('remotes');
let node: RunningNode;
let door: FaultyDoor;
let fault: ((endpoint: string, nth: number) => Fault | undefined) | undefined;

type Published = {
  changed: boolean;
  cid: string | null;
  tx: string | null;
  remotes: { name: string; sentBytes: number }[];
};

beforeAll(async () => {
  await world.startDevnet();
  node = await startNode(join(world.dir, 'remote'));
  world.watch(node.pid);
  door = await openFaultyDoor(node.api, {
    authorization: `Bearer ${SECRET}`,
    fault: (endpoint, nth) => fault?.(endpoint, nth),
  });
  const remotes = {
    pinner: { api: door.url, auth: { env: 'PINNER_TOKEN' } },
    gone: { api: 'http://127.0.0.1:9' },
    copy: { kind: './copy.ts' },
  };
  world.write('sahara.config.json', JSON.stringify({ remotes }));
  world.write(
    'copy.ts',
    `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
     export const openRemote = ({ project }: { project: string }) => {
       const list = project + '/copied.txt';
       return {
         has: async (cid: string) => existsSync(list) && readFileSync(list, 'utf8').includes(cid),
         async put({ root, carSize }: { root: string; carSize: number }) {
           appendFileSync(list, root + '\\n');
           return { sentBytes: carSize };
         },
       };
     };`,
  );
});
afterAll(async () => {
  await door?.close();
  await node?.stop();
});
beforeEach(() => {
  fault = undefined;
});

const env = { PINNER_TOKEN: SECRET };
const has = async (cid: string | null) => {
  const store = contentStore({ api: node.api });
  try {
    return await store.has(cid ?? '');
  } finally {
    store.close();
  }
};

test('a release is on the remotes as well, once, and a new one too', async () => {
  smallDataset(world, 'letters');
  const line = ['publish', 'letters', '--remote', 'pinner', '--remote', 'copy'];
  const dry = await world.json<Published>([...line, '--dry-run'], { env });
  expect(dry.remotes).toEqual([
    { name: 'pinner', sentBytes: 0 },
    { name: 'copy', sentBytes: 0 },
  ]);
  expect(door.calls).not.toContain('dag/import');
  const first = await world.json<Published>(line, { env });
  expect(first.changed).toBe(true);
  for (const { sentBytes } of first.remotes) expect(sentBytes).toBeGreaterThan(0);
  expect(await has(first.cid)).toBe(true);
  const again = await world.json<Published>(line, { env });
  expect(again).toMatchObject({ changed: false, tx: null, cid: first.cid });
  expect(again.remotes.map((r) => r.sentBytes)).toEqual([0, 0]);
});

test('a release that is registered gets to a remote that is named later', async () => {
  smallDataset(world, 'later');
  const first = await world.json<Published>(['publish', 'later']);
  expect(first.remotes).toEqual([]);
  expect(await has(first.cid)).toBe(false);
  const after = await world.json<Published>(['publish', 'later', '--remote', 'pinner'], { env });
  expect(after).toMatchObject({ changed: false, cid: first.cid });
  expect(await has(first.cid)).toBe(true);
});

test('when a remote fails nothing is registered, the others have it, and the same line completes it', async () => {
  smallDataset(world, 'fails');
  const line = ['publish', 'fails', '--remote', 'gone', '--remote', 'pinner'];
  const error = await world.refused(line, { code: 'SAH-4060', exit: 6, says: /was not registered/ }, { env });
  expect(error.params).toMatchObject({ registered: false, done: ['the devnet', '"pinner"'] });
  expect(error.next[0]?.command).toContain('publish fails --remote gone --remote pinner --account curator');
  expect(JSON.stringify(await world.json(['asset', 'list']))).not.toContain('"fails"');
  // By the next time it is there.
  const there = { ...env, SAHARA_REMOTES: JSON.stringify({ gone: { api: node.api } }) };
  expect(await world.json<Published>(line, { env: there })).toMatchObject({
    changed: true,
    remotes: [
      { name: 'gone', sentBytes: 0 },
      { name: 'pinner', sentBytes: 0 },
    ],
  });
});

test('a connection that is cut is told of as a warning, and the upload goes on', async () => {
  smallDataset(world, 'cut');
  fault = (endpoint) => {
    const cuts = door.calls.filter((c) => c === 'dag/import').length;
    return endpoint === 'dag/import' && cuts < imports + 2 ? { cutAt: 1 } : undefined;
  };
  const imports = door.calls.filter((c) => c === 'dag/import').length;
  const answer = await world.envelope(['publish', 'cut', '--remote', 'pinner'], { env });
  expect(answer).toMatchObject({ ok: true, data: { changed: true } });
  expect(answer.warnings.join()).toMatch(/cut the connection.*try 2 of 5/);
});

test('a secret is in no output, whatever the remote answers', async () => {
  smallDataset(world, 'secret');
  const wrong = { PINNER_TOKEN: `${SECRET}-of-yesterday` };
  const line = ['publish', 'secret', '--remote', 'pinner'];
  const refused = await world.refused(line, { code: 'SAH-4060', exit: 6, says: /HTTP 401/ }, { env: wrong });
  expect(JSON.stringify(refused)).not.toContain(SECRET);
  for (const args of [
    ['config', 'show', '--origins'],
    ['config', 'show', '--json'],
    [...line, '--json'],
  ]) {
    const ran = await world.run(args, { env: { ...wrong, DEBUG: 'sahara' } });
    expect(`${ran.stdout}${ran.stderr}`).toContain('pinner');
    expect(`${ran.stdout}${ran.stderr}`).not.toContain(SECRET);
  }
});
