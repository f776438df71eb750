import { describe, expect, test } from 'vitest';
import { doctorSteps, doctorText } from './doctor.ts';

type Result = Parameters<typeof doctorText>[0]['checks'][number];

const result = (id: string, more: Partial<Result> = {}): Result => ({
  id,
  area: 'machine',
  title: id,
  status: 'ok',
  says: `${id} says.`,
  detail: [],
  note: false,
  fix: null,
  fixed: false,
  remedy: [{ command: `mend ${id}`, when: '' }],
  ...more,
});
const report = (...checks: Result[]) => ({
  checks,
  summary: {
    ok: checks.filter((c) => c.status === 'ok').length,
    warnings: checks.filter((c) => c.status === 'warning').length,
    problems: checks.filter((c) => c.status === 'problem').length,
    skipped: checks.filter((c) => c.status === 'skipped').length,
    fixed: checks.filter((c) => c.fixed).length,
  },
  versions: { toolkit: '1.0.0' },
});

const CHECKS = [
  result('fine'),
  result('noted', { note: true }),
  result('idle', { area: 'devnet', status: 'skipped' }),
  result('slow', { status: 'warning', fix: 'oil it' }),
  result('broken', { area: 'devnet', status: 'problem', detail: ['One.\nTwo.'] }),
];

describe('what people read of it', () => {
  test('a line for each area, then the worst first, each with what can be done', () => {
    expect(doctorText(report(...CHECKS), { verbose: false, mended: false })).toBe(
      [
        'machine  1 warning, 2 ok',
        'devnet   1 problem, 1 skipped',
        '',
        'problem  broken: broken says.',
        '         One.',
        '         Two.',
        '',
        'warning  slow: slow says.',
        '         sahara doctor --fix would oil it.',
        '',
        'note     noted: noted says.',
        '',
        '1 problem, 1 warning in 5 checks.',
      ].join('\n'),
    );
  });

  test('what was mended is told, and what could not be is not proposed again', () => {
    const text = doctorText(
      report(
        result('slow', { fix: 'oil it', fixed: true }),
        result('stuck', { status: 'warning', fix: 'x' }),
      ),
      { verbose: false, mended: true },
    );
    expect(text).toContain('fixed    slow: slow says.\n         Done: oil it.');
    expect(text).toMatch(/No problems, 1 warning, 1 fixed in 2 checks\.$/);
    expect(text).not.toContain('--fix');
  });

  test('names from elsewhere cannot write on the screen', () => {
    const text = doctorText(
      report(result('x', { status: 'problem', says: 'a\u001b[2J', detail: ['b\u0007'] })),
      {
        verbose: true,
        mended: false,
      },
    );
    expect(text).toContain('a\\u001b[2J');
    expect(text).toContain('b\\u0007');
  });
});

test('what to run next: mending, then the remedies of the worst, each once', () => {
  const twice = result('again', { status: 'problem', remedy: [{ command: 'mend broken', when: '' }] });
  const steps = (mended: boolean) => doctorSteps(report(...CHECKS, twice), { mended }).map((s) => s.command);
  expect(steps(false)).toEqual(['sahara doctor --fix', 'mend broken', 'mend slow', 'mend noted']);
  expect(steps(true)).toEqual(['mend broken', 'mend slow', 'mend noted']);
});
