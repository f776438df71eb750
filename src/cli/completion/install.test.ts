import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Home, installCompletion, uninstallCompletion } from './install.ts';
import { guessShell, SHELLS, scriptOf } from './shells.ts';

let home: string;
let where: Home;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "sahara home's-"));
  where = { home, env: {}, platform: 'linux' };
});
afterEach(() => rmSync(home, { recursive: true }));

const filesBelow = () =>
  (readdirSync(home, { recursive: true }) as string[]).filter((f) => statSync(join(home, f)).isFile()).sort();
const read = (path: string) => readFileSync(join(home, path), 'latin1');

describe.each(SHELLS)('%s', (shell) => {
  test('is put in once, and taken out without a trace', () => {
    const planned = installCompletion(shell, where, true);
    expect(filesBelow()).toEqual([]);
    const first = installCompletion(shell, where, false);
    expect(first).toEqual(planned);
    const made = filesBelow();
    expect(first.map((f) => f.change)).toEqual(made.map(() => 'write'));
    expect(made.some((f) => read(f) === Buffer.from(scriptOf(shell)).toString('latin1'))).toBe(true);

    expect(installCompletion(shell, where, false).map((f) => f.change)).toEqual(made.map(() => 'none'));
    expect(filesBelow()).toEqual(made);

    const out = uninstallCompletion(shell, where, true);
    expect(filesBelow()).toEqual(made);
    expect(uninstallCompletion(shell, where, false)).toEqual(out);
    for (const file of filesBelow()) expect(read(file)).toBe('');
    expect(uninstallCompletion(shell, where, false).every((f) => f.change === 'none')).toBe(true);
  });

  test('an older script is replaced', () => {
    const [script] = installCompletion(shell, where, false);
    if (!script) throw new Error('nothing was installed');
    writeFileSync(script.path, 'old');
    expect(installCompletion(shell, where, false)[0]).toEqual(script);
    expect(readFileSync(script.path, 'utf8')).toBe(scriptOf(shell));
  });
});

describe('the startup file of the user', () => {
  test('keeps every byte that is not ours, and where ours stands', () => {
    const rest = 'export A=1\r\n# caf\xe9 \xff\r\nalias x="y"';
    writeFileSync(join(home, '.bashrc'), rest, 'latin1');
    installCompletion('bash', where, false);
    const installed = read('.bashrc');
    expect(installed.startsWith(`${rest}\r\nif [ -r `)).toBe(true);
    expect(installed.endsWith('# sahara completion\r\n')).toBe(true);

    writeFileSync(join(home, '.bashrc'), `${installed}tail\r\n`, 'latin1');
    expect(installCompletion('bash', where, false).map((f) => f.change)).toEqual(['none', 'none']);
    uninstallCompletion('bash', where, false);
    expect(read('.bashrc')).toBe(`${rest}\r\ntail\r\n`);
  });

  test('is brought to one line of ours, in the place of the first', () => {
    writeFileSync(join(home, '.zshrc'), 'a\nold # sahara completion\nb\nolder # sahara completion\n');
    installCompletion('zsh', where, false);
    expect(read('.zshrc')).toMatch(/^a\nif \[ -r .* # sahara completion\nb\n$/);
  });

  test('stays a link, with its permissions', () => {
    mkdirSync(join(home, 'dotfiles'));
    writeFileSync(join(home, 'dotfiles/bashrc'), 'a\n');
    chmodSync(join(home, 'dotfiles/bashrc'), 0o600);
    symlinkSync('dotfiles/bashrc', join(home, '.bashrc'));
    installCompletion('bash', where, false);
    expect(lstatSync(join(home, '.bashrc')).isSymbolicLink()).toBe(true);
    expect(read('dotfiles/bashrc')).toContain('# sahara completion');
    expect(statSync(join(home, 'dotfiles/bashrc')).mode & 0o777).toBe(0o600);
  });

  test('is where the shell says', () => {
    const env = {
      XDG_DATA_HOME: join(home, 'd'),
      XDG_CONFIG_HOME: join(home, 'c'),
      ZDOTDIR: join(home, 'z'),
    };
    const paths = (shell: (typeof SHELLS)[number], platform: NodeJS.Platform) =>
      installCompletion(shell, { home, env, platform }, true).map((f) => f.path.slice(home.length + 1));
    expect(paths('bash', 'darwin')).toEqual(['d/sahara/completion.bash', '.bash_profile']);
    expect(paths('zsh', 'linux')).toEqual(['d/sahara/completion.zsh', 'z/.zshrc']);
    expect(paths('fish', 'linux')).toEqual(['c/fish/completions/sahara.fish']);
    expect(paths('powershell', 'linux')).toEqual([
      'd/sahara/completion.ps1',
      'c/powershell/Microsoft.PowerShell_profile.ps1',
    ]);
    expect(existsSync(join(home, 'd'))).toBe(false);
  });
});

test.for<[NodeJS.ProcessEnv, NodeJS.Platform, string | undefined]>([
  [{ SHELL: '/bin/bash' }, 'linux', 'bash'],
  [{ SHELL: '/usr/local/bin/zsh' }, 'darwin', 'zsh'],
  [{ SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe' }, 'win32', 'bash'],
  [{ SHELL: '/usr/bin/pwsh' }, 'linux', 'powershell'],
  [{ SHELL: '/bin/dash' }, 'linux', undefined],
  [{}, 'linux', undefined],
  [{ PSModulePath: 'x' }, 'linux', 'powershell'],
  [{}, 'win32', 'powershell'],
])('the shell of %j on %s is %s', ([env, platform, shell]) => {
  expect(guessShell(env, platform)).toBe(shell);
});
