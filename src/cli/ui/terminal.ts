import { styleText } from 'node:util';

export type Stream = 'stdout' | 'stderr';
type Env = Readonly<Record<string, string | undefined>>;

/** Whether somebody looks at what a stream gets. */
export const isTerminal = (stream: Stream): boolean => process[stream].isTTY === true;

/** Columns of a line on a terminal, COLUMNS before what the terminal says; without end where it is none. */
export function columnsOf(stream: Stream, env: Env = process.env): number {
  if (!isTerminal(stream)) return Number.POSITIVE_INFINITY;
  return wholeNumber(env['COLUMNS']) ?? process[stream].columns ?? 80;
}

/** Lines of the terminal, LINES before what the terminal says. */
export function rowsOf(stream: Stream, env: Env = process.env): number {
  return wholeNumber(env['LINES']) ?? process[stream].rows ?? 24;
}

/** A terminal (or an editor's window that passes for one) that cannot move its cursor. */
export const isDumb = (env: Env = process.env): boolean => env['TERM'] === 'dumb';

/** Whether a program runs us and keeps what we print: nothing is then drawn over, and nobody is there to press a key. */
export const isAutomated = (env: Env = process.env): boolean =>
  env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false' && env['CI'] !== '0';

/** Whether what we say is read aloud: sentences and lists then, no drawing and nothing that is written over. */
export function wantsScreenReader(env: Env = process.env): boolean {
  return isOn(env['SAHARA_SCREEN_READER'] ?? env['INK_SCREEN_READER']);
}

/**
 * Whether the lines, bars and marks of our own may be other than ASCII: where the locale is UTF-8, by the order that
 * POSIX gives its variables. SAHARA_ASCII decides before them. Windows has no such locale; its newer terminals say who
 * they are.
 */
export function wantsUnicode(env: Env = process.env, platform: NodeJS.Platform = process.platform): boolean {
  const forced = env['SAHARA_ASCII'];
  if (forced !== undefined && forced !== '') return !isOn(forced);
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  if (locale || platform !== 'win32') return /utf-?8/i.test(locale ?? '');
  return Boolean(
    env['WT_SESSION'] || env['TERM_PROGRAM'] || env['ConEmuTask'] || env['TERM']?.startsWith('xterm'),
  );
}

/** Whether a stream gets colours: FORCE_COLOR before NO_COLOR, as Node does it, and else where it is a terminal. */
export function wantsColour(stream: Stream, env: Env = process.env): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return isOn(forced);
  if (env['NO_COLOR'] || env['NODE_DISABLE_COLORS'] || isDumb(env)) return false;
  return isTerminal(stream);
}

/** Whether lines on stderr may be drawn over: a terminal that can, that is looked at, and by somebody who sees. */
export function canRedraw(env: Env = process.env): boolean {
  return isTerminal('stderr') && !isDumb(env) && !isAutomated(env) && !wantsScreenReader(env);
}

/** A text in a style, where the stream it is for wants one. */
export function styled(stream: Stream, style: Parameters<typeof styleText>[0], text: string): string {
  return wantsColour(stream) ? styleText(style, text, { validateStream: false }) : text;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
