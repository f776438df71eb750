import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  answering,
  type Behaviour,
  fakeChain,
  registered,
} from '../../src/cli/completion/fake-chain.test-helper.ts';
import { smallDataset } from './scripted.ts';
import { runAsWritten } from './shell.ts';
import { createWorld, ROOT } from './support.ts';
import { has, openTerminal } from './terminal.ts';

const world = await createWorld('completion');
// Other tests may keep the machine busy for longer than somebody at a prompt would wait.
world.env['SAHARA_COMPLETION_LIMIT_MS'] = '20000';
const PATH = `${join(world.dir, 'bin')}:${world.env['PATH']}`;
const SCRIPT = { bash: 'sahara.bash', zsh: '_sahara', fish: 'sahara.fish' };
const script = (shell: keyof typeof SCRIPT) => join(ROOT, 'completions', SCRIPT[shell]);

/** The candidates for these words, in a folder, by what the scripts call. */
async function asked(words: string[], cwd = world.project, env = {}): Promise<string[]> {
  const ran = await world.run(['complete', '--', ...words], { cwd, env });
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
  const lines = ran.stdout.split('\n');
  expect(lines.slice(-2)).toEqual([expect.stringMatching(/^:\d+$/), '']);
  return lines.slice(0, -2).map((line) => line.split('\t')[0] ?? '');
}

/** What a real bash has in COMPREPLY after each line, with the options that the script set in brackets. */
async function inBash(lines: string[], cwd = world.project): Promise<string[]> {
  const driver = join(world.dir, 'driver.bash');
  writeFileSync(
    driver,
    `set -u
     source "$1"; source "$1"; shift
     COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
     compopt() { options+="$* "; }
     for line in "$@"; do
       COMP_LINE="\${line%%|*}\${line#*|}" COMP_POINT="\${line%%|*}" COMP_POINT=\${#COMP_POINT} options=
       COMPREPLY=()
       _sahara_completion sahara '' ''
       printf '%s[%s]\\n' "\${COMPREPLY[*]-}" "\${options% }"
     done`,
  );
  const quoted = [script('bash'), ...lines.map((l) => (l.includes('|') ? l : `${l}|`))].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  const ran = await runAsWritten(world, `bash --norc ${driver} ${quoted.join(' ')}`, { cwd });
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
  return ran.stdout.trimEnd().split('\n');
}

beforeAll(async () => {
  // Puts `sahara` on the PATH of shells.
  await runAsWritten(world, 'sahara --version');
  await world.startDevnet();
  smallDataset(world, 'letters');
  smallDataset(world, 'numerals');
  await world.json(['publish', 'letters', '--account', 'curator']);
  await world.json(['publish', 'letters', '--account', 'trainer']);
  await world.json(['publish', 'numerals', '--account', 'curator']);
});

describe('what the scripts call', () => {
  test('knows what is published on the devnet', async () => {
    expect(await asked(['asset', 'show', ''])).toEqual(['numerals', 'trainer/letters', 'curator/letters']);
    expect(await asked(['asset', 'show', 'num'])).toEqual(['numerals']);
    expect(await asked(['asset', 'show', 'numerals@'])).toEqual(['numerals@1']);
    expect(await asked(['new', 'model', 'x', '--from=curator/'])).toEqual([
      '--from=curator/numerals',
      '--from=curator/letters',
    ]);
    for (const ref of await asked(['asset', 'show', ''])) await world.json(['asset', 'show', ref]);
  });

  test('finds the project that is named on the line', async () => {
    expect(await asked(['asset', 'show', '--project', world.project, 'num'], world.dir)).toEqual([
      'numerals',
    ]);
    expect(await asked(['asset', 'show', '--project', '/nowhere', ''], world.dir)).toEqual([]);
    expect(await asked(['asset', 'show', ''], world.dir)).toEqual([]);
  });

  test('answers where there is no project, and makes none', async () => {
    const empty = join(world.dir, 'empty');
    mkdirSync(empty);
    expect(await asked(['devnet', 'sto'], empty)).toEqual(['stop']);
    expect(await asked(['asset', 'show', ''], empty)).toEqual([]);
    expect(await asked(['--'], empty)).toEqual(['--help', '--version']);
    expect(existsSync(join(empty, '.sahara'))).toBe(false);
  });

  test.for<[string[]]>([[['complete']], [['complete', 'x']], [['complete', '--line']]])(
    'and nobody else: %j',
    async ([args]) => {
      const ran = await world.run(args);
      if (args.length === 1 || args[1] === 'x') expect(ran.code).toBe(2);
      else expect(ran).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test.for<[string, Behaviour]>([
    ['is silent', () => undefined],
    ['never ends', (_, socket) => void setInterval(() => !socket.destroyed && socket.write('x'), 5).unref()],
    ['hangs up', (_, socket) => socket.destroy()],
    ['answers no JSON', (_, socket) => void socket.write('{{\n')],
  ])('says nothing about a chain that %s', async ([, behaviour]) => {
    const chain = await fakeChain(join(world.dir, 'bad/.sahara'));
    chain.behave(behaviour);
    try {
      const usual = { SAHARA_COMPLETION_LIMIT_MS: '' };
      expect(await asked(['asset', 'show', ''], join(world.dir, 'bad'), usual)).toEqual([]);
    } finally {
      chain.close();
    }
  });
});

describe('in a real bash', () => {
  test('candidates are what readline puts behind its own word breaks', async () => {
    expect(
      await inBash([
        'sahara devnet st',
        'sahara asset show num',
        'sahara asset show numerals@',
        'sahara asset show curator/le',
        'sahara account send --account=cur',
        'sahara account send --account="cur',
        'sahara asset show "num',
        'sahara license set x --rights ACCESS,RU',
        'sahara devnet st|op --json',
        'sahara publish ',
        'sahara asset get x --to=',
        'sahara simulate pen',
        'sahara no-such-command ',
        'FOO=1 sahara x',
      ]),
    ).toEqual([
      'start status stop[+o default]',
      'numerals[+o default]',
      '@1[+o default]',
      'curator/letters[+o default]',
      'curator[+o default]',
      'curator[+o default]',
      'numerals[+o default]',
      'ACCESS,RUN[-o nospace +o default]',
      'start status stop[+o default]',
      '[+o default -o dirnames]',
      '[+o default -o dirnames]',
      'penguins[]',
      '[+o default]',
      '[+o default]',
    ]);
  });

  test('what is typed is never run', async () => {
    const place = join(world.dir, 'typed');
    mkdirSync(place);
    await inBash(
      [
        'sahara asset show $(touch ran)',
        'sahara asset show $(touch ran) ',
        'sahara asset show "$(touch ran)',
        'sahara asset show `touch ran` --',
        'sahara asset show x; touch ran',
        "sahara '$(touch ran)' ",
        'sahara $(touch ran) ',
        'sahara --x=$(touch ran)',
      ],
      place,
    );
    expect(existsSync(join(place, 'ran'))).toBe(false);
  });

  test('names of assets are never run and never taken for flags or several words', async () => {
    const place = join(world.dir, 'hostile');
    const names = [
      '$(touch ran)',
      '`touch ran`',
      'a b',
      'a\nb',
      '--help',
      '-rf',
      "'",
      '"; touch ran',
      '*',
      'good',
    ];
    const chain = await fakeChain(join(place, '.sahara'));
    chain.behave(answering(names.length, (id) => registered(names[id - 1] ?? '')));
    try {
      const [all, dashes, dollar] = await inBash(
        ['sahara asset show ', 'sahara asset show -', 'sahara asset show $'],
        place,
      );
      expect(all).toBe('good 9 8 7 6 5 4 3 2 1[+o default]');
      expect(dashes).not.toContain('rf');
      expect(dollar).toBe('[+o default]');
      expect(existsSync(join(place, 'ran'))).toBe(false);
    } finally {
      chain.close();
    }
  });
});

describe.each(['bash', 'zsh', 'fish'] as const)('at a terminal with %s', (shell) => {
  const START = {
    bash: ['bash', '--norc', '--noprofile'],
    zsh: ['zsh', '-f'],
    fish: ['fish', '--no-config'],
  };
  const PROMPT = {
    bash: "PS1='% '",
    zsh: "PS1='%% '",
    fish: "function fish_prompt; echo -n '% '; end; set fish_autosuggestion_enabled 0",
  };

  test('the script has no syntax error', ({ skip }) => {
    skip(!has(shell), `${shell} is not installed`);
    expect(has(`${shell} >/dev/null && ${shell} -n '${script(shell)}'`)).toBe(true);
  });

  test('Tab completes', async ({ skip }) => {
    skip(!has(shell), `${shell} is not installed`);
    skip(!has('tmux'), 'tmux is not installed');
    // fish leaves a folder in the temporary folder, where nothing may be left.
    const terminal = openTerminal(world, START[shell], { PATH, TMPDIR: join(world.dir, 'xdg') });
    try {
      terminal.type(`${PROMPT[shell]}; clear`);
      terminal.press('Enter');
      await terminal.shows(/^% *$/m);
      terminal.type(`source ${script(shell)}; clear; echo rea''dy`);
      terminal.press('Enter');
      await terminal.shows(/^ready\n%$/m);
      for (const [typed, becomes] of [
        ['sahara dev', 'sahara devnet '],
        ['sahara asset show num', 'sahara asset show numerals '],
        ['sahara asset show numerals@', 'sahara asset show numerals@1 '],
        ['sahara account send --account=cur', 'sahara account send --account=curator '],
        ['sahara account send --acc', 'sahara account send --account '],
        ['sahara publish nu', 'sahara publish numerals/'],
      ] as const) {
        terminal.type(typed);
        terminal.press('Tab');
        // A letter behind it, so that the blank that Tab wrote can be seen.
        await terminal.shows(new RegExp(`% ${becomes.trimEnd().replaceAll(/[.@/]/g, '\\$&')}`, 'm'));
        terminal.type('.');
        await terminal.shows(new RegExp(`% ${becomes.replaceAll(/[.@/]/g, '\\$&')}\\.$`, 'm'));
        terminal.press('C-c');
        // What is typed before the next prompt may be thrown away.
        await terminal.shows(/(^|\n)%$/);
      }
      terminal.type('sahara devnet sta');
      for (const _ of ['once', 'twice']) terminal.press('Tab');
      await terminal.shows(/start.*status/s);
    } finally {
      terminal.close();
    }
  });
});

describe('sahara completion', () => {
  test('prints the script of the shell, and how to have it', async () => {
    for (const [shell, file] of Object.entries({ ...SCRIPT, powershell: 'sahara.ps1' })) {
      const text = readFileSync(join(ROOT, 'completions', file), 'utf8');
      expect(await world.text(['completion', shell])).toBe(text);
      const answer = await world.envelope(['completion', shell]);
      expect(answer.data).toEqual({ shell, script: text, files: [] });
      expect(answer.meta.next?.[0]?.command).toBe(`sahara completion ${shell} --install`);
    }
    expect(await world.json(['completion'], { env: { SHELL: '/bin/zsh' } })).toMatchObject({ shell: 'zsh' });
  });

  test('says so when it cannot tell the shell', async () => {
    await world.refused(
      ['completion'],
      { code: 'SAH-0002', exit: 2, says: /Which shell/ },
      { env: { SHELL: '' } },
    );
    await world.refused(['completion', 'csh'], { code: 'SAH-0002', exit: 2 });
    await world.refused(['completion', 'bash', '--install', '--uninstall'], { code: 'SAH-0002', exit: 2 });
  });

  test('installs what a new bash then has, and takes it out again', async () => {
    const rc = join(world.env['HOME'] ?? '', '.bashrc');
    const files = (args: string[]) =>
      world
        .json<{ files: { change: string }[] }>(['completion', 'bash', ...args])
        .then((d) => d.files.map((f) => f.change));
    const known = async () =>
      (await runAsWritten(world, `bash --noprofile --rcfile ${rc} -ic 'complete -p sahara' 2>/dev/null`))
        .stdout;
    expect(await files(['--install', '--dry-run'])).toEqual(['write', 'write']);
    expect(existsSync(rc)).toBe(false);
    expect(await files(['--install'])).toEqual(['write', 'write']);
    expect(await files(['--install'])).toEqual(['none', 'none']);
    expect(await known()).toContain('_sahara_completion');
    expect(await world.text(['completion', 'bash', '--uninstall', '--dry-run'])).toMatch(/would remove/);
    expect(await files(['--uninstall'])).toEqual(['write', 'remove']);
    expect(await known()).toBe('');
    expect(await world.text(['completion', 'bash', '--uninstall'])).toBe('There is nothing to take out.\n');
  });
});
