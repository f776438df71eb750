import type { NextStep } from '../base/errors.ts';

/** Steps that are about the devnet which was named by a flag, and not about the one that the settings name. */
export function inDevnet(steps: readonly NextStep[], name: string | undefined): NextStep[] {
  if (name === undefined) return [...steps];
  return steps.map(({ command, when }) => ({ command: named(command, name), when }));
}

function named(command: string, name: string): string {
  if (/^sahara devnet (list|run)\b/.test(command) || / --name\b/.test(command)) return command;
  if (/\bsahara devnet \w+/.test(command)) return `${command} --name ${name}`;
  return /^sahara (help|explain|config|schema|new)\b/.test(command)
    ? command
    : command.replace(/^sahara\b/, `SAHARA_DEVNET=${name} sahara`);
}
