/**
 * The words of a command line that ends at the cursor, the last one being the word that is typed there ("" after a
 * blank). Quotes and backslashes are taken away and nothing is expanded: `$(...)` stays what it is. A quote that is
 * still open ends with the line.
 */
export function splitLine(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let begun = false;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (quote) {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"' && /["\\$`]/.test(line[i + 1] ?? '')) word += line[++i];
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      begun = true;
    } else if (c === '\\') {
      word += line[++i] ?? '';
      begun = true;
    } else if (/\s/.test(c)) {
      if (begun) words.push(word);
      word = '';
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  return [...words, word];
}
