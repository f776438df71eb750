import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { note, ok, type Run, skipped } from '../check.ts';
import { commandsOf } from '../toolkit-manifest.ts';

/** Files of a shell in which completion is set up, below the home folder. */
const FILES: Record<string, string[]> = {
  bash: [
    '.bashrc',
    '.bash_profile',
    '.profile',
    '.bash_completion',
    '.local/share/bash-completion/completions/sahara',
  ],
  zsh: ['.zshrc', '.zprofile', '.zsh/completions/_sahara', '.zfunc/_sahara'],
  fish: ['.config/fish/config.fish', '.config/fish/completions/sahara.fish'],
};

/** Whether the shell completes `sahara` commands, as far as its files tell. */
export const run: Run = ({ toolkit, env }) => {
  if (!commandsOf(toolkit)?.commands['completion']) return skipped('This version has no completion.');
  const shell = basename(env['SHELL'] ?? '');
  const files = FILES[shell];
  if (!files) return skipped(shell ? `It is not known where ${shell} keeps it.` : 'The shell is not known.');
  const home = env['HOME'] || homedir();
  if (files.map((f) => join(home, f)).some(completes)) return ok(`${shell} completes sahara commands.`);
  return note(`${shell} does not complete sahara commands yet.`, {
    remedy: [{ command: 'sahara completion --help', when: `to have ${shell} complete commands and names` }],
  });
};

function completes(path: string): boolean {
  if (!existsSync(path)) return false;
  if (/sahara[^/]*$/.test(path)) return true;
  try {
    return /\bsahara\s+complet/.test(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
}
