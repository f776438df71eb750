import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { powershellScript } from './powershell.ts';
import { zshScript } from './zsh.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * What each shell has to be told. They hold no command and no flag: they pass on what was typed, and `sahara` answers,
 * so a script stays good when the toolkit changes. None of them evaluates what was typed. They need nothing but
 * the shell itself.
 */
export const SCRIPTS: Record<Shell, string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

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
