import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { TUTORIAL_STEPS } from '../../src/tutorial/steps.ts';
import { createWorld } from '../e2e/support.ts';
import { openSahara } from './sahara.ts';
import { noTmux, type Terminal } from './tmux.ts';

const world = await createWorld('tutorial-tty');
const dir = join(world.project, 'sahara-tutorial');
let terminal: Terminal;
afterEach(() => terminal?.close());

const TOTAL = TUTORIAL_STEPS.length;
const numberOf = (id: string) => TUTORIAL_STEPS.findIndex((s) => s.id === id) + 1;

/** Waits until this step is shown with its command, and its question is asked. */
async function atStep(number: number): Promise<string> {
  const { title, command } = TUTORIAL_STEPS[number - 1] ?? { title: '', command: '' };
  const screen = await terminal.see(
    new RegExp(`Step ${number} of ${TOTAL}: ${title}\\n[^$]*\\$ [^?]*\\? Enter runs`),
    {
      timeoutMs: 60_000,
    },
  );
  // Where a line is full, the command goes on in the next.
  expect(screen.replace(/\s/g, '')).toContain(`$${command.replace(/\s/g, '')}`);
  return screen;
}

describe.skipIf(noTmux)('sahara tutorial in a terminal', () => {
  test('goes from step to step with Enter, stops with q, and goes on to the end', {
    timeout: 180_000,
  }, async () => {
    terminal = await openSahara(world, { columns: 80, rows: 24 });
    await terminal.enter('sahara tutorial');
    await atStep(1);
    await terminal.type('x');
    await terminal.press('Enter');
    await terminal.see('Press Enter, or s or q and Enter.');
    await terminal.press('BSpace', 'Enter');
    for (const number of [2, 3]) {
      await atStep(number);
      await terminal.press('Enter');
    }
    // The command has really run, and its output is above the next step.
    expect(await atStep(4)).toContain('Made the dataset penguins in penguins:');
    await terminal.type('q');
    await terminal.press('Enter');
    const stopped = await terminal.finished();
    expect(stopped.code).toBe(0);
    expect(stopped.screen).toContain(`Stopped before step 4 of ${TOTAL}.`);
    expect(stopped.screen).not.toContain('Enter runs it');
    expect(await terminal.cursor()).toMatchObject({ visible: true, alternateScreen: false });

    // Stopped meanwhile, e.g. with the machine; it is started again before the next step.
    await terminal.run('sahara devnet stop --project sahara-tutorial', { timeoutMs: 30_000 });
    await terminal.clear();
    await terminal.enter('sahara tutorial');
    expect(await terminal.see('A tutorial was begun in sahara-tutorial.')).toContain(
      `with step 4 of ${TOTAL}`,
    );
    await terminal.press('Enter');
    for (let number = 4; number <= TOTAL; number++) {
      await atStep(number);
      await terminal.press('Enter');
    }
    const { code, screen } = await terminal.finished({ timeoutMs: 60_000 });
    expect(code).toBe(0);
    expect(screen).toContain('That was the tutorial. Everything it made is in sahara-tutorial.');
    expect(screen).toContain('rm -r sahara-tutorial');
    const said = (await terminal.history()).replaceAll('\n', '');
    for (const line of ['Published penguins@1.', 'curator claimed 16.302 WSAHARA.', 'error SAH-6002'])
      expect(said).toContain(line);

    await terminal.clear();
    await terminal.enter('sahara tutorial');
    await terminal.see('A finished tutorial is in sahara-tutorial.');
    await terminal.press('Down', 'Enter');
    expect((await terminal.finished()).screen).toContain('Nothing was done.');
  });

  test('a step that fails can be tried again, skipped or left; --restart begins anew', {
    timeout: 120_000,
  }, async () => {
    terminal = await openSahara(world, { columns: 200, rows: 50 });
    await terminal.enter('sahara tutorial --restart');
    await terminal.see('What was made before is in sahara-tutorial/earlier-1');
    expect(readdirSync(join(dir, 'earlier-1'))).toContain('penguins');
    const publish = numberOf('publish');
    for (let number = 1; number < publish; number++) {
      await atStep(number);
      // Nothing is made, so there will be nothing to publish.
      if (number === numberOf('new')) await terminal.type('s');
      await terminal.press('Enter');
      if (number === numberOf('manifest')) {
        await terminal.see('This step failed. What now?');
        await terminal.press('Down', 'Enter');
      }
    }
    await atStep(publish);
    await terminal.press('Enter');
    await terminal.see('error SAH-6005');
    await terminal.see(/^> try again/m);
    await terminal.press('Enter');
    await terminal.see(/error SAH-6005[\s\S]*error SAH-6005[\s\S]*^> try again/m);
    await terminal.press('Down', 'Down', 'Enter');
    const { code, screen } = await terminal.finished();
    expect(code).toBe(1);
    expect(screen).toContain('error SAH-0027 The step "publish" ended with exit code 3');

    // It goes on with the step that failed; Ctrl-C leaves it there.
    await terminal.clear();
    await terminal.enter('sahara tutorial');
    await terminal.see(`with step ${publish} of ${TOTAL}`);
    await terminal.press('Enter');
    await atStep(publish);
    await terminal.press('C-c');
    expect((await terminal.finished()).code).toBe(130);
    expect(await terminal.cursor()).toMatchObject({ visible: true });
    expect(existsSync(join(dir, '.sahara/tutorial.json'))).toBe(true);
  });

  test('Ctrl-C during a command ends both, and the tutorial goes on with that step', async () => {
    const cwd = join(world.project, 'elsewhere');
    world.write('elsewhere/x', '');
    terminal = await openSahara(world, { columns: 80, rows: 24 }, { cwd });
    await world.stopDevnet({ cwd: dir });
    await terminal.enter('sahara tutorial');
    await atStep(1);
    await terminal.press('Enter');
    await atStep(numberOf('devnet'));
    await terminal.press('Enter');
    await terminal.gone('Enter runs it');
    await terminal.press('C-c');
    expect((await terminal.finished()).code).toBe(130);
    await terminal.clear();
    await terminal.enter('sahara tutorial');
    await terminal.see(`with step ${numberOf('devnet')} of`);
    await terminal.press('C-c');
    expect((await terminal.finished()).code).toBe(130);
  });
});
