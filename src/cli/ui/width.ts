import { stripVTControlCharacters } from 'node:util';

/** What takes one column for each character: ASCII, Latin letters with their accents, and the signs that we draw with. */
const PLAIN = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f‘’“”…→├└│─▁▂▃▄▅▆▇█░✓✗]*$/;

let exact: ((text: string) => number) | undefined;
let guessed = false;

/**
 * Columns that a text takes on a screen, styles not counted. For other scripts and emoji it is exact only within
 * `withExactWidths`.
 */
export function width(text: string): number {
  const bare = text.includes('\u001b') ? stripVTControlCharacters(text) : text;
  if (PLAIN.test(bare)) return bare.length;
  if (exact) return exact(bare);
  guessed = true;
  return [...bare].length;
}

/**
 * What `make` gives, with exact widths. What knows the width of every script takes 60 ms to load, so it is loaded only
 * after a first attempt has met such a text, and the text is then made again.
 */
export async function withExactWidths(make: () => string): Promise<string> {
  guessed = false;
  const made = make();
  if (!guessed) return made;
  exact = (await import('string-width')).default;
  return make();
}

/** Something without spaces that is long: an address, a digest, a CID. Its ends tell more than its beginning. */
const IDENTIFIER = /^[0-9A-Za-z]{20,}$/;

/** A text in at most so many columns, with an ellipsis for what is left out; styles are lost where something is. */
export function clip(text: string, to: number, ellipsis: string): string {
  if (width(text) <= to) return text;
  const bare = stripVTControlCharacters(text);
  const room = Math.max(0, to - ellipsis.length);
  if (IDENTIFIER.test(bare) && room >= 8) {
    const tail = Math.min(6, Math.floor(room / 2));
    return `${bare.slice(0, room - tail)}${ellipsis}${bare.slice(-tail)}`;
  }
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(bare)) {
    used += width(segment);
    if (used > room) break;
    kept += segment;
  }
  return `${kept}${ellipsis}`.slice(0, kept.length + Math.max(0, to - width(kept)));
}
