import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { atModestDepth } from '../depth.ts';
import { smallDataset } from '../e2e/scripted.ts';
import { createWorld } from '../e2e/support.ts';
import { openSahara, SIZES } from './sahara.ts';
import { noTmux, type Terminal } from './tmux.ts';

const world = await createWorld('prompts');
let terminal: Terminal;
afterEach(() => terminal?.close());

const CLEAN = { visible: true, alternateScreen: false };

describe.skipIf(noTmux).for(atModestDepth(SIZES, SIZES.length))('questions at $columns x $rows', (size) => {
  const place = (name: string) => {
    const cwd = join(world.project, `${name}-${size.columns}`);
    mkdirSync(cwd);
    return cwd;
  };

  test('new asks for what is missing, refuses what a flag would refuse, and tells the line without questions', async () => {
    const cwd = place('new');
    terminal = await openSahara(world, size, { cwd });
    await terminal.enter('sahara new');
    const kinds = await terminal.see('Arrow keys move');
    expect(kinds).toMatch(/^> dataset {2}\w.*\n {2}model +\w.*\n {2}agent +\w/m);
    await terminal.press('Down', 'Down', 'Up');
    await terminal.see(/^> model/m);
    await terminal.press('Enter');
    await terminal.see('What is it called? (my-model)');
    await terminal.type('Not A Name');
    await terminal.press('Enter');
    await terminal.see(/"Not A Name" cannot be the name of an asset\.\s+Names have 1 to 26/);
    await terminal.press('C-u');
    await terminal.type('birds');
    await terminal.see(/called\? birds$/m);
    await terminal.press('Enter');
    // A model's --from is asked for only where there is something to build on.
    const { code, screen } = await terminal.finished();
    expect(code).toBe(0);
    expect(screen).toContain('The same without questions: sahara new model birds\n');
    expect(screen).toContain('Made the model birds in birds:');
    expect(await terminal.cursor()).toMatchObject(CLEAN);
    expect(existsSync(join(cwd, 'birds/train.ts'))).toBe(true);
  });

  test('what it builds on is chosen from the folders beside it', async () => {
    const cwd = place('from');
    for (const name of ['ants', 'bees']) smallDataset(world, `from-${size.columns}/${name}`);
    for (const name of ['ants', 'bees'])
      world.write(`from-${size.columns}/${name}/sahara.yaml`, `kind: dataset\nname: ${name}\n`);
    terminal = await openSahara(world, size, { cwd });
    await terminal.enter('sahara new model');
    await terminal.see('What is it called?');
    await terminal.press('Enter');
    await terminal.see(/^> ants {2}in a folder here, not published yet\n {2}bees/m);
    await terminal.press('Down', 'Enter');
    const { code, screen } = await terminal.finished();
    expect(code).toBe(0);
    expect(screen).toContain('without questions: sahara new model my-model --from bees\n');
    expect(readFileSync(join(cwd, 'my-model/sahara.yaml'), 'utf8')).toContain('asset: bees');
  });

  test('init asks three questions, and nothing about settings that are there', async () => {
    const cwd = join(world.dir, `init-${size.columns}`);
    mkdirSync(cwd);
    terminal = await openSahara(world, size, { cwd });
    await terminal.enter('sahara init');
    await terminal.see('Who acts');
    await terminal.press('Down', 'Down', 'Enter');
    await terminal.see('Which content node');
    await terminal.press('Down', 'Enter');
    await terminal.see('Make a first asset now?');
    await terminal.press('Down', 'Enter');
    const { code } = await terminal.finished();
    expect(code).toBe(0);
    const said = (await terminal.history()).replaceAll('\n', '');
    expect(said).toContain('sahara init --account curator --content-node embedded --with dataset --yes');
    expect(readFileSync(join(cwd, 'sahara.config.yaml'), 'utf8')).toMatch(
      /^account: curator$[\s\S]*^ {2}node: embedded$/m,
    );
    expect(existsSync(join(cwd, 'my-dataset/sahara.yaml'))).toBe(true);

    await terminal.clear();
    await terminal.enter('sahara init');
    const question = await terminal.see('first asset');
    expect(question).not.toContain('Who acts');
    await terminal.press('Enter');
    expect((await terminal.finished()).screen).toContain('nothing was changed');
  });

  test('Ctrl-C and Ctrl-D end a question with 130 and leave a clean terminal', async () => {
    terminal = await openSahara(world, size);
    for (const [line, key, seen] of [
      ['sahara new', 'C-c', 'Arrow keys'],
      ['sahara new', 'C-d', 'Arrow keys'],
      ['sahara new dataset', 'C-c', 'called?'],
      ['sahara new dataset', 'C-d', 'called?'],
      ['sahara devnet reset', 'C-c', 'Remove the chain'],
      ['SAHARA_SCREEN_READER=1 sahara new', 'C-c', 'Number'],
      ['SAHARA_SCREEN_READER=1 sahara new', 'C-d', 'Number'],
    ] as const) {
      await terminal.clear();
      await terminal.enter(line);
      await terminal.see(seen);
      await terminal.press(key);
      const { code, screen } = await terminal.finished();
      expect({ line, key, code }).toEqual({ line, key, code: 130 });
      expect(screen).toMatch(/^error SAH-0004/m);
      expect(await terminal.cursor()).toMatchObject({ ...CLEAN, column: '[130] $ '.length });
      // What is typed is seen and edited by the shell as before.
      expect((await terminal.run('echo still  here')).screen).toContain('\nstill here\n');
    }
  });

  test('devnet reset asks, and Enter alone is no', async () => {
    const kept = join(world.project, '.sahara/devnet/default/kept.txt');
    world.write('.sahara/devnet/default/kept.txt', '');
    terminal = await openSahara(world, size);
    await terminal.enter('sahara devnet reset');
    await terminal.see('(y/N)');
    await terminal.press('Enter');
    expect(await terminal.finished()).toMatchObject({
      code: 0,
      screen: expect.stringContaining('Nothing was removed.'),
    });
    expect(existsSync(kept)).toBe(true);
    await terminal.clear();
    await terminal.enter('sahara devnet reset');
    await terminal.see('(y/N)');
    await terminal.type('y');
    await terminal.press('Enter');
    expect((await terminal.finished()).code).toBe(0);
    expect(existsSync(kept)).toBe(false);
  });
});

describe.skipIf(noTmux)('where a screen is read out', () => {
  test('questions are plain numbered lines, and nothing moves the cursor', async () => {
    const cwd = join(world.project, 'read-out');
    mkdirSync(cwd);
    terminal = await openSahara(
      world,
      { columns: 80, rows: 24 },
      { cwd, env: { SAHARA_SCREEN_READER: '1' } },
    );
    await terminal.enter('sahara new');
    expect(await terminal.see('Number, 1 to 3:')).toMatch(/^ {2}1\. dataset: \w.*\n {2}2\. model: /m);
    await terminal.type('7');
    await terminal.press('Enter');
    await terminal.see('There is no 7; give a number from 1 to 3.');
    await terminal.type('1');
    await terminal.press('Enter');
    await terminal.see('(Enter takes my-dataset):');
    await terminal.type('Bad');
    await terminal.press('Enter');
    await terminal.see('"Bad" cannot be the name');
    await terminal.press('Enter');
    expect((await terminal.finished()).code).toBe(0);
    expect(terminal.raw().includes('\u001b')).toBe(false);
    expect(existsSync(join(cwd, 'my-dataset/sahara.yaml'))).toBe(true);
  });
});

describe.skipIf(noTmux)('nobody is asked', () => {
  test.for([
    ['with --json', 'sahara new --json', 2],
    ['with --output ndjson', 'sahara new -o ndjson', 2],
    ['with --yes', 'sahara new --yes', 2],
    ['in CI', 'CI=true sahara new', 2],
    ['when input comes from elsewhere', 'sahara new </dev/null', 2],
    ['when messages go elsewhere', 'sahara new 2>/dev/null', 2],
    ['when all is given', 'sahara new dataset given', 0],
    ['about what is optional along with that', 'sahara new model given-too', 0],
    ['to confirm, in CI', 'CI=true sahara devnet reset', 2],
    ['to confirm, with --json', 'sahara devnet reset --json', 2],
  ] as const)('%s', async ([, line, code]) => {
    terminal = await openSahara(world, { columns: 80, rows: 24 });
    expect((await terminal.run(line)).code).toBe(code);
    expect(terminal.raw()).not.toContain('?');
  });
});

describe.skipIf(noTmux)('colours', () => {
  test.for([
    ['are there on a terminal', { NO_COLOR: undefined }, true],
    ['are not, with NO_COLOR', {}, false],
  ] as const)('%s', async ([, env, wanted]) => {
    terminal = await openSahara(world, { columns: 80, rows: 24 }, { env });
    await terminal.enter('sahara new');
    await terminal.see('Arrow keys');
    await terminal.press('C-c');
    await terminal.finished();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
    expect(/\u001b\[(1|2|3\d)m/.test(terminal.raw())).toBe(wanted);
  });
});
