import { homedir } from 'node:os';
import { Args, Flags } from '@oclif/core';
import { type NextStep, SaharaError } from '../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import type { Change } from '../cli/completion/install.ts';
import { guessShell, SHELLS, type Shell, scriptOf } from '../cli/completion/shells.ts';

type Data = {
  shell: Shell;
  /** The script, when nothing was to be installed or removed. */
  script: string | null;
  /** What was, or with --dry-run would be, written or removed. */
  files: Change[];
  dryRun: boolean;
};

/** How a shell reads the script once, for as long as it is open. */
const TRY_IT: Record<Shell, string> = {
  bash: 'source <(sahara completion bash)',
  zsh: 'source <(sahara completion zsh)',
  fish: 'sahara completion fish | source',
  powershell: 'sahara completion powershell | Out-String | Invoke-Expression',
};

export default class Completion extends SaharaCommand<typeof Completion, Data> {
  static override summary = 'Print or install the script with which Tab completes sahara commands.';
  static override description =
    'Completes commands, flags, and what they take: assets of the running devnet, accounts, presets, files.';
  static override examples = [
    '<%= config.bin %> completion --install',
    '<%= config.bin %> completion zsh --install --dry-run',
    '<%= config.bin %> completion fish',
  ];
  static override args = {
    shell: Args.string({ description: 'The shell (default: that of $SHELL).', options: [...SHELLS] }),
  };
  static override flags = {
    install: Flags.boolean({
      description: 'Put it where the shell finds it.',
      exclusive: ['uninstall'],
    }),
    uninstall: Flags.boolean({ description: 'Take out what --install put there.' }),
    'dry-run': Flags.boolean({ description: 'Say what would be written or removed, and do nothing.' }),
  };

  override async execute({ args, flags, output }: Invocation<typeof Completion>): Promise<Outcome<Data>> {
    const shell = (args.shell as Shell | undefined) ?? guessShell(process.env, process.platform);
    if (!shell)
      throw new SaharaError('USAGE', {
        message: `Which shell? $SHELL is none of ${SHELLS.join(', ')}. Name it: sahara completion bash`,
        command: 'completion',
      });
    const dryRun = flags['dry-run'] ?? false;
    const install = {
      command: `sahara completion ${shell} --install`,
      when: 'to have it in every new shell',
    };
    if (!flags.install && !flags.uninstall) {
      const next: NextStep[] = [install, { command: TRY_IT[shell], when: 'to try it in this shell' }];
      // Whoever reads the script with a program, as shells do when they start, is told nothing.
      const shown = output.json || process.stdout.isTTY;
      const script = scriptOf(shell);
      return { data: { shell, script, files: [], dryRun }, text: script, next: shown ? next : [] };
    }
    const { installCompletion, uninstallCompletion } = await import('../cli/completion/install.ts');
    const where = { home: homedir(), env: process.env, platform: process.platform };
    const files = (flags.install ? installCompletion : uninstallCompletion)(shell, where, dryRun);
    const changed = files.some((f) => f.change !== 'none');
    return {
      data: { shell, script: null, files, dryRun },
      text: changed
        ? files.map((f) => told(f, dryRun, flags.install ?? false)).join('\n')
        : 'There is nothing to do.',
      next:
        dryRun && changed
          ? [
              {
                command: `sahara completion ${shell} --${flags.install ? 'install' : 'uninstall'}`,
                when: 'to do it',
              },
            ]
          : flags.install
            ? [{ command: TRY_IT[shell], when: 'to have it in this shell too; new ones have it' }]
            : [],
    };
  }
}

function told({ path, change, line }: Change, dryRun: boolean, install: boolean): string {
  const verb = {
    write: dryRun ? 'would write' : 'wrote',
    remove: dryRun ? 'would remove' : 'removed',
    none: 'unchanged',
  }[change];
  return `${verb}  ${path}${line ? `\n  ${install ? 'with the line' : 'without the line'}  ${line}` : ''}`;
}
