import { isAddress } from 'viem/utils';
import { SaharaError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { printable } from '../base/printable.ts';
import { suggest } from '../base/suggest.ts';
import { type CsvRow, readCsv } from './contributors-csv.ts';
import { type Contributor, MAX_TOTAL_WEIGHT } from './merkle-sum.ts';

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

/**
 * Reads the text of a contributors.csv: `account,weight[,note]`, with or without that header, quoted as in
 * RFC 4180, with or without a byte order mark. The order of the rows is kept: it numbers the contributors.
 *
 * @param options.resolve the address of a named account; rows may only name accounts when it is given
 * @param options.names the names that it knows, among which the one that was meant is looked for
 * @param options.file what to call the text in errors
 * @throws CONTRIBUTORS_INVALID with every problem (at most 20), each with its line and reason
 */
export function parseContributors(text: string, options: Naming & { file?: string } = {}): ContributorRow[] {
  const file = options.file ?? 'contributors.csv';
  const { rows: lines, fault } = readCsv(text.replace(/^\ufeff/, ''));
  const problems: Problem[] = fault ? [fault] : [];
  const header = headerOf(lines[0], problems);
  const rows: ContributorRow[] = [];
  let total = 0n;
  for (const line of header ? lines.slice(1) : lines) {
    const row = readRow(line, header ?? { account: 0, weight: 1, note: 2 }, options);
    if ('reason' in row) {
      problems.push(row);
      continue;
    }
    total += row.weight;
    if (total >= MAX_TOTAL_WEIGHT && total - row.weight < MAX_TOTAL_WEIGHT)
      problems.push({ line: row.line, reason: 'the weights up to here add up to 2^96 or more' });
    rows.push(row);
  }
  if (rows.length === 0 && problems.length === 0)
    problems.push({ line: 0, reason: 'it lists no contributors' });
  if (problems.length > 0)
    throw new SaharaError('CONTRIBUTORS_INVALID', { file, problems: problems.slice(0, PROBLEMS_KEPT) });
  return rows;
}

/**
 * The form in which a list is published beside the content: equal lists give equal bytes, and
 * {@link parseContributors} reads it back. Holds addresses and weights only; names and notes stay private.
 */
export function serializeContributors(rows: readonly Contributor[]): string {
  return `account,weight\n${rows.map((r) => `${r.account.toLowerCase()},${r.weight}\n`).join('')}`;
}

function headerOf(row: CsvRow | undefined, problems: Problem[]): Columns | undefined {
  const names = row?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const account = names.indexOf('account');
  const weight = names.indexOf('weight');
  // An account may be called "weight" or "note"; it takes both names to make a header.
  if (!row || account < 0 || weight < 0) return undefined;
  const odd = names.find((name, i) => !KNOWN_COLUMNS.includes(name) || names.indexOf(name) !== i);
  if (odd !== undefined)
    problems.push({
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
    if (/^0x0{40}$/i.test(text)) return { reason: 'nobody can claim for the zero address' };
    if (isAddress(text)) return { account: text };
    const reason = isAddress(text, { strict: false })
      ? 'has a wrong checksum; it is probably mistyped'
      : 'is not an address (0x and 40 hexadecimal characters)';
    return { reason: `"${printable(text)}" ${reason}` };
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
