import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createWorld } from '../e2e/support.ts';
import { openWorldTerminal } from './support.ts';
import { noTmux, type Terminal } from './tmux.ts';

const world = await createWorld('terminal-run');
let terminal: Terminal | undefined;

afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

const left = () => readdirSync(join(world.dir, 't')).filter((name) => name.startsWith('sahara-'));

describe.skipIf(noTmux)(`Ctrl-C in devnet run${noTmux ? ` (${noTmux})` : ''}`, () => {
  it('reaches the command once, which says how it ends', async () => {
    const script = world.write(
      'counts.sh',
      'n=0\ntrap "n=\\$((n + 1)); echo interrupt \\$n; ends=1" INT\necho begun on $(test -t 0 && echo a terminal)\nwhile [ -z "$ends" ]; do sleep 0.1; done\nsleep 0.3\nexit 5\n',
    );
    terminal = await openWorldTerminal(world);
    await terminal.enter(`sahara devnet run -- sh ${script}`);
    await terminal.see(/^begun on a terminal$/m);
    await terminal.press('C-c');
    const { code, screen } = await terminal.finished();
    expect(code).toBe(5);
    expect(screen).toMatch(/interrupt 1/);
    expect(screen).not.toMatch(/interrupt 2|Stopping/);
    expect(left()).toEqual([]);
  });

  it('pressed twice kills a command that does not listen', async () => {
    const script = world.write('deaf.sh', 'trap "echo heard" INT\necho begun\nwhile :; do sleep 0.1; done\n');
    terminal = await openWorldTerminal(world);
    await terminal.enter(`sahara devnet run -- sh ${script}`);
    await terminal.see(/^begun$/m);
    await terminal.press('C-c');
    await terminal.see(/heard/);
    await terminal.press('C-c');
    expect((await terminal.finished()).code).toBe(137);
    expect(left()).toEqual([]);
    expect((await terminal.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
  });
});
