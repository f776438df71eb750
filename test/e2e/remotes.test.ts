import { readdirSync, rmSync } from 'node:fs';
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

test('a release that was signed elsewhere goes to a remote as the devnet has it', async () => {
  smallDataset(world, 'foreign');
  const { cid } = await world.json<Published>(['publish', 'foreign']);
  // As on another machine of the same publisher: without the key that signed it, and without its documents.
  for (const folder of ['keys', 'releases'])
    rmSync(join(world.project, '.sahara', folder), { recursive: true });
  const line = ['publish', 'foreign', '--remote', 'pinner'];
  const dry = await world.json<Published>([...line, '--dry-run'], { env });
  expect(dry).toMatchObject({ changed: false, remotes: [{ name: 'pinner', sentBytes: 0 }] });
  expect(await has(cid)).toBe(false);
  const after = await world.json<Published>(line, { env });
  expect(after).toMatchObject({ changed: false, cid, tx: null });
  expect(after.remotes[0]?.sentBytes).toBeGreaterThan(0);
  expect(await has(cid)).toBe(true);
  await world.json(['asset', 'verify', 'foreign']);
  expect(await world.json<Published>(line, { env })).toMatchObject({ remotes: [{ sentBytes: 0 }] });
  expect(readdirSync(join(world.project, '.sahara')).filter((f) => f.startsWith('release-'))).toEqual([]);

  // Where the devnet has lost it too, nobody is told that it is there.
  await world.json(['content', 'unpin', cid ?? '', '--force']);
  await world.json(['content', 'gc', '--yes', '--force']);
  const lost = ['publish', 'foreign', '--remote', 'pinner', '--remote', 'copy'];
  const error = await world.refused(lost, { code: 'SAH-4060', exit: 6, says: /not on "copy"/ }, { env });
  expect(error.params).toMatchObject({ registered: true, done: ['"pinner"'] });
});

test('what helps with a remote that is not there is proposed, and not to start a devnet', async () => {
  for (const line of [['ls'], ['add', 'letters/content']]) {
    const error = await world.refused(['content', ...line, '--remote', 'gone'], {
      ...{ code: 'SAH-4001', exit: 6, says: /127\.0\.0\.1:9\b/ },
    });
    expect(error.params).toMatchObject({ remote: 'gone' });
    expect(error.next.map((step) => step.command)).toEqual(['sahara config show --origins']);
    expect(error.fix).toMatch(/Without --remote/);
  }
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
