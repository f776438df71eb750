import { printable } from '../../base/printable.ts';
import { styled, wantsScreenReader } from './terminal.ts';

export { table } from './table.ts';

/** Style for stdout where it wants one (NO_COLOR and FORCE_COLOR decide before the terminal). */
export function style(format: Parameters<typeof styled>[1], text: string): string {
  return styled('stdout', format, text);
}

export const bold = (text: string) => style('bold', text);
export const dim = (text: string) => style('dim', text);

/** Names and values in two columns, for one thing. Values from elsewhere are made safe to print. */
export function fields(pairs: [string, string | number | bigint | null | undefined][]): string {
  const given = pairs.filter(([, v]) => v !== undefined);
  const to = Math.max(...given.map(([k]) => k.length));
  const named = (k: string) => (wantsScreenReader() ? `${k}: ` : `${dim(k.padEnd(to))}  `);
  return given.map(([k, v]) => `${named(k)}${v === null ? '-' : safe(String(v))}`).join('\n');
}

/** Text from elsewhere over one or more lines: keeps the line breaks, and makes any control character visible. */
export function safe(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The same for what has to stay on its line, so that a text of somebody else's cannot pass for one of ours. */
export const oneLine = printable;
