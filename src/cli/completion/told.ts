import type { Change } from './install.ts';
import type { Shell } from './shells.ts';

/** How a shell reads the script once, for as long as it is open. */
const ONCE: Record<Shell, string> = {
  bash: 'source <(sahara completion bash)',
  zsh: 'source <(sahara completion zsh)',
  fish: 'sahara completion fish | source',
  powershell: 'sahara completion powershell | Out-String | Invoke-Expression',
};

/** What installing or removing changed, or would change, for people. */
export function told(
  shell: Shell,
  changes: readonly Change[],
  { install, dryRun }: { install: boolean; dryRun: boolean },
): string {
  if (changes.every((c) => c.change === 'none'))
    return install ? `It is installed already.${afterwards(shell)}` : 'There is nothing to take out.';
  const verbs = {
    write: dryRun ? 'would write' : 'wrote',
    remove: dryRun ? 'would remove' : 'removed',
    none: 'unchanged',
  };
  const lines = changes.map(({ path, change, line }) => {
    const what = line ? `\n  ${install ? 'with the line' : 'without the line'}  ${line}` : '';
    return `${verbs[change]}  ${path}${what}`;
  });
  return `${lines.join('\n')}${install && !dryRun ? afterwards(shell) : ''}`;
}

function afterwards(shell: Shell): string {
  return `\nNew shells have it. In one that is open: ${ONCE[shell]}`;
}
