import fc from 'fast-check';
import { getAddress, isAddress } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { isError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import {
  contributorsReader,
  parseContributors,
  serializeContributors,
  serializeTable,
} from './contributors.ts';
import { checksumAddress } from './contributors-address.ts';
import { buildMerkleSum } from './merkle-sum.ts';
import { tableOf } from './merkle-sum-table.ts';

const A = '0x1111111111111111111111111111111111111111';
const B = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'; // EIP-55's own example
const KNOWN: Record<string, Address> = { ana: A, weight: B };
const resolve = (name: string) => KNOWN[name];

describe('parseContributors', () => {
  it('reads rows with and without a header, in their order', () => {
    const rows = [
      { account: A, weight: 3n, line: 1 },
      { account: B, weight: 1n, line: 2 },
    ];
    expect(parseContributors(`${A},3\n${B},1\n`)).toEqual(rows);
    expect(parseContributors(`account,weight\n${A},3\n${B},1`)).toEqual(
      rows.map((r) => ({ ...r, line: r.line + 1 })),
    );
  });

  it('reads what spreadsheets write: BOM, CRLF, quotes, blank lines, columns in another order', () => {
    const text = `\ufeff"Weight","Account","Note"\r\n\r\n"12",ana,"labels, ""gold""\r\nand more"\r\n 7 , ${A} ,\r\n`;
    expect(parseContributors(text, { resolve })).toEqual([
      { account: A, name: 'ana', weight: 12n, note: 'labels, "gold"\r\nand more', line: 3 },
      { account: A, weight: 7n, line: 5 },
    ]);
  });

  it('takes a known account that is called like a column', () => {
    expect(parseContributors('weight,5', { resolve })).toMatchObject([
      { account: B, name: 'weight', weight: 5n },
    ]);
  });

  it.each<[string, number, string]>([
    ['bob,1', 1, '"bob" is no known account and no address'],
    [`${A},1\n${A},0`, 2, 'not a whole number above zero'],
    [`${A},1.5`, 1, '"1.5" is not a whole number'],
    [`${A},-1`, 1, 'not a whole number'],
    [`${A},1e3`, 1, 'not a whole number'],
    [`${A},`, 1, 'the weight is missing'],
    [`${A}`, 1, 'the weight is missing'],
    [',5', 1, 'the account is missing'],
    [`0x${'0'.repeat(40)},1`, 1, 'zero address'],
    [`${A},1,note,more`, 1, 'it has 4 fields'],
    [`${A.slice(0, -1)},1`, 1, 'is not an address'],
    [`${B.replace('aA', 'Aa')},1`, 1, 'wrong checksum'],
    [`account,weight,colour\n${A},1,red`, 1, 'the column "colour"'],
    [`account,weight,weight\n${A},1,1`, 1, 'the column "weight"'],
    [`${A},1\n"${A}`, 2, 'never closed'],
    [`${A},"1"x`, 1, 'follows the closing quote'],
    [`${A},1"2"`, 1, 'inside an unquoted field'],
    [`"a\n\n\nb",1\nbob,2`, 1, '"a\\u000a\\u000a\\u000ab"'],
    ['', 0, 'no contributors'],
    ['account,weight\n', 0, 'no contributors'],
    [`${A},${2n ** 95n}\n${A},${2n ** 95n}`, 2, '2^96'],
  ])('names line and reason for %j', (text, line, reason) => {
    const error = failure(() => parseContributors(text, { resolve, file: 'people.csv' }));
    if (!isError(error, 'CONTRIBUTORS_INVALID')) throw error ?? new Error('nothing was thrown');
    expect(error.params.problems[0]).toEqual({ line, reason: expect.stringContaining(reason) });
    expect(error.message).toContain(line > 0 ? `people.csv:${line}: ` : 'people.csv: ');
  });

  it('names every bad line at once, and names no account without a resolver', () => {
    const error = failure(() => parseContributors(`ana,1\n${A},x\nbob,y`));
    if (!isError(error, 'CONTRIBUTORS_INVALID')) throw error ?? new Error('nothing was thrown');
    expect(error.params.problems.map((p) => p.line)).toEqual([1, 2, 3]);
    expect(error.message).toContain('(and 2 more)');
  });

  it('shows no control characters in a message', () => {
    const error = failure(() => parseContributors(`\u001b[2Jx,1`, { resolve }));
    expect(error instanceof Error && error.message).toContain('\\u001b');
  });

  it('never fails in another way, whatever the text (property)', () => {
    const piece = fc.constantFrom(
      A,
      'ana',
      ',',
      '"',
      '\n',
      '\r',
      '\r\n',
      '1',
      '0',
      'account',
      'weight',
      ' ',
      'é',
      '\ufeff',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const error = failure(() => parseContributors(pieces.join(''), { resolve }));
        if (error !== undefined && !isError(error, 'CONTRIBUTORS_INVALID')) throw error;
      }),
    );
  });
});

describe('contributorsReader', () => {
  it('reads the same wherever the text is cut, and names the same problems (property)', () => {
    const piece = fc.constantFrom(
      A,
      B,
      'ana',
      ',',
      ',1',
      '"',
      '""',
      '\n',
      '\r',
      '\r\n',
      'account,weight',
      ' ',
      '{',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (pieces, cuts) => {
          const text = pieces.join('');
          const whole = outcome(() => parseContributors(text, { resolve }));
          const rows: unknown[] = [];
          const cut = outcome(() => {
            const reader = contributorsReader((row) => rows.push(row), { resolve });
            for (let at = 0, i = 0; at < text.length; i++) {
              const length = cuts[i % cuts.length] ?? 1;
              reader.push(text.slice(at, at + length));
              at += length;
            }
            reader.end();
            return rows;
          });
          expect(cut).toEqual(whole);
        },
      ),
    );
  });

  it('reads lines of JSON with the same fields', () => {
    const lines = [
      { account: 'ana', weight: 3, note: 'gold' },
      { weight: '79228162514264337593543950332', account: B },
    ].map((line) => JSON.stringify(line));
    expect(parseContributors(`\ufeff\n${lines.join('\r\n\n')}\n`, { resolve })).toEqual([
      { account: A, name: 'ana', weight: 3n, note: 'gold', line: 2 },
      { account: B, weight: 2n ** 96n - 4n, line: 4 },
    ]);
    const heavier = lines.join('\n').replace('"weight":3', '"weight":4');
    const error = failure(() => parseContributors(heavier, { resolve }));
    expect(isError(error, 'CONTRIBUTORS_INVALID') && error.params.problems).toMatchObject([{ line: 2 }]);
  });

  it.each<[string, string]>([
    ['{"account": "ana", "weight": 3', 'is not JSON'],
    ['{"account": "ana", "weight": 9007199254740993}', 'string of digits'],
    ['{"account": "ana", "weight": 1.5}', 'not a whole number'],
    ['{"account": "ana", "weight": -1}', 'not a whole number'],
    ['{"account": "ana", "weight": null}', 'not a number'],
    ['{"account": 5, "weight": 1}', 'account is not a string'],
    ['{"account": "ana", "wieght": 1}', '"wieght"'],
    ['{"account": "ana", "weight": 1, "note": []}', 'note is not a string'],
    ['{"account": "ana"}', 'the weight is missing'],
    ['["ana", 1]', 'not a JSON object'],
  ])('names line and reason for the line %s', (line, reason) => {
    const text = `{"account":"ana","weight":1}\n\n${line}\n`;
    const error = failure(() => parseContributors(text, { resolve }));
    if (!isError(error, 'CONTRIBUTORS_INVALID')) throw error ?? new Error('nothing was thrown');
    expect(error.params.problems).toEqual([{ line: 3, reason: expect.stringContaining(reason) }]);
  });

  it('gives up on a quote that is never closed before it has swallowed the rest of a large file', () => {
    let told = 0;
    const reader = contributorsReader(() => told++);
    const error = failure(() => {
      reader.push(`${A},1\n"${A},1\n`);
      for (let i = 0; i < 1_000; i++) reader.push(`${A},1\n`.repeat(100));
      reader.end();
    });
    expect(told).toBe(1);
    expect(isError(error, 'CONTRIBUTORS_INVALID') && error.params.problems[0]).toEqual({
      line: 2,
      reason: 'a quoted field is never closed',
    });
  });

  it('stops at the twentieth problem of a file of another kind', () => {
    const reader = contributorsReader(() => {});
    const error = failure(() => reader.push('hello\n'.repeat(10_000)));
    expect(isError(error, 'CONTRIBUTORS_INVALID') && error.params.problems.length).toBe(20);
  });

  it('takes a checksummed address exactly when viem does (property)', () => {
    const hex = fc.stringMatching(/^[0-9a-fA-F]{40}$/);
    fc.assert(
      fc.property(hex, fc.boolean(), (digits, repair) => {
        const address = repair ? getAddress(`0x${digits.toLowerCase()}`) : `0x${digits}`;
        fc.pre(!/^0x0{40}$/.test(address));
        const lower = `0x${digits.toLowerCase()}` as const;
        expect(checksumAddress(lower)).toBe(getAddress(lower));
        expect(failure(() => parseContributors(`${address},1`)) === undefined).toBe(isAddress(address));
      }),
    );
  });
});

describe('serializeContributors', () => {
  it('is read back to the same list and the same root (property)', () => {
    const address = fc
      .uint8Array({ minLength: 20, maxLength: 20 })
      .map((b): Address => `0x${Buffer.from(b).toString('hex')}`);
    const rows = fc.array(fc.record({ account: address, weight: fc.bigInt({ min: 1n, max: 1n << 80n }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(rows, (list) => {
        const text = serializeContributors(list);
        const read = parseContributors(text);
        expect(read.map(({ account, weight }) => ({ account, weight }))).toEqual(list);
        expect(buildMerkleSum(read).root).toBe(buildMerkleSum(list).root);
        expect(serializeContributors(read)).toBe(text);
        expect(Buffer.concat([...serializeTable(tableOf(list))]).toString()).toBe(text);
      }),
    );
  });

  it('publishes no names and notes, and one case of addresses', () => {
    const rows = parseContributors(`ana,1,secret\n${B},2`, { resolve });
    expect(serializeContributors(rows)).toBe(`account,weight\n${A},1\n${B.toLowerCase()},2\n`);
  });
});

/** What came of it: a value, or the problems that it was refused for. */
function outcome(run: () => unknown): unknown {
  let value: unknown;
  const error = failure(() => {
    value = run();
  });
  if (error === undefined) return value;
  if (!isError(error, 'CONTRIBUTORS_INVALID')) throw error;
  return error.params.problems;
}

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
