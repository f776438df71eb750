import { homedir } from 'node:os';
import { Args, Flags } from '@oclif/core';
import { SaharaError } from '../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import type { Change } from '../cli/completion/install.ts';
import { guessShell, SHELLS, type Shell, scriptOf } from '../cli/completion/shells.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';

type Data = {
  shell: Shell;
  /** The script, when nothing was to be installed or removed. */
  script: string | null;
  /** What was, or with --dry-run would be, written or removed. */
  files: Change[];
};

export default class Completion extends SaharaCommand<typeof Completion, Data> {
  static override summary = 'Print or install the script by which Tab completes commands.';
  static override description =
    'Completes commands, flags, and what they take: assets of the running devnet, accounts, presets, files.';
  static override examples = [
    '<%= config.bin %> completion --install',
    '<%= config.bin %> completion zsh --install --dry-run',
    '<%= config.bin %> completion fish',
  ];
  static override writes = ['files'] as const;
  static override args = {
    shell: Args.string({ description: 'The shell (default: that of $SHELL).', options: [...SHELLS] }),
  };
  static override flags = {
    install: Flags.boolean({
      description: 'Put it where the shell finds it.',
      exclusive: ['uninstall'],
    }),
    uninstall: Flags.boolean({ description: 'Take out what --install put there.' }),
    ...dryRunFlag,
  };

  override async execute({ args, flags, output }: Invocation<typeof Completion>): Promise<Outcome<Data>> {
    const shell = (args.shell as Shell | undefined) ?? guessShell(process.env, process.platform);
    if (!shell)
      throw new SaharaError('USAGE', {
        message: `Which shell? $SHELL is none of ${SHELLS.join(', ')}. Name it: sahara completion bash`,
        command: 'completion',
      });
    const steps = (what: string, when: string) => [{ command: `sahara completion ${shell} --${what}`, when }];
    if (!flags.install && !flags.uninstall) {
      // Whoever reads the script with a program, as shells do when they start, is told nothing.
      const next = output.format !== 'text' || process.stdout.isTTY;
      const script = scriptOf(shell);
      return {
        data: { shell, script, files: [] },
        text: script,
        dryRun: flags['dry-run'] ?? false,
        next: next ? steps('install', 'to have it in every new shell') : [],
      };
    }
    const [{ installCompletion, uninstallCompletion }, { told }] = await Promise.all([
      import('../cli/completion/install.ts'),
      import('../cli/completion/told.ts'),
    ]);
    const how = { install: flags.install ?? false, dryRun: flags['dry-run'] ?? false };
    const where = { home: homedir(), env: process.env, platform: process.platform };
    const files = (how.install ? installCompletion : uninstallCompletion)(shell, where, how.dryRun);
    return {
      data: { shell, script: null, files },
      text: told(shell, files, how),
      dryRun: how.dryRun,
      next: how.dryRun ? steps(how.install ? 'install' : 'uninstall', 'to do it') : [],
    };
  }
}
