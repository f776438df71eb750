import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SaharaError } from '../base/errors.ts';
import { amountArg } from './amounts.ts';
import { errorPart, stringify } from './envelope.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { foreseen } from './foreseen.ts';
import { fields, oneLine, safe, table } from './ui/text.ts';

const quiet = new AbortController().signal;

test('each class of failure has an exit code of its own', () => {
  expect(EXIT_CODES).toEqual({
    failed: 1,
    usage: 2,
    'not-found': 3,
    denied: 4,
    conflict: 5,
    unavailable: 6,
    verification: 7,
  });
});

describe('whatever is thrown becomes an error of the table', () => {
  test.for<[string, unknown, string]>([
    ['one of ours', new SaharaError('NAME_INVALID', { name: 'X' }), 'NAME_INVALID'],
    [
      'a bad command line',
      Object.assign(new Error('Nonexistent flag: --x\nSee more help with --help'), { oclif: { exit: 2 } }),
      'USAGE',
    ],
    ['a full disk', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }), 'DISK_FULL'],
    [
      'a file of somebody else',
      Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/x' }),
      'FILE_DENIED',
    ],
    [
      'a read-only disk on which a folder is removed',
      Object.assign(new Error(" Unknown error: Read-only file system '/x'"), { code: '', path: '/x' }),
      'FILE_DENIED',
    ],
    ['a read-only disk', Object.assign(new Error('EROFS'), { code: 'EROFS', path: '/x' }), 'FILE_DENIED'],
    ['a bug', new TypeError('x is not a function'), 'INTERNAL'],
    ['no error at all', 'just text', 'INTERNAL'],
    ['nothing', undefined, 'INTERNAL'],
  ])('%s', ([, thrown, id]) => {
    expect(foreseen(thrown, 'x', quiet)).toMatchObject({ id });
  });

  test('what an interruption broke off is an interruption', () => {
    const controller = new AbortController();
    controller.abort('SIGTERM');
    expect(foreseen(new Error('socket hang up'), 'x', controller.signal)).toMatchObject({
      id: 'INTERRUPTED',
      params: { signal: 'SIGTERM' },
    });
  });

  test('a bad value is told on one line, without the layout of its message', () => {
    const thrown = Object.assign(
      new Error(
        'Parsing --rpc-port \n\t\u001b[2mExpected an integer but received: abc\nSee more help with --help',
      ),
      { oclif: { exit: 2 } },
    );
    expect(foreseen(thrown, 'devnet start', quiet)).toMatchObject({
      message: 'Parsing --rpc-port: Expected an integer but received: abc',
    });
  });

  test('a bad command line loses what oclif adds, and keeps what it says', () => {
    const thrown = Object.assign(new Error('Missing 1 required arg:\nasset  Id\nSee more help with --help'), {
      oclif: { exit: 2 },
    });
    expect(foreseen(thrown, 'asset show', quiet)).toMatchObject({
      message: 'Missing 1 required arg: asset Id',
      next: [{ command: 'sahara asset show --help' }],
    });
  });
});

test('wei leave as decimal strings, wherever they are', () => {
  expect(JSON.parse(stringify({ a: 10n ** 30n, b: [{ c: 1n }] }))).toEqual({
    a: `1${'0'.repeat(30)}`,
    b: [{ c: '1' }],
  });
});

test('JSON says what it says, and turns no line around', () => {
  const value = {
    name: 'a\u202egnp.exe',
    wide: '\u2066x\u2069\ufeff\u200b',
    plain: 'Grüße, 世界 \u{1f600}\n',
  };
  const text = stringify(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/);
  expect(text).toContain('Grüße, 世界 \u{1f600}');
});

test('the envelope has all that a script needs of an error', () => {
  const part = errorPart(new SaharaError('DEVNET_NOT_RUNNING', { project: '/x' }));
  expect(part).toMatchObject({
    code: 'SAH-2001',
    name: 'DEVNET_NOT_RUNNING',
    kind: 'unavailable',
    retryable: true,
    params: { project: '/x' },
  });
  expect(part.next[0]).toEqual({ command: 'sahara devnet start', when: expect.any(String) });
});

test('an amount typed by a person is more than nothing', () => {
  expect(amountArg(' 1.5 ')).toBe(15n * 10n ** 17n);
  for (const text of ['0', '0.0', '-1', 'x', '']) expect(() => amountArg(text)).toThrow(/amount of SAHARA/);
});

describe('text for people', () => {
  test('columns stand below their headings, amounts to the right', () => {
    expect(
      table(
        ['name', 'SAHARA>'],
        [
          ['curator', '1'],
          ['x', '12.5'],
        ],
      ),
    ).toBe(['name     SAHARA', 'curator       1', 'x          12.5'].join('\n'));
  });

  describe('a table that is too wide', () => {
    const headings = ['asset', 'kind', 'owner', 'terms>', 'SAHARA>', 'royalty>', 'rights', 'text'];
    const rows = [
      ['penguins', 'dataset', 'curator', '1', 'free', '0%', 'ACCESS+RUN+TRAIN', 'CC0-1.0'],
      ['penguin-classifier', 'model', 'trainer', '12', '1234567.5', '12.5%', 'RUN', 'LicenseRef-commercial'],
    ];
    const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

    test.for([60, 80, 100, 120])('fits into %d columns, its widest columns shortened first', (room) => {
      const text = table(headings, rows, room);
      expect(widest(text)).toBeLessThanOrEqual(room);
      for (const whole of ['model', '1234567.5', '12.5%', 'royalty']) expect(text).toContain(whole);
    });

    test('never takes from amounts, and never more than it must', () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean()), { minLength: 1, maxLength: 8 }),
          fc.integer({ min: 10, max: 200 }),
          (columns, room) => {
            const cells = columns.map(([length], i) => String.fromCodePoint(97 + i).repeat(length));
            const least = columns.reduce(
              (sum, [length, amount]) => sum + 2 + (amount ? length : Math.min(10, length)),
              -2,
            );
            const text = table(
              columns.map(([, amount]) => (amount ? 'x>' : 'x')),
              [cells],
              room,
            );
            // Where even the least does not fit, every value is there in full on a line of its own.
            if (least > room) {
              expect(text).toBe(cells.map((cell) => `x  ${cell}`).join('\n'));
              return;
            }
            const line = text.split('\n')[1] ?? '';
            for (const [i, [, amount]] of columns.entries()) if (amount) expect(line).toContain(cells[i]);
            const whole = cells.join('  ').length;
            expect(line).toHaveLength(Math.min(whole, room));
            if (whole <= room) expect(line).toBe(cells.join('  '));
          },
        ),
      );
    });
  });

  test('fields that are absent are left out, and those without a value say so', () => {
    expect(
      fields([
        ['a', 1],
        ['long', null],
        ['none', undefined],
      ]),
    ).toBe('a     1\nlong  -');
  });

  test('names from elsewhere cannot write on the screen', () => {
    expect(safe('a\u001b]0;evil\u0007\nb\u001b[8mhidden')).toBe('a\\u001b]0;evil\\u0007\nb\\u001b[8mhidden');
    expect(fields([['name', 'x\u202ey']])).toBe('name  x\\u202ey');
    expect(table(['name'], [['x\n✓ verified']]).split('\n')).toHaveLength(2);
    expect(oneLine('MIT\n✓ verified')).toBe('MIT\\u000a✓ verified');
  });
});
