export type Metrics = {
  rows: number;
  correct: number;
  /** Share of the rows that are right. */
  accuracy: number;
  /** 95 % Wilson interval of the accuracy: how sure it is, given so many rows. */
  accuracyInterval: [number, number];
  /** What always naming the most frequent class would reach. */
  baseline: number;
  macroF1: number;
  perClass: { label: string; precision: number; recall: number; f1: number; rows: number }[];
  /** `confusion[i][j]`: rows of class i that were called class j. */
  confusion: number[][];
};

/** Compares what was said with what is true. */
export function measure(classes: string[], truth: string[], said: string[]): Metrics {
  const confusion = classes.map(() => classes.map(() => 0));
  for (const [i, label] of truth.entries()) {
    const row = confusion[classes.indexOf(label)];
    const column = classes.indexOf(said[i] ?? '');
    if (row && column >= 0) row[column] = (row[column] ?? 0) + 1;
  }
  const perClass = classes.map((label, i) => {
    const right = confusion[i]?.[i] ?? 0;
    const rows = sum(confusion[i] ?? []);
    const called = sum(confusion.map((row) => row[i] ?? 0));
    const precision = called === 0 ? 0 : right / called;
    const recall = rows === 0 ? 0 : right / rows;
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { label, precision: round(precision), recall: round(recall), f1: round(f1), rows };
  });
  const rows = truth.length;
  const correct = sum(classes.map((_label, i) => confusion[i]?.[i] ?? 0));
  return {
    rows,
    correct,
    accuracy: round(correct / rows),
    accuracyInterval: wilson(correct, rows),
    baseline: round(Math.max(...perClass.map((c) => c.rows)) / rows),
    macroF1: round(sum(perClass.map((c) => c.f1)) / classes.length),
    perClass,
    confusion,
  };
}

/** E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). */
function wilson(correct: number, rows: number): [number, number] {
  const z = 1.959964;
  const p = correct / rows;
  const middle = p + (z * z) / (2 * rows);
  const half = z * Math.sqrt((p * (1 - p)) / rows + (z * z) / (4 * rows * rows));
  const whole = 1 + (z * z) / rows;
  return [round(Math.max(0, (middle - half) / whole)), round(Math.min(1, (middle + half) / whole))];
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Four places: more would be noise. */
function round(x: number): number {
  return Math.round(x * 10_000) / 10_000;
}
