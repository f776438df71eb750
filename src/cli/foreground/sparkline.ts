const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** The newest of some figures as bars, a column each; the highest of them fills its column. */
export function sparkline(figures: readonly number[], columns: number): string {
  const seen = columns > 0 ? figures.slice(-columns) : [];
  const most = Math.max(1, ...seen);
  return seen.map((figure) => BARS[Math.round((figure / most) * (BARS.length - 1))] ?? BARS[0]).join('');
}
