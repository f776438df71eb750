import { wantsScreenReader, wantsUnicode } from './terminal.ts';

/** Every sign of ours that is not ASCII, and what stands for it where the locale cannot show it. */
const ASCII: Readonly<Record<string, string>> = {
  '✓': 'ok',
  '✗': 'not ok',
  '…': '...',
  '→': '->',
  '←': '<-',
  '├': '|',
  '└': '`',
  '│': '|',
  '─': '-',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '#',
  '█': '#',
  '░': '.',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '—': '-',
  '–': '-',
  '×': 'x',
  '·': '-',
  '•': '*',
  '≤': '<=',
  '≥': '>=',
  '\u00a0': ' ',
};

/** What a screen reader would spell out, or pass over: a word for it, or nothing for what only draws. */
const WORDS: Readonly<Record<string, string>> = {
  '✓': 'ok',
  '✗': 'not ok',
  '→': 'to',
  '←': 'from',
  '├': ' ',
  '└': ' ',
  '│': ' ',
  '─': ' ',
  '▇': '',
  '█': '',
  '░': '',
};

/** Whether there is a replacement for a sign; a test asks for each that stands in our texts. */
export const hasAscii = (sign: string): boolean => Object.hasOwn(ASCII, sign);

const OTHER_THAN_ASCII = /[\u0080-\uffff]/;
const SIGNS = /[\u00a0-\u2fff]/g;

/**
 * A text of ours as the locale and the reader want it. Names of other people's in other scripts stay as they are: a
 * name that is changed could not be copied.
 */
export function shown(text: string): string {
  if (!OTHER_THAN_ASCII.test(text)) return text;
  const words = wantsScreenReader();
  const ascii = !wantsUnicode();
  if (!words && !ascii) return text;
  return text.replace(
    SIGNS,
    (sign) => (words ? WORDS[sign] : undefined) ?? (ascii ? ASCII[sign] : undefined) ?? sign,
  );
}
