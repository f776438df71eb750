import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCatalog } from './help/catalog.ts';
import { type Line, readLine } from './line.ts';

const catalog = readCatalog(join(import.meta.dirname, '../..'));
const read = (line: string): Line => readLine(line === '' ? [] : line.split(' '), catalog);

describe('a command line', () => {
  test.for<[string, Partial<Line> & { is: Line['is'] }]>([
    ['asset list', { is: 'command', command: 'asset list', rest: [] }],
    ['asset list --json', { is: 'command', command: 'asset list', rest: ['--json'] }],
    ['asset list extra', { is: 'command', command: 'asset list', rest: ['extra'] }],
    ['publish -- --help', { is: 'command', command: 'publish', rest: ['--', '--help'] }],
    ['publish asset', { is: 'command', command: 'publish', rest: ['asset'] }],
    ['--help', { is: 'help', words: [] }],
    ['-h', { is: 'help', words: [] }],
    ['help', { is: 'help', words: [] }],
    ['help asset', { is: 'help', words: ['asset'] }],
    ['help asset show', { is: 'help', words: ['asset', 'show'] }],
    ['asset', { is: 'help', words: ['asset'] }],
    ['asset --json', { is: 'help', words: ['asset'] }],
    ['asset --project x --json', { is: 'help', words: ['asset'] }],
    ['asset show penguins --help', { is: 'help', words: ['asset', 'show'] }],
    ['asset --help show', { is: 'help', words: ['asset', 'show'] }],
    ['--output json asset show --help', { is: 'help', words: ['asset', 'show'] }],
    ['--help publish', { is: 'help', words: ['publish'] }],
    ['help --help', { is: 'help', words: ['help'] }],
    ['help help', { is: 'help', words: ['help'] }],
    ['help asset --help', { is: 'help', words: ['asset'] }],
    ['help global', { is: 'help', words: ['global'] }],
    ['', { is: 'home', plain: true }],
    ['--json', { is: 'home', plain: true }],
    ['-o ndjson', { is: 'home', plain: true }],
    ['--project asset', { is: 'home', plain: false }],
    ['--version', { is: 'version' }],
    ['-v', { is: 'version' }],
    ['--json --version', { is: 'version' }],
    ['asset shwo x', { is: 'unknown', command: 'asset shwo', suggestion: 'asset show', topic: 'asset' }],
    ['asset shwo --help', { is: 'unknown', suggestion: 'asset show' }],
    ['help asset shwo', { is: 'unknown', suggestion: 'asset show' }],
    ['nonsense --help', { is: 'unknown', command: 'nonsense', topic: null }],
    ['--quiet asset list', { is: 'misplaced', instead: 'sahara asset list --quiet' }],
    ['asset --wait 3s list', { is: 'misplaced', instead: 'sahara asset list --wait 3s' }],
    ['--account asset publish', { is: 'misplaced', instead: 'sahara publish --account asset' }],
    ['--nonsense', { is: 'misplaced', command: '', instead: null }],
    ['asset --nonsense', { is: 'misplaced', command: 'asset' }],
    ['--', { is: 'misplaced' }],
  ])('%s', ([line, wanted]) => {
    expect(read(line)).toMatchObject(wanted);
  });

  test('is always something, whatever is typed', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('asset', 'list', 'help', '--help', '--json', '-o', '--', '-', '--account', '-x=y'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (argv) => {
        const line = readLine(argv, catalog);
        if (line.is === 'command') expect(catalog.commands.has(line.command)).toBe(true);
        if (line.is === 'unknown' && line.suggestion)
          expect([...catalog.commands.keys()].join('\n')).toContain(line.suggestion);
      }),
    );
  });
});
