import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAtDepth } from '../depth.ts';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld, halt, type Live, rpc, until } from '../e2e/support.ts';
import { movements, openWorldTerminal } from './support.ts';
import { noTmux, type Terminal, type TerminalOptions } from './tmux.ts';

const world = await createWorld('terminal-dashboard');
let live: Live;
let terminal: Terminal | undefined;

beforeAll(async () => {
  smallDataset(world, 'letters');
});
beforeEach(async () => {
  live = await world.startDevnet();
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

const WATCH = 'sahara devnet status --watch';

async function watching(options: TerminalOptions = {}): Promise<Terminal> {
  terminal = await openWorldTerminal(world, options);
  await terminal.run('echo before');
  await terminal.enter(WATCH);
  await terminal.see(/block +\d+/);
  return terminal;
}

const blockOn = (screen: string): number => Number(/block +(\d+)/.exec(screen)?.[1]);
const mine = (blocks: number) => rpc(live.chain.rpcUrl, 'anvil_mine', [`0x${blocks.toString(16)}`]);

/** Leaves by a key, and requires a terminal on which nothing of it is left. */
async function leave(t: Terminal, key: string, code = 0): Promise<void> {
  await t.press(key);
  const left = await t.finished();
  expect(left.code).toBe(code);
  expect(left.screen).toMatch(new RegExp(`^before\\n\\[0\\] \\$ ${WATCH}\\n\\[${code}\\] \\$$`, 'm'));
  expect(await t.history()).not.toMatch(/Sahara devnet|block +\d|refresh/);
  expect(await t.cursor()).toMatchObject({ visible: true, alternateScreen: false });
  expect((await t.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours look like
const COLOUR = /\u001b\[[\d;]*m/;

describe.skipIf(noTmux)(`the dashboard of a devnet${noTmux ? ` (${noTmux})` : ''}`, () => {
  it.for([
    { columns: 80, rows: 24, key: 'q' },
    { columns: 200, rows: 50, key: 'C-c' },
    { columns: 40, rows: 20, key: 'Escape' },
  ])(
    'shows services and blocks at $columns x $rows, and is left with $key',
    async ({ columns, rows, key }) => {
      const t = await watching({ columns, rows });
      const screen = await t.screen();
      for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      expect(screen).toMatch(/Sahara devnet +running · \d+ s/);
      expect(screen).toMatch(new RegExp(`chain +running +[^█]*pid ${live.chain.process.pid}`));
      expect(screen).toMatch(new RegExp(`content +running +[^█]*pid ${live.content.process?.pid}`));
      for (const url of [live.chain.rpcUrl, live.content.api]) expect(screen).toContain(url);
      expect(screen).toMatch(/supervisor [\s\S]*q quit/);
      expect(await t.cursor()).toMatchObject({ visible: false, alternateScreen: true });
      expect(await t.colours()).toContain('\u001b[32mrunning');
      await mine(3);
      await t.see(new RegExp(`block +${blockOn(screen) + 3}$`, 'm'));
      await leave(t, key);
    },
  );

  it('follows a publication, and counts blocks', async () => {
    const t = await watching();
    const before = await t.see(/assets +\d+/);
    const assets = Number(/assets +(\d+)/.exec(before)?.[1]);
    await world.json(['publish', 'letters']);
    const after = await t.see(new RegExp(`assets +${assets + 1}$`, 'm'));
    expect(blockOn(after)).toBeGreaterThan(blockOn(before));
    await t.see(/pace +[\d.]*[1-9][\d.]* blocks a minute/);
    await leave(t, 'q');
  });

  it('hides its logs, and shows them again', async () => {
    const t = await watching();
    await t.press('l');
    expect(await t.gone(/supervisor/)).toMatch(/l show logs/);
    await t.press('l');
    expect(await t.see(/supervisor/)).toMatch(/l hide logs/);
    await leave(t, 'q');
  });

  it('is drawn anew for each size of its window', async () => {
    const t = await watching({ columns: 120, rows: 40 });
    for (const [columns, rows] of [
      [60, 40],
      [200, 50],
      [40, 20],
      [100, 24],
      [80, 50],
      [81, 22],
    ] as const) {
      await t.resize(columns, rows);
      // The keys stand on the last line but one, whatever the size, and the heading on the first.
      await until(async () => {
        const lines = (await t.screen()).split('\n');
        return lines.length === rows - 1 && /^ Sahara devnet .*s$/.test(lines[0] ?? '');
      }, `a drawing for ${columns} x ${rows}`);
      const screen = await t.screen();
      for (const once of [/Sahara devnet/g, /block +\d/g, /unsettled/g, /q quit/g])
        expect(screen.match(once), `${once} at ${columns} x ${rows}`).toHaveLength(1);
    }
    await leave(t, 'q');
  });

  testAtDepth('says that the devnet has stopped, and sees it start again', async () => {
    const t = await watching();
    await world.stopDevnet();
    const stopped = await t.see(/Sahara devnet +stopped/);
    expect(stopped).toMatch(/what was on it is kept\.\n +Waiting for: sahara devnet start/);
    expect(stopped).not.toMatch(/block +\d/);
    live = await world.startDevnet();
    await t.see(/Sahara devnet +running/);
    expect(await t.see(/block +\d/)).toContain(`pid ${live.chain.process.pid}`);
    await world.stopDevnet();
    await t.see(/Sahara devnet +stopped/);
    await leave(t, 'q', 6);
  });

  testAtDepth('waits for a devnet that does not run yet', async () => {
    await world.stopDevnet();
    terminal = await openWorldTerminal(world);
    await terminal.run('echo before');
    await terminal.enter(WATCH);
    await terminal.see(/Sahara devnet +stopped/);
    await world.startDevnet();
    await terminal.see(/block +\d/);
    await leave(terminal, 'q');
  });

  testAtDepth('shows a crash, a chain that hangs, and a chain that came back', async () => {
    const t = await watching();
    await halt(live.chain.process.pid);
    await t.see(/chain +(silent|restarting|failed)/);
    process.kill(live.chain.process.pid, 'SIGCONT');
    await t.see(/chain +running/);
    await t.see(/block +\d/);
    process.kill(live.supervisor.pid, 'SIGKILL');
    expect(await t.see(/Sahara devnet +crashed/)).toMatch(/sahara devnet start/);
    await leave(t, 'C-c', 6);
  });

  testAtDepth('can be left at once while everything hangs', async () => {
    const t = await watching();
    await halt(live.supervisor.pid);
    await halt(live.chain.process.pid);
    try {
      await t.see(/chain +silent/);
      await leave(t, 'q');
    } finally {
      process.kill(live.chain.process.pid, 'SIGCONT');
      process.kill(live.supervisor.pid, 'SIGCONT');
    }
  });

  testAtDepth('goes to sleep on Ctrl-Z with the screen as it was, and goes on', async () => {
    const t = await watching();
    await t.press('C-z');
    const { code, screen } = await t.finished();
    expect(code).toBe(148);
    expect(screen).toMatch(/^before$/m);
    expect(screen).not.toMatch(/block +\d/);
    expect(await t.cursor()).toMatchObject({ visible: true, alternateScreen: false });
    await mine(1);
    await t.enter('fg');
    await t.see(/block +\d/);
    expect(await t.cursor()).toMatchObject({ visible: false, alternateScreen: true });
    await t.press('q');
    expect((await t.finished()).code).toBe(0);
    expect((await t.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
  });

  it('gives the terminal back when it is told to end', async () => {
    terminal = await openWorldTerminal(world);
    const t = terminal;
    await t.enter(`sh -c 'echo $$ > pid; exec ${WATCH}'`);
    await t.see(/block +\d/);
    process.kill(Number(readFileSync(join(world.project, 'pid'), 'utf8')), 'SIGTERM');
    const { code, screen } = await t.finished();
    expect(code).toBe(143);
    expect(screen).not.toMatch(/block +\d/);
    expect(await t.cursor()).toMatchObject({ visible: true, alternateScreen: false });
    expect((await t.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
  });

  testAtDepth('has no colour with NO_COLOR, and only ASCII in another locale', async () => {
    const t = await watching({ env: { NO_COLOR: '1', LC_ALL: 'C' } });
    await leave(t, 'q');
    const drawn = t.raw();
    expect(drawn).not.toMatch(COLOUR);
    expect(drawn).not.toMatch(/[\u0080-\uffff]/);
  });

  it('is sentences about what has changed for a screen reader', async () => {
    terminal = await openWorldTerminal(world, { env: { SAHARA_SCREEN_READER: '1' }, columns: 120 });
    const t = terminal;
    await t.enter(WATCH);
    const first = await t.see(/^Block \d+\.\n[^$]*Not settled: .* SAHARA\./m);
    const block = Number(/^Block (\d+)\./m.exec(first)?.[1]);
    await mine(2);
    await t.see(`Block ${block + 2}.`);
    await t.press('C-c');
    const { code, screen } = await t.finished();
    expect(code).toBe(0);
    expect(screen.match(/The devnet is running\./g)).toHaveLength(1);
    expect(screen.match(/Not settled/g)).toHaveLength(1);
    expect(movements(t.raw())).toEqual([]);
  });

  it.for([{ CI: 'true' }, { TERM: 'dumb' }])('is refused with %j, which names what works', async (env) => {
    terminal = await openWorldTerminal(world, { env });
    const { code, screen } = await terminal.run(WATCH);
    expect(code).toBe(2);
    expect(screen.replace(/\s+/g, ' ')).toContain('sahara devnet status --watch --output ndjson');
  });
});

describe('devnet status --watch without a terminal', () => {
  it.for([[], ['--output', 'env'], ['--fields', 'state']])('is refused with %j', async (more) => {
    const ran = await world.run(['devnet', 'status', '--watch', ...more]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('error SAH-0002');
  });

  it('is refused with --json, in JSON', async () => {
    const answer = await world.envelope(['devnet', 'status', '--watch', '--json']);
    expect(answer).toMatchObject({ ok: false, exit: 2, error: { code: 'SAH-0002' } });
  });

  it('is a line a second in NDJSON until it is interrupted', async () => {
    const run = world.start(['devnet', 'status', '--watch', '-o', 'ndjson']);
    const lines = () =>
      run
        .seen()
        .stdout.split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string; state: string; block: { number: number } });
    await until(() => lines().length >= 2, 'two lines');
    const before = lines().at(-1)?.block.number ?? 0;
    await mine(2);
    await until(() => lines().at(-1)?.block.number === before + 2, 'the new blocks');
    run.child.kill('SIGINT');
    expect((await run.result).code).toBe(0);
    expect(lines().at(-1)).toMatchObject({ type: 'result', ok: true, data: { state: 'running' } });
    expect(lines().filter((l) => l.type === 'result')).toHaveLength(1);
  });

  it('ends when nobody reads it any more', async () => {
    const run = world.start(['devnet', 'status', '--watch', '-o', 'ndjson']);
    await until(() => run.seen().stdout.includes('\n'), 'a line');
    run.child.stdout?.destroy();
    expect((await run.result).code).toBe(0);
  });
});
