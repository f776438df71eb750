import { describe, expect, test } from 'vitest';
import { ERRORS, type ErrorName } from '../../src/base/errors.ts';
import { exampleOf } from '../../src/cli/explain.ts';
import { expectPasteable, faultInLine } from './next-steps.ts';

describe('a line to paste', () => {
  test.for([
    'sahara devnet start',
    'sahara --help',
    'sahara asset --help',
    'sahara asset show --help',
    'SAHARA_CONTENT_NODE=embedded sahara devnet start',
    "sahara publish 'my data' --dry-run",
    "sahara publish 'it'\\''s mine'",
    'cd penguins && sahara publish',
    'sahara market buy curator/penguins --terms=3 -a trainer',
    'eval "$(sahara config show)"',
    'cd',
    "rm -r ~/'my data'/.sahara/tmp",
    ': > .sahara/devnet/default/logs/chain.log',
    'sudo chown -R "$(id -u)" .sahara',
    'export LC_ALL=C.UTF-8',
  ])('%s', (line) => expect(faultInLine(line)).toBe(null));

  test.for<[string, RegExp]>([
    ['sahara devnt start', /no command/],
    ['devnet start', /devnet is not a program/],
    ['sahara asset show', /asset is missing/],
    ['sahara asset show <id>', /outside of quotes/],
    ['sahara asset show a b', /at most 1/],
    ['sahara publish --dryrun', /no flag --dryrun/],
    ['sahara market buy penguins --terms', /lacks its value/],
    ['sahara devnet start --content-node swarm', /does not take swarm/],
    ["sahara publish 'my data", /not closed/],
    ['sahara publish "$HOME/data"', /expanded/],
    ['sahara publish my data', /at most 1/],
    ['curl example.org && sahara publish', /curl is not/],
    ['sahara asset list | head', /outside of quotes/],
  ])('%s is none', ([line, fault]) => expect(faultInLine(line)).toMatch(fault));
});

test.for(Object.keys(ERRORS) as ErrorName[])('the steps that %s proposes can be pasted', (name) => {
  const error = exampleOf(name);
  expectPasteable(error.next);
  expect(error.message).toMatch(/^\S[^\n]*$/);
  expect(`${error.message} ${error.next.map((n) => n.command).join(' ')}`).not.toMatch(
    /undefined|null|\[object|NaN/,
  );
});
