import { Args } from '@oclif/core';
import { answerLine, helpAnswer } from '../cli/answer.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { readCatalog } from '../cli/help/catalog.ts';
import type { Help as HelpData } from '../cli/help/help-data.ts';
import { readLine } from '../cli/line.ts';
import { toolkitRoot } from '../devnet/toolkit.ts';

export default class Help extends SaharaCommand<typeof Help, HelpData> {
  static override summary = 'Show the help of a command, of a topic, or of everything.';
  static override description =
    'The same as --help after a command. `help global` has the flags, exit codes and environment variables that all commands share.';
  static override examples = [
    '<%= config.bin %> help',
    '<%= config.bin %> help publish',
    '<%= config.bin %> help asset show --json',
    '<%= config.bin %> help global',
  ];
  static override args = {
    command: Args.string({ description: 'Command or topic, in as many words as it has.' }),
  };
  static override strict = false;

  override async execute({ argv }: Invocation<typeof Help>): Promise<Outcome<HelpData>> {
    const catalog = readCatalog(toolkitRoot());
    const line = readLine(['help', ...argv], catalog);
    if (line.is === 'help') return helpAnswer(catalog, line.words);
    // Only a line that names no command is left, and that is refused.
    if (line.is !== 'command') await answerLine(line, catalog);
    return helpAnswer(catalog, []);
  }
}
