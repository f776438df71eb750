import { homeAnswer } from '../cli/answer.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { readCatalog } from '../cli/help/catalog.ts';
import type { Home } from '../cli/home/home-data.ts';
import { toolkitRoot } from '../devnet/toolkit.ts';

export default class HomeCommand extends SaharaCommand<typeof HomeCommand, Home> {
  static override summary = 'Show where you are and what to do next; the same as sahara alone.';
  static override examples = ['<%= config.bin %> home', '<%= config.bin %> home --json'];

  override async execute({ flags }: Invocation<typeof HomeCommand>): Promise<Outcome<Home>> {
    return homeAnswer(readCatalog(toolkitRoot()), flags.project);
  }
}
