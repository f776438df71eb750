import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildDag, contentStore } from '../../content/index.ts';
import { devnetPaths } from '../paths.ts';
import { isAlive } from '../process-identity.ts';
import type { ContentService } from '../supervisor/content.ts';
import { startKubo } from '../supervisor/kubo.ts';
import { keepToItself } from './config.ts';
import { kuboFolder, PROGRAM } from './distribution.ts';
import { type Behaviour, writeFakeIpfs } from './fake-ipfs.test-helper.ts';
import { findKubo } from './find.ts';

const base = mkdtempSync(join(tmpdir(), 'sahara-kubo-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(base, 'd-'));
});

describe('Kubo is looked for', () => {
  const program = (...path: string[]) => {
    const file = join(dir, ...path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
    return file;
  };
  const installed = (env: NodeJS.ProcessEnv) => join(kuboFolder(env), PROGRAM);

  test('past folders of PATH that cannot be looked at', async () => {
    symlinkSync('loop', join(dir, 'loop'));
    const binary = program('behind', PROGRAM);
    const PATH = `${join(dir, 'loop')}:${join(dir, 'behind')}`;
    expect(await findKubo({ HOME: dir, PATH })).toEqual({ binary, from: 'PATH' });
  });

  test('in KUBO_BINARY, then on PATH, then where we install it, then in a package', async () => {
    const env: NodeJS.ProcessEnv = { HOME: dir, PATH: join(dir, 'bin') };
    const project = join(dir, 'project');
    expect(await findKubo(env, project)).toBeUndefined();

    const packaged = program('project/node_modules/kubo/kubo/ipfs');
    const index = `module.exports.path = (o) => { if (o.autoDownload !== false) throw new Error('it would download'); return ${JSON.stringify(packaged)}; };`;
    writeFileSync(join(project, 'node_modules/kubo/index.js'), index);
    expect(await findKubo(env, project)).toEqual({ binary: packaged, from: 'npm package' });

    const ours = program(installed(env).slice(dir.length + 1));
    expect(await findKubo(env, project)).toEqual({ binary: ours, from: 'sahara ipfs install' });

    const onPath = program('bin', PROGRAM);
    expect(await findKubo(env, project)).toEqual({ binary: onPath, from: 'PATH' });

    const named = program('elsewhere/kubo');
    expect(await findKubo({ ...env, KUBO_BINARY: named }, project)).toEqual({
      binary: named,
      from: '$KUBO_BINARY',
    });
    expect(await findKubo({ ...env, KUBO_BINARY: join(dir, 'nothing') }, project)).toBeUndefined();
  });

  test('and is no folder, nothing that cannot be run, no package that fails or has downloaded nothing', async () => {
    const env: NodeJS.ProcessEnv = { HOME: dir, PATH: join(dir, 'bin') };
    mkdirSync(join(dir, 'bin', PROGRAM), { recursive: true });
    chmodSync(program(installed(env).slice(dir.length + 1)), 0o644);
    mkdirSync(join(dir, 'node_modules/kubo'), { recursive: true });
    expect(await findKubo(env, dir)).toBeUndefined();
    let count = 0;
    for (const text of [
      'throw new Error("broken")',
      'module.exports.path = () => { throw new Error("kubo binary not found, it may not be installed") }',
      'module.exports.path = () => "/no/such/ipfs"',
      'module.exports = 1',
    ]) {
      const project = join(dir, `${count++}`);
      mkdirSync(join(project, 'node_modules/kubo'), { recursive: true });
      writeFileSync(join(project, 'node_modules/kubo/index.js'), text);
      expect(await findKubo(env, project)).toBeUndefined();
    }
  });
});

test('its settings keep it to itself, whatever they were', () => {
  const file = join(dir, 'config');
  const before = {
    Identity: { PeerID: '12D3KooWMe', PrivKey: 'secret' },
    Addresses: { API: '/ip4/0.0.0.0/tcp/5001', Swarm: ['/ip4/0.0.0.0/tcp/4001'] },
    Bootstrap: ['auto'],
    Routing: null,
    Datastore: { StorageMax: '10GB' },
  };
  writeFileSync(file, JSON.stringify(before));
  expect(keepToItself(file, { api: 5001, gateway: 8080 })).toBe('12D3KooWMe');
  const after = JSON.parse(readFileSync(file, 'utf8'));
  expect(after).toMatchObject({
    Identity: before.Identity,
    Datastore: before.Datastore,
    Addresses: { API: '/ip4/127.0.0.1/tcp/5001', Gateway: '/ip4/127.0.0.1/tcp/8080', Swarm: [] },
    Bootstrap: [],
    AutoConf: { Enabled: false },
    Routing: { Type: 'none' },
    Discovery: { MDNS: { Enabled: false } },
  });
  expect(JSON.stringify(after)).not.toContain('"auto"');
});

/* With a stand-in: how the process is handled. What Kubo makes of content is tested where Kubo is. */
describe.skipIf(process.platform === 'win32')('Kubo as a process', () => {
  const running: ContentService[] = [];
  afterEach(async () => {
    for (const { service } of running.splice(0)) await service?.stop();
  });
  const begin = async (behaviour: Behaviour = {}, graceMs?: number) => {
    const binary = writeFakeIpfs(join(dir, 'fake', 'ipfs'), behaviour);
    const paths = devnetPaths(dir);
    const kubo = await startKubo(binary, paths, { api: 0, gateway: 0 }, graceMs);
    running.push(kubo);
    const calls = () =>
      readFileSync(`${binary}.calls`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { args: string[]; env: Record<string, string> });
    return { kubo, calls, paths };
  };

  test('is started offline, with a repo of its own and an environment without secrets', async () => {
    process.env['SAHARA_TEST_SECRET'] = 'hush';
    const { kubo, calls, paths } = await begin();
    delete process.env['SAHARA_TEST_SECRET'];
    expect(kubo.info).toMatchObject({ kind: 'kubo', peerId: '12D3KooWFake' });
    const daemon = calls().at(-1);
    expect(daemon?.args.slice(0, 2)).toEqual(['daemon', '--offline']);
    expect(daemon?.env).toMatchObject({ IPFS_PATH: paths.kuboRepo, IPFS_TELEMETRY: 'off' });
    expect(Object.keys(daemon?.env ?? {})).not.toContain('SAHARA_TEST_SECRET');
    const dag = await buildDag([{ path: 'a', bytes: Buffer.from('x') }]);
    await contentStore({ api: kubo.info.api }).put(dag);
    await kubo.service?.stop();
    // A repo that is there is taken as it is.
    const again = await startKubo(join(dir, 'fake', 'ipfs'), paths, { api: 0, gateway: 0 });
    running.push(again);
    expect(calls().filter(({ args }) => args[0] === 'init')).toHaveLength(1);
    expect(calls()[1]?.args).toEqual(['config', 'profile', 'apply', 'unixfs-v1-2025']);
    expect(await contentStore({ api: again.info.api }).has(dag.root)).toBe(true);
  });

  test('may be of a version that does not know the profile', async () => {
    expect((await begin({ noProfile: true })).kubo.info.kind).toBe('kubo');
  });

  test.each([
    [{ noInit: true }, /cannot make a repo here/],
    [{ dies: 'Error: lock is held by another process' }, /lock is held by another process/],
  ])('that fails to start says why: %j', async (behaviour, says) => {
    const error = await begin(behaviour).catch((e) => e);
    expect(error).toMatchObject({ id: 'DEVNET_START_FAILED' });
    expect(error.message).toMatch(says);
  });

  test('that does not exist is told as such', async () => {
    const missing = startKubo(join(dir, 'nothing'), devnetPaths(dir), { api: 0, gateway: 0 });
    await expect(missing).rejects.toMatchObject({ id: 'DEVNET_START_FAILED' });
  });

  test('gets time to end in good order', async () => {
    const { kubo } = await begin({ slowStop: 600 });
    await kubo.service?.stop();
    expect(await kubo.service?.ended).toBe('exited with code 0');
  });

  test('is killed when it does not end', async () => {
    const { kubo } = await begin({ deaf: true }, 300);
    await kubo.service?.stop();
    expect(await kubo.service?.ended).toBe('ended by SIGKILL');
    expect(kubo.info.process && isAlive(kubo.info.process)).toBe(false);
  });
});
