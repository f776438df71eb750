import { describe, expect, test } from 'vitest';
import { ERRORS } from '../base/errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { explain, explanations } from './explain.ts';
import { explanationText, listText } from './ui/explanation.ts';
import { usageError } from './usage.ts';

describe('explain', () => {
  test.for(['SAH-1005', '1005', 'sah-1005', 'SAH1005', ' Sah_1005 ', 'ACCOUNT_UNKNOWN', 'account-unknown'])(
    'finds an error by "%s"',
    (typed) => expect(explain(typed)).toMatchObject({ code: 'SAH-1005', name: 'ACCOUNT_UNKNOWN' }),
  );

  test.for<[string, string[]]>([
    ['ACOUNT_UNKNOWN', ['ACCOUNT_UNKNOWN']],
    ['funds', ['FUNDS_MISSING']],
    ['SAH-6099', ['SAH-6021']],
    ['SAH-10055', []],
    ['nothing-like-it', []],
    ['', []],
  ])('"%s" is none, and %j are near', ([typed, near]) => {
    const thrown = () => explain(typed);
    expect(thrown).toThrow(expect.objectContaining({ id: 'ERROR_UNKNOWN', params: expect.anything() }));
    try {
      thrown();
    } catch (error) {
      const { suggestions } = (error as { params: { suggestions: string[] } }).params;
      expect(suggestions.slice(0, near.length)).toEqual(near);
      expect(suggestions.length > 0).toBe(near.length > 0);
    }
  });

  test('knows all there are, each with the exit code of its kind but for interruptions', () => {
    const all = explanations();
    expect(all.map((e) => e.name).sort()).toEqual(Object.keys(ERRORS).sort());
    expect(all.map((e) => e.code)).toEqual(all.map((e) => e.code).sort());
    for (const e of all) expect(e.exitCode).toBe(e.name === 'INTERRUPTED' ? 130 : EXIT_CODES[e.kind]);
    const denied = explanations('denied');
    expect(denied.length).toBeGreaterThan(3);
    expect(new Set(denied.map((e) => e.kind))).toEqual(new Set(['denied']));
  });

  test('shows all of an error, and a line for each in the list', () => {
    const error = explain('FUNDS_MISSING');
    const text = explanationText(error);
    for (const part of [error.code, error.title, error.name, error.why, error.fix, error.example.message])
      expect(text).toContain(part);
    expect(text).toContain('sahara account fund buyer 26');
    expect(text).toMatch(/failed, exit code 1/);
    const all = explanations();
    for (const { code, name } of all) expect(listText(all)).toMatch(new RegExp(`${code} .*${name}`));
  });
});

test.for<[string, RegExp]>([
  [
    'Expected --kind=denyed to be one of: failed, denied\nSee more help with --help',
    /denied; did you mean denied\?$/,
  ],
  ['Expected bsh to be one of: bash, zsh\nSee more help with --help', /did you mean bash\?$/],
  ['Expected x to be one of: bash, fish\nSee more help with --help', /bash, fish$/],
])('a value that a flag does not take: %s', ([said, message]) => {
  expect(usageError(new Error(said), 'x').message).toMatch(message);
});
