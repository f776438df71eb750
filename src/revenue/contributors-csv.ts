/** A record of a CSV text and the line on which it begins, from 1. */
export type CsvRow = { line: number; cells: string[] };
export type CsvFault = { line: number; reason: string };

export type RowReader = {
  /** The next piece of the text, cut anywhere. */
  push(text: string): void;
  /** The text is over. */
  end(): void;
};

/** Far longer than any row; a quote that is never closed would otherwise make a row of the rest of the file. */
const MAX_ROW_CHARACTERS = 256 * 1024;

/**
 * Splits a CSV text into records as it arrives: RFC 4180 with LF, CRLF or CR line ends. Blank lines are left out.
 * Keeps no more of the text than the record that is not over. Reading stops at the first fault, since quoting
 * decides where records end.
 */
export function csvReader(onRow: (row: CsvRow) => void, onFault: (fault: CsvFault) => void): RowReader {
  let rest = '';
  let line = 1;
  let stopped = false;

  function consume(isFinal: boolean): void {
    const find = finder(rest);
    let at = 0;
    while (at < rest.length && !stopped) {
      const plainEnd = Math.min(find('\n', at), find('\r', at));
      const isPlain = find('"', at) >= plainEnd;
      const record = isPlain ? { cells: undefined, end: plainEnd } : readRecord(rest, at);
      // The text may go on where it stops now; and after a CR, what follows tells whether the line is over.
      const { end } = record;
      if (!isFinal && (end === rest.length || (rest[end] === '\r' && end === rest.length - 1))) break;
      if ('fault' in record) stop(at, record);
      else {
        const cells = record.cells ?? rest.slice(at, end).split(',');
        if (cells.length > 1 || cells[0]?.trim() !== '') onRow({ line, cells });
        if (!isPlain) line += countLines(rest, at, end);
        line += end < rest.length ? 1 : 0;
        at = end + (rest.startsWith('\r\n', end) ? 2 : 1);
      }
    }
    rest = stopped ? '' : rest.slice(at);
  }

  function stop(from: number, { fault, faultAt }: { fault: string; faultAt: number }): void {
    stopped = true;
    onFault({ line: line + countLines(rest, from, faultAt), reason: fault });
  }

  return {
    push(text) {
      if (stopped) return;
      rest += text;
      consume(false);
      if (rest.length <= MAX_ROW_CHARACTERS) return;
      const record = readRecord(rest, 0);
      const fault = `the row has more than ${MAX_ROW_CHARACTERS} characters`;
      stop(0, 'fault' in record ? record : { fault, faultAt: 0 });
      rest = '';
    },
    end() {
      if (!stopped) consume(true);
    },
  };
}

type Mark = '\n' | '\r' | '"';

/** Where the next of a mark is, or the end of the text; each stretch of it is searched once. */
function finder(text: string): (mark: Mark, from: number) => number {
  const next: Record<Mark, number> = { '\n': -1, '\r': -1, '"': -1 };
  return (mark, from) => {
    if (next[mark] < from) {
      const found = text.indexOf(mark, from);
      next[mark] = found < 0 ? text.length : found;
    }
    return next[mark];
  };
}

type Fault = { fault: string; faultAt: number; end: number };

function readRecord(text: string, from: number): { cells: string[]; end: number } | Fault {
  const cells: string[] = [];
  for (let at = from; ; ) {
    const cell = readCell(text, at);
    if ('fault' in cell) return cell;
    cells.push(cell.value);
    if (text[cell.end] !== ',') return { cells, end: cell.end };
    at = cell.end + 1;
  }
}

function readCell(text: string, start: number): { value: string; end: number } | Fault {
  if (text[start] !== '"') {
    const end = endOfCell(text, start);
    const value = text.slice(start, end);
    if (!value.includes('"')) return { value, end };
    return { fault: 'a quote stands inside an unquoted field', faultAt: start, end };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { fault: 'a quoted field is never closed', faultAt: start, end: text.length };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = endOfCell(text, quote + 1);
      if (text.slice(quote + 1, end).trim() === '') return { value, end };
      return { fault: 'something follows the closing quote of a field', faultAt: quote, end };
    }
    value += '"';
    at = quote + 2;
  }
}

function endOfCell(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

function countLines(text: string, from: number, to: number): number {
  return text.slice(from, to).match(/\r\n|\n|\r/g)?.length ?? 0;
}
