import { expect, test } from 'vitest';
import { unknownCommand } from './unknown-command.ts';

const KNOWN = [
  'account balance',
  'asset list',
  'asset show',
  'devnet start',
  'devnet status',
  'publish',
  'new',
];

test.for<[string, string | null, string | null]>([
  ['asset shw', 'asset show', 'asset'],
  ['aset show', 'asset show', null],
  ['pubish', 'publish', null],
  ['pubish penguins', 'publish', null],
  ['devnt', 'devnet', null],
  ['balance', 'account balance', null],
  ['balanse curator', 'account balance', null],
  ['asset frobnicate', null, 'asset'],
  ['frobnicate', null, null],
  ['', null, null],
])('"%s": %s, %s', ([typed, suggestion, topic]) => {
  expect(unknownCommand(typed === '' ? [] : typed.split(' '), KNOWN)).toMatchObject({ suggestion, topic });
});
