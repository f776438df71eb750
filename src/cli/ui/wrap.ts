import { width } from './width.ts';

/**
 * Prose broken between words, so that no line takes more than `room` columns; every line but the first begins with
 * `indent`. A word that is longer (a path, a CID) stays whole: what is broken cannot be copied.
 */
export function wrapped(text: string, room: number, indent: string): string {
  if (room === Number.POSITIVE_INFINITY) return text.replaceAll('\n', `\n${indent}`);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? '' : indent;
    let isEmpty = true;
    for (const word of paragraph.split(/ (?! )/)) {
      const longer = isEmpty ? `${line}${word}` : `${line} ${word}`;
      if (isEmpty || width(longer) <= room) line = longer;
      else {
        lines.push(line);
        line = `${indent}${word.trimStart()}`;
      }
      isEmpty = false;
    }
    lines.push(line);
  }
  return lines.join('\n');
}
