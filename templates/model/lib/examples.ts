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
 * @throws Error that says what in the file or the settings does not fit
 */
export async function readExamples(folder: string, selection: Selection): Promise<Examples> {
  const file = selection.file === 'auto' ? await onlyCsv(folder) : selection.file;
  const text = await readFile(join(folder, file), 'utf8').catch(() => {
    throw new Error(`the dataset has no file "${file}"`);
  });
  try {
    return { file, ...select(parseCsv(text), selection) };
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
    throw new Error(`the dataset holds several tables (${names.join(', ')}): name one as "file"`);
  return name;
}

function select(table: Table, { label, features: wanted, missing }: Selection): Omit<Examples, 'file'> {
  const column = (name: string) => {
    const index = table.header.indexOf(name);
    if (index < 0) throw new Error(`there is no column "${name}"; there are ${table.header.join(', ')}`);
    return index;
  };
  const isMissing = (text: string) => missing.includes(text.trim());
  const labelColumn = column(label);
  const features =
    wanted === 'auto' ? table.header.filter((name) => name !== label && isNumeric(name)) : wanted;
  if (features.length === 0) throw new Error('no column of numbers is left to learn from');
  if (features.includes(label)) throw new Error(`"${label}" cannot be both the label and a feature`);
  const columns = features.map(column);

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

  function isNumeric(name: string): boolean {
    const cells = table.rows.map((row) => row[column(name)] ?? '').filter((cell) => !isMissing(cell));
    return cells.length > 0 && cells.every((cell) => Number.isFinite(toNumber(cell)));
  }
}

/** `Number` alone would take an empty cell for 0 and read 0x10 as 16. */
function toNumber(text: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}
