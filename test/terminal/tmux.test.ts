import { afterEach, describe, expect, it } from 'vitest';
import { noTmux, openTerminal, type Terminal } from './tmux.ts';

let terminal: Terminal | undefined;
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

describe.skipIf(noTmux)(`a terminal to test on${noTmux ? ` (${noTmux})` : ''}`, () => {
  it('tells exit codes, sizes, keys and what was written', async () => {
    terminal = await openTerminal({ columns: 40, rows: 20, env: { PATH: process.env['PATH'], FOO: "it's" } });
    expect((await terminal.run('stty size; sh -c "exit 7"')).screen).toContain('20 40');
    expect((await terminal.run('(exit 7)')).code).toBe(7);
    expect((await terminal.run('echo "$FOO ✓ $PS2"')).screen).toContain("it's ✓ >");
    await terminal.enter('read line && printf \'got \\033[31m%s\\033[0m\' "$line"; echo');
    await terminal.type('some words');
    await terminal.press('Enter');
    await terminal.see(/^got some words$/m);
    expect((await terminal.finished()).code).toBe(0);
    expect(terminal.raw()).toContain('\u001b[31msome words');
    expect(await terminal.colours()).toContain('\u001b[31msome words');
    await terminal.resize(60, 24);
    expect((await terminal.run('stty size')).screen).toContain('24 60');
    // Ctrl-C before the program runs would be the shell's.
    await terminal.enter('sh -c "echo running; exec sleep 30"');
    await terminal.see(/^running$/m);
    await terminal.press('C-c');
    expect((await terminal.finished()).code).toBe(130);
    expect(await terminal.cursor()).toMatchObject({ column: 8, visible: true, alternateScreen: false });
    await terminal.clear();
    expect(await terminal.history()).toMatch(/^\[0\] \$$/);
  });

  it('says what is on the screen when it waits in vain', async () => {
    terminal = await openTerminal();
    await terminal.run('echo something');
    await expect(terminal.see('nothing of it', { timeoutMs: 200 })).rejects.toThrow(
      /in vain[\s\S]*something/,
    );
  });
});
