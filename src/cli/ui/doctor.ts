import type { NextStep } from '../../base/errors.ts';
import { bold, dim, fields, oneLine, style } from './text.ts';

type Result = {
  id: string;
  area: string;
  title: string;
  status: 'ok' | 'warning' | 'problem' | 'skipped';
  says: string;
  detail: string[];
  note: boolean;
  fix: string | null;
  fixed: boolean;
  remedy: NextStep[];
};
type Report = {
  checks: Result[];
  summary: { ok: number; warnings: number; problems: number; skipped: number; fixed: number };
  versions: Record<string, string>;
};

/** A line for each area, then what deserves attention, with what can be done about it. */
export function doctorText(report: Report, options: { verbose: boolean; mended: boolean }): string {
  const areas = [...new Set(report.checks.map((c) => c.area))];
  const wide = Math.max(...areas.map((a) => a.length));
  const of = (area: string) => report.checks.filter((c) => c.area === area);
  const longest = Math.max(...report.checks.map((c) => c.id.length));
  const overview = options.verbose
    ? areas.flatMap((area) => [bold(area), ...of(area).map((c) => `  ${line(c, longest)}`), ''])
    : [...areas.map((area) => `${area.padEnd(wide)}  ${countsOf(of(area))}`), ''];
  const attention = report.checks.filter(deservesAttention).sort(byWeight);
  return [
    ...overview,
    ...attention.flatMap((c) => [...paragraph(c, options), '']),
    ...(options.verbose ? [fields(Object.entries(report.versions)), ''] : []),
    closing(report),
  ].join('\n');
}

/** What to run next: mending first, then what the findings propose, each command once. */
export function doctorSteps({ checks }: Report, { mended }: { mended: boolean }): NextStep[] {
  const open = checks.filter((c) => deservesAttention(c) && !c.fixed).sort(byWeight);
  const mendable = open.filter((c) => c.fix !== null && c.status !== 'ok').length;
  const proposed = open.flatMap((c) => c.remedy);
  const steps =
    mendable > 0 && !mended
      ? [{ command: 'sahara doctor --fix', when: `to mend ${mendable} of these` }, ...proposed]
      : proposed;
  return steps.filter((s, i) => steps.findIndex((t) => t.command === s.command) === i);
}

type Mark = 'problem' | 'warning' | 'fixed' | 'note' | 'ok' | 'skipped';
const RANK: Record<Mark, number> = { problem: 0, warning: 1, fixed: 2, note: 3, ok: 4, skipped: 5 };
const STYLES = {
  problem: 'red',
  warning: 'yellow',
  fixed: 'green',
  note: 'cyan',
  ok: 'green',
  skipped: 'dim',
} as const;
const INDENT = ' '.repeat(9);

const markOf = (c: Result): Mark => (c.fixed ? 'fixed' : c.status === 'ok' && c.note ? 'note' : c.status);
const deservesAttention = (c: Result): boolean => RANK[markOf(c)] < RANK.ok;
const byWeight = (a: Result, b: Result): number => RANK[markOf(a)] - RANK[markOf(b)];
const mark = (m: Mark): string => style(STYLES[m], m.padEnd(7));
const line = (c: Result, wide: number): string =>
  `${mark(markOf(c))}  ${c.id.padEnd(wide)}  ${dim(oneLine(c.says))}`;

function paragraph(c: Result, options: { mended: boolean }): string[] {
  return [
    `${mark(markOf(c))}  ${bold(oneLine(c.id))}: ${oneLine(c.says)}`,
    ...[...c.detail.flatMap((d) => d.split('\n')), ...fixLine(c, options)].map(
      (d) => `${INDENT}${oneLine(d)}`,
    ),
  ];
}

function fixLine(c: Result, { mended }: { mended: boolean }): string[] {
  if (c.fix === null) return [];
  if (c.fixed) return [`Done: ${c.fix}.`];
  // Tried in vain; why is told above.
  return mended ? [] : [`sahara doctor --fix would ${c.fix}.`];
}

function countsOf(checks: Result[]): string {
  const count = (m: Mark) => checks.filter((c) => markOf(c) === m).length;
  const parts: [number, string][] = [
    [count('problem'), count('problem') === 1 ? 'problem' : 'problems'],
    [count('warning'), count('warning') === 1 ? 'warning' : 'warnings'],
    [count('fixed'), 'fixed'],
    [count('ok') + count('note'), 'ok'],
    [count('skipped'), 'skipped'],
  ];
  return parts
    .filter(([n]) => n > 0)
    .map(([n, what]) => `${n} ${what}`)
    .join(', ');
}

function closing({ checks, summary: { problems, warnings, fixed } }: Report): string {
  const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const parts = [
    problems === 0 ? 'No problems' : counted(problems, 'problem'),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(fixed > 0 ? [`${fixed} fixed`] : []),
  ];
  return `${parts.join(', ')} in ${checks.length} checks.`;
}
