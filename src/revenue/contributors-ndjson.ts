import type { CsvFault, CsvRow, RowReader } from './contributors-csv.ts';

/** Far longer than any row; a file without line ends would otherwise be one. */
const MAX_ROW_CHARACTERS = 256 * 1024;
const FIELDS = ['account', 'weight', 'note'];

/**
 * Reads lines of JSON, `{"account": "0x…", "weight": 3, "note": "…"}`, as rows of account, weight and note. A
 * weight above 2^53 has to be a string of digits: JSON's numbers end there. Blank lines are left out.
 */
export function ndjsonReader(onRow: (row: CsvRow) => void, onFault: (fault: CsvFault) => void): RowReader {
  let rest = '';
  let line = 1;
  const take = (text: string) => {
    if (text.trim() !== '') {
      const cells = cellsOf(text);
      if (typeof cells === 'string') onFault({ line, reason: cells });
      else onRow({ line, cells });
    }
    line++;
  };
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) take(each);
      if (rest.length <= MAX_ROW_CHARACTERS) return;
      onFault({ line, reason: `the line has more than ${MAX_ROW_CHARACTERS} characters` });
      rest = '';
    },
    end() {
      if (rest !== '') take(rest);
    },
  };
}

/** The cells of a line, or what is wrong with it. */
function cellsOf(text: string): string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the line is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'the line is not a JSON object';
  const fields: Record<string, unknown> = { ...value };
  const odd = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (odd !== undefined) return `the field ${JSON.stringify(odd)} is not one of account, weight, note`;
  const { account = '', weight = '', note = '' } = fields;
  if (typeof account !== 'string') return 'the account is not a string';
  if (typeof note !== 'string') return 'the note is not a string';
  if (typeof weight === 'string') return [account, weight, note];
  if (typeof weight !== 'number') return 'the weight is not a number';
  if (weight > Number.MAX_SAFE_INTEGER) return 'a weight above 2^53 - 1 has to be a string of digits';
  return [account, String(weight), note];
}
