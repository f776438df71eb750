/** A table as text: every row has one cell for each column of the header. */
export type Table = { header: string[]; rows: string[][] };

/**
 * Reads CSV as RFC 4180 describes it: quoted cells may hold the separator, line breaks and doubled quotes. The separator is
 * a comma, or a semicolon or tab if the first line has more of those. Blank lines are skipped.
 *
 * @throws Error that names the line, when a quote is not closed, a row has too many or too few cells, or a column
 *   has no name or the name of another
 */
export function parseCsv(text: string): Table {
  const source = text.replace(/^\ufeff/, '');
  const separator = findSeparator(source);
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let wasQuoted = false;
  let line = 1;
  let rowLine = 1;

  const endCell = () => {
    cells.push(wasQuoted ? cell : cell.trim());
    cell = '';
    wasQuoted = false;
  };
  const endRow = () => {
    const blank = cells.length === 0 && cell.trim() === '' && !wasQuoted;
    endCell();
    if (!blank) rows.push({ line: rowLine, cells });
    cells = [];
    rowLine = line + 1;
  };

  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i);
    if (quoted) {
      if (c === '"' && source[i + 1] === '"') cell += source.charAt(i++);
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell.trim() === '' && !wasQuoted) {
      quoted = true;
      wasQuoted = true;
      cell = '';
    } else if (c === separator) endCell();
    else if (c === '\n' || c === '\r') {
      if (c === '\r' && source[i + 1] === '\n') i++;
      endRow();
    } else if (!wasQuoted) cell += c;
    else if (c.trim() !== '') throw new Error(`line ${line}: "${c}" after a closing quote`);
    if (c === '\n' || c === '\r') line++;
  }
  if (quoted) throw new Error(`line ${rowLine}: a quote is not closed`);
  if (cell !== '' || wasQuoted || cells.length > 0) endRow();

  const [first, ...rest] = rows;
  if (!first) throw new Error('the file is empty');
  const header = first.cells.map((name) => name.trim());
  for (const [i, name] of header.entries()) {
    if (name === '') throw new Error(`column ${i + 1} has no name`);
    if (header.indexOf(name) !== i) throw new Error(`two columns are called "${name}"`);
  }
  for (const row of rest) {
    if (row.cells.length !== header.length) {
      throw new Error(`line ${row.line}: ${row.cells.length} cells where the header has ${header.length}`);
    }
  }
  return { header, rows: rest.map((row) => row.cells) };
}

function findSeparator(source: string): string {
  const firstLine = source.slice(0, source.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '');
  const count = (separator: string) => firstLine.split(separator).length - 1;
  return [',', ';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best));
}
