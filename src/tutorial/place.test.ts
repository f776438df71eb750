import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { beginTutorial, clearTutorial, findTutorial, rememberStep } from './place.ts';
import { TUTORIAL_STEPS } from './steps.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'sahara-tutorial-')));
afterAll(() => rmSync(base, { recursive: true }));

let cwd: string;
let count = 0;
beforeEach(() => {
  cwd = join(base, `w${++count}`);
  mkdirSync(cwd);
});

test('it is where it was begun, from above and from within', () => {
  const root = join(cwd, 'sahara-tutorial');
  expect(findTutorial(cwd, undefined)).toEqual({ root, next: null });
  expect(existsSync(root)).toBe(false);
  beginTutorial(root);
  rememberStep(root, 4);
  expect(findTutorial(cwd, undefined)).toEqual({ root, next: 4 });
  expect(findTutorial(root, undefined)).toEqual({ root, next: 4 });
  expect(findTutorial(cwd, 'elsewhere')).toEqual({ root: join(cwd, 'elsewhere'), next: null });
  expect(readdirSync(join(root, '.sahara')).sort()).toEqual(['.gitignore', 'tutorial.json']);
});

test('a step that is not known any more begins at the first, and the end is remembered', () => {
  const root = join(cwd, 'sahara-tutorial');
  beginTutorial(root);
  rememberStep(root, TUTORIAL_STEPS.length);
  expect(findTutorial(cwd, undefined).next).toBe(TUTORIAL_STEPS.length);
  for (const text of ['{"next":"of another version"}', 'not JSON', '']) {
    writeFileSync(join(root, '.sahara/tutorial.json'), text);
    expect(findTutorial(cwd, undefined).next, text).toBe(0);
  }
});

test('a folder or a file of somebody else’s is left alone', () => {
  mkdirSync(join(cwd, 'sahara-tutorial'));
  writeFileSync(join(cwd, 'sahara-tutorial', 'mine.txt'), 'x');
  expect(() => findTutorial(cwd, undefined)).toThrow(/not empty/);
  expect(() => findTutorial(cwd, 'sahara-tutorial/mine.txt')).toThrow(/not a folder/);
});

test('beginning anew puts aside what was made, each time in a folder of its own', async () => {
  const root = join(cwd, 't');
  for (const [i, aside] of ['earlier-1', 'earlier-2'].entries()) {
    beginTutorial(root);
    mkdirSync(join(root, 'penguins'));
    writeFileSync(join(root, 'penguins', 'changed.csv'), `${i}`);
    expect(await clearTutorial(root)).toBe(aside);
    expect(readdirSync(join(root, aside))).toEqual(['penguins']);
    expect(findTutorial(root, '.').next).toBe(null);
  }
  expect(readdirSync(root).sort()).toEqual(['earlier-1', 'earlier-2']);
});
