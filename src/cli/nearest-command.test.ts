import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalog } from './help/catalog.ts';
import { nearestCommand } from './nearest-command.ts';

const known = [...readCatalog(join(import.meta.dirname, '../..')).commands.keys()];

describe('the command that was meant', () => {
  test.for<[string, string | null]>([
    ['asset shwo', 'asset show'],
    ['asset shwo penguins', 'asset show'],
    ['aset show', 'asset show'],
    ['assets show', 'asset show'],
    ['ASSET LIST', 'asset list'],
    ['assets', 'asset list'],
    ['accounts', 'account list'],
    ['list asset', 'asset list'],
    ['list assets', 'asset list'],
    ['lst asset', 'asset list'],
    ['show revenue', 'revenue show'],
    ['licence set penguins', 'license set'],
    ['licences', 'license list'],
    ['license lst', 'license list'],
    ['license frobnicate', null],
    ['asset ls', 'asset list'],
    ['ls', 'asset list'],
    ['status', 'devnet status'],
    ['start', 'devnet start'],
    ['stauts', 'devnet status'],
    ['buy penguins', 'market buy'],
    ['settle', 'revenue settle'],
    ['create dataset penguins', 'new'],
    ['train', 'build'],
    ['publsh', 'publish'],
    ['pubish penguins', 'publish'],
    ['devnt', 'devnet'],
    ['balance', 'account balance'],
    ['balanse curator', 'account balance'],
    ['upload .', 'publish'],
    ['devnet up', 'devnet start'],
    ['asset frobnicate', null],
    ['frobnicate', null],
    ['frobnicate all the things now', null],
    ['', null],
    ['constructor', null],
    ['asset __proto__', null],
    ['toString valueOf', null],
  ])('%s -> %s', ([typed, suggestion]) => {
    expect(nearestCommand(typed.split(' '), known).suggestion).toBe(suggestion);
  });

  test('calls wrong only what is', () => {
    const typed = (line: string) => nearestCommand(line.split(' '), known).typed;
    expect(typed('frobnicate all the things')).toBe('frobnicate');
    expect(typed('asset frobnicate penguins')).toBe('asset frobnicate');
    expect(typed('list asset penguins')).toBe('list asset');
  });
});
