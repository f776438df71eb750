import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../e2e/support.ts';
import { openWorldTerminal } from './support.ts';
import { noTmux, type Terminal } from './tmux.ts';

let world: World;
let terminal: Terminal | undefined;

beforeAll(async () => {
  world = await createWorld('terminal-interrupt');
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

describe.skipIf(noTmux)(`Ctrl-C on a terminal${noTmux ? ` (${noTmux})` : ''}`, () => {
  it('in a demo says that its devnet goes on running, and how to stop it', async () => {
    terminal = await openWorldTerminal(world, { columns: 200, rows: 50 });
    await terminal.enter('sahara demo');
    await terminal.see(/chain http/);
    await terminal.press('C-c');
    const { code, screen } = await terminal.finished();
    expect(code).toBe(130);
    expect(screen).toMatch(/^Stopping; press Ctrl-C again to stop at once\.$/m);
    const stop = /goes on running; stop it with: (sahara devnet stop .*)/.exec(screen)?.[1] ?? '';
    expect((await terminal.run(stop)).code).toBe(0);
    expect((await terminal.run(`${stop.replace('stop', 'status')} -q --fields running`)).screen).toMatch(
      /^false$/m,
    );
  });

  it('pressed twice ends what does not heed it, and gives the terminal back', async () => {
    world.write(
      'stubborn/sahara.yaml',
      'kind: model\nname: stubborn\ncontent: content\nbuild:\n  run: build.mjs\n',
    );
    world.write(
      'stubborn/build.mjs',
      "process.on('SIGINT', () => {});\nsetTimeout(() => {}, 30_000);\nconsole.log('begun');\n",
    );
    terminal = await openWorldTerminal(world);
    await terminal.enter('sahara build stubborn');
    await terminal.see(/Building stubborn/);
    await terminal.press('C-c', 'C-c');
    expect((await terminal.finished()).code).toBe(130);
    expect(await terminal.cursor()).toMatchObject({ visible: true });
    expect((await terminal.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
  });
});
