import { createRandom } from './random.ts';
import type { Hostile } from './run.ts';

type Flag = { type: string; options?: string[]; char?: string };
export type Manifest = {
  commands: Record<string, { flags: Record<string, Flag>; args: Record<string, { required?: boolean }> }>;
};

const JUNK = [
  ...['--', '---', '-', '--=', '--=x', '-=', '--json=maybe', '--no-json', '-qqqq', '-zz', '--jsón', '-😀'],
  ...['', ' ', '\t', '\n', '\u202egnp.exe', '\u0007', '\u001b[31mred', '\u0000'.replace('\u0000', '\\0')],
  ...["'; rm -rf /", '$(id)', '`id`', '%s%n%d', '../../../etc/passwd', '/dev/zero', '*', '~root', '|', '&&'],
  ...[
    'null',
    'undefined',
    'NaN',
    '[object Object]',
    '__proto__',
    'constructor',
    'toString',
    '{"a":1}',
    '<a>',
  ],
  ...['٣٤', '１２', '-0', '1e999', '0x10', '9'.repeat(400), 'e\u0301'.repeat(200), '\ud800', '👩‍👩‍👧‍👦'],
];
const NO_NUMBERS = [
  'abc',
  '',
  '1.5',
  '-7',
  '1e999',
  'NaN',
  'Infinity',
  '0x10',
  '9'.repeat(30),
  '٣',
  ' ',
  '1,000',
];

/** The words of a command from its id. */
const words = (id: string) => id.split(':');
const FLAG_NOBODY_HAS = '--certainly-not-a-flag';

/** Known commands with flags and arguments that nobody means. None of them can do anything: each has something wrong. */
export function fuzzedFlags(manifest: Manifest, seed: number, count: number): Hostile[] {
  const random = createRandom(seed);
  const ids = Object.keys(manifest.commands).sort();
  return Array.from({ length: count }, (_, i) => {
    const id = ids[i % ids.length] ?? '';
    const junk = Array.from({ length: 1 + random.below(4) }, () => random.pick(JUNK));
    const at = random.below(junk.length + 1);
    // Before a "--", behind which it would be an argument.
    const end = junk.indexOf('--');
    junk.splice(end === -1 ? at : Math.min(at, end), 0, FLAG_NOBODY_HAS);
    const form = random.pick([[], ['--json'], ['-o', 'ndjson'], ['-q']]);
    return { what: 'fuzzed flags', argv: [...words(id), ...form, ...junk], exit: [2] };
  });
}

/** Every flag that takes a value: without one, with a wrong one. */
export function wrongValues(manifest: Manifest, seed: number): Hostile[] {
  const random = createRandom(seed);
  const cases: Hostile[] = [];
  for (const [id, { flags }] of Object.entries(manifest.commands))
    for (const [name, flag] of Object.entries(flags)) {
      // The shared ones are the same everywhere.
      if (
        flag.type !== 'option' ||
        (['output', 'fields', 'wait', 'project'].includes(name) && id !== 'config:show')
      )
        continue;
      cases.push({ what: 'a flag without its value', argv: [...words(id), `--${name}`], exit: [2] });
      if (flag.options)
        cases.push({
          what: 'a value that is none of the options',
          argv: [...words(id), `--${name}`, random.pick(JUNK.slice(12)), '--json'],
          exit: [2],
        });
    }
  const integers: [string[], string][] = [
    [['devnet', 'start'], '--rpc-port'],
    [['devnet', 'logs'], '--lines'],
    [['license', 'unset', 'x'], '--terms'],
    [['market', 'buy', 'x'], '--terms'],
    [['simulate', 'penguins'], '--seed'],
  ];
  for (const [command, flag] of integers)
    for (const value of NO_NUMBERS)
      cases.push({ what: 'no number', argv: [...command, `${flag}=${value}`], exit: [2] });
  return cases;
}

/** Words where a command should be. */
export function strangeCommands(): Hostile[] {
  return JUNK.map((word, i) => ({
    what: 'a strange command',
    argv: [word, ...(i % 2 ? ['--json'] : [])],
    // Nothing, or a flag of ours alone, is the home screen or the help.
    exit: [0, 2],
  }));
}

/** What is larger than anybody types: a word near the system's limit, thousands of words. */
export function hugeLines(): Hostile[] {
  const long = 'x'.repeat(120_000);
  const many = Array.from({ length: 5000 }, (_, i) => `word${i}`);
  return [
    ['asset', 'show', long],
    ['asset', 'show', long, '--json'],
    ['account', 'balance', long, '--json'],
    ['new', 'dataset', long],
    ['new', long, 'name', '--json'],
    [long],
    [long, '--json'],
    ['config', 'show', '--project', long],
    ['asset', 'list', `--${long}`],
    ['asset', 'list', '--fields', long, '--json'],
    ['asset', 'list', '--fields', many.join(','), '--json'],
    ['asset', 'list', '--wait', '9'.repeat(100_000)],
    ['publish', long, '--json'],
    many,
    [...many, '--json'],
    ['asset', 'list', ...many],
    ['devnet', 'logs', ...many.map((w) => `--${w}`), '--json'],
    ['revenue', 'pay', 'x', '9'.repeat(100_000), '--json'],
    ['simulate', long],
    ['license', 'set', 'x', '--rights', many.join(','), '--json'],
  ].map((argv) => ({ what: 'a huge line', argv, exit: [2, 3, 4, 6] }));
}
