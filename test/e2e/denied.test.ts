import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningNode, startNode } from '../../src/content/testing/node.ts';
import { BIN, createWorld, type Envelope } from './support.ts';

/* What the system refuses. It refuses a superuser nothing, so there the commands run as somebody else. */

const world = await createWorld('denied');
const isRoot = process.getuid?.() === 0;
const somebody = isRoot ? { uid: 65_534, gid: 65_534 } : {};

function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [BIN, ...args], {
    cwd: world.project,
    env: { ...world.env, ...env },
    encoding: 'utf8',
    ...somebody,
  });
}

/** The refusal, in JSON; its exit code is that of the text. */
function refused(args: string[], env?: NodeJS.ProcessEnv) {
  const text = run(args, env);
  const json = run([...args, '--json'], env);
  expect(json.status).toBe(text.status);
  const { error } = JSON.parse(json.stdout) as Envelope;
  expect(text.stderr).toContain(error?.message);
  return { exit: json.status, ...error };
}

const at = (...path: string[]) => join(world.project, ...path);
if (isRoot) execFileSync('chown', ['-R', '65534:65534', world.dir]);
const reason =
  process.getuid === undefined
    ? ', left out: there are no permissions of this kind here'
    : run(['--version']).status === 0
      ? ''
      : ', left out: another user cannot run what only root may read';

describe.skipIf(reason !== '')(`what the system refuses${reason}`, () => {
  let node: RunningNode;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    node = await startNode(join(world.dir, 'node'));
    env = { SAHARA_IPFS_API: node.api };
    for (const path of ['in/a.txt', 'in/sub/b.txt']) world.write(path, path);
    mkdirSync(at('closed'));
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', at('in'), at('closed')]);
  });
  // For whoever is no superuser and has to remove it.
  afterAll(async () => {
    for (const path of ['in/a.txt', 'in/sub', 'closed', '.sahara/devnet/default/content'])
      if (existsSync(at(path))) chmodSync(at(path), 0o700);
    await node.stop();
  });

  test.each([
    ['a file', 'in/a.txt', 0o000, /^a\.txt cannot be read: EACCES/],
    ['a folder', 'in/sub', 0o000, /^sub cannot be read: EACCES/],
    ['what a folder holds that cannot be entered', 'in/sub', 0o400, /^sub\/b\.txt cannot be read: EACCES/],
  ])('to read %s', (_, path, mode, says) => {
    chmodSync(at(path), mode);
    const expected = { exit: 4, code: 'SAH-4024', message: expect.stringMatching(says) };
    for (const error of [refused(['content', 'hash', 'in']), refused(['content', 'add', 'in'], env)]) {
      expect(error).toMatchObject(expected);
      expect(error.fix).toContain('chmod u+r');
    }
    chmodSync(at(path), 0o700);
  });

  test('to write into a folder: nothing is left, and what to do is said', () => {
    const added = JSON.parse(run(['content', 'add', 'in', '--json'], env).stdout) as Envelope;
    const { cid } = added.data as { cid: string };
    chmodSync(at('closed'), 0o500);
    for (const args of [
      ['get', cid, 'closed/copy'],
      ['export', cid, 'closed/in.car'],
    ]) {
      const error = refused(['content', ...args], env);
      expect(error).toMatchObject({ exit: 1, code: 'SAH-4031', message: expect.stringContaining('EACCES') });
      expect(error.fix).toContain('chmod u+w');
    }
    expect(readdirSync(at('closed'))).toEqual([]);
    chmodSync(at('closed'), 0o700);
  });

  test('to write into the content store: the devnet names it, and nothing is left running', () => {
    const store = at('.sahara/devnet/default/content');
    mkdirSync(store, { recursive: true });
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', at('.sahara')]);
    chmodSync(store, 0o500);
    const error = refused(['devnet', 'start']);
    expect(error).toMatchObject({ exit: 4, code: 'SAH-0006', message: expect.stringContaining(store) });
    expect(error.fix).toContain('permissions');
    expect(JSON.parse(run(['devnet', 'status', '--json']).stdout)).toMatchObject({
      data: { state: 'stopped' },
    });
  });
});
