import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeLiveState } from '../devnet/live-state.ts';
import { identify } from '../devnet/process-identity.ts';
import { examineModes } from './checks/file-modes.ts';
import { examineLinks } from './checks/hard-links.ts';
import { examineOwners } from './checks/state-owner.ts';
import { devnetFaults } from './faults/devnet.test-helper.ts';
import { cleanUp, deadPid, type Fault, liveState, orphan } from './faults/fault.test-helper.ts';
import { machineFaults } from './faults/machine.test-helper.ts';
import { projectFaults } from './faults/project.test-helper.ts';
import { settingsFaults } from './faults/settings.test-helper.ts';
import { toolkitFaults } from './faults/toolkit.test-helper.ts';
import { createPlace, type Place, ROOT } from './place.test-helper.ts';
import { CHECKS } from './registry.ts';

let place: Place;

beforeEach(() => {
  place = createPlace();
});
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
  vi.unstubAllEnvs();
  rmSync(place.dir, { recursive: true });
});

const FAULTS: Fault[] = [
  ...toolkitFaults,
  ...machineFaults,
  ...projectFaults,
  ...settingsFaults,
  ...devnetFaults,
];

/** Proven elsewhere: on a real devnet or a small disk in test/e2e/doctor.test.ts, or below. */
const ELSEWHERE = [
  'disk-space',
  'memory',
  'hard-links',
  'file-modes',
  'state-owner',
  'devnet-chain',
  'devnet-protocol',
  'devnet-clock',
  'devnet-content',
];

test('every check is made to fail', () => {
  const proven = new Set([...FAULTS.map((f) => f.id), ...ELSEWHERE]);
  expect([...proven].sort()).toEqual(CHECKS.map((c) => c.id).sort());
  expect(new Set(CHECKS.map((c) => c.id)).size).toBe(CHECKS.length);
});

test('nothing is wrong where nothing was broken, and looking changes nothing', async () => {
  const before = place.snapshot();
  const { checks, summary } = await place.doctor();
  // The machine's own memory and disk are not this test's.
  const wrong = checks.filter((c) => /warning|problem/.test(c.status) && !/^(memory|disk-space)$/.test(c.id));
  expect(wrong).toEqual([]);
  expect(summary.ok).toBeGreaterThan(20);
  expect(place.snapshot()).toEqual(before);
});

describe('each check says what is broken', () => {
  test.for(FAULTS.map((f) => [f.id, f.of, f] as const))('%s: %s', async ([id, , fault]) => {
    await fault.breakIt(place);
    const { status, says } = fault;
    const only = { checks: CHECKS.filter((c) => c.id === id) };
    const before = place.snapshot();
    const found = await place.doctor(only);
    expect(found.checks).toMatchObject([
      { id, says: expect.stringMatching(says), fixed: false, ...expected(status) },
    ]);
    expect(found.checks[0]?.fix !== null).toBe(fault.mended === true);
    expectRunnable(found.checks[0]?.remedy ?? []);
    const dry = await place.doctor({ ...only, fix: true, dryRun: true });
    expect(dry.checks).toEqual(found.checks);
    expect(place.snapshot()).toEqual(before);
    const mended = await place.doctor({ ...only, fix: true });
    if (!fault.mended) {
      expect(mended.checks).toEqual(found.checks);
      expect(place.snapshot()).toEqual(before);
      return;
    }
    expect(mended.checks).toMatchObject([{ fixed: true, fix: expect.any(String) }]);
    expect(mended.summary).toMatchObject({ problems: 0, warnings: 0, fixed: 1 });
    const after = place.snapshot();
    expect(await place.doctor({ ...only, fix: true })).toMatchObject({
      summary: { problems: 0, warnings: 0, fixed: 0 },
    });
    expect(place.snapshot()).toEqual(after);
  });
});

const COMMANDS = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { flags: Record<string, unknown> }>;
};

/** Commands of ours that are proposed exist, with their flags; all others are words that a shell can read. */
function expectRunnable(remedy: { command: string; when: string }[]): void {
  for (const { command } of remedy) {
    for (const [, line = ''] of command.matchAll(/\bsahara ((?:[a-z-]+ ?)+)/g)) {
      const words = line.trim().split(' ');
      // Of another version, in this test's toolkit.
      if (words[0] === 'completion') continue;
      const { flags = {} } = COMMANDS.commands[words.filter((w) => !w.startsWith('-')).join(':')] ?? {};
      expect(Object.keys(flags), command).toContain('json');
      for (const flag of words.filter((w) => w.startsWith('--')))
        expect(Object.keys(flags), command).toContain(flag.slice(2));
    }
    expect(spawnSync('/bin/sh', ['-n', '-c', command]).status, command).toBe(0);
  }
}

const expected = (status: Fault['status']) =>
  status === 'note' ? { status: 'ok', note: true } : { status, note: false };

test('a file system without hard links', async () => {
  const refuse = () => {
    throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
  };
  expect(await examineLinks(place.dir, refuse)).toMatchObject({
    status: 'problem',
    says: expect.stringMatching(/no hard links \(EPERM\)/),
  });
});

test('a file system that ignores permissions', async () => {
  expect(await examineModes(place.dir, () => 0o100777)).toMatchObject({ status: 'warning' });
});

test('files of another user, which stop everybody but a superuser', () => {
  const uid = process.getuid?.() ?? 0;
  expect(examineOwners(place.project.stateDir, uid).status).toBe('ok');
  const other = uid === 0 ? 1000 : uid + 1;
  expect(examineOwners(place.project.stateDir, other)).toMatchObject({
    status: 'problem',
    says: expect.stringContaining(`${place.project.stateDir} belongs to another user`),
  });
});

describe('--fix leaves alone', () => {
  test('a lock that a living process holds', async () => {
    place.write('project/.sahara/devnet/default/supervisor.lock', JSON.stringify(identify(process.pid)));
    const before = place.snapshot();
    expect(await place.doctor({ fix: true })).toMatchObject({ summary: { fixed: 0 } });
    expect(place.snapshot()).toEqual(before);
  });

  test('a devnet that died while another supervisor takes it over', async () => {
    writeLiveState(place.paths, liveState({ pid: deadPid(), startTime: '1' }, place.paths));
    place.write('project/.sahara/devnet/default/supervisor.lock', JSON.stringify(identify(process.pid)));
    const before = place.snapshot();
    const { checks } = await place.doctor({ fix: true });
    expect(checks.find((c) => c.id === 'devnet-state')).toMatchObject({
      status: 'problem',
      fixed: false,
      detail: expect.arrayContaining([expect.stringMatching(/could not be mended: .*starting or stopping/)]),
    });
    expect(place.snapshot()).toEqual(before);
  });

  test('processes that got the pids of a dead devnet', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
    cleanUp.push(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    writeLiveState(place.paths, liveState({ pid: child.pid ?? -1, startTime: 'long ago' }, place.paths));
    expect(await place.doctor({ fix: true })).toMatchObject({ summary: { fixed: 1 } });
    expect(identify(child.pid ?? -1)).not.toBeNull();
  });

  test('a chain that lives and does not answer, as it cannot be saved', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
    cleanUp.push(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const chain = identify(child.pid ?? -1);
    if (!chain) throw new Error('not running');
    const live = liveState({ pid: deadPid(), startTime: '1' }, place.paths);
    writeLiveState(place.paths, { ...live, chain: { ...live.chain, process: chain } });
    const before = place.snapshot();
    const { checks } = await place.doctor({ fix: true });
    expect(checks.find((c) => c.id === 'devnet-orphans')).toMatchObject({
      status: 'problem',
      fix: null,
      remedy: [{ command: 'sahara devnet stop' }],
    });
    expect(identify(chain.pid)).toEqual(chain);
    expect(place.snapshot()).toEqual(before);
  });

  test('a file that a living process is writing, and what is like it', async () => {
    const then = Date.now() / 1000 - 120;
    for (const name of [`chain.json.${process.pid}.0a1b2c3d.tmp`, `notes.${deadPid()}.tmp`])
      utimesSync(place.write(`project/.sahara/${name}`, 'half'), then, then);
    // Of this moment: its writer may be where we see no process.
    place.write(`project/.sahara/chain.json.${deadPid()}.0a1b2c3d.tmp`, 'half');
    expect(await place.check('state-leftovers')).toMatchObject({ status: 'ok' });
  });

  test('temporary folders of today, and of others', async () => {
    vi.stubEnv('TMPDIR', place.dir);
    for (const name of ['sahara-build-Ab12Cd', 'sahara-e2e-x-Ab12Cd']) mkdirSync(join(place.dir, name));
    expect(await place.check('temp-leftovers')).toMatchObject({ status: 'ok' });
  });

  test('a devnet of a run that was kept, and one that is being started', async () => {
    vi.stubEnv('TMPDIR', place.dir);
    const devnet = (name: string) => `sahara-run-${name}/.sahara/devnet/default`;
    place.write(`${devnet('Kept01')}/chain-state.json`, '{}');
    place.write(`${devnet('Begun1')}/supervisor.lock`, JSON.stringify(identify(process.pid)));
    const before = place.snapshot();
    expect(await place.check('run-leftovers')).toMatchObject({ status: 'ok' });
    expect(place.snapshot()).toEqual(before);
  });

  test('processes that have no record, while there is one that cannot be read', async () => {
    place.write('project/.sahara/devnet/default/live.json', '{"format": 1, "cha');
    const pid = await orphan(place.paths.contentRepo);
    expect((await place.check('devnet-orphans')).fix).toBeUndefined();
    expect(identify(pid)).not.toBeNull();
  });

  test('a key beyond a link', async () => {
    const elsewhere = place.write('elsewhere.pem', 'x', 0o644);
    symlinkSync(elsewhere, join(place.project.stateDir, 'keys/other.pem'));
    expect(await place.check('key-files')).toMatchObject({ status: 'ok' });
  });

  test('a .gitignore that is there, whatever it says', async () => {
    place.git('init', '-q');
    writeFileSync(join(place.project.stateDir, '.gitignore'), '# mine\n');
    expect((await place.check('state-ignored')).fix).toBeUndefined();
  });
});
