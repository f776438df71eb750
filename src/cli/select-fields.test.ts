import { expect, test } from 'vitest';
import { fieldLines, selectFields } from './select-fields.ts';

const asset = { id: '1', name: 'penguins', version: { cid: 'baf' }, tags: ['a', 'b'], none: null };
const books = {
  total: '7',
  earnings: [
    { account: 'x', amount: '3' },
    { account: 'y', amount: '4' },
  ],
  fees: [{ at: 1 }],
};

test('fields come in the order in which they were asked for, in lists thing by thing', () => {
  expect(selectFields([asset, asset], ['name', 'version.cid'])).toEqual(
    Array(2).fill({ name: 'penguins', 'version.cid': 'baf' }),
  );
  expect(selectFields(books, ['earnings.account', 'total'])).toEqual({
    'earnings.account': ['x', 'y'],
    total: '7',
  });
});

test('what is not there is null, whatever it is called', () => {
  expect(selectFields(asset, ['none', 'version.none', 'id.x', 'constructor', '__proto__.x'])).toEqual({
    none: null,
    'version.none': null,
    'id.x': null,
    constructor: null,
    '__proto__.x': null,
  });
});

test('as lines: a thing on a line, or an item of the one list that fields lead into', () => {
  expect(fieldLines([asset, asset], ['id', 'tags', 'none'])).toBe('1\ta,b\t\n1\ta,b\t');
  expect(fieldLines(books, ['earnings.account', 'total', 'earnings.amount'])).toBe('x\t7\t3\ny\t7\t4');
  expect(fieldLines(books, ['earnings.account', 'fees.at'])).toBe('x,y\t1');
  expect(fieldLines({ earnings: [] }, ['earnings.account'])).toBe('');
  expect(fieldLines([], ['id'])).toBe('');
});

test('a value stays on its line and in its column', () => {
  const line = fieldLines({ text: 'a\tb\nc\u001b[2J' }, ['text']);
  expect([...line].filter((c) => c < ' ')).toEqual([]);
});
