import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, wrap, wrapCommand } from './wrap.ts';

const word = fc.string({ unit: fc.constantFrom(...'abcxyz-’.'), minLength: 1, maxLength: 14 });

describe('words in lines', () => {
  test('keep their order, and no line is too long but for a word that is longer by itself', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (words, width) => {
        const text = wrap(words.join(' '), width, 3);
        expect(text.split(/\s+/).filter(Boolean)).toEqual(words);
        for (const [i, line] of text.split('\n').entries()) {
          const own = i === 0 ? line : line.slice(3);
          if (i > 0) expect(line).toMatch(/^ {3}\S/);
          if (own.includes(' ')) expect(columns(own)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});

describe('a command in lines', () => {
  const LINE = 'sahara license set penguins --price 20 --text "CC BY 4.0" -a curator --json';

  test('is the same command to a shell, however narrow', () => {
    const args = (line: string) =>
      execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
    for (const width of [10, 24, 40, 60, 200]) expect(args(wrapCommand(LINE, width))).toBe(args(LINE));
  });

  test('keeps a flag and its value together', () => {
    expect(wrapCommand(LINE, 34, 2)).toBe(
      [
        'sahara license set penguins \\',
        '      --price 20 \\',
        '      --text "CC BY 4.0" \\',
        '      -a curator --json',
      ].join('\n'),
    );
  });
});
