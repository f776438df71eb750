import { describe, expect, it } from 'vitest';
import { SaharaError } from '../base/errors.ts';
import { OPERATIONS } from './operations.ts';
import { parseBatch } from './parse.ts';

const parse = (...lines: unknown[]) =>
  parseBatch(lines.map((l) => (typeof l === 'string' ? l : JSON.stringify(l))).join('\n'), {
    file: 'x.ndjson',
    account: undefined,
  });

async function problemOf(line: unknown): Promise<string | undefined> {
  const error = await parse(line).then(
    () => undefined,
    (e: SaharaError<'BATCH_INVALID'>) => e,
  );
  expect(error).toBeInstanceOf(SaharaError);
  return error?.params.problems[0]?.reason;
}

describe('parseBatch', () => {
  it('reads amounts as wei, accounts as addresses, and keeps the numbers of lines', async () => {
    const [first, second] = await parse(
      { op: 'revenue.pay', asset: 'curator/penguins@2', amount: 0.5, id: 'x', account: 'buyer-2' },
      '',
      { op: 'account.send', to: 'newcomer', amount: '12', wrapped: true },
    );
    expect(first).toMatchObject({
      line: 1,
      id: 'x',
      account: 'buyer-2',
      params: { amount: 5n * 10n ** 17n },
    });
    expect(second).toMatchObject({
      line: 3,
      id: null,
      account: undefined,
      params: { to: '0xbDA5747bFD65F08deb54cb465eB87D40e51B197E', wrapped: true },
    });
  });

  it('takes an operation for the same whatever the order of its fields and its id', async () => {
    const [a, b, c] = await parse(
      { op: 'revenue.pay', asset: 'a', amount: '1', id: 'one' },
      { amount: '1', asset: 'a', op: 'revenue.pay', id: 'two' },
      { op: 'revenue.pay', asset: 'a', amount: '2' },
    );
    expect(a?.what).toBe(b?.what);
    expect(a?.what).not.toBe(c?.what);
  });

  it.each([
    [{}, /no "op"/],
    [{ op: 7 }, /7 is no operation/],
    [{ op: '__proto__' }, /is no operation/],
    [{ op: 'constructor' }, /is no operation/],
    ['[1]', /not a JSON object/],
    ['null', /not a JSON object/],
    [{ op: 'revenue.pay', asset: '', amount: '1' }, /"asset"/],
    [{ op: 'revenue.pay', asset: 'a b', amount: '1' }, /a b/],
    [{ op: 'revenue.pay', asset: 'a', amount: '1e3' }, /"amount".*not an amount/],
    [{ op: 'revenue.pay', asset: 'a', amount: true }, /"amount".*not an amount/],
    [{ op: 'revenue.pay', asset: 'a', amount: '0' }, /"amount".*not an amount/],
    [{ op: 'revenue.pay', asset: 'a', amount: '1', id: '' }, /"id"/],
    [{ op: 'revenue.pay', asset: 'a', amount: '1', id: 5 }, /"id"/],
    [{ op: 'account.send', to: `0x${'0'.repeat(40)}`, amount: '1' }, /0x0+/],
    [{ op: 'account.send', to: 'newcomer', amount: '1', wrapped: 'yes' }, /"wrapped".*true or false/],
    [{ op: 'license.unset', asset: 'a', terms: 1.5 }, /"terms".*whole number/],
    [{ op: 'license.set', asset: 'a' }, /no right is granted/],
  ])('refuses %j', async (line, says) => {
    expect(await problemOf(line)).toMatch(says);
  });

  it('names every bad line', async () => {
    await expect(parse({ op: 'x' }, { op: 'revenue.settle' }, 'y', 'z')).rejects.toMatchObject({
      params: { problems: [{ line: 1 }, { line: 3 }, { line: 4 }] },
    });
  });

  it('has the operations that are documented', () => {
    expect(Object.keys(OPERATIONS).sort()).toEqual([
      'account.send',
      'account.unwrap',
      'license.renew',
      'license.set',
      'license.unset',
      'market.buy',
      'publish',
      'revenue.claim',
      'revenue.pay',
      'revenue.settle',
    ]);
  });
});
