import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorld } from '../e2e/support.ts';
import { movements, openWorldTerminal } from './support.ts';
import { noTmux, type Terminal, type TerminalOptions } from './tmux.ts';

const world = await createWorld('terminal-pager');
let terminal: Terminal | undefined;

beforeAll(async () => {});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});
const open = async (options?: TerminalOptions) => {
  terminal = await openWorldTerminal(world, options);
  return terminal;
};

/** Nothing but what is in it: a pager that shows what it gets, says that it did, and waits for a key. */
const PAGER = `sh -c 'head -2; echo PAGED; read key </dev/tty'`;

describe.skipIf(noTmux)(`long output on a terminal${noTmux ? ` (${noTmux})` : ''}`, () => {
  it.for([
    { columns: 80, rows: 20 },
    { columns: 200, rows: 15 },
  ])('is paged at $columns x $rows, and quitting with q is success', async ({ columns, rows }) => {
    const t = await open({ columns, rows, env: { PAGER: undefined } });
    await t.enter('sahara account list');
    await t.see(/^protocol .*\n(.*\n)+:$/m);
    expect(await t.colours()).toContain('\u001b[1m');
    await t.press('Space');
    await t.see(/^spare-2 .*\n\(END\)$/m);
    await t.press('q');
    const { code, screen } = await t.finished();
    expect(code).toBe(0);
    expect(screen).toMatch(/^Next\n {2}sahara account balance .*\n(.*\n)*\[0\] \$$/m);
    expect(await t.cursor()).toMatchObject({ visible: true, alternateScreen: false });
    expect((await t.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
  });

  it.for(['sahara account list', 'sahara publish --help'])('leaves Ctrl-C to the pager: %s', async (line) => {
    const t = await open({ rows: 20 });
    await t.enter(line);
    await t.see(/:$/);
    await t.press('C-c');
    // less forgets the keys that come while it sees to an interruption, however long that takes.
    await t.press('G');
    await t.see('(END)', { timeoutMs: 5_000 }).catch(async () => {
      await t.press('G');
      await t.see('(END)');
    });
    await t.press('q');
    const { code, screen } = await t.finished();
    expect(code).toBe(0);
    expect(screen).not.toMatch(/Stopping|^error/m);
  });

  it('goes through the pager that is named, SAHARA_PAGER first', async () => {
    const t = await open({ rows: 20, env: { PAGER: 'false', SAHARA_PAGER: PAGER } });
    await t.enter('sahara account list');
    const screen = await t.see('PAGED');
    expect(screen).toMatch(/^name +address.*\nprotocol .*\nPAGED$/m);
    await t.press('Enter');
    expect((await t.finished()).code).toBe(0);
  });

  it.for([
    ['a pager that does not exist', { PAGER: 'no-such-pager --at-all' }, 'sahara account list'],
    ['a pager that a shell cannot find', { PAGER: 'X=1 no-such-pager' }, 'sahara account list'],
    ['an empty pager', { SAHARA_PAGER: '', PAGER }, 'sahara account list'],
    ['cat', { PAGER: 'cat' }, 'sahara account list'],
    ['--no-pager', { PAGER }, 'sahara account list --no-pager'],
    ['-q', { PAGER }, 'sahara account list -q'],
    ['--json', { PAGER }, 'sahara account list --json'],
    ['a pipe', { PAGER }, 'sahara account list | cat'],
    ['a terminal without a cursor', { PAGER, TERM: 'dumb' }, 'sahara account list'],
    ['CI', { PAGER, CI: '1' }, 'sahara account list'],
    ['a screen reader', { PAGER, SAHARA_SCREEN_READER: '1' }, 'sahara account list'],
    ['nobody at the keys', { PAGER }, 'sahara account list </dev/null'],
  ] as const)('is printed as it is with %s', async ([, env, line]) => {
    const t = await open({ rows: 20, env });
    expect((await t.run(line)).code).toBe(0);
    const all = await t.history();
    expect(all).not.toContain('PAGED');
    for (const name of ['protocol', 'spare-2']) expect(all).toContain(name);
  });

  it('is printed as it is where it fits', async () => {
    const t = await open({ columns: 200, rows: 50, env: { PAGER } });
    expect((await t.run('sahara account list')).screen).not.toContain('PAGED');
  });
});

describe.skipIf(noTmux)(`tables on a terminal${noTmux ? ` (${noTmux})` : ''}`, () => {
  it.for([
    { columns: 40, rows: 20 },
    { columns: 80, rows: 24 },
    { columns: 200, rows: 50 },
  ])('fit at $columns x $rows', async ({ columns, rows }) => {
    const t = await open({ columns, rows, env: { PAGER: 'cat' } });
    await t.run('sahara account list; sahara config show --origins');
    const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
    const all = await t.history();
    expect(all).toMatch(/^curator +0x7099\S+ +publishes/m);
    // Four columns are too many for forty.
    expect(/^setting +account\nvalue +-$/m.test(all)).toBe(columns === 40);
    expect(all.includes(address)).toBe(columns === 200);
    // A line that is longer than the screen would go on in the next one.
    for (const line of t.raw().split('\r\n'))
      if (/^(protocol|curator|spare) /.test(line)) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('are whole when they are piped, however narrow the screen', async () => {
    const t = await open({ columns: 40, rows: 20 });
    await t.run(
      'sahara account list | grep -c "^curator *0x70997970C51812dc3A010C7d01b50e0d17dc79C8 *publishes"',
    );
    expect(await t.screen()).toMatch(/^1$/m);
  });

  it('and errors have no colour with NO_COLOR, and are ASCII in another locale', async () => {
    const t = await open({ env: { NO_COLOR: '1', LC_ALL: 'C', PAGER: 'cat' } });
    await t.run('sahara account list; sahara license presets; sahara nonsense');
    expect(t.raw()).toMatch(/0x7099\S+\.\.\.\S+ /);
    expect(movements(t.raw())).toEqual([]);
    expect(t.raw()).not.toContain('\u001b');
    expect(t.raw()).not.toMatch(/[\u0080-\uffff]/);
  });

  it('have colour in a pipe when it is asked for', async () => {
    const t = await open({ env: { FORCE_COLOR: '1' } });
    const { screen } = await t.run('sahara account list | head -1 | od -c | head -1');
    expect(screen).toContain('033   [   1   m');
  });

  it('are lists for a screen reader', async () => {
    const t = await open({ env: { SAHARA_SCREEN_READER: '1' } });
    await t.run('sahara account list');
    expect(await t.history()).toMatch(/^name: curator\naddress: 0x\w{40}\nrole: publishes datasets$/m);
    expect(movements(t.raw())).toEqual([]);
  });
});

describe.skipIf(noTmux)(`errors on a narrow terminal${noTmux ? ` (${noTmux})` : ''}`, () => {
  it('break between words', async () => {
    const t = await open({ columns: 40, rows: 20 });
    const { code, screen } = await t.run('sahara asset list');
    expect(code).toBe(6);
    expect(screen.replaceAll(/\n {6}/g, ' ')).toMatch(/They? |content node, and they are not up\./);
  });
});
