import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEV_ACCOUNTS } from '../../config/dev-accounts.ts';
import { FOLDERS, KEEP_ORDER, NO_FILES, NO_SPACE } from './candidate.ts';
import { complete } from './complete.ts';
import { readGrammar, wordsAfter } from './grammar.ts';
import { locate } from './locate.ts';
import { PRESET_WORDS } from './vocabulary.ts';
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
    ['sahara account send buyer 1 ', ['--account', '--dry-run', '--wrapped', '--yes', ...GLOBAL]],
    ['sahara account send buyer 1 more', []],
    ['sahara account send ', ACCOUNTS],
    ['sahara account balance 0x7099', ['0x70997970C51812dc3A010C7d01b50e0d17dc79C8']],
    ['sahara account send --wrapped=', []],
    ['sahara account send --no-such-flag=', []],
    ['sahara account send --no-such-flag bu', ['buyer', 'buyer-2', 'buyer-3']],

    ['sahara devnet logs --service ', ['supervisor', 'chain', 'content']],
    ['sahara devnet logs --service=c', ['--service=chain', '--service=content']],
    ['sahara devnet logs --lines ', []],
    ['sahara devnet logs --name ', []],
    ['sahara devnet logs ', ['--lines', '--name', '--service', ...GLOBAL]],

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
    const behind = ['', '--', '=', '$(id)'];
    // Each with each is for the deep run; here each command meets all of both, in turn.
    const isDeep = process.env['SAHARA_DEPTH'] === 'deep';
    for (const [c, { id }] of Object.values(grammar.commands).entries())
      for (const [i, one] of typed.entries())
        for (const [k, two] of behind.entries())
          if (isDeep || (c + i) % behind.length === k)
            await complete([...id.split(':'), one, two], ROOT, never);
  });
});
