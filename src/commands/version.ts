import { type Version as VersionData, versionAnswer } from '../cli/answer.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { readCatalog } from '../cli/help/catalog.ts';
import { toolkitRoot } from '../devnet/toolkit.ts';

export default class Version extends SaharaCommand<typeof Version, VersionData> {
  static override summary = 'Show the version of the toolkit and of Node.js.';
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --json'];

  override async execute(_: Invocation<typeof Version>): Promise<Outcome<VersionData>> {
    return versionAnswer(readCatalog(toolkitRoot()));
  }
}
