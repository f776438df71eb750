/** The known word nearest to what was typed, or null when none is near enough to be worth naming. */
export function suggest(typed: string, known: Iterable<string>): string | null {
  return nearest(typed, known, 1)[0] ?? null;
}

/**
 * The known words that are near enough to be worth naming, nearest first (Damerau-Levenshtein distance with adjacent
 * swaps; at most a third of the word, at least 1).
 *
 * @param count how many at most
 */
export function nearest(typed: string, known: Iterable<string>, count: number): string[] {
  const word = typed.toLowerCase();
  const most = Math.max(1, Math.floor(word.length / 3));
  return [...known]
    .map((candidate) => ({ candidate, far: distance(word, candidate.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min((current[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d = Math.min(d, (before[j - 2] ?? 0) + 1);
      current.push(d);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? a.length;
}
