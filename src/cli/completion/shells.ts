import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolkitRoot } from '../../devnet/toolkit.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

const FILES: Record<Shell, string> = {
  bash: 'sahara.bash',
  zsh: '_sahara',
  fish: 'sahara.fish',
  powershell: 'sahara.ps1',
};

/**
 * The script of a shell. It holds no command and no flag: it passes on what was typed, and `sahara complete` answers, so
 * it stays good when the toolkit changes. None of them evaluates what was typed, and none needs more than its shell.
 */
export function scriptOf(shell: Shell): string {
  return readFileSync(join(toolkitRoot(), 'completions', FILES[shell]), 'utf8');
}

/** The shell of whoever calls, as far as the environment tells. */
export function guessShell(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Shell | undefined {
  const name = (env['SHELL'] ?? '')
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/\.exe$/, '');
  const known = SHELLS.find((shell) => shell === name);
  if (known || name) return known ?? (name === 'pwsh' ? 'powershell' : undefined);
  return platform === 'win32' || env['PSModulePath'] !== undefined ? 'powershell' : undefined;
}
