import { shown } from './glyphs.ts';
import { columnsOf, styled, wantsScreenReader } from './terminal.ts';
import { clip, width } from './width.ts';
import { wrapped } from './wrap.ts';

const bold = (text: string) => styled('stdout', 'bold', text);
const dim = (text: string) => styled('stdout', 'dim', text);

const GAP = 2;
/** A column is not made narrower than this: less tells nothing. */
export const NARROWEST = 10;

/**
 * Rows under headings, columns as wide as they need. A heading that ends in `>` is set to the right (amounts) and is
 * never shortened. Where lines are too long for the terminal, the widest of the others give way, evenly and down to 10;
 * where that is not enough, or what is printed is read aloud, each row becomes a list of names and values. What is no
 * terminal gets everything.
 *
 * @param room columns that a line may take; by default those of the terminal
 */
export function table(headings: string[], rows: string[][], room = columnsOf('stdout')): string {
  const right = headings.map((h) => h.endsWith('>'));
  const titles = headings.map((h) => h.replace(/>$/, ''));
  const cells = rows.map((r) => titles.map((_, i) => shown((r[i] ?? '').replaceAll('\n', '\\n'))));
  if (wantsScreenReader())
    return cells.map((row) => record(titles, row, (title) => `${title}: `)).join('\n\n');
  const wanted = titles.map((t, i) => Math.max(width(t), ...cells.map((r) => width(r[i] ?? ''))));
  const widths = shrunk(wanted, right, room - GAP * (titles.length - 1));
  if (!widths) {
    const longest = Math.max(...titles.map(width));
    const indent = ' '.repeat(longest + GAP);
    const folded = (text: string) => wrapped(text, room - indent.length, '').replaceAll('\n', `\n${indent}`);
    const named = (title: string) => `${dim(title.padEnd(longest))}  `;
    return cells.map((row) => record(titles, row.map(folded), named)).join('\n\n');
  }
  const ellipsis = shown('…');
  const line = (row: string[]) =>
    row
      .map((cell, i) => pad(clip(cell, widths[i] ?? 0, ellipsis), widths[i] ?? 0, right[i] ?? false))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [bold(line(titles)), ...cells.map(line)].join('\n');
}

/** A row as names and values, a line each. What has no name is a drawing (a bar), and is left out. */
function record(titles: string[], row: string[], named: (title: string) => string): string {
  return titles.flatMap((title, i) => (title ? [`${named(title)}${row[i] || '-'}`] : [])).join('\n');
}

/** Takes what is too much from the widest left-set column, one by one, until all fits; undefined when it cannot. */
function shrunk(widths: number[], right: boolean[], room: number): number[] | undefined {
  const result = [...widths];
  for (let over = result.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    const widest = result.reduce(
      (best, w, i) => (!right[i] && w > NARROWEST && w > (result[best] ?? 0) ? i : best),
      -1,
    );
    if (widest < 0) return undefined;
    result[widest] = (result[widest] ?? 0) - 1;
  }
  return result;
}

function pad(text: string, to: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}
