import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isError } from '../base/errors.ts';
import type { Address } from '../base/hex.ts';
import { parseContributors, serializeContributors } from './contributors.ts';
import { buildMerkleSum } from './merkle-sum.ts';

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
      }),
    );
  });

  it('publishes no names and notes, and one case of addresses', () => {
    const rows = parseContributors(`ana,1,secret\n${B},2`, { resolve });
    expect(serializeContributors(rows)).toBe(`account,weight\n${A},1\n${B.toLowerCase()},2\n`);
  });
});

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
