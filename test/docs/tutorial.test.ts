import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shellQuote } from '../../src/base/shell-quote.ts';
import { TUTORIAL_STEPS } from '../../src/tutorial/steps.ts';
import { blocksOf, stepsOf } from './blocks.ts';

const document = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/tutorial.md'), 'utf8');
const shown = blocksOf(document)
  .filter((b) => b.language === 'console')
  .flatMap(stepsOf)
  // What a shell adds so that the document can go on after a failure is not part of the command.
  .map((s) => s.command.replace(/ 2>&1 \|\| echo .*$/, ''));

describe('sahara tutorial and docs/tutorial.md', () => {
  test('show the same commands in the same order; the document goes further', () => {
    let from = 0;
    for (const { id, command } of TUTORIAL_STEPS) {
      const at = shown.indexOf(command, from);
      expect(at, `step ${id} in docs/tutorial.md: ${command}`).toBeGreaterThanOrEqual(0);
      from = at + 1;
    }
    expect(shown.length).toBeGreaterThan(TUTORIAL_STEPS.length + 5);
  });

  test('each step has a name of its own, says why in one to three lines, and fits a terminal of 80 columns', () => {
    expect(new Set(TUTORIAL_STEPS.map((s) => s.id)).size).toBe(TUTORIAL_STEPS.length);
    for (const { id, title, why } of TUTORIAL_STEPS) {
      expect(why.length, id).toBeGreaterThanOrEqual(1);
      expect(why.length, id).toBeLessThanOrEqual(3);
      for (const line of [...why, `Step 99 of 99: ${title}`])
        expect(line.length, line).toBeLessThanOrEqual(79);
    }
  });

  test('commands are run without a shell, so no word of them may need one', () => {
    for (const { command } of TUTORIAL_STEPS) {
      const words = command.split(' ');
      expect(['sahara', 'cat']).toContain(words[0]);
      expect(words.map(shellQuote)).toEqual(words);
    }
  });
});
