import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../templates/model/lib/csv.ts';

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

describe('parseCsv', () => {
  it('reads back any table that was written with quotes', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\t', ' ', 'é', '💧') });
    const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
      fc.record({
        rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
        end: fc.constantFrom('\n', '\r\n', '\r'),
        last: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(table, ({ rows, end, last }) => {
        const width = rows[0]?.length ?? 1;
        const header = Array.from({ length: width }, (_, i) => `c${i}`);
        const text = [header, ...rows].map((row) => row.map(quote).join(',')).join(end) + (last ? end : '');
        expect(parseCsv(text)).toEqual({ header, rows });
      }),
    );
  });

  it('reads plain cells, trimmed, and skips blank lines', () => {
    expect(parseCsv('﻿a, b\n1 ,2\n\n  \n3,\n')).toEqual({
      header: ['a', 'b'],
      rows: [
        ['1', '2'],
        ['3', ''],
      ],
    });
  });

  it.each([
    ['a;b\n1,5;2', ['1,5', '2']],
    ['a\tb\n1,5\t2', ['1,5', '2']],
    ['"x;y;z",b\n1;5,2', ['1;5', '2']],
  ])('finds the separator of %j', (text, row) => {
    expect(parseCsv(text).rows).toEqual([row]);
  });

  it.each([
    ['', 'the file is empty'],
    ['\n \n', 'the file is empty'],
    ['a,,b\n', 'column 2 has no name'],
    ['a,b,a\n', 'two columns are called "a"'],
    ['a,b\n1,2\n\n3,4,5\n', 'line 4: 3 cells where the header has 2'],
    ['a,b\n"x\ny",2\n"z', 'line 4: a quote is not closed'],
    ['a,b\n"x"y,2\n', 'line 2: "y" after a closing quote'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCsv(text)).toThrow(message);
  });
});
