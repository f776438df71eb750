import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testAtDepth } from '../depth.ts';
import { runAsWritten } from './shell.ts';
import { createWorld, freePorts, halt, isRunning, type Live, pidsOf, ROOT, rpc, until } from './support.ts';

const world = await createWorld('doctor');
const state = join(world.project, '.sahara/devnet/default');

type Check = {
  id: string;
  area: string;
  title: string;
  status: string;
  says: string;
  detail: string[];
  note: boolean;
  fix: string | null;
  fixed: boolean;
  remedy: { command: string; when: string }[];
};
type Report = {
  checks: Check[];
  summary: Record<'ok' | 'warnings' | 'problems' | 'skipped' | 'fixed', number>;
  versions: Record<string, string>;
};

/** What doctor says; its exit code must be that of its findings. */
async function doctor(args: string[] = [], options?: Parameters<typeof world.run>[1]): Promise<Report> {
  const answer = await world.envelope(['doctor', ...args], options);
  const report = answer.data as Report;
  expect({ ok: answer.ok, exit: answer.exit }).toEqual({
    ok: true,
    exit: report.summary.problems > 0 ? 1 : 0,
  });
  return report;
}
const found = ({ checks }: Report, id: string) => checks.find((c) => c.id === id);
/** What is wrong, but for the room that the machine happens to have. */
const wrong = ({ checks }: Report) =>
  checks
    .filter((c) => /warning|problem/.test(c.status) && !/^(disk-space|memory)$/.test(c.id))
    .map((c) => c.id);

describe('anywhere', () => {
  test('it examines an installation without a project, and leaves nothing behind', async () => {
    const empty = join(world.dir, 'empty');
    mkdirSync(empty);
    const report = await doctor([], { cwd: empty });
    expect(wrong(report)).toEqual([]);
    expect(report.summary.ok).toBeGreaterThan(15);
    expect(report.versions).toMatchObject({
      toolkit: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.versions.node,
      anvil: expect.stringMatching(/^\d+\.\d+\.\d+/),
      arch: process.arch,
    });
    expect(readdirSync(empty)).toEqual([]);
    expect(readdirSync(join(world.dir, 't'))).toEqual([]);
  });

  test('for people it is a line for each area, and every check with --verbose', async () => {
    const short = await world.text(['doctor']);
    expect(
      short
        .split('\n')
        .slice(0, 5)
        .map((l) => l.split(/\s/)[0]),
    ).toEqual(['toolkit', 'machine', 'project', 'settings', 'devnet']);
    expect(short).toMatch(/\nNo problems in \d+ checks\.\n$/);
    const long = await world.text(['doctor', '--verbose']);
    for (const { id } of (await doctor()).checks)
      expect(long).toMatch(new RegExp(`^  (ok|note|skipped) +${id}  +\\S`, 'm'));
    expect(long).toMatch(new RegExp(`^node +${process.versions.node}$`, 'm'));
  });

  test('a project folder that is not there is the usual error', async () => {
    await world.refused(['doctor', '--project', 'nowhere'], { code: 'SAH-1001', exit: 2 });
  });

  test('--dry-run says that nothing was changed', async () => {
    const { meta } = await world.envelope(['doctor', '--fix', '--dry-run']);
    expect(meta).toMatchObject({ dryRun: true });
    expect((await world.run(['doctor', '--dry-run'])).stderr).toContain('nothing was changed');
  });

  test('values of variables and the home folder are not in a report', async () => {
    const secret = `0x${'5ec4e7'.repeat(10)}abcd`;
    const home = world.env['HOME'] ?? '';
    const cwd = join(home, 'mine');
    mkdirSync(cwd, { recursive: true });
    const { stdout, code } = await world.run(['doctor', '--json'], {
      cwd,
      env: { SAHARA_PRIVATE_KEY: secret, HTTP_PROXY: `http://user:${secret}@127.0.0.1:9` },
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain(home);
    const report = (JSON.parse(stdout) as { data: Report }).data;
    expect(wrong(report)).toEqual(['proxy', 'environment']);
    expect(found(report, 'environment')?.says).toContain('SAHARA_PRIVATE_KEY');
    expect(found(report, 'project-folder')?.says).toMatch(/^~\/mine /);
  });

  test('a configuration file that is broken is told, with what other commands would say', async () => {
    const file = world.write('sahara.config.json', '{"acount": "curator"}');
    try {
      const report = await doctor();
      expect(wrong(report)).toEqual(['config']);
      expect(found(report, 'config')?.says).toMatch(/did you mean "account"/);
      const { code, stdout, stderr } = await world.run(['doctor']);
      expect({ code, stdout: /\nproblem {2}config: /.test(stdout) }).toEqual({ code: 1, stdout: true });
      expect(stderr).toContain('sahara config show');
    } finally {
      rmSync(file);
    }
  });

  test.runIf(process.platform === 'linux')('an interruption is one', async () => {
    const kubo = world.write('slow-ipfs', '#!/bin/sh\nexec sleep 4\n');
    spawnSync('chmod', ['+x', kubo]);
    const { child, result } = world.start(['doctor', '--json'], {
      env: { SAHARA_CONTENT_NODE: 'kubo', KUBO_BINARY: kubo },
    });
    await until(() => childOf(child.pid ?? -1, 'sleep'), 'Kubo to be asked');
    child.kill('SIGINT');
    const { code, stdout } = await result;
    expect({ code, answer: JSON.parse(stdout) }).toMatchObject({
      code: 130,
      answer: { ok: false, error: { code: 'SAH-0004' } },
    });
  });
});

/** True when a process of that name has this parent. */
function childOf(parent: number, name: string): boolean {
  return spawnSync('ps', ['-o', 'comm=', '--ppid', `${parent}`], { encoding: 'utf8' }).stdout.includes(name);
}

describe('an installation with parts missing', () => {
  const copy = join(world.dir, 'toolkit');
  const pkg = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    files: string[];
    dependencies: Record<string, string>;
  };

  beforeAll(() => {
    for (const file of [...pkg.files.filter((f) => !f.startsWith('!')), 'package.json'])
      if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(copy, file), { recursive: true });
    for (const name of Object.keys(pkg.dependencies)) {
      mkdirSync(join(copy, 'node_modules', name, '..'), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
    }
  });

  const run = (): { code: number | null; report: Report } => {
    const { status, stdout } = spawnSync(process.execPath, [join(copy, 'bin/run.js'), 'doctor', '--json'], {
      cwd: world.project,
      env: world.env,
      encoding: 'utf8',
    });
    return { code: status, report: (JSON.parse(stdout) as { data: Report }).data };
  };

  test('that is whole has no problems', () => {
    expect(wrong(run().report)).toEqual([]);
  });

  test('that was broken in many ways is examined all the same', () => {
    const chunks = readdirSync(join(copy, 'dist/chunks'));
    // Code of one of the checks themselves, and of other commands.
    for (const pattern of [/^anvil-.*\.js$/, /^progress-view-.*\.js$/, /^dag-.*\.js$/]) {
      const chunk = chunks.find((c) => pattern.test(c));
      if (!chunk) throw new Error(`no chunk ${pattern}`);
      rmSync(join(copy, 'dist/chunks', chunk));
    }
    rmSync(join(copy, 'dist/devnet/supervisor'), { recursive: true });
    rmSync(join(copy, 'devnet'), { recursive: true });
    rmSync(join(copy, 'templates/agent'), { recursive: true });
    rmSync(join(copy, 'node_modules/ml-matrix'), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(copy, 'oclif.manifest.json'), 'utf8')) as object;
    writeFileSync(join(copy, 'oclif.manifest.json'), JSON.stringify({ ...manifest, version: '0.0.1' }));
    const { code, report } = run();
    expect(code).toBe(1);
    expect(wrong(report)).toEqual([
      'toolkit-files',
      'toolkit-version',
      'templates',
      'genesis',
      'anvil',
      'libraries',
    ]);
    expect(found(report, 'toolkit-files')?.says).toMatch(/^4 files/);
    expect(found(report, 'anvil')?.says).toMatch(/could not be examined: .*anvil-/);
  });
});

/** Whether a disk of our own can be mounted, in a namespace of our own. */
const mounts = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m none /mnt']).status === 0;

describe.runIf(mounts)('a disk', () => {
  const on = async (options: string, prepare = ''): Promise<Report> => {
    const disk = join(world.dir, 'disk');
    mkdirSync(disk, { recursive: true });
    const line = `unshare -rm sh -c 'mount -t tmpfs -o ${options} none "${disk}" && cd "${disk}" && ${prepare} sahara doctor --json'`;
    const { stdout, stderr, code } = await runAsWritten(world, line);
    if (stdout === '') throw new Error(stderr);
    expect(code).toBe(1);
    return (JSON.parse(stdout) as { data: Report }).data;
  };

  test('that is nearly full', async () => {
    const report = await on('size=50m');
    expect(found(report, 'disk-space')).toMatchObject({
      status: 'problem',
      says: 'Only 50 MB are free for the project.',
    });
    expect(wrong(report)).toEqual([]);
  });

  test('with room for hardly a file', async () => {
    const report = await on('size=2g,nr_inodes=60');
    expect(found(report, 'disk-space')?.says).toMatch(/room for \d\d files/);
  });

  test('that is full', async () => {
    const report = await on('size=1m', 'head -c 1m /dev/zero > full;');
    expect(wrong(report)).toEqual(expect.arrayContaining(['project-folder']));
    expect(found(report, 'project-folder')?.says).toMatch(/cannot be written to \(ENOSPC/);
  });

  test('that is read-only', async () => {
    const report = await on(
      'size=2g',
      `mkdir .sahara && mount -o remount,ro "${join(world.dir, 'disk')}" &&`,
    );
    expect(found(report, 'project-folder')).toMatchObject({
      status: 'problem',
      says: expect.stringMatching(/\(EROFS/),
    });
    expect(found(report, 'hard-links')?.status).toBe('skipped');
  });
});

describe('a devnet that runs', () => {
  let live: Live;
  const halted: number[] = [];
  const hold = async (pid: number) => {
    await halt(pid);
    halted.push(pid);
  };
  afterEach(() => {
    for (const pid of halted.splice(0)) process.kill(pid, 'SIGCONT');
  });

  beforeAll(async () => {
    live = await world.startDevnet();
  });

  test('is in order, and --fix leaves it as it is', async () => {
    const before = readFileSync(join(state, 'live.json'), 'utf8');
    const report = await doctor(['--fix']);
    expect(wrong(report)).toEqual([]);
    expect(report.summary.fixed).toBe(0);
    for (const id of ['state', 'orphans', 'lock', 'ports', 'chain', 'protocol', 'clock', 'content', 'logs'])
      expect(found(report, `devnet-${id}`), id).toMatchObject({ status: 'ok', fix: null });
    expect(readFileSync(join(state, 'live.json'), 'utf8')).toBe(before);
    expect(pidsOf(live).filter(isRunning)).toEqual(pidsOf(live));
    expect(await world.json(['devnet', 'status'])).toMatchObject({ state: 'running', stopping: false });
  });

  testAtDepth('whose chain hangs is told so, and left alone', async () => {
    await hold(live.chain.process.pid);
    const report = await doctor(['--fix']);
    expect(wrong(report)).toEqual(['devnet-chain']);
    expect(found(report, 'devnet-chain')?.says).toMatch(/does not answer within 6 s/);
    expect(report.summary.fixed).toBe(0);
  });

  testAtDepth('whose content node hangs is told so', async () => {
    for (const pid of pidsOf(live).slice(2)) await hold(pid);
    const report = await doctor();
    expect(wrong(report)).toEqual(['devnet-content']);
    expect(found(report, 'devnet-content')?.says).toMatch(/does not answer/);
  });

  testAtDepth('whose supervisor hangs is left alone', async () => {
    await hold(live.supervisor.pid);
    const report = await doctor(['--fix']);
    expect(wrong(report)).toEqual(['devnet-state']);
    expect(found(report, 'devnet-state')).toMatchObject({ status: 'warning', fix: null });
    expect(pidsOf(live).filter(isRunning)).toEqual(pidsOf(live));
  });

  test('that was to run on other ports, and a chain of another id that is expected', async () => {
    const [port] = await freePorts(1);
    const report = await doctor([], { env: { SAHARA_RPC_PORT: `${port}`, SAHARA_CHAIN_ID: '1' } });
    expect(wrong(report)).toEqual(['devnet-ports', 'devnet-chain']);
    expect(found(report, 'devnet-ports')?.says).toContain(`port ${port} (chain)`);
    expect(found(report, 'devnet-chain')?.says).toMatch(/has the id 31337; the settings expect 1\./);
  });

  test('whose endpoints are exported answers as a chain and content node of the settings too', async () => {
    const env = { SAHARA_RPC_URL: live.chain.rpcUrl, SAHARA_IPFS_API: live.content.api };
    const report = await doctor([], { env });
    expect(wrong(report)).toEqual([]);
    expect(found(report, 'configured-chain')?.status).toBe('ok');
    expect(found(report, 'configured-content')?.status).toBe('ok');
    const other = await doctor([], { env: { ...env, SAHARA_CHAIN_ID: '5' } });
    expect(found(other, 'configured-chain')?.says).toMatch(/has the id 31337; the settings expect 5/);
  });

  test('whose clock was moved ahead', async () => {
    await rpc(live.chain.rpcUrl, 'evm_increaseTime', [3 * 3600]);
    await rpc(live.chain.rpcUrl, 'evm_mine');
    const report = await doctor();
    expect(wrong(report)).toEqual(['devnet-clock']);
    expect(found(report, 'devnet-clock')?.says).toMatch(/is (2|3) hours ahead/);
  });

  test('without a contract of the protocol', async () => {
    const { CONTRACTS } = await import('../../src/chain/contracts.ts');
    await rpc(live.chain.rpcUrl, 'anvil_setCode', [CONTRACTS.RevenueVault.address, '0x']);
    const report = await doctor();
    expect(found(report, 'devnet-protocol')).toMatchObject({
      status: 'problem',
      says: expect.stringMatching(/lacks .*: revenueVault\./),
    });
    await world.json(['devnet', 'reset', '--yes']);
  });
});

describe('a devnet that was killed', () => {
  let live: Live;
  const kill = async (...pids: number[]) => {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until(() => pids.every((pid) => !isRunning(pid)), 'it to die');
  };
  const balance = () => world.json(['account', 'balance', 'dao']);

  beforeAll(async () => {
    live = await world.startDevnet();
    await world.json(['account', 'send', 'dao', '1', '--account', 'buyer']);
  });

  test('but for its chain: that is saved and ended, and nothing on it is lost', async () => {
    const held = await balance();
    await kill(live.supervisor.pid);
    const report = await doctor();
    expect(found(report, 'devnet-orphans')).toMatchObject({
      status: 'problem',
      fix: 'save the chain and end them',
    });
    expect(await doctor(['--fix', '--dry-run'])).toMatchObject({ summary: { fixed: 0 } });
    expect(isRunning(live.chain.process.pid)).toBe(true);
    const { code, stdout } = await world.run(['doctor', '--fix']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/\nfixed {4}devnet-orphans: /),
    });
    expect(stdout).toMatch(/Done: save the chain and end them\./);
    expect(pidsOf(live).filter(isRunning)).toEqual([]);
    expect(await doctor(['--fix'])).toMatchObject({ summary: { problems: 0, warnings: 0, fixed: 0 } });
    live = await world.startDevnet();
    expect(live).toMatchObject({ lost: null });
    expect(await balance()).toEqual(held);
  });

  test('with all of it: what it left is cleared away, and the next start has what was done', async () => {
    const held = await balance();
    await kill(...pidsOf(live));
    const report = await doctor();
    expect(wrong(report)).toEqual(['devnet-state', 'devnet-lock', 'devnet-sockets']);
    expect((await doctor(['--fix'])).summary).toMatchObject({ problems: 0, warnings: 0 });
    expect(readdirSync(join(world.dir, 't'))).toEqual([]);
    expect(existsSync(join(state, 'supervisor.lock'))).toBe(false);
    const { warnings, data } = await world.envelope(['devnet', 'start']);
    for (const pid of pidsOf(data as Live)) world.watch(pid);
    expect(warnings).toEqual([]);
    expect(await balance()).toEqual(held);
    await world.stopDevnet();
    expect(wrong(await doctor())).toEqual([]);
  });
});

test.skipIf(process.platform !== 'linux')(
  'a devnet of a run that was killed with its supervisor: what still runs of it is ended, and its folder removed',
  async () => {
    const running = world.start(['devnet', 'run', '--', 'sh', '-c', 'echo "pid $$"; exec sleep 60']);
    await until(() => /^pid \d+$/m.test(running.seen().stdout), 'the command to run', 60_000);
    const command = Number(/^pid (\d+)$/m.exec(running.seen().stdout)?.[1]);
    const temp = join(world.dir, 't');
    const folder = readdirSync(temp).find((name) => name.startsWith('sahara-run-')) ?? '';
    const record = join(temp, folder, '.sahara/devnet/default/live.json');
    const live = JSON.parse(readFileSync(record, 'utf8')) as Live;
    for (const pid of [...pidsOf(live), command]) world.watch(pid);
    // It would clear all of it away, were it not killed at the same moment.
    for (const pid of [live.supervisor.pid, running.child.pid ?? 0, command]) process.kill(pid, 'SIGKILL');
    await running.result;
    await until(() => !isRunning(live.supervisor.pid), 'it to die');
    expect(isRunning(live.chain.process.pid)).toBe(true);
    const report = await doctor();
    expect(found(report, 'run-leftovers')).toMatchObject({
      status: 'warning',
      detail: expect.arrayContaining([expect.stringContaining(`${live.chain.process.pid}`)]),
    });
    expect(found(await doctor(['--fix']), 'run-leftovers')).toMatchObject({ status: 'ok', fixed: true });
    expect(pidsOf(live).filter(isRunning)).toEqual([]);
    expect(readdirSync(temp)).toEqual([]);
  },
);
