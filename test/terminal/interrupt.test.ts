import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, ROOT } from '../e2e/support.ts';
import { openWorldTerminal } from './support.ts';
import { noTmux, type Terminal } from './tmux.ts';

const world = await createWorld('terminal-interrupt');
let terminal: Terminal | undefined;

beforeAll(async () => {});
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
    // 6: it is not there.
    expect((await terminal.run(stop.replace('stop', 'status'))).code).toBe(6);
  });

  it('pressed twice ends what does not heed it, and gives the terminal back', async () => {
    const script = world.write(
      'stubborn.mjs',
      `import { installInterrupts, interruptSignal } from '${join(ROOT, 'src/cli/interrupt.ts')}';
       installInterrupts();
       setInterval(() => {}, 1000);
       interruptSignal.addEventListener('abort', () => console.log('asked to stop'));
       console.log('begun');`,
    );
    terminal = await openWorldTerminal(world);
    await terminal.enter(`node ${script}`);
    await terminal.see(/^begun$/m);
    await terminal.press('C-c');
    await terminal.see(/asked to stop$/m);
    await terminal.press('C-c');
    expect((await terminal.finished()).code).toBe(130);
    expect(await terminal.cursor()).toMatchObject({ visible: true });
    expect((await terminal.run('stty -a')).screen).toMatch(/\bicanon\b.*\s.*\becho\b/);
  });
});
