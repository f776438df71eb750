/**
 * Text in lines of at most `width` columns, broken between words. A word that is longer than a line, e.g. an address,
 * is not broken: it has to be copied in one piece.
 *
 * @param indent blanks before every line but the first, not counted in `width`
 */
export function wrap(text: string, width: number, indent = 0): string {
  return fill(text.split(/\s+/).filter(Boolean), width, width, '').join(`\n${' '.repeat(indent)}`);
}

/**
 * A command line in lines that a shell reads as one: broken between its words, but neither inside quotes nor between a
 * flag and its value, each line but the last with a backslash at its end. Later lines begin four columns further in.
 */
export function wrapCommand(command: string, width: number, indent = 0): string {
  const words = command.match(/(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*')+/g) ?? [];
  const units: string[] = [];
  for (const word of words) {
    const last = units.at(-1);
    if (last !== undefined && /^--?[a-z-]+$/.test(last) && !word.startsWith('-'))
      units[units.length - 1] = `${last} ${word}`;
    else units.push(word);
  }
  return fill(units, width, width - 4, ' \\').join(`\n${' '.repeat(indent + 4)}`);
}

/** @param end of every line that is not the last */
function fill(units: readonly string[], first: number, later: number, end: string): string[] {
  const lines: string[] = [];
  let line = '';
  units.forEach((unit, i) => {
    const room = (lines.length > 0 ? later : first) - (i === units.length - 1 ? 0 : end.length);
    if (line !== '' && columns(line) + 1 + columns(unit) > room) {
      lines.push(line + end);
      line = unit;
    } else line = line === '' ? unit : `${line} ${unit}`;
  });
  return [...lines, line];
}

/** Help is made of our own words alone: one column a character. */
export const columns = (text: string): number => [...text].length;
