import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsv, type Table } from './csv.ts';

export type Example = { values: number[]; label: string };

export type Selection = {
  /** Name of the CSV file, or `auto`: the only one there is. */
  file: string;
  /** Column that is to be predicted. */
  label: string;
  /** Columns to predict it from, or `auto`: all that hold nothing but numbers. */
  features: string[] | 'auto';
  /** What stands for a missing value. */
  missing: string[];
};

export type Examples = { file: string; features: string[]; examples: Example[]; dropped: number };

/**
 * Reads a dataset's rows, without those that lack a value in a column that is used.
 *
 * @param wrong what is wrong with other settings, to be told in the same error
 * @throws Error that says what in the file does not fit, or all that is wrong with the settings
 */
export async function readExamples(
  folder: string,
  selection: Selection,
  wrong: string[] = [],
): Promise<Examples> {
  const file = selection.file === 'auto' ? await onlyCsv(folder) : selection.file;
  const text = await readFile(join(folder, file), 'utf8').catch(() => {
    throw new Error(`train.config.json: "file" is "${file}", which the dataset does not hold`);
  });
  const table = within(file, () => parseCsv(text));
  const problems = [...wrong, ...misfits(table, selection)];
  if (problems.length > 0) {
    const columns = `the columns of ${file} are ${quoted(table.header)}`;
    throw new Error(`train.config.json: ${problems.join('; ')}. For reference, ${columns}.`);
  }
  return { file, ...within(file, () => select(table, selection)) };
}

/** Names the file in whatever is wrong with it. */
function within<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

async function onlyCsv(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => /\.(csv|tsv)$/i.test(name))
    .sort();
  const [name] = names;
  if (name === undefined) throw new Error('the dataset holds no .csv file');
  if (names.length > 1)
    throw new Error(
      `the dataset holds several tables (${names.join(', ')}): name one as "file" in train.config.json`,
    );
  return name;
}

/** All that is wrong with the label and the features, seen from the table. */
function misfits(table: Table, { label, features, missing }: Selection): string[] {
  const problems: string[] = [];
  if (!table.header.includes(label)) {
    const could = candidates(table, missing);
    const hint = could.length > 0 ? ` (it could be ${quoted(could)})` : '';
    problems.push(`"label" is "${label}", which is no column${hint}`);
  }
  if (features === 'auto') {
    if (numeric(table, label, missing).length === 0)
      problems.push('"features" is "auto", and no column of numbers is left to learn from');
    return problems;
  }
  const unknown = features.filter((name) => !table.header.includes(name));
  if (unknown.length > 0)
    problems.push(
      `"features" has ${quoted(unknown)}, and there ${unknown.length === 1 ? 'is no such column' : 'are no such columns'} ("auto" takes all columns of numbers but the label)`,
    );
  if (features.length === 0) problems.push('"features" is empty: name columns, or write "auto"');
  if (features.includes(label)) problems.push(`"${label}" cannot be both the label and a feature`);
  return problems;
}

/** Columns that could be a label: a few values, each in several rows. Words before numbers. */
function candidates(table: Table, missing: string[]): string[] {
  const few = table.header.filter((_, column) => {
    const counts = new Map<string, number>();
    for (const row of table.rows) {
      const cell = row[column] ?? '';
      if (!missing.includes(cell.trim())) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    return counts.size >= 2 && counts.size <= 20 && [...counts.values()].every((count) => count >= 2);
  });
  const numbers = numeric(table, '', missing);
  return [...few.filter((name) => !numbers.includes(name)), ...few.filter((name) => numbers.includes(name))];
}

/** The columns that hold nothing but numbers, without the label. */
function numeric(table: Table, label: string, missing: string[]): string[] {
  return table.header.filter((name, column) => {
    const cells = table.rows.map((row) => row[column] ?? '').filter((cell) => !missing.includes(cell.trim()));
    return name !== label && cells.length > 0 && cells.every((cell) => Number.isFinite(toNumber(cell)));
  });
}

function select(table: Table, { label, features: wanted, missing }: Selection): Omit<Examples, 'file'> {
  const isMissing = (text: string) => missing.includes(text.trim());
  const labelColumn = table.header.indexOf(label);
  const features = wanted === 'auto' ? numeric(table, label, missing) : wanted;
  const columns = features.map((name) => table.header.indexOf(name));

  const examples: Example[] = [];
  for (const [i, row] of table.rows.entries()) {
    const cells = columns.map((index) => row[index] ?? '');
    const rowLabel = row[labelColumn] ?? '';
    if (isMissing(rowLabel) || cells.some(isMissing)) continue;
    const values = cells.map(toNumber);
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new Error(`row ${i + 1}: ${features[bad]} is "${cells[bad]}", which is no number`);
    examples.push({ values, label: rowLabel });
  }
  return { features, examples, dropped: table.rows.length - examples.length };
}

/** Names as `"a", "b"`, since a name may hold a comma or a space; of very many only the first. */
function quoted(names: string[]): string {
  const shown = names.slice(0, 30).map((name) => JSON.stringify(name));
  return [...shown, ...(names.length > 30 ? [`${names.length - 30} more`] : [])].join(', ');
}

/** `Number` alone would take an empty cell for 0 and read 0x10 as 16. */
function toNumber(text: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}
