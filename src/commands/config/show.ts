import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import type { LoadedConfig, Project } from '../../config/index.ts';

type Data = LoadedConfig & { project: Project };

export default class ConfigShow extends SaharaCommand<typeof ConfigShow, Data> {
  static override summary = 'Show every setting, its value and where it comes from.';
  static override description =
    'Settings come from, in this order: flags, environment variables, sahara.config.{ts,js,mjs,cjs,json,yaml,yml} or the "sahara" key of package.json in the project, the same in ~/.config/sahara, defaults.';
  static override examples = [
    '<%= config.bin %> config show',
    '<%= config.bin %> config show --origins',
    'SAHARA_ACCOUNT=trainer <%= config.bin %> config show --json',
  ];
  static override flags = {
    ...accountFlag,
    origins: Flags.boolean({ description: 'Say where each value comes from, and what it stands before.' }),
  };

  override async execute({ flags, session }: Invocation<typeof ConfigShow>): Promise<Outcome<Data>> {
    const { settingsText } = await import('../../cli/ui/settings.ts');
    const data = { ...(await session.loaded()), project: session.project };
    return {
      data,
      text: () => settingsText(data, session.project, flags.origins),
      next: flags.origins
        ? []
        : [{ command: 'sahara config show --origins', when: 'to see where each value comes from' }],
    };
  }
}
