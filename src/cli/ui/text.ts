import { stripVTControlCharacters, styleText } from 'node:util';
import { printable } from '../../base/printable.ts';

/** Style for stdout when it is a terminal that wants it (honours NO_COLOR and FORCE_COLOR). */
export function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

export const bold = (text: string) => style('bold', text);
export const dim = (text: string) => style('dim', text);

const WIDTH = () => (process.stdout.isTTY ? (process.stdout.columns ?? 80) : 160);

/** Columns a text takes on screen, styles not counted. */
function width(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

function pad(text: string, to: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}

/**
 * Rows under headings, columns as wide as they need. A heading that ends in `>` is set to the right
 * (amounts) and is never shortened. Where lines are too long, the widest of the others give way, evenly and down to 6.
 *
 * @param room columns that a line may take; by default those of the terminal
 */
export function table(headings: string[], rows: string[][], room = WIDTH()): string {
  const right = headings.map((h) => h.endsWith('>'));
  const titles = headings.map((h) => h.replace(/>$/, ''));
  const cells = rows.map((r) => titles.map((_, i) => (r[i] ?? '').replaceAll('\n', '\\n')));
  const wanted = titles.map((t, i) => Math.max(width(t), ...cells.map((r) => width(r[i] ?? ''))));
  const fitted = (gap: number) => {
    const widths = shrunk(wanted, right, room - gap * (titles.length - 1));
    return { gap, widths, total: widths.reduce((a, b) => a + b + gap, -gap) };
  };
  const wide = fitted(2);
  // The last thing to give way is half of the space between columns.
  const { gap, widths } = wide.total > room ? fitted(1) : wide;
  const line = (r: string[]) =>
    r
      .map((cell, i) => pad(clip(cell, widths[i] ?? 0), widths[i] ?? 0, right[i] ?? false))
      .join(' '.repeat(gap))
      .trimEnd();
  return [bold(line(titles)), ...cells.map(line)].join('\n');
}

/** A column is not made narrower than this: less tells nothing. */
const NARROWEST = 6;

/** Takes what is too much from the widest left-set column, one by one, until all fits or none can give more. */
function shrunk(widths: number[], right: boolean[], room: number): number[] {
  const result = [...widths];
  for (let over = result.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    const widest = result.reduce(
      (best, w, i) => (!right[i] && w > NARROWEST && w > (result[best] ?? 0) ? i : best),
      -1,
    );
    if (widest < 0) break;
    result[widest] = (result[widest] ?? 0) - 1;
  }
  return result;
}

function clip(text: string, to: number): string {
  if (width(text) <= to) return text;
  return `${[...stripVTControlCharacters(text)].slice(0, to - 1).join('')}…`;
}

/** Names and values in two columns, for one thing. Values from elsewhere are made safe to print. */
export function fields(pairs: [string, string | number | bigint | null | undefined][]): string {
  const shown = pairs.filter(([, v]) => v !== undefined);
  const to = Math.max(...shown.map(([k]) => k.length));
  return shown.map(([k, v]) => `${dim(k.padEnd(to))}  ${v === null ? '-' : safe(String(v))}`).join('\n');
}

/** Text from elsewhere over one or more lines: keeps the line breaks, and makes any control character visible. */
export function safe(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The same for what has to stay on its line, so that a text of somebody else's cannot pass for one of ours. */
export const oneLine = printable;
