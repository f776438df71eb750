import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_ROOMS } from './error-rooms.ts';
import { ERRORS, isError, SaharaError } from './errors.ts';

const rows = Object.entries(ERRORS);
const tables = join(import.meta.dirname, 'errors-table');
const commands = join(import.meta.dirname, '../commands');

describe('the error table', () => {
  test('has a code of its own for each error, by room', () => {
    const codes = rows.map(([, r]) => r.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^SAH-\d{4}$/);
    // A spread of tables would hide a name that is used twice.
    const names = readdirSync(tables).flatMap((f) =>
      [...readFileSync(join(tables, f), 'utf8').matchAll(/^ {2}([A-Z_0-9]+): row</gm)].map((m) => m[1]),
    );
    expect([...names].sort()).toEqual(rows.map(([name]) => name).sort());
  });

  test('has each error in one room', () => {
    expect(ERROR_ROOMS.flatMap((room) => room.errors).sort()).toEqual(rows.map(([name]) => name).sort());
    for (const room of ERROR_ROOMS) {
      expect(room.errors.length, room.title).toBeGreaterThan(0);
      for (const name of room.errors) expect(ERRORS[name].code.slice(4, 6) >= room.codes).toBe(true);
    }
  });

  test.for(rows)('%s says what, why and what to do', ([, row]) => {
    expect(row.title).toMatch(/^\S.*[^.\s]$/);
    for (const text of [row.why, row.fix]) expect(text).toMatch(/^\S.{10,}[.`]$/s);
  });

  test('names commands that exist', () => {
    for (const file of readdirSync(tables)) {
      const text = readFileSync(join(tables, file), 'utf8');
      for (const [, words = ''] of text.matchAll(
        /command: [`'](?:[A-Z_]+=\S+ )?sahara ([a-z]+(?: [a-z]+){0,2})/g,
      )) {
        const [topic = '', name = '', last = ''] = words.split(' ');
        const found =
          existsSync(join(commands, topic, name, `${last}.ts`)) ||
          existsSync(join(commands, topic, `${name}.ts`)) ||
          existsSync(join(commands, `${topic}.ts`));
        expect(found, `${file}: sahara ${words}`).toBe(true);
      }
    }
  });
});

test('an error carries its row and its particulars', () => {
  const error = new SaharaError(
    'ACCOUNT_UNKNOWN',
    { account: 'curater', suggestion: 'curator' },
    { cause: new Error('below') },
  );
  expect(error).toMatchObject({
    name: 'SaharaError',
    id: 'ACCOUNT_UNKNOWN',
    kind: 'not-found',
    retryable: false,
    params: { account: 'curater' },
  });
  expect(error.message).toMatch(/"curater".*"curator"/);
  expect((error.cause as Error).message).toBe('below');
  expect(isError(error, 'ACCOUNT_UNKNOWN')).toBe(true);
  expect(isError(error, 'FUNDS_MISSING')).toBe(false);
  expect(isError(new Error('x'), 'ACCOUNT_UNKNOWN')).toBe(false);
});
