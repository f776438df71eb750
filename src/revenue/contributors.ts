import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { printable } from '../base/printable.ts';
import { suggest } from '../base/suggest.ts';
import { addressProblem } from './contributors-address.ts';
import { type CsvRow, csvReader, type RowReader } from './contributors-csv.ts';
import { ndjsonReader } from './contributors-ndjson.ts';
import { type Contributor, MAX_TOTAL_WEIGHT } from './merkle-sum.ts';
import { type ContributorTable, rowsOf } from './merkle-sum-table.ts';

/** A row of a contributors.csv. */
export type ContributorRow = Contributor & {
  /** The name the row used, when it was no address. */
  name?: string;
  /** The publisher's own remark; it is not published. */
  note?: string;
  /** Line of the file on which the row begins, from 1. */
  line: number;
};

type Naming = { resolve?: (name: string) => Address | undefined; names?: readonly string[] };
type Problem = { line: number; reason: string };
type Columns = { account: number; weight: number; note: number };

const KNOWN_COLUMNS = ['account', 'weight', 'note'];
/** Enough to mend a file by; a file of another kind would give one for each line. */
const PROBLEMS_KEPT = 20;
const IN_ORDER: Columns = { account: 0, weight: 1, note: 2 };
const HEADER = 'account,weight\n';
const PIECE_CHARACTERS = 1024 * 1024;
/** A file may begin with so many blank lines. */
const LONGEST_HEAD = 64 * 1024;

/** What a reader of contributors is told of the text that it reads. */
export type ReadOptions = Naming & {
  /** What to call the text in errors. */
  file?: string;
  /** What comes after one row more than that is not looked at: whoever knows how many there have to be reads no further. */
  limit?: number;
};

/**
 * Reads a list of contributors as its text arrives: `account,weight[,note]`, with or without that header, quoted as
 * in RFC 4180, or the same fields as lines of JSON; with or without a byte order mark. The order of the rows is
 * kept: it numbers the contributors. An account may have several rows; each is a contribution of its own.
 *
 * @param onRow called with each good row in turn, also after a bad one
 * @param options.resolve the address of a named account; rows may only name accounts when it is given
 * @param options.names the names that it knows, among which the one that was meant is looked for
 * @returns `push` and `end` throw CONTRIBUTORS_INVALID with every problem (at most 20), each with its line and reason
 */
export function contributorsReader(
  onRow: (row: ContributorRow) => void,
  options: ReadOptions = {},
): RowReader {
  const file = options.file ?? 'contributors.csv';
  const problems: Problem[] = [];
  let columns: Columns | undefined;
  const { limit = Number.POSITIVE_INFINITY } = options;
  let rows = 0;
  let isEmpty = true;
  let total = 0n;
  let reader: RowReader | undefined;
  let head = '';

  const refuse = () => {
    throw new SaharaError('CONTRIBUTORS_INVALID', { file, problems });
  };
  const isOver = () => rows > limit;
  const report = (problem: Problem) => {
    if (isOver()) return;
    problems.push(problem);
    if (problems.length === PROBLEMS_KEPT) refuse();
  };
  const take = (line: CsvRow) => {
    if (isOver()) return;
    if (!columns) {
      const header = headerOf(line, report);
      columns = header ?? IN_ORDER;
      if (header) return;
    }
    isEmpty = false;
    const row = readRow(line, columns, options);
    if ('reason' in row) {
      report(row);
      return;
    }
    total += row.weight;
    rows += 1;
    if (total < MAX_TOTAL_WEIGHT) onRow(row);
    else if (total - row.weight < MAX_TOTAL_WEIGHT)
      report({ line: row.line, reason: 'the weights up to here add up to 2^96 or more' });
  };
  /** Which form it has shows in the first character that counts. */
  const open = (text: string) => {
    if (!text.trimStart().startsWith('{')) return csvReader(take, report);
    columns = IN_ORDER;
    return ndjsonReader(take, report);
  };
  return {
    push(text) {
      head = reader ? text : head === '' ? text.replace(/^\ufeff/, '') : head + text;
      if (!reader && head.trim() === '' && head.length < LONGEST_HEAD) return;
      reader ??= open(head);
      reader.push(head);
      head = '';
    },
    end() {
      reader ??= open(head);
      reader.push(head);
      reader.end();
      if (isEmpty && problems.length === 0) report({ line: 0, reason: 'it lists no contributors' });
      if (problems.length > 0) refuse();
    },
  };
}

/**
 * Reads the whole text of a list of contributors; see {@link contributorsReader}. For lists of which each row is
 * shown: a million rows are better read into a table.
 *
 * @throws CONTRIBUTORS_INVALID
 */
export function parseContributors(text: string, options: ReadOptions = {}): ContributorRow[] {
  const rows: ContributorRow[] = [];
  const reader = contributorsReader((row) => rows.push(row), options);
  reader.push(text);
  reader.end();
  return rows;
}

/**
 * The form in which a list is published beside the content: equal lists give equal bytes, and
 * {@link parseContributors} reads it back. Holds addresses and weights only; names and notes stay private.
 *
 * A line "account,weight", then one line for each contributor in the order of their indexes: the address in lower
 * case, a comma, the weight in decimal digits without leading zeros. UTF-8, each line ended by LF. Weights have no
 * unit: only their ratios to the total matter.
 */
export function serializeContributors(rows: Iterable<Contributor>): string {
  let text = HEADER;
  for (const row of rows) text += lineOf(row);
  return text;
}

/** The same as bytes, for a list that is too long for one string, in pieces of a megabyte or so. */
export function* serializeTable(table: ContributorTable): Generator<Buffer, void, undefined> {
  let text = HEADER;
  for (const row of rowsOf(table)) {
    text += lineOf(row);
    if (text.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function lineOf({ account, weight }: Contributor): string {
  return `${account.toLowerCase()},${weight}\n`;
}

function headerOf(row: CsvRow, report: (problem: Problem) => void): Columns | undefined {
  const names = row.cells.map((cell) => cell.trim().toLowerCase());
  const account = names.indexOf('account');
  const weight = names.indexOf('weight');
  // An account may be called "weight" or "note"; it takes both names to make a header.
  if (account < 0 || weight < 0) return undefined;
  const odd = names.find((name, i) => !KNOWN_COLUMNS.includes(name) || names.indexOf(name) !== i);
  if (odd !== undefined)
    report({
      line: row.line,
      reason: `the column "${printable(odd)}" is not one of account, weight, note${didYouMean(odd, KNOWN_COLUMNS)}`,
    });
  return { account, weight, note: names.indexOf('note') };
}

function readRow(row: CsvRow, columns: Columns, naming: Naming): ContributorRow | Problem {
  const { line, cells } = row;
  const width = Math.max(columns.account, columns.weight, columns.note) + 1;
  if (cells.length > width)
    return { line, reason: `it has ${cells.length} fields, more than account,weight,note` };
  const account = cells[columns.account]?.trim() ?? '';
  const weight = cells[columns.weight]?.trim() ?? '';
  const note = columns.note < 0 ? '' : (cells[columns.note]?.trim() ?? '');
  if (account === '') return { line, reason: 'the account is missing' };
  if (weight === '') return { line, reason: 'the weight is missing' };
  const resolved = resolveAccount(account, naming);
  if ('reason' in resolved) return { line, reason: resolved.reason };
  if (!/^\d{1,40}$/.test(weight) || BigInt(weight) === 0n)
    return { line, reason: `the weight "${printable(weight)}" is not a whole number above zero` };
  return { ...resolved, weight: BigInt(weight), ...(note === '' ? {} : { note }), line };
}

function resolveAccount(
  text: string,
  { resolve, names = [] }: Naming,
): { account: Address; name?: string } | { reason: string } {
  if (/^0x/i.test(text)) {
    const problem = addressProblem(text);
    if (problem === undefined) return { account: text as Address };
    return { reason: `"${printable(text)}" ${problem}` };
  }
  const account = resolve?.(text);
  if (account) return { account, name: text };
  const reason = resolve ? 'is no known account and no address' : 'is not an address';
  return { reason: `"${printable(text)}" ${reason}${didYouMean(text, names)}` };
}

function didYouMean(typed: string, known: readonly string[]): string {
  const near = suggest(typed, known);
  return near === null ? '' : `; did you mean "${near}"?`;
}
