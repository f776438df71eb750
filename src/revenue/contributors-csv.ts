/** A record of a CSV text and the line on which it begins, from 1. */
export type CsvRow = { line: number; cells: string[] };

/**
 * Splits a CSV text into records: RFC 4180 with LF, CRLF or CR line ends. Blank lines are left out.
 * Reading stops at the first fault, since quoting decides where records end.
 */
export function readCsv(text: string): { rows: CsvRow[]; fault?: { line: number; reason: string } } {
  const rows: CsvRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const row: CsvRow = { line, cells: [] };
    for (let more = true; more; ) {
      const cell = readCell(text, at);
      if (cell.fault !== undefined)
        return { rows, fault: { line: line + countLines(text, at, cell.faultAt), reason: cell.fault } };
      row.cells.push(cell.value);
      line += countLines(text, at, cell.end);
      more = text[cell.end] === ',';
      at = cell.end + (more ? 1 : 0);
    }
    if (row.cells.length > 1 || row.cells[0]?.trim() !== '') rows.push(row);
    if (at < text.length) {
      at += text.startsWith('\r\n', at) ? 2 : 1;
      line++;
    }
  }
  return { rows };
}

type Cell = { value: string; end: number; fault?: undefined } | { fault: string; faultAt: number };

function readCell(text: string, start: number): Cell {
  if (text[start] !== '"') {
    const end = endOfCell(text, start);
    const value = text.slice(start, end);
    const quote = value.indexOf('"');
    return quote < 0 ? { value, end } : { fault: 'a quote stands inside an unquoted field', faultAt: start };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { fault: 'a quoted field is never closed', faultAt: start };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = endOfCell(text, quote + 1);
      if (text.slice(quote + 1, end).trim() === '') return { value, end };
      return { fault: 'something follows the closing quote of a field', faultAt: quote };
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
