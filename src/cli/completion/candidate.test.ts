import { describe, expect, test } from 'vitest';
import { replyText } from './candidate.ts';
import { splitLine } from './words.ts';

describe('the line as it is typed', () => {
  test.for<[string, string[]]>([
    ['', ['']],
    ['sahara', ['sahara']],
    ['sahara ', ['sahara', '']],
    [' sahara  a\tb', ['sahara', 'a', 'b']],
    [`sahara "a b" 'c d' e\\ f`, ['sahara', 'a b', 'c d', 'e f']],
    [`sahara "a \\"b\\" \\n`, ['sahara', 'a "b" \\n']],
    [`sahara --x="a b`, ['sahara', '--x=a b']],
    [`sahara '' `, ['sahara', '', '']],
    ['sahara $(touch x) `y`', ['sahara', '$(touch', 'x)', '`y`']],
    ['sahara a\\', ['sahara', 'a']],
  ])('%j', ([line, words]) => {
    expect(splitLine(line)).toEqual(words);
  });
});

describe('what leaves for the shell', () => {
  test('is a line a candidate, and nothing that a shell gives a meaning to', () => {
    const hostile = [
      'a b',
      'a\nb',
      '$(x)',
      '`x`',
      "a'b",
      'a"b',
      'a;b',
      'a&b',
      'a|b',
      'a>b',
      'a*',
      '~a',
      '!a',
    ];
    const more = [
      '-rf /',
      '\u001b[2J',
      'a\\b',
      '=ls',
      '#a',
      '',
      ':4',
      'é',
      '{a,b}',
      'a\tb',
      '-$(x)',
      '--x=$(x)',
    ];
    const text = replyText({
      candidates: [...hostile, ...more, 'good', '--good', '--good=a,b', 'a/b@1'].map((value) => ({ value })),
      directive: 4,
    });
    expect(text).toBe('good\n--good\n--good=a,b\na/b@1\n:4\n');
  });

  test('says what a candidate is on one line of letters', () => {
    const about = `x\u001b]0;evil\u0007\u202e\ty${'z'.repeat(200)}\nsecond`;
    const [line = '', directive] = replyText({ candidates: [{ value: 'a', about }], directive: 0 }).split(
      '\n',
    );
    expect(line).toMatch(/^a\tx\\u001b\]0;evil\\u0007\\u202e\\u0009yz+…$/);
    expect(line.length).toBeLessThan(90);
    expect(directive).toBe(':0');
  });

  test('is not more than a screen of screens', () => {
    const candidates = Array.from({ length: 5000 }, (_, i) => ({ value: `a${i}` }));
    expect(replyText({ candidates, directive: 4 }).split('\n')).toHaveLength(1002);
  });
});
