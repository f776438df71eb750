import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../base/errors.ts';
import { DEV_ACCOUNTS } from '../../config/dev-accounts.ts';
import { PRESETS } from '../../licensing/presets.ts';
import { RIGHT_NAMES } from '../../licensing/rights.ts';
import { FOLDERS, KEEP_ORDER, NO_FILES, NO_SPACE, replyText } from './candidate.ts';
import { complete } from './complete.ts';
import { readGrammar, wordsAfter } from './grammar.ts';
import { locate } from './locate.ts';
import { leftOver, withoutMeaning } from './meanings.ts';
import { PRESET_WORDS, RIGHT_WORDS } from './vocabulary.ts';
import { splitLine } from './words.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const grammar = readGrammar(ROOT);
const never = new AbortController().signal;
const [first = [], ...others] = Object.values(grammar.commands).map((c) => Object.keys(c.flags));
/** What every command takes, and so comes last. */
const GLOBAL = [
  ...first.filter((flag) => others.every((flags) => flags.includes(flag))).map((flag) => `--${flag}`),
  '--help',
];
const ACCOUNTS = DEV_ACCOUNTS.map((a) => a.name);

let project: string;
const before = process.env['SAHARA_PROJECT'];
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'sahara-completion-'));
  process.env['SAHARA_PROJECT'] = project;
});
afterAll(() => {
  if (before === undefined) delete process.env['SAHARA_PROJECT'];
  else process.env['SAHARA_PROJECT'] = before;
  rmSync(project, { recursive: true });
});

/** The candidates for a line that is typed up to here. */
async function offered(line: string): Promise<string[]> {
  return (await complete(splitLine(line).slice(1), ROOT, never)).candidates.map((c) => c.value);
}

describe('what can be typed', () => {
  test('every command can be reached word by word', async () => {
    const commands = Object.values(grammar.commands).filter((c) => !c.hidden);
    expect(commands.length).toBeGreaterThan(30);
    for (const { id } of commands) {
      const words = id.split(':');
      for (const [i, word] of words.entries())
        expect(await offered(`sahara ${[...words.slice(0, i), ''].join(' ')}`)).toContain(word);
    }
  });

  test('every flag of every command is offered, once, until it is given', async () => {
    for (const command of Object.values(grammar.commands)) {
      const line = `sahara ${command.id.replaceAll(':', ' ')}`;
      for (const flag of Object.values(command.flags).filter((f) => !f.hidden)) {
        const all = await offered(`${line} --`);
        expect(all.filter((f) => f === `--${flag.name}`)).toEqual([`--${flag.name}`]);
        const given = `--${flag.name}${flag.type === 'option' ? ' x' : ''}`;
        expect((await offered(`${line} ${given} --`)).includes(`--${flag.name}`)).toBe(
          flag.multiple === true,
        );
      }
    }
  });

  test.for<[string, string[]]>([
    ['sahara dev', ['devnet']],
    ['sahara devnet st', ['start', 'status', 'stop']],
    ['sahara asset sh', ['show']],
    ['sahara   asset   sh', ['show']],
    ['sahara "asset" sh', ['show']],
    ['sahara ass\\et sh', ['show']],
    ['sahara -', ['--help', '--version']],
    ['sahara asset --', ['--help']],
    ['sahara no-such-command ', []],
    ['sahara no-such-command --', []],
    ['sahara devnet no-such-command ', []],
    ['sahara devnet start', ['start']],
    ['sahara __proto__ ', []],
    ['sahara toString --', []],
    ['sahara --json dev', []],

    ['sahara account send --acc', ['--account']],
    ['sahara account send -a', ['-a']],
    ['sahara account send -x', []],
    ['sahara account send --account cu', ['curator']],
    ['sahara account send --account=cu', ['--account=curator']],
    ['sahara account send --account="cu', ['--account=curator']],
    ['sahara account send -a cu', ['curator']],
    ['sahara account send bu', ['buyer', 'buyer-2', 'buyer-3']],
    ['sahara account send "bu', ['buyer', 'buyer-2', 'buyer-3']],
    ['sahara account send --account curator bu', ['buyer', 'buyer-2', 'buyer-3']],
    ['sahara account send -acurator bu', ['buyer', 'buyer-2', 'buyer-3']],
    ['sahara account send -- bu', ['buyer', 'buyer-2', 'buyer-3']],
    ['sahara account send -- --', []],
    ['sahara account send buyer ', []],
    ['sahara account send buyer 1 ', ['--account', '--wrapped', ...GLOBAL]],
    ['sahara account send buyer 1 more', []],
    ['sahara account send ', ACCOUNTS],
    ['sahara account balance 0x7099', ['0x70997970C51812dc3A010C7d01b50e0d17dc79C8']],
    ['sahara account send --wrapped=', []],
    ['sahara account send --no-such-flag=', []],
    ['sahara account send --no-such-flag bu', ['buyer', 'buyer-2', 'buyer-3']],

    ['sahara devnet logs --service ', ['supervisor', 'chain', 'content']],
    ['sahara devnet logs --service=c', ['--service=chain', '--service=content']],
    ['sahara devnet logs --lines ', []],
    ['sahara devnet logs ', ['--lines', '--service', ...GLOBAL]],

    ['sahara license set penguins --attr', ['--attribution']],
    ['sahara license set penguins --no-attr', ['--no-attribution']],
    ['sahara license set penguins --attribution --no-attr', []],
    ['sahara license set penguins --no-attribution --attr', []],
    ['sahara license set penguins --preset ', [...PRESET_WORDS]],
    ['sahara license set penguins --rights RU', ['RUN']],
    ['sahara license set penguins --rights ACCESS,R', ['ACCESS,RUN', 'ACCESS,REDISTRIBUTE']],
    ['sahara license set penguins --rights=RUN,AC', ['--rights=RUN,ACCESS']],
    ['sahara market buy penguins --for bu', ['buyer', 'buyer-2', 'buyer-3']],

    ['sahara new ', ['dataset', 'model', 'agent']],
    ['sahara new dataset ', []],
    ['sahara simulate ', ['deep-lineage', 'penguins', 'viral']],
    ['sahara completion z', ['zsh']],
    ['sahara completion bash --install --', ['--dry-run', ...GLOBAL]],

    ['sahara asset show $(id', []],
    ['sahara asset show `id`', []],
    ['sahara asset show $(id) --js', ['--json']],
  ])('%s', async ([line, wanted]) => {
    expect(await offered(line)).toEqual(wanted);
  });

  test('paths are left to the shell', async () => {
    const directive = async (line: string) =>
      (await complete(splitLine(line).slice(1), ROOT, never)).directive;
    expect(await directive('sahara publish ')).toBe(FOLDERS);
    expect(await directive('sahara asset get x --to=')).toBe(FOLDERS);
    expect(await directive('sahara demo --project ')).toBe(FOLDERS);
    expect(await directive('sahara simulate ./')).toBe(KEEP_ORDER);
    expect(await directive('sahara devnet st')).toBe(NO_FILES | KEEP_ORDER);
    expect(await directive('sahara no-such-command ')).toBe(NO_FILES);
    expect(await directive('sahara license set x --rights ')).toBe(NO_FILES | KEEP_ORDER | NO_SPACE);
  });

  test('a word can be a command and a topic at once, and arguments can repeat', async () => {
    const command = (id: string, more = {}) => ({ id, summary: id, args: {}, flags: {}, ...more });
    const made = {
      topics: {},
      commands: {
        batch: command('batch', { args: { file: { name: 'file' } }, strict: false }),
        'batch:show': command('batch:show'),
        old: command('old', { hidden: true }),
      },
    };
    expect([...wordsAfter(made, [])]).toEqual([['batch', 'batch']]);
    expect(locate(made, ['batch', '']).map((p) => p.at)).toEqual(['name', 'value']);
    expect(locate(made, ['batch', 'a', 'b', ''])).toMatchObject([{ key: 'file', before: ['a', 'b'] }]);
  });

  test('no place of any command, whatever is typed, breaks it', async () => {
    const typed = [
      '',
      '-',
      '--',
      '--x=',
      '=',
      '@',
      ':',
      '\u0000',
      '$(id)',
      '"',
      '..',
      '/',
      'é',
      '-a=',
      '--=',
    ];
    for (const { id } of Object.values(grammar.commands))
      for (const one of typed)
        for (const two of ['', '--', '=', '$(id)']) await complete([...id.split(':'), one, two], ROOT, never);
  });
});

describe('every value has a meaning', () => {
  test('each argument and flag of each command has options, or a line in meanings.ts', () => {
    expect(
      withoutMeaning(grammar),
      'Say in src/cli/completion/meanings.ts what these take ("free" where anything goes)',
    ).toEqual([]);
  });

  test('no line is about a command that is gone', () => {
    expect(leftOver(grammar)).toEqual([]);
  });

  test('a command that is forgotten is named', () => {
    const forgotten = {
      id: 'asset:paint',
      args: { colour: { name: 'colour' }, asset: { name: 'asset' } },
      flags: {
        brush: { name: 'brush', type: 'option' as const },
        gloss: { name: 'gloss', type: 'boolean' as const },
        size: { name: 'size', type: 'option' as const, options: ['s', 'l'] },
      },
    };
    expect(withoutMeaning({ topics: {}, commands: { 'asset:paint': forgotten } })).toEqual([
      'asset paint colour',
      'asset paint --brush',
    ]);
    expect(leftOver({ topics: {}, commands: { 'asset:paint': forgotten } })).toContain('asset:get --to');
  });

  test('the words that are written down twice are the same', () => {
    expect([...PRESET_WORDS]).toEqual(PRESETS.map((p) => p.name));
    expect([...RIGHT_WORDS]).toEqual(RIGHT_NAMES);
  });
});

describe('meanings that no command has yet', () => {
  const ask = async (name: string, words: string[] = [''], before: string[] = []) => {
    const { PROVIDERS } = await import('./providers.ts');
    const answer = await PROVIDERS[name as 'network']({
      typed: words.at(-1) ?? '',
      before,
      grammar,
      root: ROOT,
      stateDir: async () => join(project, '.sahara'),
      signal: never,
    });
    return (Array.isArray(answer) ? answer : (answer.candidates ?? [])).map((c) => c.value);
  };

  test('codes of errors, words of commands, networks', async () => {
    expect(await ask('error-code')).toEqual(Object.values(ERRORS).map((e) => e.code));
    expect(await ask('command', [''], ['devnet'])).toContain('start');
    expect(await ask('network')).toEqual(['devnet']);
  });

  test('snapshots are what lies in the folder of snapshots', async () => {
    expect(await ask('snapshot')).toEqual([]);
    const folder = join(project, '.sahara/devnet/default/snapshots');
    mkdirSync(join(folder, 'before-sale'), { recursive: true });
    writeFileSync(join(folder, '.partial'), '');
    expect(await ask('snapshot')).toEqual(['before-sale']);
  });
});

describe('the line as it is typed', () => {
  test.for<[string, string[]]>([
    ['', ['']],
    ['sahara', ['sahara']],
    ['sahara ', ['sahara', '']],
    [' sahara  a\tb', ['sahara', 'a', 'b']],
    [`sahara "a b" 'c d' e\\ f`, ['sahara', 'a b', 'c d', 'e f']],
    [`sahara "a \\"b\\" \\n`, ['sahara', 'a "b" \\n']],
    [`sahara --x="a b`, ['sahara', '--x=a b']],
    [`sahara '' `, ['sahara', '', '']],
    ['sahara $(touch x) `y`', ['sahara', '$(touch', 'x)', '`y`']],
    ['sahara a\\', ['sahara', 'a']],
  ])('%j', ([line, words]) => {
    expect(splitLine(line)).toEqual(words);
  });
});

describe('what leaves for the shell', () => {
  test('is a line a candidate, and nothing that a shell gives a meaning to', () => {
    const hostile = [
      'a b',
      'a\nb',
      '$(x)',
      '`x`',
      "a'b",
      'a"b',
      'a;b',
      'a&b',
      'a|b',
      'a>b',
      'a*',
      '~a',
      '!a',
    ];
    const more = [
      '-rf /',
      '\u001b[2J',
      'a\\b',
      '=ls',
      '#a',
      '',
      ':4',
      'é',
      '{a,b}',
      'a\tb',
      '-$(x)',
      '--x=$(x)',
    ];
    const text = replyText({
      candidates: [...hostile, ...more, 'good', '--good', '--good=a,b', 'a/b@1'].map((value) => ({ value })),
      directive: 4,
    });
    expect(text).toBe('good\n--good\n--good=a,b\na/b@1\n:4\n');
  });

  test('says what a candidate is on one line of letters', () => {
    const about = `x\u001b]0;evil\u0007\u202e\ty${'z'.repeat(200)}\nsecond`;
    const [line = '', directive] = replyText({ candidates: [{ value: 'a', about }], directive: 0 }).split(
      '\n',
    );
    expect(line).toMatch(/^a\tx\\u001b\]0;evil\\u0007\\u202e\\u0009yz+…$/);
    expect(line.length).toBeLessThan(90);
    expect(directive).toBe(':0');
  });

  test('is not more than a screen of screens', () => {
    const candidates = Array.from({ length: 5000 }, (_, i) => ({ value: `a${i}` }));
    expect(replyText({ candidates, directive: 4 }).split('\n')).toHaveLength(1002);
  });
});
