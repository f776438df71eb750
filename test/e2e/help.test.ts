import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallDataset } from './scripted.ts';
import { BIN, createWorld, type Envelope, ROOT, until } from './support.ts';

const world = await createWorld('help');

type Data = Record<string, unknown>;

describe('help', () => {
  test.for<[string[], string[][]]>([
    [['--help'], [['-h'], ['help'], ['--help', '--quiet']]],
    [
      ['asset', '--help'],
      [['asset'], ['help', 'asset'], ['asset', '-h'], ['--help', 'asset']],
    ],
    [
      ['asset', 'show', '--help'],
      [
        ['help', 'asset', 'show'],
        ['asset', 'show', 'penguins', '--help'],
        ['asset', 'show', '--help', '--no-such-flag'],
        ['asset', '--help', 'show'],
        ['--project', 'publish', 'asset', 'show', '-h'],
      ],
    ],
    [
      ['publish', '--help'],
      [
        ['help', 'publish'],
        ['publish', '-h', 'folder'],
      ],
    ],
  ])('%j is the same in other words', async ([line, others]) => {
    const text = await world.text(line);
    for (const other of others) expect({ other, text: await world.text(other) }).toEqual({ other, text });
  });

  test('after -- is a word like any other', async () => {
    const { code, stdout, stderr } = await world.run(['new', 'dataset', '--', '--help']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/"--help"/);
  });

  test.for<[string[], Data]>([
    [['--help'], { kind: 'root', version: expect.any(String), groups: expect.any(Array) }],
    [['help'], { kind: 'root' }],
    [['asset'], { kind: 'topic', topic: 'asset', commands: expect.any(Array) }],
    [['asset', '--help'], { kind: 'topic', topic: 'asset' }],
    [
      ['agent', 'run', '--help'],
      {
        kind: 'command',
        command: 'agent run',
        usage: 'sahara agent run [DIR] --once QUESTION [flags]',
        args: [
          { name: 'DIR', required: false, default: '.', description: expect.any(String), options: null },
        ],
      },
    ],
    [
      ['help', 'global'],
      { kind: 'global', exitCodes: expect.arrayContaining([{ code: 0, meaning: 'Done.' }]) },
    ],
  ])('%j is data with --json, and as a line of NDJSON', async ([line, data]) => {
    const envelope = await world.envelope(line);
    expect(envelope).toMatchObject({ ok: true, exit: 0, command: 'help', data });
    const lines = (await world.text([...line, '-o', 'ndjson'])).trimEnd().split('\n');
    expect(lines.length).toBe(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'result', ok: true, data: envelope.data });
  });

  test('gives chosen fields', async () => {
    expect(await world.text(['help', 'asset', 'show', '--fields', 'command'])).toBe('asset show\n');
    expect(await world.text(['asset', 'show', '--help', '--fields', 'command'])).toBe('asset show\n');
    expect(await world.json(['asset', 'list', '--help', '--fields=kind'])).toEqual({ kind: 'command' });
  });

  test('whose reader has had enough, or whose disk is full, ends without a stack', () => {
    const shell = (line: string) =>
      spawnSync('/bin/sh', ['-c', line.replaceAll('sahara', `"${process.execPath}" "${BIN}"`)], {
        cwd: world.project,
        env: world.env,
        encoding: 'utf8',
      });
    expect(shell('{ sahara --help; echo "exit $?" >&2; } | head -1')).toMatchObject({
      stdout: expect.stringMatching(/^.+\n$/),
      stderr: 'exit 0\n',
    });
    for (const line of ['--help', 'asset', 'asset show --help --json', '--version', '', '--json']) {
      const { status, stderr } = shell(`sahara ${line} > /dev/full`);
      expect({ line, status }).toEqual({ line, status: 1 });
      expect(stderr, line).toMatch(/SAH-0005/);
      expect(stderr, line).not.toMatch(/^\s+at /m);
    }
  });

  test('is bold on a terminal that wants it, and plain elsewhere', async () => {
    expect(await world.text(['--help'])).not.toContain('\u001b');
    const onTerminal = (env: Record<string, string>) =>
      execFileSync(
        'script',
        ['-qec', `stty cols 44; "${process.execPath}" "${BIN}" publish --help`, '/dev/null'],
        {
          env: { ...world.env, NO_COLOR: undefined, TERM: 'xterm', SAHARA_PAGER: '', ...env },
          encoding: 'utf8',
          timeout: 30_000,
        },
      );
    const bold = onTerminal({});
    expect(bold).toContain('\u001b[1mEXAMPLES');
    expect(onTerminal({ NO_COLOR: '1' })).not.toContain('\u001b[1m');
    // As wide as the screen is.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the styles are what is taken out
    const lines = bold.replace(/\u001b\[\d+m/g, '').split(/\r?\n/);
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(44);
  });

  test('the version is data too', async () => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const platform = `${process.platform}-${process.arch}`;
    for (const line of [['--version'], ['-v'], ['version']])
      expect(await world.json(line)).toEqual({ name, version, node: process.versions.node, platform });
    expect(await world.text(['version'])).toBe(await world.text(['--version']));
  });
});

describe('a line that names no command', () => {
  test.for<[string[], string, string]>([
    [['asset', 'shwo', 'x'], '"asset shwo"', 'sahara asset show --help'],
    [['asset', 'shwo', '--help'], '"asset shwo"', 'sahara asset show --help'],
    [['help', 'asset', 'shwo'], '"asset shwo"', 'sahara asset show --help'],
    [['list', 'asset'], '"list asset"', 'sahara asset list --help'],
    [['assets'], '"assets"', 'sahara asset list --help'],
    [['licence', 'set', 'penguins'], '"licence set"', 'sahara license set --help'],
    [['status'], '"status"', 'sahara devnet status --help'],
    [['ls'], '"ls"', 'sahara asset list --help'],
    [['asset', 'frobnicate', 'a', 'b'], '"asset frobnicate"', 'sahara asset --help'],
    [['frobnicate', 'the', 'whole', 'thing'], '"frobnicate"', 'sahara --help'],
    [['nonsense', '--help'], '"nonsense"', 'sahara --help'],
  ])('%j', async ([line, says, next]) => {
    const error = await world.refused(line, { code: 'SAH-0003', exit: 2, says: new RegExp(says) });
    expect(error.next[0]?.command).toBe(next);
    expect((await world.run(next.split(' ').slice(1))).code).toBe(0);
  });

  test('with flags before the command is told the line that was meant, which works', async () => {
    const error = await world.refused(['--quiet', 'account', 'list'], { code: 'SAH-0002', exit: 2 });
    const [step] = error.next;
    expect(step?.command).toMatch(/^sahara account list --quiet( --json)?$/);
    expect((await world.run((step?.command ?? '').split(' ').slice(1))).code).toBe(0);
  });
});

describe('sahara alone', () => {
  type Home = {
    state: string;
    project: { root: string; settingsProblem: string | null } | null;
    assets: string[];
    devnet: { holds: { assets: number; offers: number; unsettled: string } | null } | null;
    next: { command: string }[];
  };
  const home = async (cwd = world.project) => {
    const envelope = (await world.envelope([], { cwd })) as Envelope & { exit: number; data: Home };
    expect(envelope).toMatchObject({ ok: true, exit: 0, command: 'home', warnings: [] });
    expect(envelope.meta.next).toEqual(envelope.data.next);
    const { code, stdout, stderr } = await world.run([], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('Sahara AI');
    for (const { command } of envelope.data.next) expect(stderr).toContain(command);
    return { ...envelope.data, text: stdout };
  };

  test('outside a project', async () => {
    const cwd = join(world.dir, 'home');
    const { state, project, devnet } = await home(cwd);
    expect({ state, project, devnet }).toEqual({ state: 'no-project', project: null, devnet: null });
  });

  test('in a project, before, while and after its devnet runs', { timeout: 120_000 }, async () => {
    expect(await home()).toMatchObject({
      state: 'devnet-stopped',
      project: { root: world.project },
      next: [{ command: 'sahara devnet start' }, {}, {}, {}],
    });
    const live = await world.startDevnet();
    smallDataset(world, 'letters');
    expect(await home()).toMatchObject({
      state: 'devnet-running',
      assets: ['letters'],
      devnet: { holds: { assets: 0, offers: 0, unsettled: '0' } },
      next: [{ command: 'sahara publish letters' }, {}, {}],
    });
    await world.json(['publish', 'letters']);
    const { offers } = { offers: (await world.json<unknown[]>(['market', 'list'])).length };
    await world.json(['license', 'set', 'letters', '--preset', 'commercial-remix', '--price', '5']);
    await world.json(['revenue', 'pay', 'letters', '2.5', '--account', 'buyer']);
    const paid = await home();
    expect(paid.devnet?.holds).toMatchObject({ assets: 1, offers: offers + 1 });
    const settled = await world.json<{ moved?: unknown }>(['revenue', 'settle']);
    expect(settled).toBeTruthy();
    expect(BigInt(paid.devnet?.holds?.unsettled ?? 0)).toBeGreaterThan(24n * 10n ** 17n);
    expect(paid.next[0]?.command).toBe('sahara revenue settle');
    expect(paid.text).toMatch(/1 asset, \d offers?, 2\.\d+ SAHARA paid and not yet settled/);
    expect((await home()).devnet?.holds).toMatchObject({ unsettled: '0' });

    for (const pid of [live.supervisor.pid, live.chain.process.pid]) process.kill(pid, 'SIGKILL');
    await until(async () => (await home()).state === 'devnet-crashed', 'the crash is seen');
    expect((await home()).next[0]?.command).toBe('sahara devnet start');
    await world.startDevnet();
    await world.stopDevnet();
    expect(await home()).toMatchObject({ state: 'devnet-stopped', devnet: { hasSavedChain: true } });
  });

  test('with settings that cannot be read shows what is wrong, and does not fail', async () => {
    const folder = join(world.dir, 'broken');
    mkdirSync(folder);
    writeFileSync(join(folder, 'sahara.config.json'), '{ "acount": "curator" ');
    const { state, project, next, text } = await home(folder);
    expect(state).toBe('devnet-stopped');
    expect(project?.settingsProblem).toMatch(/sahara\.config\.json/);
    expect(text).toMatch(/cannot be used/);
    expect(next[0]?.command).toBe('sahara config show');
    rmSync(folder, { recursive: true });
  });

  test('with a live.json that is nonsense takes the devnet for stopped', async () => {
    const folder = join(world.dir, 'odd');
    mkdirSync(join(folder, '.sahara/devnet/default'), { recursive: true });
    writeFileSync(join(folder, '.sahara/devnet/default/live.json'), '{"format":1}');
    expect((await home(folder)).state).toMatch(/^devnet-(stopped|crashed)$/);
    rmSync(folder, { recursive: true });
  });

  test('of a project that is named, and of one that is not there', async () => {
    const cwd = join(world.dir, 'home');
    const { project, next } = await world.json<Home>(['--project', '../project'], { cwd });
    expect(project?.root).toBe(world.project);
    expect(next[0]?.command).toMatch(/ --project \.\.\/project$/);
    expect(await world.text(['--fields', 'state'], { cwd })).toBe('no-project\n');
    await world.refused(['--project', 'nowhere'], { code: 'SAH-1001', exit: 2 });
  });
});
